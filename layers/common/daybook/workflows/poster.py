"""What posting needs from outside, and what it reports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from daybook.domain.closed_books import OPEN
from daybook.domain.outcome import Outcomes
from daybook.domain.posting import Document, Posting
from daybook.workflows.closed_books import Closings
from daybook.workflows.ports import BooksOfRealm, Connections, Doorbell, Ledger, Realm

if TYPE_CHECKING:
    from daybook.domain.found import There


class TokenUnavailable(Exception):  # noqa: N818 -- a state of theirs
    """No access token can be had now; the token service is asked again later."""


class Reconnect(Exception):  # noqa: N818 -- a state of the connection
    """Intuit no longer takes the connection's tokens: a person must connect again.

    pair: which ones it does not take (`TokenLife.pair`), "" where that is not known.
    """

    def __init__(self, text: str, pair: str = "") -> None:
        super().__init__(text)
        self.pair = pair


# What became of each item of a request; None if it was too late to be sent.
type Reply = Outcomes | None


class Answer(Protocol):
    """The answer of a call that may still be on its way; `concurrent.futures.Future` is one."""

    def done(self) -> bool:
        """Whether it has come."""

    def result(self) -> Reply:
        """The answer, waited for; raises what the call raised."""


class Pool[A: Answer](Protocol):
    """Where requests to QuickBooks run, while the drain plans the next and records others.

    Nothing but the request runs there: the ledger is read and written by the drain alone."""

    @property
    def lanes(self) -> int:
        """How many requests may be in flight at once."""

    def submit(self, call: Callable[[], Reply]) -> A:
        """Begin a call; the drain never has more than `lanes` of them unfinished."""

    def one_of(self, flying: Sequence[A]) -> A:
        """Wait until at least one of these has ended; one that has."""


@dataclass(frozen=True, eq=False, slots=True)
class Answered:
    """An answer that is there."""

    reply: Reply

    def done(self) -> bool:
        """True."""
        return True

    def result(self) -> Reply:
        """It."""
        return self.reply


class InlinePool:
    """Each call runs at once, where it is submitted: one request in flight."""

    lanes = 1

    def submit(self, call: Callable[[], Reply]) -> Answered:
        """The call's answer. Raises what it raises."""
        return Answered(call())

    def one_of(self, flying: Sequence[Answered]) -> Answered:
        """The first: all have ended."""
        return flying[0]


class Recent:
    """Ids of the rows that this process recorded as posted last: none of them is ever due again, so
    that nothing is to be read for a ring that tells of them."""

    def __init__(self, most: int = 5_000) -> None:
        self._most = most
        self._ids: dict[str, None] = {}

    def __contains__(self, row_id: str) -> bool:
        return row_id in self._ids

    def add(self, row_id: str) -> None:
        """Remember; the oldest is forgotten."""
        if len(self._ids) >= self._most:
            del self._ids[next(iter(self._ids))]
        self._ids[row_id] = None

    def forget(self) -> None:
        """Remember nothing."""
        self._ids.clear()


@dataclass(frozen=True, slots=True)
class Poster:
    """What posting needs.

    books: the client of a company, with a token that is still good for some minutes. renew: the
    same with a new token. Both raise Reconnect or TokenUnavailable.
    body: an entry or another document as QBO's JSON. is_same: whether what was found is this
    posting, equal in content.
    alarm, alarm_of_company: told a word, and the row or the company that it is about.
    closing: until when the books of a connection's company are closed, as far as it is known.
    parties_known: told of the parties that were created, so that what waits for them goes on.
    wait_for_turn: waits until a batch may go, and says how many items at most. slow_down: told of
    each throttle with the seconds to rest.
    remaining_seconds: how long this invocation may still run.
    posted: what this process posted, from one drain to the next.
    pool: where requests run. What `books` and `renew` give is used by several of its calls at once.
    """

    ledger: Ledger
    connections: Connections
    doorbell: Doorbell
    books: Callable[[Realm], BooksOfRealm]
    renew: Callable[[Realm], BooksOfRealm]
    body: Callable[[Document, int], bytes]
    is_same: "Callable[[There, Document, int], bool]"
    wait_for_turn: Callable[[Realm, int], int]
    slow_down: Callable[[Realm, int], None]
    clock: Callable[[], datetime]
    remaining_seconds: Callable[[], float]
    settle_seconds: int = 150
    alarm: Callable[[str, Posting], None] = field(default=lambda _word, _row: None)
    alarm_of_company: Callable[[str, str], None] = field(default=lambda _word, _realm: None)
    closing: Closings = field(default=lambda _connection: OPEN)
    parties_known: Callable[[Sequence[Posting]], None] = field(default=lambda _rows: None)
    pool: Pool[Any] = field(default_factory=InlinePool)
    posted: Recent = field(default_factory=Recent)


@dataclass(slots=True)
class Drained:
    """What one drain did, for the log line: counts by word, and why it stopped.

    created: the parties that QuickBooks has now. woken: rows that it made ready, to be judged.
    again: whether rows may be due that it has not got in hand and that nobody else rings for.
    seconds: from a row's making to its QuickBooks id, of the slowest of each request; of rows that
    nobody and nothing held up."""

    counts: dict[str, int]
    stopped: str = "empty"
    seconds: list[int] = field(default_factory=list)
    created: list[Posting] = field(default_factory=list)
    woken: list[Posting] = field(default_factory=list)
    again: bool = False

    def add(self, word: str, number: int = 1) -> None:
        """Count."""
        self.counts[word] = self.counts.get(word, 0) + number
