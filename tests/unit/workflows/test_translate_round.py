"""The deliveries of one invocation: what they are judged by is read once, and one ring goes out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from daybook.domain.connection import Connection
from daybook.sources.contract import Delivery
from daybook.workflows.known import MAX_AGE, Known
from daybook.workflows.translate import take_in
from daybook.workflows.translate_round import Round
from tests.fakes.ledger import FakeLedger
from tests.unit.workflows.deaths import Killed
from tests.unit.workflows.office import REALM, SHOP, Office, chart, mapping, sale
from tests.unit.workflows.thin_source import ThinSource

OTHER_REALM, OTHER = "9341450000000002", "other"
SHOES = {"role": "sales", "key": "Shoes", "account": "51"}


class Counting:
    """A part that counts its calls by name."""

    def __init__(self, part: Any) -> None:
        self._part, self.calls = part, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        if callable(value):
            self.calls[name] += 1
        return value


@dataclass
class Bell:
    """A doorbell that cannot be rung for some companies."""

    broken: set[str] = field(default_factory=set)
    rung: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def __call__(self, realm: str, hint: Sequence[str]) -> None:
        assert 0 < len(hint) <= 30
        if realm in self.broken:
            raise ConnectionError("SQS does not answer")
        self.rung.append((realm, tuple(hint)))


def office_with(bell: Bell, **parts: Any) -> Office:
    """Two shops of two companies."""
    office = Office.opened(doorbell=bell, **parts)
    office.connections.put(Connection(OTHER, "canonical", OTHER_REALM))
    office.mappings.put_chart(replace(chart(), realm=OTHER_REALM))
    office.mappings.activate(OTHER, office.mappings.put(OTHER, mapping(), "test", ""))
    return office


def of_other(delivery: Delivery) -> Delivery:
    return replace(delivery, connection=OTHER)


def test_ten_deliveries_of_a_company_are_one_ring_of_all_their_rows() -> None:
    bell = Bell()
    office = office_with(bell)
    together = Round(office.translator())
    for number in range(10):
        together.translate(str(number), office.delivery(sale(str(number)), f"msg-{number}"))
    assert bell.rung == []
    together.ring()
    ids = tuple(office.row(str(number)).id for number in range(10))
    assert bell.rung == [(REALM, ids)]
    together.ring()
    assert len(bell.rung) == 1


def test_what_is_more_than_a_ring_holds_goes_with_another() -> None:
    bell = Bell()
    office = office_with(bell)
    together = Round(office.translator())
    for number in range(4):
        events = [sale(f"{number}-{place}") for place in range(12)]
        together.translate(str(number), office.delivery(events, f"msg-{number}"))
    assert [len(hint) for _, hint in bell.rung] == [24]
    together.ring()
    rung = [one for _, hint in bell.rung for one in hint]
    assert sorted(rung) == sorted(row.id for row in office.ledger.rows.values())
    assert len(rung) == 48


def test_a_customer_that_many_events_ask_for_leaves_room_in_the_ring_for_others() -> None:
    """A ring that names less than thirty has to name all: the poster looks for no more."""
    bell = Bell()
    office = office_with(bell)
    owed = {"role": "accounts_receivable", "key": "*", "account": "8"}
    rules = mapping(owed, create_customers=True)
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "me", ""))
    buyer = {"id": "77", "display_name": "A Buyer"}
    events = [sale(str(number), customer=buyer) for number in range(40)]
    for event in events:
        event["body"]["tenders"] = [{"kind": "on_account", "amount": "108.25"}]
    together = Round(office.translator())
    together.translate("a", office.delivery([*events, sale("paid")], "msg-1"))
    together.ring()
    ids = ("shop|customer/77/1/post|create|0|0", office.row("paid").id)
    assert bell.rung == [(REALM, ids)]


def test_a_ring_that_fails_brings_back_every_delivery_whose_rows_it_named() -> None:
    bell = Bell({REALM})
    office = office_with(bell)
    together = Round(office.translator())
    together.translate("a", office.delivery(sale("1"), "msg-1"))
    together.translate("b", of_other(office.delivery(sale("2"), "msg-2")))
    together.translate("c", office.delivery([sale("3"), sale("4")], "msg-3"))
    together.translate("d", office.delivery(sale("5", key="Shoes"), "msg-4"))
    together.ring()
    assert together.unrung == {"a", "c"}
    assert [type(one) for one in together.failures.values()] == [ConnectionError]
    assert [realm for realm, _ in bell.rung] == [OTHER_REALM]


def test_what_comes_again_after_a_ring_that_failed_is_rung_for_and_posted_once() -> None:
    bell = Bell({REALM})
    office = office_with(bell)
    deliveries = [office.delivery(sale(str(number)), f"msg-{number}") for number in range(3)]
    for _ in range(2):
        together = Round(office.translator())
        for place, delivery in enumerate(deliveries):
            together.translate(str(place), delivery)
        together.ring()
        bell.broken.clear()
    assert together.unrung == set()
    assert bell.rung == [(REALM, tuple(office.row(str(number)).id for number in range(3)))]
    office.drain(bell.rung[0][1])
    assert len(office.books.entries) == 3


def test_an_early_ring_that_fails_brings_back_its_deliveries_though_a_later_one_succeeds() -> None:
    bell = Bell({REALM})
    office = office_with(bell)
    together = Round(office.translator())
    for number in range(2):
        events = [sale(f"{number}-{place}") for place in range(20)]
        together.translate(str(number), office.delivery(events, f"msg-{number}"))
    bell.broken.clear()
    together.ring()
    assert (together.unrung, [len(hint) for _, hint in bell.rung]) == ({"0"}, [20])


class Failing(FakeLedger):
    """Does not answer for one object."""

    refused: str = "2"

    def put(self, posting):  # type: ignore[no-untyped-def]
        if posting.key.object_id == self.refused:
            raise ConnectionError("DynamoDB does not answer")
        return super().put(posting)


def test_those_beside_a_delivery_that_failed_are_rung_for_all_the_same() -> None:
    bell, ledger = Bell(), Failing()
    office = office_with(bell, ledger=ledger)
    together = Round(office.translator())
    together.translate("a", office.delivery(sale("1"), "msg-1"))
    with pytest.raises(ConnectionError):
        together.translate("b", office.delivery([sale("9"), sale("2")], "msg-2"))
    together.translate("c", office.delivery(sale("3"), "msg-3"))
    together.ring()
    assert bell.rung == [(REALM, (office.row("1").id, office.row("3").id))]
    # Its first row is there and was not rung for: the message comes again.
    ledger.refused = ""
    again = Round(office.translator())
    again.translate("b", office.delivery([sale("9"), sale("2")], "msg-2"))
    again.ring()
    assert bell.rung[1:] == [(REALM, (office.row("9").id, office.row("2").id))]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_worker_that_dies_in_the_middle_leaves_nothing_that_is_not_rung_for_at_last(
    at: int,
) -> None:
    bell = Bell()
    office = office_with(bell)
    deliveries = [office.delivery(sale(str(number)), f"msg-{number}") for number in range(3)]

    def invocation(dies_before: int) -> None:
        together = Round(office.translator())
        for place, delivery in enumerate(deliveries):
            if place == dies_before:
                raise Killed
            together.translate(str(place), delivery)
        if dies_before == len(deliveries):
            raise Killed
        together.ring()

    with pytest.raises(Killed):
        invocation(at)
    assert bell.rung == []
    invocation(-1)
    assert [len(hint) for _, hint in bell.rung] == [3]
    assert len(office.ledger.rows) == 3


def test_what_a_connection_is_judged_by_is_read_once_for_all_deliveries() -> None:
    office = office_with(Bell())
    connections, mappings = Counting(office.connections), Counting(office.mappings)
    tools = replace(office.translator(), connections=connections, mappings=mappings)
    for _ in range(2):
        together = Round(tools)
        for number in range(5):
            together.translate(str(number), office.delivery(sale(str(number)), f"m{number}"))
    # A company is read once in a process, mapping and chart once in an invocation.
    assert (connections.calls["get"], mappings.calls["active_and_chart"]) == (1, 2)


def test_a_row_held_by_what_was_read_before_is_judged_by_what_is_in_force_now() -> None:
    office = office_with(Bell())
    together = Round(office.translator())
    together.translate("a", office.delivery(sale("1"), "msg-1"))
    office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping(SHOES), "me", ""))
    together.translate("b", office.delivery(sale("2", key="Shoes"), "msg-2"))
    assert (office.row("2").status, office.row("2").mapping_version) == ("ready", 2)


def test_what_was_read_is_read_again_after_five_seconds_and_by_the_next_invocation() -> None:
    office = office_with(Bell())
    tools = office.translator()
    known = Known(tools)
    before = known.of(SHOP, "canonical")
    office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping(SHOES), "me", ""))
    assert known.of(SHOP, "canonical") is before
    assert Known(tools).of(SHOP, "canonical").mapping_version == 2
    office.clock.sleep(MAX_AGE.total_seconds() + 1)
    assert known.of(SHOP, "canonical").mapping_version == 2


def test_a_company_that_is_named_later_is_seen_by_the_next_invocation() -> None:
    office = office_with(Bell())
    office.connections.put(Connection(SHOP, "canonical"))
    tools = office.translator()
    assert take_in(office.delivery(sale("1")), tools, Known(tools)).rows[0].status == "held"
    office.connections.put(Connection(SHOP, "canonical", REALM))
    done = take_in(office.delivery(sale("2"), "msg-2"), tools, Known(tools))
    assert done.rows[0].status == "ready"


def test_a_shop_that_was_named_anew_is_asked_under_its_new_name() -> None:
    asked: list[str] = []
    source = ThinSource()

    def client(connection: Connection) -> Any:
        asked.append(connection.pos_account)

    office = Office.opened(find=lambda _name: source)
    tools = replace(office.translator(), client=client)
    for number, account in enumerate(("old", "new")):
        office.connections.put(Connection(SHOP, "canonical", REALM, pos_account=account))
        source.answers = [office.delivery(sale(str(number))).body]
        take_in(office.delivery({"id": number}, f"msg-{number}"), tools, Known(tools))
    assert asked == ["old", "new"]
