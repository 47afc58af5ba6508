"""Compares a few dates of a company: what the ledger says is posted with what QuickBooks has."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daybook.domain.audit import Verdict, counts, id_order, judge, stands_for_itself
from daybook.domain.control_totals import ControlTotals
from daybook.domain.document_kinds import Entity
from daybook.domain.found import FoundTransaction, kind_of
from daybook.domain.identity import read_marker
from daybook.domain.posting import Posting, instant_text
from daybook.domain.proof import MAX_FINDINGS, DayProof, Finding, objects_of
from daybook.workflows.ports import Realm
from daybook.workflows.prove_row import act
from daybook.workflows.prover import JOURNALS, AuditedBooks, Prover

# So many of daybook's entries in a window may be looked up one by one in the ledger: those whose
# business date is not their date in QuickBooks.
MAX_LOOKUPS = 2_000
# So many ids that no query found are read one by one.
MAX_SINGLE_READS = 50
# A query may not show for some seconds what was written; this is far beyond.
_QUERIES_LAG = timedelta(minutes=15)
# Change data capture looks back 30 days.
_CAPTURED = timedelta(days=29)
_A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Window:
    """Dates that are compared together. rows: the ledger's, by the first 16 digits of entry ids.

    days: ISO, consecutive. found: daybook's entries in QuickBooks, likewise. well: of which
    QuickBooks has just what was sent.
    """

    realm: Realm
    connections: Sequence[str]
    days: Sequence[str]
    books: AuditedBooks
    rows: dict[str, Posting]
    found: defaultdict[str, dict[str, FoundTransaction]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    orphans: list[FoundTransaction] = field(default_factory=list)
    well: set[str] = field(default_factory=set)
    note: str = ""

    @property
    def kinds(self) -> tuple[Entity, ...]:
        """What the ledger's rows are in QuickBooks, journal entries first: no more is asked for."""
        return (*JOURNALS, *sorted({row.entity for row in self.rows.values()} - {*JOURNALS}))

    def in_books(self, row: Posting) -> bool:
        """Whether QuickBooks was seen to have the row's entry, once and unchanged."""
        return row.entry_id[:16] in self.well


def rows_of_day(connections: Sequence[str], day: str, tools: Prover) -> dict[str, Posting]:
    """The rows of a business date that stand for themselves in QuickBooks."""
    return {
        row.entry_id[:16]: row
        for connection in connections
        for row in tools.ledger.booked_of_day(connection, day)
        if stands_for_itself(row)
    }


def prove_window(window: Window, tools: Prover) -> list[DayProof]:
    """The proof of each of its days; flags and records what it finds. Raises ProbeFailed."""
    before = window.books.reads
    own = set(window.rows)
    for entry in window.books.entries_dated(window.days[0], window.days[-1], window.kinds):
        _place(entry, window)
    _find_strangers(window, tools)
    findings = list(_judged(window, tools))
    totals = _totals(window, own)
    reads = window.books.reads - before
    return list(_proofs(window, findings, totals, reads, tools))


def _place(entry: FoundTransaction, window: Window) -> None:
    mark = read_marker(entry.private_note)
    if mark:
        window.found[mark.entry_id16][entry.qbo_id] = entry


def _find_strangers(window: Window, tools: Prover) -> None:
    """The rows of other business dates that have entries here, by what the entries' notes name."""
    strangers = [mark for mark in window.found if mark not in window.rows]
    for mark in strangers[:MAX_LOOKUPS]:
        entries = list(window.found[mark].values())
        row = _row_of(mark, entries[0], window, tools)
        if row:
            window.rows[mark] = row
        else:
            window.orphans += entries
    if len(strangers) > MAX_LOOKUPS:
        window.note = f"{len(strangers) - MAX_LOOKUPS} entries were not looked up in the ledger."


def _row_of(mark: str, entry: FoundTransaction, window: Window, tools: Prover) -> Posting | None:
    for object_type, object_id in objects_of(entry.private_note):
        for connection in window.connections:
            for row in tools.ledger.of_object(connection, object_type, object_id):
                if row.entry_id[:16] == mark and stands_for_itself(row):
                    return row
    return None


def _judged(window: Window, tools: Prover) -> Iterator[Finding]:
    suspects = []
    for mark, row in window.rows.items():
        is_well = _verdict(row, window.found.get(mark, {}).values(), tools).word == "well"
        if is_well and counts(row):
            window.well.add(mark)
        if row.flags or not is_well:
            suspects.append(mark)
    suspects = [mark for mark in suspects if _read_again(mark, window, tools)]
    _ask_by_id(suspects, window)
    absent = []
    for mark in suspects:
        row = window.rows[mark]
        verdict = _verdict(row, window.found[mark].values(), tools)
        if verdict.word == "absent":
            absent.append((row, verdict))
        else:
            yield from _told(act(row, verdict, tools), tools)
        if verdict.word == "late":
            _read_again(mark, window, tools)
    yield from _absent(absent, window, tools)
    for entry in window.orphans:
        yield from _told(_orphan(entry), tools)


def _verdict(row: Posting, live: Iterable[FoundTransaction], tools: Prover) -> Verdict:
    def is_same(found: FoundTransaction) -> bool:
        mark = read_marker(found.private_note)
        # Adopted under an older generation, it keeps that one's mark.
        return mark is not None and tools.poster.is_same(found, row.transaction(), mark.generation)

    return judge(row, list(live), is_same)


def _read_again(mark: str, window: Window, tools: Prover) -> bool:
    """A suspect row as it is now: it may have moved since the day was read."""
    before = window.rows[mark]
    row = tools.ledger.get(before.key, before.beside)
    if row is None or row.entry_id != before.entry_id:
        return False
    window.rows[mark] = row
    return True


def _ask_by_id(suspects: Sequence[str], window: Window) -> None:
    """Ask for the entries that should be there under other dates, and those that flags name."""
    wanted: defaultdict[Entity, dict[str, str]] = defaultdict(dict)
    for mark in suspects:
        row = window.rows[mark]
        ids = {row.qbo_id, *(one for flag in row.flags for one in flag.qbo_ids)}
        wanted[row.entity].update(dict.fromkeys(ids - window.found[mark].keys() - {""}, mark))
    for kind, marks in wanted.items():
        for entry in window.books.entries_by_id(sorted(marks, key=id_order), kind):
            mark = marks[entry.qbo_id]
            if entry.qbo_id == window.rows[mark].qbo_id or _is_marked(entry, mark):
                window.found[mark][entry.qbo_id] = entry


def _is_marked(entry: FoundTransaction, mark: str) -> bool:
    found = read_marker(entry.private_note)
    return found is not None and found.entry_id16 == mark


def _absent(
    absent: Sequence[tuple[Posting, Verdict]], window: Window, tools: Prover
) -> Iterator[Finding]:
    """What no query found: read by its id where it may be too new, and asked whether deleted."""
    if not absent:
        return
    now = tools.clock()
    deleted = _deleted(window.books, now, sorted({row.entity for row, _ in absent}))
    recent = instant_text(now - _QUERIES_LAG)
    singles = 0
    for row, verdict in absent:
        found = verdict
        if row.since > recent and row.qbo_id not in deleted:
            singles += 1
            entry = (
                window.books.entry(row.qbo_id, row.entity) if singles <= MAX_SINGLE_READS else None
            )
            if entry:
                window.found[row.entry_id[:16]][entry.qbo_id] = entry
                found = _verdict(row, [entry], tools)
            elif singles > MAX_SINGLE_READS:
                window.note = "Not all that was posted in the last minutes could be looked for."
                continue
        finding = act(row, found, tools, deleted=row.qbo_id in deleted)
        yield from _told(finding, tools)


def _deleted(books: AuditedBooks, now: datetime, kinds: Sequence[Entity]) -> frozenset[str]:
    """The ids of what was deleted, as far as QuickBooks tells: of a month, or at least of a day
    where more happened than it tells at once."""
    month = books.changed_since(now - _CAPTURED, kinds)
    if month.is_whole:
        return month.deleted
    return month.deleted | books.changed_since(now - _A_DAY, kinds).deleted


def _orphan(entry: FoundTransaction) -> Finding:
    kind = kind_of(entry)
    thing = "Entry" if kind == "JournalEntry" else kind
    text = (
        f"{thing} {entry.qbo_id} ({entry.doc_number}) carries daybook's mark of no known posting."
    )
    return Finding("orphan_in_qbo", "", "", "", "", entry.txn_date, (entry.qbo_id,), text)


def _told(finding: Finding | None, tools: Prover) -> Iterator[Finding]:
    if finding:
        if finding.is_new:
            tools.tell(finding.kind, finding)
        yield finding


def _totals(window: Window, own: set[str]) -> dict[str, ControlTotals]:
    """By business date, of its own rows: both sides by the day on which it happened."""
    totals = {day: ControlTotals() for day in window.days}
    for mark in own:
        row = window.rows[mark]
        entry = row.transaction()
        day = totals[row.business_date]
        if counts(row):
            day.add_ledger(row, entry)
        for found in window.found.get(mark, {}).values():
            day.add_found(row, entry, found)
    return totals


def _proofs(
    window: Window,
    findings: Sequence[Finding],
    totals: dict[str, ControlTotals],
    reads: int,
    tools: Prover,
) -> Iterator[DayProof]:
    now = instant_text(tools.clock())
    first = window.days[0]
    by_day = defaultdict(list)
    for finding in findings:
        by_day[finding.day if finding.day in window.days else first].append(finding)
    for day in window.days:
        ordered = sorted(by_day[day], key=lambda one: (one.kind, one.event, one.ids))
        proof = DayProof(
            window.realm.realm,
            day,
            now,
            reads if day == first else 0,
            totals[day].totals(),
            tuple(ordered[:MAX_FINDINGS]),
            max(0, len(ordered) - MAX_FINDINGS),
        )
        yield replace(proof, note=window.note) if day == first else proof
