"""A translator and whoever fixes a cause, in every order: nothing stays held that is covered.

No tick of the sweeper helps here; it is for indexes that lag and for workers that die.
"""

from collections.abc import Callable
from typing import Any

import pytest

from daybook.domain.connection import Connection, Realm
from daybook.domain.directory import Directory, Listed
from daybook.workflows.connect import Connector, connect_source
from daybook.workflows.link import link
from daybook.workflows.map_accounts import activate
from daybook.workflows.release import release
from tests.unit.workflows.interleaving import Stepped, Worker, every_order
from tests.unit.workflows.office import REALM, SHOP, Office, chart, mapping, sale

SHOES = {"role": "sales", "key": "Shoes", "account": "51"}
ON_ACCOUNT = {"role": "accounts_receivable", "key": "", "account": "8"}
CONNECTION = Connection(SHOP, "canonical", REALM)
# The calls at which two workers can see a difference, or make one, by what is being fixed.
_ROWS = frozenset({"put", "change", "held"})
_ASKED = frozenset({"active_and_chart", "versions_in_force"})
_MAPPING = _ASKED | {"put", "active", "activate"}
_CHART = _ASKED | {"chart", "put_chart"}
_LISTS = frozenset({"directory", "put_directory", "versions_in_force", "put_chart"})
_LINKS = frozenset({"link", "linked"})
_CONNECTION = frozenset({"get", "put"})

type Start = tuple[Office, Any, frozenset[str], Callable[[Office], object]]


def unmapped() -> Start:
    """A mapping is activated."""

    def fix(office: Office) -> object:
        version = office.mappings.put(SHOP, mapping(SHOES), "me", "")
        office.mappings.activate(SHOP, version)
        return release(CONNECTION, "mapping", office.releaser())

    return Office.opened(), sale(key="Shoes"), _MAPPING, fix


def inactive() -> Start:
    """An account is made active again, and the chart imported."""
    office = Office.opened()
    office.mappings.put_chart(chart(2, _50=True))

    def fix(office: Office) -> object:
        office.mappings.put_chart(chart(3))
        return release(CONNECTION, "chart", office.releaser())

    return office, sale(), _CHART, fix


def unconnected() -> Start:
    """A point of sale is connected to its company."""
    office = Office.opened()
    office.connections.put(Connection(SHOP, "canonical"))

    def fix(office: Office) -> object:
        nothing: Any = None
        tools = Connector(
            office.connections, office.mappings, office.releaser(), nothing, nothing, nothing,
            nothing, office.clock,
        )  # fmt: skip
        return connect_source(CONNECTION, None, tools)

    return office, sale(), _CONNECTION, fix


def _on_account() -> tuple[Office, Any]:
    office = Office.opened(ON_ACCOUNT)
    event = sale(customer={"id": "77", "display_name": "Ada"})
    event["body"]["tenders"] = [{"kind": "on_account", "amount": "108.25"}]
    return office, event


def unlinked() -> Start:
    """A customer is linked."""
    office, event = _on_account()
    office.mappings.put_directory(Directory(REALM, 1, {"12": Listed("12", "Lovelace")}))
    return office, event, _LINKS, lambda o: link(CONNECTION, "customer", "77", "12", o.releaser())


def unlisted() -> Start:
    """The customer's name is imported with the company's lists."""
    office, event = _on_account()

    def fix(office: Office) -> object:
        office.mappings.put_directory(Directory(REALM, 2, {"12": Listed("12", "Ada")}))
        office.mappings.put_chart(chart(2))
        return release(CONNECTION, "chart", office.releaser())

    return office, event, _LISTS, fix


def stepped(office: Office, steps: frozenset[str], workers: list[Worker]) -> None:
    """The ledger's writes are steps, and these calls of the other parts."""
    office.ledger = Stepped(office.ledger, _ROWS, workers)  # type: ignore[assignment]
    part: Any = office.connections if steps == _CONNECTION else office.mappings
    name = "connections" if steps == _CONNECTION else "mappings"
    setattr(office, name, Stepped(part, steps, workers))


@pytest.mark.parametrize("start", [unmapped, inactive, unconnected, unlinked, unlisted])
def test_in_whatever_order_the_steps_fall_nothing_stays_held_that_is_covered(
    start: Callable[[], Start],
) -> None:
    held_at_first = 0

    def run(follow: Callable[[list[Worker]], None]) -> None:
        nonlocal held_at_first
        office, event, steps, fix = start()
        workers: list[Worker] = []
        stepped(office, steps, workers)
        workers += [Worker(lambda: office.deliver(event)), Worker(lambda: fix(office))]
        follow(workers)
        row = office.row()
        assert row.status == "ready", (row.reason, row.reason_text, row.moves)
        held_at_first += any("held" in move for move in row.moves)
        rung = {one for _, hint in office.doorbell.rung for one in hint}
        assert rung == {row.id}

    orders = every_order(run)
    assert orders > 20
    assert 0 < held_at_first < orders


def test_two_activations_at_once_leave_nothing_held_that_the_active_mapping_covers() -> None:
    """The slower one judges by the mapping before; the faster one must not be undone by it."""

    def run(follow: Callable[[list[Worker]], None]) -> None:
        office = Office.opened()
        office.deliver(sale(key="Shoes"))

        def put_in_force(*more: dict[str, Any]) -> Callable[[], object]:
            return lambda: activate(CONNECTION, mapping(*more), "me", office.releaser(), force=True)

        workers: list[Worker] = []
        stepped(office, _MAPPING, workers)
        workers += [Worker(put_in_force(SHOES)), Worker(put_in_force())]
        follow(workers)
        (row,) = office.ledger.rows.values()
        active = office.mappings.active(SHOP)
        if active and active.mapping.resolve("sales", "Shoes", "1"):
            assert row.status == "ready", (row.counter, row.moves)

    assert every_order(run) > 100


def test_a_customer_that_is_made_while_its_event_is_written_is_not_waited_for() -> None:
    """The creation goes out, and is answered, before the event that asked for it is there."""

    def run(follow: Callable[[list[Worker]], None]) -> None:
        office, event = _on_account()
        rules = mapping(ON_ACCOUNT, create_customers=True)
        office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
        workers: list[Worker] = []
        office.ledger = Stepped(  # type: ignore[assignment]
            office.ledger, frozenset({"put", "look", "change", "change_all", "held"}), workers
        )
        workers += [Worker(lambda: office.deliver(event)), Worker(office.drain)]
        follow(workers)
        office.drain()
        office.drain()
        assert office.row("1001").status == "posted", office.statuses()

    assert every_order(run) > 10


def test_the_company_is_there_before_its_connection_names_it() -> None:
    """What `unconnected` starts from: the realm, the chart and the mapping wait for the shop."""
    office, *_ = unconnected()
    assert office.connections.realm(REALM) == Realm(REALM, company="Main Street")
    assert office.mappings.active_version(SHOP) == 1
