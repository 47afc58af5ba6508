"""Which stack the command speaks to: the environment says, as for the functions."""

from functools import cache

from cli.output import refuse
from daybook.domain.connection import Connection
from daybook.settings import SettingsMissing, load
from daybook.wiring import Wiring

NEEDED = (
    "ledger_table",
    "connections_table",
    "mappings_table",
    "archive_bucket",
    "deliveries_queue_url",
    "postings_queue_url",
    "jobs_queue_url",
    "secrets_prefix",
)


@cache
def wiring() -> Wiring:
    """The parts of the stack named by the environment; ends with exit code 1 if none is.

    DAYBOOK_STACK alone is enough on AWS: the stack's outputs say the rest.
    """
    settings = load()
    try:
        if settings.stack and not settings.ledger_table:
            return Wiring.of_stack(settings.stack)
        return Wiring(load(*NEEDED))
    except SettingsMissing as missing:
        refuse(
            f"No stack: {missing}. On a laptop: `make serve`, then `. build/serve/env`. "
            "On AWS: export DAYBOOK_STACK=daybook-dev (docs/operations.md)."
        )


def connection_named(name: str, parts: Wiring) -> Connection:
    """The connection; ends with exit code 1 if there is none."""
    found = parts.connections.get(name)
    if found is None:
        known = ", ".join(one.id for one in parts.connections.all()) or "none"
        refuse(f"There is no connection {name!r}; there are: {known}.")
    return found
