"""What one invocation of the translator has read of its connections, each once.

All its deliveries had come before it began. So each is judged by what was in force at some moment
after it came, never before: nothing is kept from one invocation to the next but what never changes,
the company of a connection (docs/decisions/0040-what-the-translator-reads.md).
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from daybook.workflows.circumstances import Circumstances, circumstances_of
from daybook.workflows.ports import Connection

if TYPE_CHECKING:
    from daybook.workflows.translate import Translator

# An invocation may take a minute, where points of sale are asked.
MAX_AGE: Final = timedelta(seconds=5)
MAX_COMPANIES: Final = 10_000


class Known:
    """The circumstances of connections, as this invocation has read them."""

    def __init__(self, tools: "Translator") -> None:
        self._tools = tools
        self._read: dict[str, tuple[datetime, Circumstances]] = {}

    def of(self, connection: str, source: str) -> Circumstances:
        """The circumstances of a connection for the next delivery, at most `MAX_AGE` old.

        source: of a connection that has no row."""
        now = self._tools.clock()
        at, found = self._read.get(connection, (now - 2 * MAX_AGE, None))
        if found is None or now - at > MAX_AGE:
            found = circumstances_of(connection_of(connection, source, self._tools), self._tools)
            self._read[connection] = now, found
        # What an earlier delivery made ready was rung for with it.
        found.parties.created.clear()
        found.seen.clear()
        return found


def connection_of(name: str, source: str, tools: "Translator") -> Connection:
    """A connection. What it is called may have changed since it was read; its source and, once it
    has one, its company stay the same for good."""
    known = tools.companies.get(name)
    if known is not None:
        return known
    found = tools.connections.get(name) or Connection(name, source)
    if found.realm:
        if len(tools.companies) >= MAX_COMPANIES:
            tools.companies.clear()
        tools.companies[name] = found
    return found
