"""What deliveries would post, without a company, a network or a ledger.

    preview(files, source, mapping)  -> Preview: the fate of every event, in order of input
    as_json(preview)                 -> the JSON of `daybook preview`
    as_notation(preview)             -> the same in beancount notation

Everything is taken as posted at once: what the ledger and QuickBooks would add (numbers taken,
closed books, accounts gone) is not seen here. Signatures are not checked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from daybook.domain.books import Books, Decision
from daybook.domain.document import SalesDocument
from daybook.domain.errors import Held, Problem, Unreadable
from daybook.domain.event import FinancialEvent, LedgerBatch, Party
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.mapping import MODES
from daybook.domain.mapping import Mapping as MappingFile
from daybook.domain.money import to_text
from daybook.domain.notation import journal
from daybook.domain.purchase_document import PurchaseDocument
from daybook.domain.selection import kept_out
from daybook.domain.translation import date_of
from daybook.sources.contract import Context, Delivery, Ignored, Location, Source
from daybook.workflows.families import STOCK_PART
from daybook.workflows.preview_days import InDay, closed, is_in_day, member_entry
from daybook.workflows.preview_documents import (
    BodyOf,
    as_comments,
    document_row,
    dumped,
    is_nobodys,
    made,
)
from daybook.workflows.preview_input import Item, items_of
from daybook.workflows.preview_stock import same_with_stock, stock_fates
from daybook.workflows.standing import Fate, Standing

# What stands of each object, and of the stock beside its documents: by type, id and part.
type Objects = dict[tuple[str, str, int], Standing]

# Realm and connection of every entry that is only previewed.
PREVIEW = "preview"
_RECEIVED_AT = datetime(2000, 1, 1, tzinfo=UTC)


class ModeUnavailable(ValueError):  # noqa: N818 -- the fact
    """The caller asks for a posting mode that there is not."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The fates of all events, in order of input."""

    fates: Sequence[Fate]

    @property
    def entries(self) -> list[JournalEntry]:
        """Every journal entry that would be posted."""
        made = [entry for fate in self.fates for entry in fate.entries]
        return [entry for entry in made if isinstance(entry, JournalEntry)]

    @property
    def documents(self) -> list[SalesDocument | PurchaseDocument]:
        """Every document that would be posted."""
        made = [entry for fate in self.fates for entry in fate.entries]
        return [entry for entry in made if not isinstance(entry, JournalEntry)]

    @property
    def held(self) -> list[Fate]:
        """What waits for a person."""
        return [fate for fate in self.fates if fate.problem]

    @property
    def skipped(self) -> list[Fate]:
        """What posts nothing and needs nobody: void, ignored, superseded, duplicate."""
        return [fate for fate in self.fates if fate.skipped and not fate.part]


def preview(
    files: Iterable[tuple[str, bytes]],
    source: Source,
    mapping: MappingFile,
    *,
    event: str | None = None,
    mode: str | None = None,
) -> Preview:
    """Read files (name, content) of one source and decide what each event in them would post.

    event: the kind of a body that does not name its own. mode: instead of the mapping's.
    Raises ModeUnavailable. What cannot be read is held, and stops nothing else.
    """
    if mode:
        _check_mode(mode)
        mapping = _in_mode(mapping, mode)
    books = Books(PREVIEW, PREVIEW, source.name, mapping)
    context = _context(mapping)
    objects: Objects = {}
    # Only the canonical intake's lists hold events; of a vendor they hold whole deliveries.
    split = source.refuses_unreadable
    items = (item for name, data in files for item in items_of(name, data, split_lists=split))
    found = (one for item in items for one in _read(item, source, context, event))
    days: list[InDay] = []
    fates = [fate for one in found for fate in _fates(one, books, objects, days)]
    return Preview([*fates, *closed(days, books)])


def _check_mode(mode: str) -> None:
    if mode not in MODES:
        raise ModeUnavailable(f"{mode} is no posting mode; modes are {', '.join(MODES)}")


def _context(mapping: MappingFile) -> Context:
    places = {
        place: Location(place, row.name, row.time_zone, row.day_close)
        for place, row in mapping.locations.items()
    }
    return Context(mapping.settings.currency, places, documents=mapping.posts_documents)


def _read(
    item: Item, source: Source, context: Context, event: str | None
) -> Sequence[FinancialEvent | Ignored | Fate]:
    delivery = Delivery(
        PREVIEW, source.name, item.body, _RECEIVED_AT, item.headers, event=item.event or event
    )
    try:
        if source.needs_fetch(delivery):
            text = "Parts of it are only in the point of sale's API, which preview does not ask."
            return [_held(item.name, Problem("source_unavailable", text))]
        return source.parse(delivery, context)
    except Unreadable as problem:
        return [_held(item.name, Problem("unreadable", str(problem)))]
    except Held as held:
        return [_held(item.name, held.problem)]


def _held(name: str, problem: Problem) -> Fate:
    fate = Fate(name)
    fate.hold(problem)
    return fate


def _in_mode(mapping: MappingFile, mode: str) -> MappingFile:
    changes = {"mode": mode, "modes_by_location": {}}
    settings = mapping.settings.model_copy(update=changes)
    return mapping.model_copy(update={"settings": settings})


def _fates(
    found: FinancialEvent | Ignored | Fate, books: Books, objects: Objects, days: list[InDay]
) -> Iterator[Fate]:
    """The fate of what was found; then, where there is one, that of the stock beside it."""
    if isinstance(found, Fate):
        yield found
    elif isinstance(found, Ignored):
        fate = Fate(f"{found.object_type}/{found.object_id}/{found.object_version}/post")
        fate.skip("ignored")
        yield fate
    else:
        yield from _fates_of(found, books, objects, days)


def _standing(event: FinancialEvent, books: Books, objects: Objects, part: int) -> Standing:
    place = (event.object_type, event.object_id, part)
    fresh = Standing(books.realm, books.connection, books.mapping.settings)
    return objects.setdefault(place, fresh)


def _fates_of(
    found: FinancialEvent, books: Books, objects: Objects, days: list[InDay]
) -> Iterator[Fate]:
    fate = Fate(found.name)
    yield fate
    standing = _standing(found, books, objects, 0)
    if standing.is_repeat(found, fate):
        return
    try:
        day = date_of(found, books.mapping)
    except Held as held:
        fate.hold(held.problem)
        return
    mode = books.mapping.mode_at(found.location, day)
    out = kept_out(found, day, books.mapping.settings)
    if out or is_nobodys(found, books, mode):
        fate.skip(out or "ignored")
    elif is_in_day(found, books, mode):
        standing.take(found, day, fate, partial(member_entry, found, books, _names(found), day))
        days.append(InDay(found, day, fate, standing))
    else:
        known, beside = _names(found), _standing(found, books, objects, STOCK_PART)
        same = same_with_stock(found, mode, beside, (books, known))
        standing.take(found, day, fate, partial(made, found, books, known, mode), same)
        yield from stock_fates(found, day, fate, beside, (books, known))


def _names(event: FinancialEvent) -> Decision:
    """Without a company, a customer or vendor is known by the name that the event gives."""
    customers = [event.customer]
    if isinstance(event.body, LedgerBatch):
        customers += [row.customer for row in event.body.entries]
    parties = {f"customer:{one.id}": _name(one) for one in customers if one}
    if event.supplier:
        parties[f"vendor:{event.supplier.id}"] = _name(event.supplier)
    return Decision(parties=parties)


def _name(party: Party) -> str:
    return party.display_name or party.id


def as_json(preview: Preview, body_of: BodyOf | None = None) -> dict[str, list[dict[str, Any]]]:
    """`entries`, `documents`, `held` and `skipped`; amounts are text with the currency's digits.

    body_of: makes the body of a document, whose amounts are numbers; without it none is shown."""
    return {
        "entries": [_entry_row(entry) for entry in preview.entries],
        "documents": [document_row(one, body_of) for one in preview.documents],
        "held": [_held_row(fate) for fate in preview.held],
        "skipped": [{"event": fate.event, "code": fate.skipped} for fate in preview.skipped],
    }


def _entry_row(entry: JournalEntry) -> dict[str, Any]:
    return {
        "event": entry.event,
        "kind": entry.kind,
        "txn_date": entry.txn_date.isoformat(),
        "doc_number": entry.doc_number,
        "currency": entry.currency,
        "lines": [_line_row(line, entry.currency) for line in entry.lines],
    }


def _line_row(line: Line, currency: str) -> dict[str, Any]:
    return {
        "side": line.side,
        "role": line.role,
        "key": line.key,
        "account": line.account,
        "class": line.class_,
        "department": line.department,
        "name": line.name.id if line.name else None,
        "amount": to_text(line.amount, currency),
    }


def _held_row(fate: Fate) -> dict[str, Any]:
    assert fate.problem is not None
    return {
        "event": fate.event,
        "code": fate.problem.code,
        "text": fate.problem.text,
        "missing": [
            {"role": one.role, "key": one.key, "location": one.location}
            for one in fate.problem.missing
        ],
    }


def json_text(parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The JSON with one entry to a line: quick to write, and to read in a diff."""
    lists = []
    for name, rows in parts.items():
        lines = ",\n".join(f"    {dumped(row)}" for row in rows)
        lists.append(f'  "{name}": [\n{lines}\n  ]' if rows else f'  "{name}": []')
    return "{\n" + ",\n".join(lists) + "\n}\n"


def as_notation(preview: Preview) -> str:
    """The entries in beancount notation; documents and what is held or skipped follow as
    comments."""
    rest = as_comments(preview.documents)
    rest += [f"; held {fate.event}: {_comment(fate.problem)}" for fate in preview.held]
    rest += [f"; {fate.skipped} {fate.event}" for fate in preview.skipped]
    entries = journal(preview.entries)
    return "\n".join(part for part in (entries, "".join(f"{row}\n" for row in rest)) if part)


def _comment(problem: Problem | None) -> str:
    return " ".join(f"{problem.code}: {problem.text}".split()) if problem else ""
