"""A delivery becomes rows of the ledger: once each, every one visible, whatever it holds."""

from collections.abc import Mapping
from typing import Any

import pytest

from daybook.domain.connection import Connection
from daybook.domain.errors import Held
from daybook.workflows.map_accounts import activate
from daybook.workflows.translate import translate
from tests.fakes.ledger import FakeLedger
from tests.unit.workflows.office import REALM, SHOP, Office, mapping, sale, void_of
from tests.unit.workflows.thin_source import ThinSource


def test_a_sale_becomes_ready_with_its_entry_and_the_bell_is_rung() -> None:
    office = Office.opened()
    done = office.deliver(sale())
    row = office.row()
    assert (row.status, row.business_date, row.realm) == ("ready", "2026-11-20", REALM)
    assert [(line.side, line.account, line.amount) for line in row.journal().lines] == [
        ("debit", "4", 10825),
        ("credit", "50", 10825),
    ]
    assert office.doorbell.rung == [(REALM, (row.id,))]
    assert (done.rows, done.duplicates) == ((row,), 0)


def test_the_delivery_is_kept_with_its_raw_body_before_it_is_parsed() -> None:
    office = Office.opened()
    office.deliver(b"\xff not json", "msg-9")
    kept = office.ledger.delivery(SHOP, "msg-9")
    assert kept is not None
    assert kept.body == b"\xff not json"


def test_a_large_body_is_kept_as_its_key_in_the_archive() -> None:
    office = Office.opened()
    translate(office.delivery(sale(), "msg-9"), office.translator(), "deliveries/shop/abc")
    kept = office.ledger.delivery(SHOP, "msg-9")
    assert kept is not None
    assert (kept.body, kept.archive_key) == (b"", "deliveries/shop/abc")


def test_same_delivery_twice_posts_once_and_is_counted() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2")], "msg-1")
    again = office.deliver([sale("1"), sale("2")], "msg-1")
    office.drain()
    assert again.duplicates == 2
    assert len(office.books.entries) == 2
    assert office.ledger.repeats() == 2


def test_the_same_event_in_another_delivery_posts_once() -> None:
    office = Office.opened()
    office.deliver(sale(), "msg-1")
    office.drain()
    assert office.deliver([sale(), sale("2")], "msg-2").duplicates == 1
    office.drain()
    assert len(office.books.entries) == 2


class NestedLedger(FakeLedger):
    """Before its first put of a posting, another worker does the whole delivery."""

    meanwhile: list[Office]

    def put(self, posting):  # type: ignore[no-untyped-def]
        if self.meanwhile:
            self.meanwhile.pop().deliver(sale(), "msg-1")
        return super().put(posting)


def test_same_delivery_at_once_from_two_workers_posts_once() -> None:
    ledger = NestedLedger()
    office = Office.opened(ledger=ledger)
    ledger.meanwhile = [office]
    done = office.deliver(sale(), "msg-1")
    office.drain()
    assert done.duplicates == 1
    assert len(office.ledger.rows) == len(office.books.entries) == 1


def test_ready_rows_of_a_repeated_delivery_are_rung_again() -> None:
    office = Office.opened()
    office.deliver(sale(), "msg-1")
    office.deliver(sale(), "msg-1")
    assert office.doorbell.rung == [(REALM, (office.row().id,))] * 2


def test_other_content_under_the_same_delivery_id_is_held_beside_the_first() -> None:
    office = Office.opened()
    office.deliver(sale("1"), "msg-1")
    office.deliver(sale("2"), "msg-1")
    held = [row for row in office.ledger.rows.values() if row.status == "held"]
    assert [(row.reason, bool(row.beside)) for row in held] == [("conflict", True)]
    assert office.row("1").status == "ready"
    assert [row.body for row in office.ledger.beside] == [office.delivery(sale("2")).body]


def test_other_content_under_the_same_version_is_held_beside_the_first() -> None:
    office = Office.opened()
    office.deliver(sale(amount="10.00"), "msg-1")
    office.deliver(sale(amount="11.00"), "msg-2")
    office.deliver(sale(amount="11.00"), "msg-2")
    first, beside = sorted(office.ledger.rows.values(), key=lambda row: row.beside)
    assert (first.status, first.journal().lines[0].amount) == ("ready", 1000)
    assert (beside.status, beside.reason) == ("held", "conflict")
    office.drain()
    assert len(office.books.entries) == 1


def test_one_held_event_does_not_stop_its_siblings() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2", key="Shoes"), sale("3", currency="EUR"), sale("4")])
    office.drain()
    assert office.statuses() == {
        "1/1/post/post": "posted",
        "2/1/post/post": "held",
        "3/1/post/post": "held",
        "4/1/post/post": "posted",
    }


def test_a_held_event_names_all_that_is_missing() -> None:
    office = Office.opened()
    event = sale(key="Shoes")
    event["body"]["lines"].append({"kind": "shipping", "key": "UPS", "gross": "5.00"})
    event["body"]["tenders"][0]["amount"] = "113.25"
    office.deliver(event)
    row = office.row()
    assert row.reason == "unmapped_account"
    assert [(one.role, one.key, one.location) for one in row.missing] == [
        ("sales", "Shoes", "1"),
        ("shipping_income", "UPS", "1"),
    ]


def test_a_body_that_cannot_be_read_is_held_with_the_path() -> None:
    office = Office.opened()
    event = sale()
    event["body"]["lines"][0]["gross"] = "ten"
    office.deliver(event)
    (row,) = office.ledger.rows.values()
    assert (row.status, row.reason) == ("held", "unreadable")
    assert "body.lines.0.gross" in row.reason_text or "lines.0.gross" in row.reason_text


def test_a_point_of_sale_that_does_not_answer_is_held_and_goes_when_the_retry_reads_it() -> None:
    source = ThinSource([Held("source_unavailable", "no answer"), b"", b""])
    office = Office.opened(find=lambda _name: source)
    source.answers[1] = Held("source_unavailable", "no answer again")
    source.answers[2] = office.delivery(sale()).body
    office.deliver({"id": 1}, "msg-1")
    (held,) = office.ledger.rows.values()
    assert (held.status, held.reason) == ("held", "source_unavailable")
    assert office.sweep().retried == 1
    assert office.sweep().retried == 0
    office.clock.sleep(300)
    assert office.sweep().retried == 1
    office.drain()
    assert office.ledger.get(held.key).status == "superseded"  # type: ignore[union-attr]
    assert office.row("1001").status == "posted"
    assert office.sweep().retried == 0


def test_what_the_retry_cannot_read_is_held_unreadable_and_no_longer_asked_for() -> None:
    source = ThinSource([Held("source_unavailable", "no answer"), b"no json"])
    office = Office.opened(find=lambda _name: source)
    office.deliver({"id": 1}, "msg-1")
    office.sweep()
    (row,) = office.ledger.rows.values()
    assert (row.status, row.reason) == ("held", "unreadable")
    assert office.sweep().retried == 0


def test_a_thousand_and_one_events_in_one_delivery_are_refused_as_a_whole() -> None:
    office = Office.opened(find=lambda _name: ThinSource([b"many"]))
    office.deliver({"id": 1})
    (row,) = office.ledger.rows.values()
    assert (row.status, row.reason) == ("held", "unreadable")
    assert "1001 events" in row.reason_text


def test_a_thousand_events_are_taken_and_the_bell_gets_thirty_of_them_as_a_hint() -> None:
    office = Office.opened()
    assert len(office.deliver([sale(str(number)) for number in range(1_000)]).rows) == 1_000
    assert [(realm, len(hint)) for realm, hint in office.doorbell.rung] == [(REALM, 30)]


def test_what_is_understood_and_no_matter_for_the_books_is_ignored_with_its_reason() -> None:
    office = Office.opened(find=lambda _name: ThinSource([b"ignored"]))
    office.deliver({"id": 1})
    row = office.row()
    assert (row.status, row.reason_text) == ("ignored", "not completed")


def test_an_event_of_nothing_is_void() -> None:
    office = Office.opened()
    event = sale()
    event["body"] = {"kind": "sale"}
    office.deliver(event)
    assert office.row().status == "void"
    assert office.doorbell.rung == []


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"start_date": "2026-11-21"}, "not_started"),
        ({"start_date": "2026-11-20"}, "ready"),
        ({"exports": ["deposit"]}, "ignored"),
        ({"do_not_post": [{"kind": "sale"}]}, "ignored"),
    ],
)
def test_settings_keep_events_out_of_the_books(settings: Mapping[str, Any], status: str) -> None:
    office = Office.opened()
    activate(Connection(SHOP, "canonical", REALM), mapping(**settings), "me", office.releaser())
    office.deliver(sale())
    assert office.row().status == status


class LateLedger(FakeLedger):
    """While a row is written, the cause for which it is held is fixed."""

    office: Office

    def put(self, posting):  # type: ignore[no-untyped-def]
        if posting.status == "held":
            more = {"role": "sales", "key": "Shoes", "account": "51"}
            new = self.office.mappings.put(SHOP, mapping(more), "me", "")
            self.office.mappings.activate(SHOP, new)
        return super().put(posting)


def test_a_row_whose_cause_was_fixed_while_it_was_held_is_judged_again() -> None:
    ledger = LateLedger()
    ledger.office = office = Office.opened(ledger=ledger)
    office.deliver(sale(key="Shoes"))
    assert (office.row().status, office.row().mapping_version) == ("ready", 2)
    assert office.doorbell.rung == [(REALM, (office.row().id,))]


def test_before_a_company_its_chart_and_a_mapping_are_there_events_wait_visibly() -> None:
    office = Office()
    office.deliver(sale())
    row = office.row()
    assert (row.status, row.reason) == ("held", "setting_needed")
    assert "company" in row.reason_text


def test_a_reverse_is_ready_without_an_entry_of_its_own() -> None:
    office = Office.opened()
    office.deliver(void_of(key="not mapped at all"))
    assert (office.row().status, office.row().entry) == ("ready", b"")
