"""What every ledger promises: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.domain.delivery import DeliveryRow
from daybook.domain.due import Due
from daybook.domain.errors import Missing, Problem
from daybook.domain.flags import Flag
from daybook.domain.posting import Posting, content_sha
from daybook.workflows.ports import Ledger
from tests.fakes.aws import in_process
from tests.fakes.ledger import FakeLedger
from tests.fakes.postings import AT, REALM, SHOP, short_posting, typical_posting


@pytest.fixture(params=["fake", "dynamodb"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    if request.param == "fake":
        yield FakeLedger()
        return
    with in_process(monkeypatch) as aws:
        yield aws.ledger()


def claimed(row: Posting, b_id: str = "1") -> Posting:
    return row.moved("sending", AT, request_id="R" * 32, b_id=b_id, sent_at="2026-11-20T18:23Z")


def test_a_posting_comes_back_as_it_was_put(ledger: Ledger) -> None:
    row = typical_posting()
    assert ledger.put(row) == "created"
    assert ledger.get(row.key) == row


def test_every_field_of_a_posting_comes_back(ledger: Ledger) -> None:
    row = replace(
        short_posting(),
        status="held",
        entry=b"{}",
        mapping_version=7,
        parties=(("customer", "17"), ("vendor", "ü|#%")),
        reason="unmapped_account",
        reason_text="No account \N{EM DASH} none.\n",
        missing=(Missing("sales", "30", "1"), Missing("cogs", "", "")),
        counter=3,
        generation=2,
        request_id="R" * 32,
        b_id="30",
        sent_at="2026-11-20T18:23:00.000Z",
        first_sent_at="2026-11-20T18:22:00.000Z",
        fence=4,
        faults=1,
        qbo_id="1001",
        intuit_tid="1-abc",
        beside="0123456789abcdef",
        flags=(Flag("edited_in_qbo", "2026-11-21T03:00:00.000Z", "Its date.", "5,6", "ann: ok"),),
        number=9,
        moves=("20261120T182231Z ready>sending", "by hand"),
    )
    assert ledger.put(row) == "created"
    assert ledger.get(row.key, row.beside) == row


def test_an_absent_posting_is_none(ledger: Ledger) -> None:
    assert ledger.get(short_posting().key) is None


def test_the_same_event_again_is_same_and_changes_nothing(ledger: Ledger) -> None:
    first = short_posting()
    ledger.put(first)
    assert ledger.put(replace(first, created_at="2027-01-01T00:00:00Z")) == "same"
    assert ledger.get(first.key) == first


def test_another_event_under_the_same_key_is_a_conflict_and_stands_beside(ledger: Ledger) -> None:
    first = short_posting()
    other = replace(first, event=b"{}", event_sha=content_sha(b"{}"))
    ledger.put(first)
    assert ledger.put(other) == "conflict"
    assert ledger.get(first.key) == first
    beside = replace(other, beside=other.event_sha[:16])
    assert ledger.put(beside) == "created"
    assert ledger.put(beside) == "same"
    assert ledger.get(first.key, beside.beside) == beside
    assert ledger.get(first.key) == first


def test_a_change_is_written(ledger: Ledger) -> None:
    row = short_posting()
    ledger.put(row)
    sending = claimed(row)
    posted = sending.moved("posted", AT, qbo_id="55")
    assert ledger.change(row, sending)
    assert ledger.change(sending, posted)
    assert ledger.get(row.key) == posted


def test_only_the_first_of_two_changes_of_one_row_is_written(ledger: Ledger) -> None:
    row = short_posting()
    ledger.put(row)
    assert ledger.change(row, claimed(row, "1"))
    assert not ledger.change(row, claimed(row, "2"))
    assert not ledger.change(row, claimed(row, "1"))
    assert ledger.get(row.key) == claimed(row, "1")


def test_an_absent_row_cannot_be_changed(ledger: Ledger) -> None:
    row = short_posting()
    assert not ledger.change(row, claimed(row))
    assert ledger.get(row.key) is None


def test_a_field_that_becomes_empty_is_empty(ledger: Ledger) -> None:
    row = replace(
        short_posting(), request_id="R" * 32, b_id="3", entry=b"{}", parties=(("a", "b"),)
    )
    ledger.put(row)
    later = row.moved("sending", AT, request_id="", b_id="", entry=b"", parties=())
    assert ledger.change(row, later)
    assert ledger.get(row.key) == later


def test_thirty_changes_at_once_are_each_on_their_own(ledger: Ledger) -> None:
    rows = [short_posting(number) for number in range(30)]
    for row in rows:
        ledger.put(row)
    ledger.change(rows[7], rows[7].moved("void", AT))
    answers = ledger.change_all([(row, claimed(row)) for row in rows])
    assert answers == [number != 7 for number in range(30)]
    states = {row.status for row in ledger.due(REALM, 100)}
    assert states == {"sending"}


def test_no_changes_at_once_are_none(ledger: Ledger) -> None:
    assert ledger.change_all([]) == []


def test_due_rows_are_found_oldest_first_and_no_more_than_asked(ledger: Ledger) -> None:
    for number in (3, 1, 2):
        ledger.put(short_posting(number))
    ledger.put(short_posting(4, realm="other"))
    assert [row.key.object_id for row in ledger.due(REALM, 10)] == ["1", "2", "3"]
    assert [row.key.object_id for row in ledger.due(REALM, 2)] == ["1", "2"]
    assert ledger.due("unknown", 10) == []


def test_a_row_is_due_while_ready_sending_or_uncertain(ledger: Ledger) -> None:
    row = short_posting()
    ledger.put(row)
    sending = claimed(row)
    uncertain = sending.moved("uncertain", AT)
    posted = uncertain.moved("posted", AT)
    for before, after, due in ((row, sending, 1), (sending, uncertain, 1), (uncertain, posted, 0)):
        ledger.change(before, after)
        assert ledger.due(REALM, 10) == [after] * due


def test_due_finds_more_than_one_page(ledger: Ledger) -> None:
    for number in range(205):
        ledger.put(short_posting(number))
    assert len(ledger.due(REALM, 1_000)) == 205
    assert len(ledger.due(REALM, 150)) == 150


def test_a_look_finds_what_is_due_and_what_rang_with_their_families(ledger: Ledger) -> None:
    rows = [short_posting(number) for number in range(4)]
    for row in rows:
        ledger.put(row)
    ledger.put(short_posting(7, realm="other"))
    posted = claimed(rows[1]).moved("posted", AT)
    assert ledger.change(rows[1], posted)
    elsewhere = short_posting(7, realm="other").id
    ids = [rows[0].id, rows[1].id, elsewhere, short_posting(9).id, "none"]
    seen = ledger.look(REALM, 120, ids, {rows[2].id})
    assert (seen.rows, seen.more) == ([rows[0], rows[3]], False)
    assert seen.families[SHOP, "pos_ticket", "3"] == [rows[3]]
    assert ledger.look(REALM, 120, []).rows == [rows[0], rows[2], rows[3]]
    assert ledger.look("unknown", 120, []) == Due([])


def test_a_look_at_many_gives_as_many_as_are_asked_for_and_what_rang(ledger: Ledger) -> None:
    rows = [short_posting(number) for number in range(235)]
    for row in rows:
        ledger.put(row)
    flying = {row.id for row in rows[:7]}
    seen = ledger.look(REALM, 120, [rows[234].id, rows[8].id, rows[3].id], flying)
    found = {row.id for row in seen.rows}
    assert (len(seen.rows), len(found), seen.more, seen.families) == (121, 121, True, {})
    assert rows[234].id in found
    assert not found & flying
    assert not ledger.look(REALM, 300, []).more


def test_held_rows_are_found_by_reason_and_time(ledger: Ledger) -> None:
    reasons = ["unbalanced", "currency", "currency"]
    for number, reason in enumerate(reasons):
        row = short_posting(number)
        ledger.put(row)
        at = AT - timedelta(minutes=number)
        ledger.change(row, row.held(Problem(reason, "text"), at))  # type: ignore[arg-type]
    ledger.put(short_posting(9, connection="elsewhere", status="held", reason="currency"))
    assert [row.key.object_id for row in ledger.held(SHOP)] == ["2", "1", "0"]
    assert list(ledger.held(SHOP, "failed")) == []
    assert ledger.due(REALM, 10) == []


def test_a_released_row_is_due_and_no_longer_held(ledger: Ledger) -> None:
    row = short_posting()
    held = row.held(Problem("currency", "text"), AT)
    released = held.moved("ready", AT)
    ledger.put(row)
    ledger.change(row, held)
    ledger.change(held, released)
    assert list(ledger.held(SHOP)) == []
    assert ledger.due(REALM, 10) == [released]


def test_failed_rows_are_found_as_failed(ledger: Ledger) -> None:
    row = short_posting(status="failed")
    ledger.put(row)
    assert list(ledger.held(SHOP, "failed")) == [row]
    assert list(ledger.held(SHOP)) == []


def test_more_held_rows_than_a_page_are_all_found(ledger: Ledger) -> None:
    for number in range(120):
        ledger.put(short_posting(number, status="held", reason="currency"))
    assert len(list(ledger.held(SHOP))) == 120


def test_rows_of_an_object_are_all_its_versions_and_no_others(ledger: Ledger) -> None:
    mine = [
        short_posting(1),
        short_posting(1, version="2"),
        short_posting(1, purpose="reverse"),
        short_posting(1, revision=1),
    ]
    for row in [*mine, short_posting(12), short_posting(1, connection=SHOP + "2")]:
        ledger.put(row)
    found = ledger.of_object(SHOP, "pos_ticket", "1")
    assert {row.id for row in found} == {row.id for row in mine}


def test_many_objects_are_read_at_once_and_in_their_order(ledger: Ledger) -> None:
    for number in range(30):
        ledger.put(short_posting(number))
        ledger.put(short_posting(number, version="2"))
    names = [(SHOP, "pos_ticket", str(number)) for number in reversed(range(29))]
    found = ledger.of_objects([*names, (SHOP, "pos_ticket", "unknown")])
    assert found == [*(ledger.of_object(*name) for name in names), []]
    assert {len(rows) for rows in found} == {2, 0}
    assert ledger.of_objects(names[:1]) == found[:1]
    assert ledger.of_objects([]) == []


@pytest.mark.parametrize(
    "odd", ["a#b", "a|b", "%23", "a/b", "é\u0085\N{SNOWMAN}", "x" * 200, "\N{GRINNING FACE}" * 200]
)
def test_ids_of_any_characters_are_kept_apart(ledger: Ledger, odd: str) -> None:
    rows = [
        short_posting(object_id=odd),
        short_posting(object_id=odd + "%"),
        short_posting(version=odd),
        short_posting(object_type=odd, object_id=odd, version=odd),
    ]
    for row in rows:
        assert ledger.put(row) == "created"
    assert [ledger.get(row.key) for row in rows] == rows
    assert len(ledger.due(REALM, 10)) == 4
    assert ledger.of_object(SHOP, "pos_ticket", odd) == [rows[0]]


def test_companies_with_something_due_are_told(ledger: Ledger) -> None:
    ledger.put(short_posting(1, realm="1"))
    row = short_posting(2, realm="2")
    ledger.put(row)
    ledger.change(row, row.moved("void", AT))
    assert ledger.realms_due(["1", "2", "3"]) == ["1"]


def test_counts_leave_reversals_out(ledger: Ledger) -> None:
    ledger.put(short_posting(1))
    ledger.put(short_posting(2))
    ledger.put(short_posting(3, status="posted"))
    ledger.put(short_posting(3, status="posted", purpose="reverse"))
    ledger.put_delivery(DeliveryRow(SHOP, "m", "0" * 64, "canonical", "2026-11-20T18:00:00Z"))
    assert ledger.counts() == {"ready": 2, "posted": 1}
    assert len(list(ledger.all_postings())) == 4


def test_an_event_that_was_posted_again_is_counted_once(ledger: Ledger) -> None:
    for number, statuses in ((1, ("reversed", "posted")), (2, ("reversed", "void", "ready"))):
        for revision, status in enumerate(statuses):
            ledger.put(short_posting(number, revision=revision, status=status))
    ledger.put(short_posting(3, status="reversed"))
    ledger.put(short_posting(4, object_id="a#1/0", version="2#1", revision=1, status="held"))
    assert ledger.counts() == {"posted": 1, "ready": 1, "reversed": 1, "held": 1}


def test_what_is_due_must_have_a_company(ledger: Ledger) -> None:
    with pytest.raises(AssertionError):
        ledger.put(short_posting(realm=""))


def test_rows_of_a_business_date_are_found_whatever_became_of_them(ledger: Ledger) -> None:
    rows = [short_posting(number, business_date="2026-11-20") for number in range(3)]
    for row in rows:
        ledger.put(row)
    ledger.put(short_posting(7, business_date="2026-11-21"))
    ledger.put(short_posting(8, connection="elsewhere", business_date="2026-11-20"))
    ledger.change(rows[1], rows[1].moved("sending", AT))
    found = [row.key.object_id for row in ledger.of_day(SHOP, "2026-11-20")]
    assert sorted(found) == ["0", "1", "2"]
    assert list(ledger.of_day(SHOP, "2026-11-19")) == []
