"""Finding what `daybook mapping` is asked about; what is not there ends with exit code 1."""

from pathlib import Path

from cli.output import refuse, say
from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.mapping import Mapping
from daybook.wiring import Wiring
from daybook.workflows.mapping_copy import Company
from daybook.workflows.mapping_file import BadMapping, mapping_of


def mapping_named(connection: str, named: str, parts: Wiring) -> Mapping:
    """The mapping of a version's number, or in a file."""
    if named.isascii() and named.isdigit():
        found = parts.mappings.version(connection, int(named))
        if found is None:
            refuse(f"Connection {connection} has no mapping version {named}.")
        return found
    try:
        return mapping_of(Path(named).read_bytes())
    except OSError as problem:
        refuse(f"{named} cannot be read: {problem.strerror}.")
    except BadMapping as problem:
        refuse(str(problem))


def active_of(connection: str, parts: Wiring) -> Mapping:
    """The mapping in force."""
    active = parts.mappings.active(connection)
    if active is None:
        refuse(f"No mapping is active for connection {connection}.")
    return active.mapping


def mapping_or_empty(connection: str, named: str, parts: Wiring) -> Mapping:
    """The mapping named; else the one in force; else an empty one, saying so."""
    if named or parts.mappings.active_version(connection):
        return mapping_named(connection, named, parts) if named else active_of(connection, parts)
    say("No mapping is active: this is what an empty one lacks.")
    return Mapping()


def chart_of(connection: Connection, parts: Wiring) -> Chart | None:
    """The imported chart of a connection's company, if there is one."""
    return parts.mappings.chart(connection.realm) if connection.realm else None


def company_of(connection: Connection, parts: Wiring) -> Company:
    """What was imported of a connection's company."""
    chart = chart_of(connection, parts)
    if chart is None:
        refuse(f"The chart of {connection.id}'s company was not imported yet.")
    return Company(chart, parts.mappings.directory(connection.realm))
