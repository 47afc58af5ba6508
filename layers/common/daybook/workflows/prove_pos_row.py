"""What a proof does about one event that the point of sale has otherwise: flags it, tells of it,
takes the flag away. What stands at the point of sale and in QuickBooks it leaves alone."""

from collections.abc import Iterator
from dataclasses import replace

from daybook.domain.flags import RAISED_BY_POS, Flag, FlagName
from daybook.domain.identity import PostingKey
from daybook.domain.posting import instant_text
from daybook.domain.proof import Finding
from daybook.domain.status import DUE
from daybook.workflows.prove_row import finding_of
from daybook.workflows.prover import Prover


def flagged(
    name: FlagName, key: PostingKey, text: str, realm: str, tools: Prover
) -> Iterator[Finding]:
    """The finding of a row, which has the flag in place of what was seen there before; nothing if
    it moved meanwhile."""
    row = tools.ledger.get(key)
    if row is None:
        return
    if row.status in DUE:
        # The poster has it in hand: no write of ours may come between.
        yield told_once(finding_of(name, row, (), text), realm, tools)
        return
    for flag in row.flags:
        if (flag.name, flag.seen) == (name, text):
            yield finding_of(name, row, (), text, is_new=False, cleared=flag.cleared)
            return
    others = tuple(flag for flag in row.flags if flag.name not in RAISED_BY_POS)
    flag = Flag(name, instant_text(tools.clock()), text)
    if tools.ledger.change(row, row.flagged((*others, flag))):
        finding = finding_of(name, row, (), text)
        tools.tell(name, finding)
        yield finding


def unflagged(key: PostingKey, tools: Prover) -> None:
    """All is well: what was seen before is no more so."""
    row = tools.ledger.get(key)
    if row:
        others = tuple(flag for flag in row.flags if flag.name not in RAISED_BY_POS)
        tools.ledger.change(row, row.flagged(others))


def told_once(finding: Finding, realm: str, tools: Prover) -> Finding:
    """A finding without a flag: new, and told, if the date's last proof did not have it."""
    before = tools.proofs.of_day(realm, finding.day)
    known = {one.what for one in before.findings} if before else set()
    finding = replace(finding, is_new=finding.what not in known)
    if finding.is_new:
        tools.tell(finding.kind, finding)
    return finding
