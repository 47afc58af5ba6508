"""What posting needs from outside, and what it reports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daybook.domain.journal import JournalEntry
from daybook.domain.outcome import FoundEntry
from daybook.domain.posting import Document, Posting
from daybook.workflows.ports import BooksOfRealm, Connections, Doorbell, Ledger, Realm


class TokenUnavailable(Exception):  # noqa: N818 -- a state of theirs
    """No access token can be had now; the token service is asked again later."""


class Reconnect(Exception):  # noqa: N818 -- a state of the connection
    """Intuit no longer takes the connection's tokens: a person must connect again."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What posting needs.

    books: the client of a company, with a token that is still good for some minutes. renew: the
    same with a new token. Both raise Reconnect or TokenUnavailable.
    body: an entry or another document as QBO's JSON. is_same: whether what was found is this
    entry, equal in content.
    parties_known: told of the parties that were created, so that what waits for them goes on.
    wait_for_turn: waits until a batch may go, and says how many items at most. slow_down: told of
    each throttle with the seconds to rest.
    remaining_seconds: how long this invocation may still run.
    """

    ledger: Ledger
    connections: Connections
    doorbell: Doorbell
    books: Callable[[Realm], BooksOfRealm]
    renew: Callable[[Realm], BooksOfRealm]
    body: Callable[[Document, int], bytes]
    is_same: Callable[[FoundEntry, JournalEntry, int], bool]
    wait_for_turn: Callable[[Realm, int], int]
    slow_down: Callable[[Realm, int], None]
    clock: Callable[[], datetime]
    remaining_seconds: Callable[[], float]
    settle_seconds: int = 150
    alarm: Callable[[str, Posting], None] = field(default=lambda _word, _row: None)
    parties_known: Callable[[Sequence[Posting]], None] = field(default=lambda _rows: None)


@dataclass(slots=True)
class Drained:
    """What one drain did, for the log line: counts by word, and why it stopped.

    created: the parties that QuickBooks has now."""

    counts: dict[str, int]
    stopped: str = "empty"
    created: list[Posting] = field(default_factory=list)

    def add(self, word: str, number: int = 1) -> None:
        """Count."""
        self.counts[word] = self.counts.get(word, 0) + number
