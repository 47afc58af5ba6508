"""What goes wrong on the way to QuickBooks, and how each row ends in the books exactly once."""

import json
from dataclasses import replace

import pytest

from daybook.domain.outcome import Outcome
from daybook.domain.status import Status
from tests.fakes.books import Committed, FakeBooks, Fault
from tests.fakes.ledger import FakeLedger
from tests.unit.workflows.office import REALM, SETTLE, Office, read_entry, sale
from tests.unit.workflows.troubled import answering, faulty, posted_once


@pytest.mark.parametrize("fault", ["lose_reply", "drop"])
def test_an_unclear_answer_is_not_repeated_before_the_settle_time(fault: Fault) -> None:
    office = faulty(fault)
    office.drain()
    assert office.row("1").status == "uncertain"
    office.clock.sleep(SETTLE - 1)
    office.drain()
    assert len(office.books.requests) == 1
    office.clock.sleep(1)
    office.drain()
    assert posted_once(office)


def test_what_is_found_in_quickbooks_is_adopted_and_not_sent_again() -> None:
    office = faulty("lose_reply", number=5)
    office.drain()
    office.settle(1)
    assert len(office.books.requests) == 1
    assert posted_once(office, 5)
    assert {row.qbo_id for row in office.ledger.rows.values()} == set("12345")


def test_what_is_not_found_is_sent_again_under_the_same_request_id() -> None:
    office = faulty("drop", number=5)
    office.drain()
    office.settle(1)
    assert office.books.requests[0] == office.books.requests[1]
    assert posted_once(office, 5)


def test_only_what_is_not_found_of_a_group_is_sent_again_in_its_old_place() -> None:
    office = faulty("drop", number=3)
    office.drain()
    row = office.row("2")
    body = office.poster().body(row.journal(), 1)
    office.books.post_batch([_item(body)], "as if committed")
    office.settle(1)
    assert office.books.requests[-1] == (office.books.requests[0][0], ("1", "3"))
    assert posted_once(office, 3)


def _item(body: bytes):  # type: ignore[no-untyped-def]
    from daybook.domain.outcome import BatchItem  # noqa: PLC0415

    return BatchItem("1", "JournalEntry", body)


def test_a_reply_that_does_not_speak_of_an_item_leaves_it_uncertain() -> None:
    class ForgetfulBooks(FakeBooks):
        def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
            answers = super().post_batch(items, request_id)
            answers.pop("2", None)
            return answers

    office = Office.opened(books=ForgetfulBooks(read_entry))
    office.deliver([sale("1"), sale("2"), sale("3")])
    office.drain()
    assert [office.row(one).status for one in "123"] == ["posted", "uncertain", "posted"]
    office.settle(1)
    assert posted_once(office, 3)


def test_two_unclear_answers_in_a_row_park_the_company() -> None:
    office = faulty("drop", "drop", number=61)
    assert office.drain().stopped == "parked"
    assert len(office.books.requests) == 2
    assert sorted(set(office.statuses().values())) == ["ready", "uncertain"]
    office.settle(3)
    assert posted_once(office, 61)


def test_one_unclear_answer_does_not_park_the_company() -> None:
    office = faulty("drop", None, "drop", None, number=100)
    assert office.drain().stopped == "empty"
    assert len(office.books.requests) == 4


def test_a_failed_question_parks_the_company_and_proves_nothing() -> None:
    office = faulty("lose_reply")
    office.drain()
    office.books.failing_probes = 1
    office.clock.sleep(SETTLE)
    assert office.drain().stopped == "parked"
    assert office.row("1").status == "uncertain"
    assert len(office.books.requests) == 1
    office.settle(1)
    assert posted_once(office)


def test_a_number_that_is_taken_by_this_very_posting_is_adopted() -> None:
    office = answering(Outcome("uncertain"), Outcome("refused", reason="docnum_taken", text="6140"))
    office.drain()
    body = office.poster().body(office.row("1").journal(), 1)
    office.settle(1)
    office.books.entries.append(Committed("1", json.loads(body, parse_float=str)))
    office.settle(1)
    assert posted_once(office)


def test_a_number_that_another_entry_has_is_held() -> None:
    office = answering(Outcome("refused", reason="docnum_taken", text="6140: taken"))
    office.drain()
    office.settle(1)
    row = office.row("1")
    assert (row.status, row.reason, row.reason_text) == ("held", "docnum_taken", "6140: taken")
    assert len(office.books.requests) == 1


class DyingBooks(FakeBooks):
    """The worker dies before the request goes out, or after it was committed."""

    die_before = False
    die_after = False

    def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
        if self.die_before:
            self.die_before = False
            raise RuntimeError("killed")
        outcomes = super().post_batch(items, request_id)
        if self.die_after:
            self.die_after = False
            raise RuntimeError("killed")
        return outcomes


@pytest.mark.parametrize(("moment", "requests"), [("die_before", 1), ("die_after", 1)])
def test_a_worker_killed_around_its_request_is_healed_after_the_settle_time(
    moment: str, requests: int
) -> None:
    books = DyingBooks(read_entry)
    setattr(books, moment, True)
    office = Office.opened(books=books)
    office.deliver([sale("1"), sale("2")])
    with pytest.raises(RuntimeError):
        office.drain()
    assert set(office.statuses().values()) == {"sending"}
    office.drain()
    assert set(office.statuses().values()) == {"sending"}
    office.settle(1)
    assert posted_once(office, 2)
    assert len(books.requests) == requests


def test_an_entry_that_stands_twice_in_quickbooks_is_held_with_both_ids() -> None:
    office = faulty("lose_reply")
    office.drain()
    office.books.entries.append(Committed("2", office.books.entries[0].body))
    office.settle(1)
    row = office.row("1")
    assert (row.status, row.reason) == ("held", "double_in_qbo")
    assert "1, 2" in row.reason_text
    assert office.alarms == ["double_in_qbo"]
    assert len(office.books.entries) == 2


def test_an_entry_that_a_person_changed_meanwhile_is_held_and_not_sent_again() -> None:
    office = faulty("lose_reply")
    office.drain()
    office.books.entries[0].body["TxnDate"] = "2026-11-19"
    office.settle(1)
    assert office.row("1").reason == "double_in_qbo"
    assert len(office.books.requests) == 1


def test_after_a_day_without_a_clear_answer_the_outcome_is_unknown_and_a_person_looks() -> None:
    office = faulty("drop", "drop")
    office.drain()
    office.clock.sleep(24 * 3600)
    office.settle(2)
    row = office.row("1")
    assert (row.status, row.reason) == ("held", "outcome_unknown")
    assert office.books.requests[0] == office.books.requests[1]
    assert len(office.books.requests) == 2


def test_a_company_parked_for_a_day_has_its_unclear_rows_sent_again_before_a_person_is_asked() -> (
    None
):
    office = faulty("drop")
    office.drain()
    office.connections.park(REALM, "2026-11-23T12:00:00.000Z", "test")
    office.settle(2)
    assert office.row("1").status == "uncertain"
    office.clock.sleep(3 * 24 * 3600)
    office.drain()
    assert posted_once(office)


def test_a_day_of_throttles_does_not_count_as_a_day_without_a_clear_answer() -> None:
    office = faulty("throttle", "drop")
    office.drain()
    office.clock.sleep(24 * 3600)
    office.drain()
    assert office.row("1").status == "uncertain"
    office.settle(1)
    assert posted_once(office)


def test_the_same_stored_fault_twice_goes_under_a_new_request_id() -> None:
    fault = Outcome("uncertain", codes=("600",), text="unknown fault", retryable=True)
    office = answering(fault, fault)
    office.drain()
    office.settle(2)
    first, second, third = (request_id for request_id, _ in office.books.requests)
    assert first == second != third
    assert office.row("1").generation == 2
    assert posted_once(office)


def test_what_goes_under_a_new_request_id_is_at_no_moment_left_to_a_person() -> None:
    written: list[str] = []

    class WatchedLedger(FakeLedger):
        def change(self, before, after):  # type: ignore[no-untyped-def]
            written.append(after.status)
            return super().change(before, after)

    fault = Outcome("uncertain", codes=("600",), text="unknown fault", retryable=True)
    office = answering(fault, fault, ledger=WatchedLedger())
    office.drain()
    office.settle(2)
    assert office.row("1").generation == 2
    assert "held" not in written


def test_two_ids_for_one_posting_raise_an_alarm_and_the_first_stays() -> None:
    class OtherId(FakeBooks):
        office: Office

        def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
            outcomes = super().post_batch(items, request_id)
            row = self.office.row()
            now = self.office.clock()
            self.office.ledger.rows[row.key, ""] = row.moved("posted", now, qbo_id="77")
            return outcomes

    books = OtherId(read_entry)
    books.office = office = Office.opened(books=books)
    office.deliver(sale())
    office.drain()
    assert office.row().qbo_id == "77"
    assert office.alarms == ["two QuickBooks ids for one posting"]


@pytest.mark.parametrize("end", ["reversed", "void"])
def test_a_row_that_another_worker_settled_meanwhile_raises_an_alarm_and_tells_the_id(
    end: Status,
) -> None:
    class Meanwhile(FakeBooks):
        office: Office

        def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
            outcomes = super().post_batch(items, request_id)
            row = self.office.row()
            qbo_id = "77" if end == "reversed" else ""
            settled = replace(row, status=end, qbo_id=qbo_id, number=row.number + 1)
            self.office.ledger.rows[row.key, ""] = settled
            return outcomes

    books = Meanwhile(read_entry)
    books.office = office = Office.opened(books=books)
    office.deliver(sale())
    assert office.drain().stopped == "empty"
    row = office.row()
    assert (row.status, row.qbo_id) == (end, "77" if end == "reversed" else "1")
    assert len(office.alarms) == 1


def test_a_row_that_another_worker_posted_and_reversed_under_this_id_raises_no_alarm() -> None:
    class Meanwhile(FakeBooks):
        office: Office

        def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
            outcomes = super().post_batch(items, request_id)
            row = self.office.row()
            settled = replace(row, status="reversed", qbo_id="1", number=row.number + 1)
            self.office.ledger.rows[row.key, ""] = settled
            return outcomes

    books = Meanwhile(read_entry)
    books.office = office = Office.opened(books=books)
    office.deliver(sale())
    office.drain()
    assert office.row().status == "reversed"
    assert office.alarms == []


def test_what_goes_again_waits_for_its_turn_too() -> None:
    office = faulty("drop", number=3)
    office.drain()
    office.settle(1)
    assert office.waits == [3, 3]
