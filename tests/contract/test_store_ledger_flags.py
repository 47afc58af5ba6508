"""How a ledger finds the rows that carry a flag: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator

import pytest

from daybook.domain.errors import Problem
from daybook.domain.flags import Flag, FlagName
from daybook.domain.posting import Posting
from daybook.workflows.ports import Ledger
from tests.fakes.aws import in_process
from tests.fakes.ledger import FakeLedger
from tests.fakes.postings import AT, SHOP, short_posting


@pytest.fixture(params=["fake", "dynamodb"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    if request.param == "fake":
        yield FakeLedger()
        return
    with in_process(monkeypatch) as aws:
        yield aws.ledger()


def flag(name: FlagName = "double_in_qbo", at: str = "2026-11-21", cleared: str = "") -> Flag:
    return Flag(name, f"{at}T03:00:00.000Z", "QuickBooks has two.", "5,6", cleared)


def posted(ledger: Ledger, number: int, *flags: Flag) -> Posting:
    row = short_posting(number, status="posted", qbo_id=str(number))
    ledger.put(row)
    after = row.flagged(flags)
    assert ledger.change(row, after)
    return after


def test_flagged_rows_are_found_by_flag_and_age(ledger: Ledger) -> None:
    late = posted(ledger, 1, flag(at="2026-11-22"))
    edited = posted(ledger, 2, flag("edited_in_qbo", "2026-11-01"))
    early = posted(ledger, 3, flag())
    posted(ledger, 4)
    assert list(ledger.flagged(SHOP)) == [early, late, edited]
    assert list(ledger.flagged("other")) == []


def test_a_flag_that_was_cleared_or_taken_away_is_found_no_more(ledger: Ledger) -> None:
    cleared, well = posted(ledger, 1, flag()), posted(ledger, 2, flag())
    assert ledger.change(cleared, cleared.flagged((flag(cleared="ann: it is right"),)))
    assert ledger.change(well, well.flagged(()))
    assert list(ledger.flagged(SHOP)) == []
    kept = ledger.get(cleared.key)
    assert kept
    assert kept.flags[0].cleared == "ann: it is right"


def test_a_flag_stays_on_a_row_that_is_reversed(ledger: Ledger) -> None:
    row = posted(ledger, 1, flag())
    assert ledger.change(row, row.moved("reversed", AT))
    assert [one.status for one in ledger.flagged(SHOP)] == ["reversed"]


def test_a_held_row_is_found_among_the_held_and_not_here(ledger: Ledger) -> None:
    row = short_posting(1)
    ledger.put(row)
    held = row.held(Problem("qbo_refused", "No."), AT).flagged((flag(),))
    assert ledger.change(row, held)
    assert list(ledger.flagged(SHOP)) == []
    assert list(ledger.held(SHOP)) == [held]
