"""What a proof does about one posting: records what was found late, flags what is wrong, takes
flags away where all is well. In QuickBooks it changes nothing."""

from collections.abc import Sequence

from daybook.domain.audit import Verdict, is_gone, thing_of
from daybook.domain.errors import Problem
from daybook.domain.flags import GONE, RAISED_BY_PROOFS, Flag, FlagName
from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting, instant_text
from daybook.domain.proof import Finding, FindingKind
from daybook.domain.status import TROUBLE
from daybook.workflows import record
from daybook.workflows.operator import name_of
from daybook.workflows.poster import Drained
from daybook.workflows.prover import Prover

_DOUBLE: FlagName = "double_in_qbo"


def act(row: Posting, verdict: Verdict, tools: Prover, *, deleted: bool = False) -> Finding | None:
    """What follows from a verdict on a row as it was just read; the finding, if it is one.

    deleted: QuickBooks says that its entry was deleted. A row that moves meanwhile is left to the
    next proof.
    """
    match verdict.word:
        case "well" | "other_id":
            _settle(row, verdict, tools)
            return None
        case "late":
            known = Outcome("posted", verdict.ids[0], intuit_tid=row.intuit_tid)
            record.posted(row, known, tools.poster, Drained({}))
            return finding_of("found_late", row, verdict.ids, verdict.text)
        case "absent":
            return _absent(row, verdict, tools, deleted=deleted)
        case "double":
            unsent = row.status in {"ready", *TROUBLE}
            return _hold(row, verdict, tools) if unsent else _flag(row, _DOUBLE, verdict, tools)
        case "edited":
            return _flag(row, "edited_in_qbo", verdict, tools)


def _settle(row: Posting, verdict: Verdict, tools: Prover) -> None:
    """All is well: without flags; and where a person deleted, of two equal entries, the recorded
    one, the other takes its place."""
    if verdict.word == "other_id":
        after = row.moved(row.status, tools.clock(), qbo_id=verdict.ids[0], flags=_of_others(row))
        tools.ledger.change(row, after)
    elif _of_others(row) != row.flags:
        tools.ledger.change(row, row.flagged(_of_others(row)))


def _of_others(row: Posting) -> tuple[Flag, ...]:
    """The flags that no proof takes away: those that none raised, and what says of a row that it
    was taken back as gone."""
    stays = GONE if is_gone(row) else frozenset()
    return tuple(
        flag for flag in row.flags if flag.name not in RAISED_BY_PROOFS or flag.name in stays
    )


def _hold(row: Posting, verdict: Verdict, tools: Prover) -> Finding:
    """Whatever the row waits for, it must not be sent again before a person has looked."""
    is_new = row.reason != "double_in_qbo" or row.reason_text != verdict.text
    if is_new and row.status != "failed":
        problem = Problem("double_in_qbo", verdict.text)
        tools.ledger.change(row, row.held(problem, tools.clock(), row.counter))
    return finding_of("double_in_qbo", row, verdict.ids, verdict.text, is_new=is_new)


def _absent(row: Posting, verdict: Verdict, tools: Prover, *, deleted: bool) -> Finding | None:
    ids = ",".join(verdict.ids)
    for flag in row.flags:
        if flag.name in GONE and flag.ids == ids:
            # Change data capture forgets after 30 days; the flag does not.
            return _seen(flag, row, verdict.ids)
    if deleted:
        text = f"{thing_of(row)} {row.qbo_id} was deleted in QuickBooks."
        return _flag(row, "deleted_in_qbo", Verdict("absent", verdict.ids, text), tools)
    thing = thing_of(row) if row.entity != "JournalEntry" else "entry"
    text = f"QuickBooks has no {thing} {row.qbo_id}, under which this is recorded."
    return _flag(row, "missing_in_qbo", Verdict("absent", verdict.ids, text), tools)


def _flag(row: Posting, name: FlagName, verdict: Verdict, tools: Prover) -> Finding | None:
    """The row with the flag in place of what a proof saw before: what is seen now counts."""
    for flag in row.flags:
        if (flag.name, flag.seen) == (name, verdict.text):
            return _seen(flag, row, verdict.ids)
    flag = Flag(name, instant_text(tools.clock()), verdict.text, ",".join(verdict.ids))
    if not tools.ledger.change(row, row.flagged((*_of_others(row), flag))):
        return None
    return finding_of(name, row, verdict.ids, verdict.text)


def _seen(flag: Flag, row: Posting, ids: Sequence[str]) -> Finding:
    return finding_of(flag.name, row, ids, flag.seen, is_new=False, cleared=flag.cleared)


def finding_of(  # noqa: PLR0913 -- what a finding says
    kind: FindingKind,
    row: Posting,
    ids: Sequence[str],
    text: str,
    *,
    is_new: bool = True,
    cleared: str = "",
) -> Finding:
    """The finding about a row."""
    return Finding(
        kind,
        row.key.connection,
        name_of(row),
        row.id,
        row.location,
        row.business_date,
        tuple(ids),
        text,
        is_new,
        cleared,
    )
