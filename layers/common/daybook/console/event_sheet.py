"""One event in full, as its page shows it: postings, lines with the names of accounts, history."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from daybook.console.event_lines import EventLine, Lines, Sum
from daybook.console.next_steps import NextStep, step_of
from daybook.domain.chart import Chart
from daybook.domain.delivery import DeliveryRow
from daybook.domain.directory import Directory
from daybook.domain.document import SalesDocument, SalesLine
from daybook.domain.journal import JournalEntry, Name
from daybook.domain.posting import Posting
from daybook.domain.purchase_document import PurchaseDocument
from daybook.domain.roles import in_words
from daybook.domain.status import DUE, MEANING, TROUBLE
from daybook.workflows.operator import name_of
from daybook.workflows.repost import may_be_posted_again
from daybook.workflows.undo import may_be_undone

if TYPE_CHECKING:
    from daybook.wiring import Wiring

MAX_RAW: Final = 20_000
MAX_LINES: Final = 200


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of an entry or document. debit, credit, amount: minor units, None where none."""

    what: str
    key: str
    account: str
    debit: int | None = None
    credit: int | None = None
    amount: int | None = None
    quantity: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is posted. columns: `journal` has debits and credits, `document` amounts, `list` facts.

    more: lines beyond those that are shown.
    """

    form: str
    title: str
    date: str
    currency: str
    lines: tuple[SheetLine, ...]
    total: Sum | None = None
    note: str = ""
    more: int = 0
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a row's history."""

    at: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EventPart:
    """One row of an object: what it is, what it posts, what may be done with it."""

    line: EventLine
    name: str
    meaning: str
    step: NextStep | None
    sheet: Sheet | None
    moves: tuple[Move, ...]
    content: str
    may: frozenset[str]

    @property
    def row(self) -> Posting:
        """The row itself."""
        return self.line.row

    @property
    def moving(self) -> bool:
        """Whether it is on its way and moves by itself."""
        return self.row.status in DUE


class Sheets:
    """Makes the parts of an event's page; charts and lists are read once."""

    def __init__(self, parts: "Wiring", lines: Lines) -> None:
        self._parts = parts
        self._lines = lines
        self._charts: dict[str, Chart | None] = {}
        self._directories: dict[str, Directory | None] = {}

    def part(self, row: Posting) -> EventPart:
        """A row as the page shows it."""
        line = self._lines.line(row)
        connection = self._lines.connections[row.key.connection]
        return EventPart(
            line,
            name_of(row),
            MEANING[row.status],
            step_of(row, connection, f"{line.url}#r{row.key.revision}"),
            self._sheet(row) if row.entry else None,
            tuple(_moves(row)),
            pretty(row.event),
            may_be_done(row),
        )

    def _sheet(self, row: Posting) -> Sheet:
        posted = row.document()
        if isinstance(posted, JournalEntry):
            return self._journal(row, posted)
        if isinstance(posted, SalesDocument | PurchaseDocument):
            return self._document(row, posted)
        facts = tuple(
            (name.replace("_", " "), str(value))
            for name, value in asdict(posted).items()
            if value and not isinstance(value, list | tuple | dict) and name != "entry_id"
        )
        return Sheet("list", row.entity, "", "", (), facts=facts)

    def _journal(self, row: Posting, entry: JournalEntry) -> Sheet:
        lines = tuple(
            SheetLine(
                in_words(line.role),
                line.key,
                self._account(row.realm, line.account),
                line.amount if line.side == "debit" else None,
                line.amount if line.side == "credit" else None,
                about=self._about(row.realm, line.class_, line.department, line.name),
            )
            for line in entry.lines[:MAX_LINES]
        )
        debits = sum(line.amount for line in entry.lines if line.side == "debit")
        return Sheet(
            "journal", f"Journal entry {entry.doc_number}", entry.txn_date.isoformat(),
            entry.currency, lines, Sum(debits, entry.currency), entry.note,
            max(0, len(entry.lines) - MAX_LINES),
        )  # fmt: skip

    def _document(self, row: Posting, form: SalesDocument | PurchaseDocument) -> Sheet:
        lines = [
            SheetLine(
                in_words(line.role),
                line.key,
                self._account(row.realm, line.account),
                amount=line.amount,
                quantity=line.quantity if isinstance(line, SalesLine) else "",
                about=line.description,
            )
            for line in form.lines[:MAX_LINES]
        ]
        who = Name("customer", form.customer) if isinstance(form, SalesDocument) else Name(
            "vendor", form.vendor
        )  # fmt: skip
        if isinstance(form, SalesDocument) and form.tax:
            lines.append(SheetLine("Tax", form.tax.code, "", amount=form.tax.amount))
        facts = ((str(who.kind), self._party(row.realm, who)),)
        return Sheet(
            "document", f"{form.form} {form.doc_number}", form.txn_date.isoformat(), form.currency,
            tuple(lines), Sum(form.total, form.currency), form.note,
            max(0, len(form.lines) - MAX_LINES), facts if who.id else (),
        )  # fmt: skip

    def _chart(self, realm: str) -> Chart | None:
        if realm not in self._charts:
            self._charts[realm] = self._parts.mappings.chart(realm) if realm else None
        return self._charts[realm]

    def _account(self, realm: str, account: str) -> str:
        chart = self._chart(realm)
        known = chart.accounts.get(account) if chart else None
        return f"{known.number} {known.name}".strip() if known else account

    def _about(
        self, realm: str, class_: str | None, department: str | None, name: Name | None
    ) -> str:
        chart = self._chart(realm)
        said = []
        if class_:
            known = chart.classes.get(class_) if chart else None
            said.append(f"class {known.name if known else class_}")
        if department:
            known = chart.departments.get(department) if chart else None
            said.append(f"location {known.name if known else department}")
        if name:
            said.append(f"{name.kind} {self._party(realm, name)}")
        return ", ".join(said)

    def _party(self, realm: str, name: Name) -> str:
        if realm not in self._directories:
            self._directories[realm] = self._parts.mappings.directory(realm) if realm else None
        lists = self._directories[realm]
        if lists is None:
            return name.id
        listed = (lists.customers if name.kind == "customer" else lists.vendors).get(name.id)
        return listed.name if listed else name.id


def may_be_done(row: Posting) -> frozenset[str]:
    """What a person may do with a row: replay, void, undo, repost, clear."""
    may = set()
    if row.status in TROUBLE and row.reason != "double_in_qbo":
        may.add("replay")
    if row.status in TROUBLE and row.reason not in ("double_in_qbo", "outcome_unknown"):
        may.add("void")
    if may_be_undone(row):
        may.add("undo")
    if may_be_posted_again(row):
        may.add("repost")
    if row.open_flags:
        may.add("clear")
    return frozenset(may)


def _moves(row: Posting) -> Iterator[Move]:
    """Kept as `20261120T182231Z received>ready`; the latest first."""
    for text in reversed(row.moves):
        at, _, move = text.partition(" ")
        before, _, after = move.partition(">")
        day = f"{at[:4]}-{at[4:6]}-{at[6:8]}"
        yield Move(f"{day}T{at[9:11]}:{at[11:13]}:{at[13:15]}Z", before, after)


def pretty(data: bytes) -> str:
    """JSON as a person reads it, cut where it is very long; text that is no JSON as it is."""
    text = data[: MAX_RAW * 4].decode("utf-8", "replace")
    if len(data) <= MAX_RAW * 4:
        try:
            text = json.dumps(json.loads(data, parse_float=str), indent=2, ensure_ascii=False)
        except ValueError:
            return _cut(text)
    return _cut(text)


def _cut(text: str) -> str:
    return (
        text if len(text) <= MAX_RAW else f"{text[:MAX_RAW]}\n... cut after {MAX_RAW:,} characters"
    )


def delivery_facts(delivery: DeliveryRow | None) -> Mapping[str, Any] | None:
    """A delivery as the page shows it. Its headers are not kept, so no secret is among it."""
    if delivery is None:
        return None
    return {
        "id": delivery.delivery_id,
        "received_at": delivery.received_at,
        "source": delivery.source,
        "event": delivery.event or "",
        "sha256": delivery.sha256,
        "size": len(delivery.body),
        "archived": bool(delivery.archive_key),
        "body": pretty(delivery.body),
    }


def in_order(rows: Sequence[Posting]) -> list[Posting]:
    """The latest version and revision first, each reversal behind what it takes back."""
    return sorted(
        rows,
        key=lambda row: (
            row.created_at,
            row.key.revision,
            row.key.purpose == "post",
            -row.key.part,
        ),
        reverse=True,
    )
