"""The calm course of posting: batches, claims, and what is left alone."""

from dataclasses import replace

import pytest

from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting
from tests.fakes.books import FakeBooks
from tests.fakes.ledger import FakeLedger
from tests.unit.workflows.office import REALM, Office, read_entry, sale


def deliver_many(office: Office, number: int) -> None:
    office.deliver([sale(str(place)) for place in range(1, number + 1)])


@pytest.mark.parametrize(
    ("rows", "batches"), [(1, [1]), (30, [30]), (31, [30, 1]), (61, [30, 30, 1])]
)
def test_rows_go_in_batches_of_thirty(rows: int, batches: list[int]) -> None:
    office = Office.opened()
    deliver_many(office, rows)
    drained = office.drain()
    assert [len(items) for _, items in office.books.requests] == batches
    assert (drained.stopped, drained.counts) == ("empty", {"posted": rows})
    assert len(office.books.entries) == rows
    assert set(office.statuses().values()) == {"posted"}


def test_posted_rows_carry_the_id_of_quickbooks_and_of_the_request() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    row = office.row()
    assert (row.qbo_id, row.intuit_tid, row.b_id, row.fence) == ("1", "tid-1", "1", 1)
    assert row.request_id == office.books.requests[0][0]
    note = office.books.entries[0].body["PrivateNote"]
    assert f"daybook:{row.entry_id[:16]}:1:" in note


class WatchedBooks(FakeBooks):
    """Looks at the ledger when a request arrives."""

    office: Office
    seen: list[Posting]

    def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
        self.seen = list(self.office.ledger.rows.values())
        return super().post_batch(items, request_id)


def test_the_ledger_has_the_claim_before_quickbooks_has_the_request() -> None:
    books = WatchedBooks(read_entry)
    books.office = office = Office.opened(books=books)
    deliver_many(office, 2)
    office.drain()
    request_id = books.requests[0][0]
    assert [(row.status, row.request_id, row.fence) for row in books.seen] == [
        ("sending", request_id, 1)
    ] * 2
    assert {row.b_id for row in books.seen} == {"1", "2"}


def test_a_row_is_sent_in_order_of_business_date_and_instant() -> None:
    office = Office.opened()
    office.deliver(sale("later", occurred_at="2026-11-20T19:00:00Z"))
    office.deliver(sale("first", business_date="2026-11-19"))
    office.deliver(sale("sooner"))
    office.drain()
    numbers = [entry.body["DocNumber"][:8] for entry in office.books.entries]
    assert numbers == ["T-FIRST-", "T-SOONER", "T-LATER-"]


def test_no_question_is_put_to_quickbooks_in_the_calm_course() -> None:
    office = Office.opened()
    office.books.failing_probes = 1_000
    deliver_many(office, 40)
    assert office.drain().counts == {"posted": 40}


def test_the_pace_decides_how_many_items_go() -> None:
    office = Office.opened(most_items=7)
    deliver_many(office, 15)
    office.drain()
    assert [len(items) for _, items in office.books.requests] == [7, 7, 1]
    assert office.waits == [15, 8, 1]


def test_a_refused_row_is_held_with_intuits_words_and_its_siblings_are_posted() -> None:
    office = Office.opened()
    deliver_many(office, 3)
    number = office.row("2").journal().doc_number
    text = "Account Period Closed, Cannot Update Through Services API (6200)"
    office.books.refusals[number] = Outcome("refused", reason="period_closed", text=text)
    office.drain()
    row = office.row("2")
    assert (row.status, row.reason, row.reason_text) == ("held", "period_closed", text)
    assert [office.row(one).status for one in "13"] == ["posted", "posted"]


def test_a_refusal_without_a_reason_is_qbo_refused() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.books.refusals[office.row().journal().doc_number] = Outcome("refused")
    office.drain()
    assert office.row().reason == "qbo_refused"
    assert office.row().reason_text


def test_a_row_that_the_index_does_not_show_yet_is_found_by_the_hint() -> None:
    class LaggingLedger(FakeLedger):
        def due(self, realm: str, limit: int) -> list[Posting]:
            return []

    office = Office.opened(ledger=LaggingLedger())
    office.deliver(sale())
    office.drain()
    assert office.books.entries == []
    office.drain(office.doorbell.rung[0][1])
    assert office.row().status == "posted"


def test_a_hint_of_another_company_is_left_alone() -> None:
    office = Office.opened()
    office.deliver(sale())
    row = replace(office.row(), realm="another")
    office.ledger.rows[row.key, ""] = row
    office.drain([row.id])
    assert office.books.requests == []


def test_time_running_out_rings_again_and_sends_nothing_more() -> None:
    office = Office.opened(remaining=139)
    office.deliver(sale())
    office.doorbell.rung.clear()
    assert office.drain().stopped == "time"
    assert office.doorbell.rung == [(REALM, ())]
    assert office.books.requests == []
    assert office.row().status == "ready"


def test_a_parked_company_gets_nothing_until_its_time_is_over() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.connections.park(REALM, "2026-11-20T12:01:00.000Z", "test")
    assert office.drain().stopped == "parked"
    assert office.books.requests == []
    office.clock.sleep(60)
    assert office.drain().counts == {"posted": 1}


@pytest.mark.parametrize("state", ["reconnect_needed", "disconnected"])
def test_a_company_that_is_not_connected_gets_nothing(state: str) -> None:
    office = Office.opened()
    office.deliver(sale())
    office.connections.set_state(REALM, state, "test")  # type: ignore[arg-type]
    assert office.drain().stopped == "parked"
    assert office.row().status == "ready"


def test_an_unknown_company_is_left_alone() -> None:
    office = Office()
    assert office.drain().stopped == "parked"


class NestedBooks(FakeBooks):
    """While a request is on its way, a second worker drains the same company."""

    meanwhile: list[Office]

    def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
        if self.meanwhile:
            self.meanwhile.pop().drain()
        return super().post_batch(items, request_id)


def test_two_drains_of_one_company_at_once_post_once() -> None:
    books = NestedBooks(read_entry)
    office = Office.opened(books=books)
    deliver_many(office, 40)
    books.meanwhile = [office, office]
    office.drain()
    assert len(books.entries) == 40
    assert set(office.statuses().values()) == {"posted"}
    assert office.alarms == []


def test_a_claim_that_another_worker_was_faster_with_is_not_sent() -> None:
    class RacedLedger(FakeLedger):
        office: Office

        def change_all(self, changes):  # type: ignore[no-untyped-def]
            before = changes[0][0]
            if before.status == "ready":
                self.rows[before.key, ""] = before.moved("void", self.office.clock())
            return super().change_all(changes)

    ledger = RacedLedger()
    ledger.office = office = Office.opened(ledger=ledger)
    deliver_many(office, 3)
    office.drain()
    first = office.books.requests[0]
    assert first[1] == ("2", "3")
    assert office.row("1").status == "void"


def test_a_claim_that_waited_too_long_is_not_sent_but_settles_first() -> None:
    class SlowLedger(FakeLedger):
        office: Office
        slow = True

        def change_all(self, changes):  # type: ignore[no-untyped-def]
            done = super().change_all(changes)
            self.office.clock.sleep(21 if self.slow else 0)
            self.slow = False
            return done

    ledger = SlowLedger()
    ledger.office = office = Office.opened(ledger=ledger)
    office.deliver(sale())
    assert office.drain().counts == {"late": 1}
    assert office.books.requests == []
    assert office.row().status == "sending"
    office.settle(2)
    assert office.row().status == "posted"
    assert len(office.books.entries) == 1
