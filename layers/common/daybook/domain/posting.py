"""The ledger's row: one event with its posting, from acceptance to the QuickBooks id."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from daybook.domain.document_kinds import (
    Creation,
    Document,
    Entity,
    Transaction,
    is_creation,
    is_transaction,
    read_document,
)
from daybook.domain.errors import Missing, Problem, ReasonCode
from daybook.domain.flags import Flag
from daybook.domain.identity import PostingKey
from daybook.domain.journal import JournalEntry
from daybook.domain.status import DUE, Status, check_move

# Only named here: a start that meets journal entries alone never loads the other kinds.
if TYPE_CHECKING:
    from daybook.domain.changed_party import ChangedParty
    from daybook.domain.day_report import Chosen
    from daybook.domain.event import FinancialEvent
    from daybook.domain.new_customer import NewCustomer

MAX_MOVES = 20

__all__ = [
    "MAX_MOVES",
    "Creation",
    "Document",
    "Entity",
    "Posting",
    "Transaction",
    "content_sha",
    "instant_text",
]


@dataclass(frozen=True, slots=True)
class Posting:
    """One row. Instants are RFC 3339 text in UTC; the entry is frozen once it was sent.

    event: the canonical event's JSON, or b"" for a delivery that could not be read.
    entity: what `entry` is in QuickBooks. counter: the versions of mapping and chart, added up,
    by which the row was judged.
    parties: the QBO id by `customer:<POS id>` or `vendor:<POS id>`; "" while it is not known.
    mode: the posting mode, fixed with the business date; "" is per_event. legs: of what is
    accumulated, as `day_legs` writes them. written_at: the instant at which it became accumulated.
    newer_version: "hold" where the row waits for a person if an older version is posted, "refuse"
    where it is not sent a second time.
    asked_at: when a person asked to send it although it is older than the start date.
    taken_by: who has the name that a party was to have: (kind, QBO id).
    origin: "pull" where no webhook brought it and the point of sale's API was read; else "".
    form: of a part of a day, the form that a person chose; "" as the settings say.
    flags: what a proof saw wrong with it in QuickBooks, cleared flags too.
    retries, retry_at: how often what holds it was asked to end, and when it is asked again.
    number: rises with every write; each write is conditional on the number it read.
    """

    key: PostingKey
    status: Status
    source: str
    kind: str
    location: str
    delivery: str
    created_at: str
    since: str
    realm: str = ""
    business_date: str = ""
    occurred_at: str = ""
    event: bytes = b""
    event_sha: str = ""
    entry: bytes = b""
    entry_id: str = ""
    entity: Entity = "JournalEntry"
    mapping_version: int = 0
    parties: tuple[tuple[str, str], ...] = ()
    mode: str = ""
    legs: bytes = b""
    written_at: str = ""
    newer_version: str = ""
    asked_at: str = ""
    reason: ReasonCode | None = None
    reason_text: str = ""
    missing: tuple[Missing, ...] = ()
    counter: int = 0
    generation: int = 1
    request_id: str = ""
    b_id: str = ""
    sent_at: str = ""
    first_sent_at: str = ""
    fence: int = 0
    faults: int = 0
    qbo_id: str = ""
    intuit_tid: str = ""
    beside: str = ""
    taken_by: tuple[tuple[str, str], ...] = ()
    flags: tuple[Flag, ...] = ()
    origin: str = ""
    form: "Chosen" = ""
    retries: int = 0
    retry_at: str = ""
    number: int = 1
    moves: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The row's id in messages and on screens: unique in all of daybook."""
        own = self.id_of(self.key)
        return f"{own}|{self.beside}" if self.beside else own

    @staticmethod
    def id_of(key: PostingKey) -> str:
        """The id of the row with this key that stands beside no other."""
        return _id_of(key)

    @property
    def order(self) -> tuple[str, str, str]:
        """Released and sent in this order: business date, instant, id."""
        return (self.business_date, self.occurred_at, self.id)

    @property
    def open_flags(self) -> tuple[Flag, ...]:
        """The flags that wait for a person."""
        return tuple(flag for flag in self.flags if not flag.cleared)

    def journal(self) -> JournalEntry:
        """The frozen entry; balance is checked again on reading."""
        assert self.entity == "JournalEntry", f"{self.id} is a {self.entity}"
        return JournalEntry.from_json(self.entry)

    def customer(self) -> "NewCustomer":
        """The customer that the row creates."""
        from daybook.domain.new_customer import NewCustomer  # noqa: PLC0415

        document = self.document()
        assert isinstance(document, NewCustomer), f"{self.id} is a {self.entity}"
        return document

    def change(self) -> "ChangedParty":
        """What the row changes of a customer or vendor."""
        from daybook.domain.changed_party import ChangedParty  # noqa: PLC0415

        document = self.document()
        assert isinstance(document, ChangedParty), f"{self.id} is no change"
        return document

    def document(self) -> Document:
        """What is posted, whichever it is; what must add up is checked again on reading."""
        return read_document(self.entity, self.entry)

    def transaction(self) -> Transaction:
        """The entry or document that moves the books."""
        document = self.document()
        assert is_transaction(document), f"{self.id} is a {self.entity}"
        return document

    def creation(self) -> Creation:
        """The party, item or class that the row creates."""
        document = self.document()
        assert is_creation(document), f"{self.id} is a {self.entity}"
        return document

    def financial_event(self) -> "FinancialEvent":
        """The canonical event."""
        from daybook.domain.event import FinancialEvent  # noqa: PLC0415 -- pydantic

        return FinancialEvent.from_json(self.event)

    def moved(self, status: Status, at: datetime, **changes: Any) -> "Posting":
        """The row after a legal move; what it was is kept in `moves` (the last twenty)."""
        check_move(self.status, status)
        trail = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ} {self.status}>{status}"
        if status != self.status:
            changes["since"] = instant_text(at)
        if status != "held":
            changes.setdefault("reason", None)
            changes.setdefault("reason_text", "")
            changes.setdefault("missing", ())
            changes.setdefault("taken_by", ())
        if status != "held" and status not in DUE:
            changes.update(retries=0, retry_at="")
        return replace(
            self,
            status=status,
            number=self.number + 1,
            moves=(*self.moves, trail)[-MAX_MOVES:],
            **changes,
        )

    def flagged(self, flags: tuple[Flag, ...]) -> "Posting":
        """The row with these flags in place of those it had."""
        return replace(self, flags=flags, number=self.number + 1)

    def held(self, problem: Problem, at: datetime, counter: int = 0) -> "Posting":
        """The row held for a problem."""
        return self.moved(
            "held",
            at,
            reason=problem.code,
            reason_text=problem.text,
            missing=problem.missing,
            counter=counter,
        )


def instant_text(at: datetime) -> str:
    """An aware instant as RFC 3339 text in UTC with milliseconds; sorts as text."""
    assert at.tzinfo is not None, "an instant must be aware"
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def content_sha(event_json: bytes) -> str:
    """What tells two contents under one key apart."""
    return hashlib.sha256(event_json).hexdigest()


# A drain asks for the id of a row thirty times.
@lru_cache(maxsize=1_024)
def _id_of(key: PostingKey) -> str:
    named = (key.object_type, key.object_id, key.version, key.effect)
    name = "/".join(quote(part, safe=" ") for part in named)
    parts = [quote(key.connection), name, key.purpose, str(key.revision), str(key.part)]
    return "|".join(parts)
