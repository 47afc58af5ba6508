"""Dead letters are looked at, and sent back to where they died.

Looking takes them in hand and gives all of them back. Sending back sends first and deletes then: a
crash between leaves the message twice, and a delivery that is translated twice is posted once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from daybook.domain.dead_letter import DeadLetter, DeadLetterQueueName, Depth, Move

# How long a letter is in hand. Whoever dies with some in hand keeps them hidden for so long.
HIDDEN_SECONDS: Final = 120
MAX_LETTERS: Final = 10_000
# SQS may answer nothing although something is there. Twice in a row is believed, or once if it
# also says that nothing waits.
_MAX_IDLE: Final = 2
_POLL_SECONDS: Final = 2.0
_MAX_POLLS: Final = 300

type Progress = Callable[[int, int], None]


class DeadLetters(Protocol):
    """The dead letters of one queue."""

    @property
    def name(self) -> DeadLetterQueueName: ...

    def depth(self) -> Depth:
        """How many there are."""

    def receive(self, hidden_seconds: int) -> list[DeadLetter]:
        """Take up to 10 in hand: nobody else sees them for so long. May be empty although some
        are left: ask again."""

    def give_back(self, letters: Sequence[DeadLetter]) -> None:
        """Show them again at once."""

    def send_back(self, letter: DeadLetter) -> None:
        """Send a copy to the queue in which it died, as a new message."""

    def delete(self, letter: DeadLetter) -> None:
        """Delete what is in hand."""

    def start_move(self) -> bool:
        """Have SQS itself move all of them back; False where it cannot. A move that is going on
        already counts as started."""

    def move(self) -> Move | None:
        """How the last move stands."""


class MoveFailed(RuntimeError):  # noqa: N818 -- what happened
    """SQS ended its task before all were moved; the text is SQS's reason. What was not moved is
    still a dead letter."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters are meant; one that is not given does not choose. All must hold."""

    id: str = ""
    connection: str = ""
    source: str = ""
    older_than: timedelta | None = None
    newer_than: timedelta | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing chooses."""
        return self == Wanted()

    def takes(self, letter: DeadLetter, now: datetime) -> bool:
        """Whether a letter is meant. Its age counts from when it was first sent."""
        age = now - letter.sent_at
        return (
            self.id in ("", letter.id)
            and self.connection in ("", letter.connection)
            and self.source in ("", letter.source)
            and (self.older_than is None or age >= self.older_than)
            and (self.newer_than is None or age <= self.newer_than)
        )


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were sent back, and how many dead letters the queue has now, roughly.

    still_moving: SQS goes on by itself.
    """

    sent: int
    left: int
    still_moving: bool = False


def walk(
    queue: DeadLetters,
    each: Callable[[DeadLetter], bool],
    *,
    limit: int = MAX_LETTERS,
    hidden_seconds: int = HIDDEN_SECONDS,
    go_on: Callable[[], bool] = lambda: True,
) -> None:
    """Take each letter in hand once; give back what `each` leaves.

    each: True if it deleted the letter. go_on: asked before each. Ends when nothing new comes, or
    at `limit`. Of a FIFO queue only the first ten of a company can be in hand at once.
    """
    in_hand: dict[str, DeadLetter] = {}
    gone: set[str] = set()
    idle = 0
    try:
        while idle < _MAX_IDLE and len(in_hand) + len(gone) < limit and go_on():
            page = queue.receive(hidden_seconds)
            fresh = [one for one in page if one.id not in in_hand and one.id not in gone]
            for one in page:
                if one.id in gone:
                    # A standard queue may hand out once more what was deleted.
                    queue.delete(one)
                else:
                    in_hand[one.id] = one
            idle = 0 if fresh else idle + 1
            if not fresh and not queue.depth().waiting:
                break
            for letter in fresh:
                if go_on() and each(letter):
                    del in_hand[letter.id]
                    gone.add(letter.id)
    finally:
        queue.give_back(list(in_hand.values()))


def look(
    queue: DeadLetters, wanted: Wanted, now: datetime, limit: int = MAX_LETTERS
) -> list[DeadLetter]:
    """The letters that are meant, oldest first. They stay where they are; SQS counts the look."""
    found: list[DeadLetter] = []

    def keep(letter: DeadLetter) -> bool:
        if wanted.takes(letter, now):
            found.append(letter)
        return False

    walk(queue, keep, limit=limit, go_on=lambda: not (wanted.id and found))
    return sorted(found, key=lambda letter: (letter.sent_at, letter.id))


def replay(
    queue: DeadLetters, wanted: Wanted, now: datetime, progress: Progress = lambda _done, _all: None
) -> Replayed:
    """Send those that are meant back, one by one: send, then delete."""
    expected = 1 if wanted.id else queue.depth().total
    sent = 0

    def send(letter: DeadLetter) -> bool:
        nonlocal sent
        if not wanted.takes(letter, now):
            return False
        queue.send_back(letter)
        queue.delete(letter)
        sent += 1
        progress(sent, max(sent, expected))
        return True

    walk(queue, send, go_on=lambda: not (wanted.id and sent))
    return Replayed(sent, queue.depth().total)


def replay_all(
    queue: DeadLetters,
    now: datetime,
    sleep: Callable[[float], None],
    progress: Progress = lambda _done, _all: None,
) -> Replayed:
    """Send all back: by SQS's own task where there is one, else one by one. Raises MoveFailed."""
    if not queue.start_move():
        return replay(queue, Wanted(), now, progress)
    move: Move | None = None
    for _ in range(_MAX_POLLS):
        move = queue.move()
        if move is not None:
            progress(move.moved, max(move.moved, move.to_move or 0))
            if move.state != "running":
                break
        sleep(_POLL_SECONDS)
    if move is not None and move.state == "failed":
        raise MoveFailed(move.reason or "no reason given")
    moving = move is None or move.state == "running"
    return Replayed(move.moved if move else 0, queue.depth().total, moving)


def begin_replay_all(queue: DeadLetters, now: datetime) -> Replayed:
    """As `replay_all`, without waiting for SQS's own task: `still_moving` where it has begun."""
    if not queue.start_move():
        return replay(queue, Wanted(), now)
    move = queue.move()
    if move is not None and move.state == "failed":
        raise MoveFailed(move.reason or "no reason given")
    moving = move is None or move.state == "running"
    return Replayed(move.moved if move else 0, queue.depth().total, moving)
