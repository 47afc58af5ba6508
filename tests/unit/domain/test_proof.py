"""The judgement of one posting, its control totals, and what a proof keeps."""

import copy
import json
from dataclasses import replace
from datetime import date

import pytest

from daybook.domain.audit import Verdict, judge, stands_for_itself
from daybook.domain.control_totals import ControlTotals
from daybook.domain.differences import differences
from daybook.domain.identity import marker
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.outcome import FoundEntry
from daybook.domain.posting import Posting
from daybook.domain.proof import DayProof, ProofState, days_of_range, objects_of
from daybook.domain.reversal import reversal_of
from daybook.domain.status import STATUSES, Status
from tests.fakes.postings import REALM, typical_posting

ROW = typical_posting()
ENTRY = ROW.journal()


def there(qbo_id: str = "7", entry: JournalEntry = ENTRY, **changes: object) -> FoundEntry:
    lines = tuple(
        (line.side, line.account, line.amount, line.class_ or "", line.department or "")
        for line in entry.lines
    )
    note = f"{entry.note} {marker(ROW.entry_id, 1, 'f' * 64)}"
    found = FoundEntry(qbo_id, entry.doc_number, entry.txn_date.isoformat(), note, lines)
    return replace(found, **changes)  # type: ignore[arg-type]


def judged(row: Posting, *live: FoundEntry, same: bool = True) -> Verdict:
    return judge(row, live, lambda _found: same)


def row_in(status: Status, qbo_id: str = "7") -> Posting:
    return replace(ROW, status=status, qbo_id=qbo_id)


@pytest.mark.parametrize("status", ["posted", "reversed"])
def test_a_posted_row_has_one_equal_entry(status: Status) -> None:
    row = row_in(status)
    assert judged(row, there()).word == "well"
    assert judged(row).word == "absent"
    assert judged(row, there(), same=False).word == "edited"
    assert judged(row, there("9")) == Verdict("other_id", ("9",))
    double = judged(row, there("10"), there("7"))
    assert (double.word, double.ids) == ("double", ("7", "10"))
    assert double.text == "QuickBooks has entries 7, 10 of this one posting; 7 is recorded."


@pytest.mark.parametrize("status", sorted(set(STATUSES) - {"posted", "reversed"}))
def test_a_row_that_is_not_posted_has_none(status: Status) -> None:
    row = row_in(status, "")
    assert judged(row).word == "well"
    on_its_way = status in ("sending", "uncertain")
    may_be_adopted = status in ("ready", "held")
    one = "well" if on_its_way else "late" if may_be_adopted else "double"
    assert judged(row, there()).word == one
    assert judged(row, there(), there("8")).word == ("well" if on_its_way else "double")
    assert judged(row, there(), same=False).word == ("well" if on_its_way else "double")


def test_only_entries_of_their_own_are_looked_for() -> None:
    assert stands_for_itself(ROW)
    assert stands_for_itself(replace(ROW, key=ROW.key.reversal()))
    assert not stands_for_itself(replace(ROW, key=replace(ROW.key, effect="reverse")))
    assert not stands_for_itself(replace(ROW, entity="Customer"))
    assert not stands_for_itself(replace(ROW, entry=b""))
    assert not stands_for_itself(replace(ROW, beside="0123456789abcdef"))


def test_differences_name_date_lines_and_mark() -> None:
    assert differences(there(txn_date="2026-12-01"), ENTRY, ROW.entry_id) == [
        "its date is 2026-12-01, not 2026-11-20"
    ]
    changed = replace(ENTRY, lines=(copy.replace(ENTRY.lines[0], amount=10001), *ENTRY.lines[1:-1],
                      copy.replace(ENTRY.lines[-1], amount=2438)))  # fmt: skip
    found = there(entry=changed)
    assert differences(found, ENTRY, ROW.entry_id) == [
        "it lacks credit 24.37 on account 84, class 200000000001",
        "it lacks debit 100.00 on account 80, class 200000000001",
        "it has credit 24.38 on account 84, class 200000000001",
        "it has debit 100.01 on account 80, class 200000000001",
    ]
    assert differences(there(private_note="mine"), ENTRY, ROW.entry_id) == [
        "its note no longer ends in daybook's mark"
    ]
    assert differences(there(), ENTRY, ROW.entry_id) == [
        "its note carries the mark of another content"
    ]


def test_a_long_list_of_differences_is_cut() -> None:
    said = differences(there(lines=()), ENTRY, ROW.entry_id)
    assert len(said) == 10
    assert differences(there(lines=(), txn_date=""), ENTRY, ROW.entry_id)[-1] == "and 1 more"


def sums(totals: ControlTotals) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (one.place.role, one.place.key): (one.sums.get("ledger", 0), one.sums.get("qbo", 0))
        for one in totals.totals()
    }


def test_control_totals_add_debits_by_role_and_tender_on_both_sides() -> None:
    totals = ControlTotals()
    totals.add_ledger(ROW, ENTRY)
    totals.add_found(ROW, ENTRY, there())
    assert sums(totals) == {
        ("", ""): (1, 1),
        ("cogs", ""): (12375, 12375),
        ("markdowns", ""): (450, 450),
        ("payment_type", "1"): (10000, 10000),
        ("payment_type", "2"): (21972, 21972),
    }
    assert all(one.agrees for one in totals.totals())


def test_two_tenders_on_one_account_are_told_apart() -> None:
    lines = (
        Line("debit", "payment_type", "cash", "80", 500),
        Line("debit", "payment_type", "card", "80", 500),
        Line("credit", "sales", "30", "81", 1000),
    )
    entry = replace(ENTRY, lines=lines)
    totals = ControlTotals()
    totals.add_ledger(ROW, entry)
    totals.add_found(ROW, entry, there(entry=entry))
    assert all(one.agrees for one in totals.totals())


def test_debits_that_nothing_explains_are_unknown() -> None:
    totals = ControlTotals()
    totals.add_found(ROW, ENTRY, there(lines=(("debit", "99", 5, "", ""),)))
    assert sums(totals) == {("", ""): (0, 1), ("unknown", "99"): (0, 5)}


def test_a_note_names_its_object_also_in_a_reversal() -> None:
    assert ("pos_ticket", "100245") in objects_of(ENTRY.note)
    mirrored = reversal_of(ENTRY, REALM, ROW.key)
    assert ("pos_ticket", "100245") in objects_of(mirrored.note)


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("canonical 1 | gl batch 7 8 version 3 | x", ("gl batch", "7 8")),
        ("canonical Main (1) | t 1 version 2", ("t", "1")),
    ],
)
def test_types_and_ids_may_have_spaces(note: str, named: tuple[str, str]) -> None:
    assert named in objects_of(note)


@pytest.mark.parametrize("note", ["", "rent", "version 3", " | ".join("abc"), "x" * 5_000])
def test_another_note_names_nothing(note: str) -> None:
    assert objects_of(note) == []


def test_a_deleted_id_is_looked_for_on_the_dates_whose_ids_surround_it() -> None:
    state = ProofState("1").with_ids("2026-11-19", ["5", "9"]).with_ids("2026-11-20", ["8", "x"])
    state = state.with_ids("2026-11-20", ["12"]).with_ids("2026-11-21", [])
    assert state.days_of("9") == ["2026-11-19", "2026-11-20"]
    assert (state.days_of("12"), state.days_of("13"), state.days_of("x")) == (
        ["2026-11-20"],
        [],
        [],
    )
    assert ProofState.from_json(state.to_json()) == state


def test_ranges_are_remembered_for_four_hundred_days() -> None:
    state = ProofState("1")
    for number in range(450):
        day = date.fromordinal(date(2026, 1, 1).toordinal() + number).isoformat()
        state = state.with_ids(day, [str(number)])
    assert len(state.ranges) == 400
    assert state.days_of("49") == []
    assert len(state.days_of("50")) == 1


def test_a_proof_comes_back_from_its_json() -> None:
    totals = ControlTotals()
    totals.add_ledger(ROW, ENTRY)
    proof = DayProof("1", "2026-11-20", "2026-11-21T03:00:00.000Z", 3, totals.totals())
    assert DayProof.from_json(proof.to_json()) == proof


def test_a_proof_from_before_there_was_a_third_side_has_none() -> None:
    proof = DayProof("1", "2026-11-20", "2026-11-21T03:00:00.000Z", 3)
    kept = json.loads(proof.to_json())
    del kept["pos"]
    assert DayProof.from_json(json.dumps(kept).encode()) == proof


def test_a_range_has_at_least_a_day_and_a_bound() -> None:
    day = date(2026, 11, 20)
    assert days_of_range(day, day, 1) == ["2026-11-20"]
    for last in (date(2026, 11, 19), date(2026, 11, 22)):
        with pytest.raises(ValueError, match="is not 1 to 2 days"):
            days_of_range(day, last, 2)
