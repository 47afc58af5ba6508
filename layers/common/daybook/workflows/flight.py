"""One request to QuickBooks: claimed in the ledger, sent in a lane of its own, recorded.

The claim and the record are the drain's; only what is said to QuickBooks runs in the lane.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daybook.domain.document_kinds import operation_of
from daybook.domain.outcome import BatchItem, Outcomes
from daybook.domain.posting import Posting, instant_text
from daybook.workflows import record
from daybook.workflows.plan import Batch
from daybook.workflows.ports import BooksOfRealm, Realm
from daybook.workflows.poster import Drained, Poster, Reply
from daybook.workflows.record import Verdict

# A request that waited longer than this since its claim is not sent under that claim: it is left
# to settle, like any that may be on its way.
SEND_WITHIN = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Flight:
    """A request on its way. realm: as it was when it was sent.

    items: what this request says; after a 401 only what was not processed. answered: what a try
    before it was told, with the token of before. renewals: how many the drain had had by then.
    """

    realm: Realm
    rows: tuple[Posting, ...]
    items: tuple[BatchItem, ...]
    request_id: str
    renewals: int
    answered: Outcomes = field(default_factory=dict)
    again: bool = False

    def send(self, books: BooksOfRealm, tools: Poster) -> Reply:
        """Runs in the lane. None, and nothing is sent, if the claim is too old by now."""
        if self.rows[0].sent_at < instant_text(tools.clock() - SEND_WITHIN):
            return None
        return books.post_batch(self.items, self.request_id)

    def unauthorised(self, outcomes: Outcomes) -> list[Posting]:
        """The rows whose items were not processed for want of a token that is taken."""
        return [
            row
            for row in self.rows
            if row.b_id in outcomes and outcomes[row.b_id].kind == "unauthorised"
        ]

    def repeated(self, rows: Sequence[Posting], outcomes: Outcomes, renewals: int) -> "Flight":
        """The request for these rows alone, with another token, under the same request id."""
        places = {row.b_id for row in rows}
        items = tuple(item for item in self.items if item.b_id in places)
        return replace(self, items=items, answered=outcomes, renewals=renewals, again=True)


def claimed(batch: Batch, realm: Realm, renewals: int, tools: Poster) -> Flight | None:
    """The request, its rows moved to `sending` before it goes; None if others have all of them."""
    rows = _claim(batch, tools.clock(), tools)
    if not rows:
        return None
    items = tuple(_item(row, tools) for row in rows)
    return Flight(realm, rows, items, batch.request_id, renewals)


def _item(row: Posting, tools: Poster) -> BatchItem:
    document = row.document()
    body = tools.body(document, row.generation)
    return BatchItem(row.b_id, row.entity, body, operation_of(document))


def _claim(batch: Batch, now: datetime, tools: Poster) -> tuple[Posting, ...]:
    text = instant_text(now)
    changes = [
        (
            planned.row,
            planned.row.moved(
                "sending",
                now,
                request_id=batch.request_id,
                b_id=planned.b_id,
                sent_at=text,
                first_sent_at=planned.row.first_sent_at or text,
                fence=planned.row.fence + 1,
            ),
        )
        for planned in batch.members
    ]
    done = tools.ledger.change_all(changes)
    return tuple(after for (_, after), ok in zip(changes, done, strict=True) if ok)


def landed(flight: Flight, reply: Reply, tools: Poster, drained: Drained) -> Verdict:
    """Record what became of each row."""
    if reply is not None:
        outcomes = {**flight.answered, **reply}
        return record.outcomes(flight.rows, outcomes, flight.realm, tools, drained)
    if not flight.again:
        drained.add("late", len(flight.rows))
        drained.again = True
        return "unclear"
    return left(flight, flight.unauthorised(flight.answered), flight.answered, tools, drained)


def left(
    flight: Flight,
    unsent: Sequence[Posting],
    outcomes: Outcomes,
    tools: Poster,
    drained: Drained,
) -> Verdict:
    """Of some rows nothing was processed, and their request is not repeated under this claim."""
    record.back_to_ready(unsent, tools)
    drained.again = True
    rest = [row for row in flight.rows if row not in unsent]
    if rest:
        record.outcomes(rest, outcomes, flight.realm, tools, drained)
    return "refused"
