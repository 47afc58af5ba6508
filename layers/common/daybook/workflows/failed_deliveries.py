"""Every dead letter of `deliveries` gets a `failed` row, and stays where it is.

So a delivery that could not be translated is seen beside all others, and still is when its dead
letter has expired. The row is that of the delivery as a whole: the translator moves it on when the
delivery is replayed and read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from daybook.domain.dead_letter import KEPT, DeadLetter
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.sources.contract import Delivery, Source
from daybook.workflows.dead_letters import DeadLetters, walk
from daybook.workflows.first_rows import delivery_row, whole_row
from daybook.workflows.ports import Ledger
from daybook.workflows.release import ODD

# The sweeper ends after 300 s at the latest; what it has in hand is hidden for as long as it looks.
HIDDEN_SECONDS: Final = 240
MAX_SECONDS: Final = 200


@dataclass(frozen=True, slots=True)
class FailedDeliveries:
    """What recording needs.

    delivery: what a letter carries, and the archive's key of a large body. Raises one of ODD where
    nothing of ours can read it.
    """

    letters: DeadLetters
    ledger: Ledger
    delivery: Callable[[DeadLetter], tuple[Delivery, str]]
    source: Callable[[str], Source]
    clock: Callable[[], datetime]


@dataclass(slots=True)
class Recorded:
    """How many letters were looked at, how many rows are new, and how many letters belong to no
    connection, so that there is no place for a row."""

    looked_at: int = 0
    new: int = 0
    homeless: list[str] = field(default_factory=list)


def record(tools: FailedDeliveries) -> Recorded:
    """Look at all dead letters, within 200 seconds; what is left is for the next time.

    Safe at any time, twice, and at once with a replay: a row is put if it is absent. Raises what
    the ledger and the queue raise; every letter is given back first.
    """
    began, done = tools.clock(), Recorded()

    def note(letter: DeadLetter) -> bool:
        done.looked_at += 1
        if not letter.connection:
            done.homeless.append(letter.id)
        elif _record(letter, tools):
            done.new += 1
        return False

    walk(
        tools.letters,
        note,
        hidden_seconds=HIDDEN_SECONDS,
        go_on=lambda: (tools.clock() - began).total_seconds() < MAX_SECONDS,
    )
    return done


def _record(letter: DeadLetter, tools: FailedDeliveries) -> bool:
    """Whether the letter has a row now that it did not have."""
    now = tools.clock()
    try:
        row, more = _row_of_delivery(letter, now, tools), ""
    except ODD as error:
        row = _row_of_message(letter, now)
        more = (
            f" Not even its id could be told ({type(error).__name__}), so void this row by hand "
            "once it was replayed."
        )
    if row is None:
        return False
    text = (
        f"{letter.cause} Its message {letter.id} is in the dead letters until "
        f"{letter.sent_at + KEPT:%Y-%m-%d}: mend the cause, then `daybook dlq replay`.{more}"
    )
    return tools.ledger.put(row.moved("failed", now, reason_text=text)) == "created"


def _row_of_delivery(letter: DeadLetter, at: datetime, tools: FailedDeliveries) -> Posting | None:
    """The row of the delivery as a whole, once the delivery itself is in the ledger; None where
    that row is there already, whatever became of it.

    The translator keeps a delivery before it reads it, but may have failed even at that; and it
    moves the row on only for a delivery that it finds in the ledger.
    """
    delivery, archive_key = tools.delivery(letter)
    delivery_id = tools.source(delivery.source).delivery_id(delivery)
    row = delivery_row(delivery, delivery_id, archive_key)
    whole = whole_row(delivery, row, at)
    there = tools.ledger.get(whole.key)
    if there is not None and there.event_sha == whole.event_sha:
        return None
    if tools.ledger.put_delivery(row) == "conflict":
        return whole_row(delivery, row, at, row.sha256[:16])
    return whole


def _row_of_message(letter: DeadLetter, at: datetime) -> Posting:
    """A row for a letter whose delivery cannot be told: it names the message."""
    now = instant_text(at)
    return Posting(
        PostingKey(letter.connection, "dead_letter", letter.id, "1"),
        "received",
        letter.source,
        "",
        "",
        "",
        now,
        now,
        occurred_at=instant_text(letter.sent_at),
        event_sha=content_sha(letter.body.encode()),
    )
