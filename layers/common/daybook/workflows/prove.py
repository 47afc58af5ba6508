"""The proof: does QuickBooks have what the ledger says, once, unchanged, and nothing else of ours?
And does the ledger have what the point of sale has, where that is pulled?

It compares dates, a few at a time. Without dates given: the last seven days and today, and every
older date of which QuickBooks says that something changed. Nothing is posted or deleted there.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from daybook.domain.connection import Connection
from daybook.domain.job import Job, Step
from daybook.domain.outcome import ProbeFailed
from daybook.domain.posting import instant_text
from daybook.domain.proof import MAX_FINDINGS, DayProof, Finding, days_of_range
from daybook.workflows import record
from daybook.workflows.ports import Realm
from daybook.workflows.poster import Reconnect, TokenUnavailable
from daybook.workflows.prove_days import Window, prove_window, rows_of_day
from daybook.workflows.prove_pos import prove_pos
from daybook.workflows.prover import JOURNALS, AuditedBooks, NotProved, Prover

DAYS: Final = 7
MAX_DAYS: Final = 400
MAX_WINDOW_DAYS: Final = 31
# A window ends with the date that fills it: what is compared has to fit into memory.
MAX_WINDOW_ROWS: Final = 2_000
# Of the older dates that changed, the latest.
MAX_OLDER_DAYS: Final = 60
# Change data capture looks back 30 days.
LOOK_BACK: Final = timedelta(days=29)
LOOK_BACK_DAYS: Final = 30
# Clocks differ, and what was being written during the proof before may have been missed.
OVERLAP: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """The dates to compare, ISO, rising; note: what could not be planned for, or "".

    changes_until: kept when all is done: up to when changes are covered; "" leaves it as it was.
    """

    days: tuple[str, ...]
    changes_until: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of a company: its days, and how many reads it took in all."""

    realm: str
    days: tuple[DayProof, ...]
    reads: int
    note: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, each once, though it may touch several dates."""
        found = {one.what: one for day in self.days for one in day.findings}
        return tuple(found.values())

    @property
    def more(self) -> int:
        """Findings beyond those that are kept."""
        return sum(day.more for day in self.days)


def plan_range(first: date, last: date) -> Plan:
    """The dates that a person names. Raises ValueError for an empty or too long range."""
    return Plan(tuple(days_of_range(first, last, MAX_DAYS)))


def plan_usual(realm: Realm, books: AuditedBooks, tools: Prover) -> Plan:
    """The last days, and older dates of which QuickBooks says that something changed since the
    proof before. Raises ProbeFailed."""
    now = tools.clock()
    days = set(_last_days(now, DAYS))
    state = tools.proofs.state(realm.realm)
    since = now - LOOK_BACK
    if state.changes_until:
        since = max(since, datetime.fromisoformat(state.changes_until) - OVERLAP)
    kinds = (*JOURNALS, *state.kinds)
    changes = books.changed_since(since, kinds)
    older = {entry.txn_date for entry in changes.entries}
    older |= {day for one in changes.deleted for day in state.days_of(one)}
    if not changes.is_whole:
        # More than is told at once: live ones are asked for page by page, and deleted ones
        # show when each date that they may be of is compared.
        older |= {entry.txn_date for entry in books.touched_since(since, kinds)}
        older |= set(_last_days(now, LOOK_BACK_DAYS))
    latest = sorted(older - days)[-MAX_OLDER_DAYS:]
    left_out = len(older - days) - len(latest)
    note = f"{left_out} older dates with changes were not compared." if left_out else ""
    return Plan(tuple(sorted({*days, *latest})), instant_text(now), note)


def _last_days(now: datetime, count: int) -> list[str]:
    today = now.astimezone(UTC).date()
    return days_of_range(today - timedelta(days=count), today, MAX_DAYS)


def prove(
    realm_id: str,
    days: tuple[date, date] | None,
    tools: Prover,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Proof:
    """Compare a company's dates (the usual ones for None). progress: (done, total) dates.

    Raises NotProved, with what was compared before kept; ValueError for a range that is none.
    """
    named = plan_range(*days) if days else None
    try:
        realm, books = _open(realm_id, tools)
        plan = named or plan_usual(realm, books, tools)
        done: list[DayProof] = []
        progress(0, len(plan.days))
        while len(done) < len(plan.days):
            done += step(realm, plan.days[len(done) :], books, tools)
            progress(len(done), len(plan.days))
    except ProbeFailed as failure:
        raise NotProved(f"QuickBooks gave no whole answer: {failure.outcome.text}") from failure
    except (Reconnect, TokenUnavailable) as failure:
        raise NotProved(f"No access to company {realm_id}: {failure}") from failure
    _finish(realm_id, plan.changes_until, tools)
    return Proof(realm_id, tuple(done), books.reads, plan.note)


def _open(realm_id: str, tools: Prover) -> tuple[Realm, AuditedBooks]:
    realm = tools.connections.realm(realm_id)
    if realm is None or realm.state != "connected":
        state = realm.state if realm else "not connected"
        raise NotProved(f"Company {realm_id} is {state}; connect it again.")
    try:
        return realm, tools.audit(realm)
    except Reconnect as lost:
        record.disconnect(realm, str(lost), tools.poster, lost.pair)
        raise


def step(realm: Realm, days: Sequence[str], books: AuditedBooks, tools: Prover) -> list[DayProof]:
    """Compare the first of the dates, as many as make a window, and keep their proofs.

    Raises ProbeFailed, with nothing of this window kept.
    """
    owned = [one for one in tools.connections.all() if one.realm == realm.realm]
    connections = [one.id for one in owned]
    window = Window(realm, connections, [], books, {})
    taken: list[str] = []
    for day in days[:MAX_WINDOW_DAYS]:
        if taken and (_day_after(taken[-1]) != day or len(window.rows) >= MAX_WINDOW_ROWS):
            break
        taken.append(day)
        window.rows.update(rows_of_day(connections, day, tools))
    window.days = taken
    proofs = [_with_pos(proof, owned, window, tools) for proof in prove_window(window, tools)]
    state = tools.proofs.state(realm.realm).with_kinds(window.kinds)
    for proof in proofs:
        tools.proofs.put(proof)
        ids = (row.qbo_id for row in window.rows.values() if row.business_date == proof.day)
        state = state.with_ids(proof.day, ids)
    tools.proofs.put_state(state)
    return proofs


def _with_pos(
    proof: DayProof, connections: Sequence[Connection], window: Window, tools: Prover
) -> DayProof:
    """The proof with its third side: each connection's point of sale."""
    compared = [prove_pos(one, proof.day, tools, window.in_books) for one in connections]
    findings = [*proof.findings, *(one for _, found in compared for one in found)]
    return replace(
        proof,
        pos=tuple(day for day, _ in compared),
        findings=tuple(findings[:MAX_FINDINGS]),
        more=proof.more + max(0, len(findings) - MAX_FINDINGS),
    )


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _finish(realm_id: str, changes_until: str, tools: Prover) -> None:
    if changes_until:
        state = tools.proofs.state(realm_id)
        tools.proofs.put_state(replace(state, changes_until=changes_until))


def prove_slice(job: Job, seconds_left: Callable[[], float], tools: Prover) -> Step:
    """One step of a job `prove`: the plan first, then windows while the seconds last.

    scope: {"realm", "from"?, "to"?} (ISO). Raises ProbeFailed and TokenUnavailable: the step is
    tried again.
    """
    scope, cursor = job.scope, job.cursor
    try:
        realm, books = _open(str(scope["realm"]), tools)
    except (NotProved, Reconnect) as reason:
        return Step(cursor, job.done, job.total, job.counts, failed=str(reason))
    counts, before = dict(job.counts), books.reads
    if not cursor:
        plan = _plan_of(scope, realm, books, tools)
        cursor = {"days": list(plan.days), "until": plan.changes_until, "seen": []}
    left, seen = list(cursor["days"]), set(cursor["seen"])
    while left:
        proofs = step(realm, left, books, tools)
        left = left[len(proofs) :]
        _count(proofs, seen, counts)
        if seconds_left() <= 0:
            break
    counts["reads"] = counts.get("reads", 0) + books.reads - before
    if not left:
        _finish(realm.realm, str(cursor["until"]), tools)
    total = job.total or len(cursor["days"])
    done = total - len(left)
    cursor = {**cursor, "days": left, "seen": sorted(seen)[:MAX_FINDINGS]}
    return Step(cursor, done, total, counts, finished=not left)


def _plan_of(scope: Mapping[str, Any], realm: Realm, books: AuditedBooks, tools: Prover) -> Plan:
    if "from" in scope:
        first, last = (date.fromisoformat(str(scope[word])) for word in ("from", "to"))
        return plan_range(first, last)
    return plan_usual(realm, books, tools)


def _count(proofs: Collection[DayProof], seen: set[str], counts: dict[str, int]) -> None:
    """Count what is open by kind, each thing once."""
    for finding in (one for proof in proofs for one in proof.open_findings):
        if finding.what not in seen:
            counts[finding.kind] = counts.get(finding.kind, 0) + 1
            seen.add(finding.what)
