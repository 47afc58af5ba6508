"""Two connections of one company need the same item or class: it is created once, both go on."""

import json
from typing import Any

from daybook.domain.connection import Connection
from daybook.sources.contract import Delivery
from daybook.workflows.list_objects import company_of
from daybook.workflows.translate import translate
from tests.unit.workflows.office import REALM, SHOP, Office, mapping, sale
from tests.unit.workflows.papers import forms, invoice, office, until_quiet

ANNEX = "annex"


def with_annex() -> Office:
    """The shop's office, and a second connection of its company with the same mapping."""
    opened = office()
    opened.connections.put(Connection(ANNEX, "canonical", REALM))
    active = opened.mappings.active(SHOP)
    assert active
    version = opened.mappings.put(ANNEX, active.mapping, "test", "")
    opened.mappings.activate(ANNEX, version)
    return opened


def deliver_to(opened: Office, connection: str, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode()
    message = {"webhook-id": f"{connection}-{body['object_id']}"}
    delivery = Delivery(connection, "canonical", data, opened.clock(), message)
    translate(delivery, opened.translator())


def status_of(opened: Office) -> dict[str, str]:
    return {
        row.key.connection: row.status
        for row in opened.ledger.rows.values()
        if row.key.purpose == "post"
    }


def creations(opened: Office) -> list[str]:
    return [
        row.key.connection
        for row in opened.ledger.rows.values()
        if row.key.purpose == "create" and row.entity in ("Item", "Class")
    ]


def test_an_item_that_two_connections_want_at_once_is_created_once() -> None:
    opened = with_annex()
    deliver_to(opened, SHOP, invoice("1001"))
    deliver_to(opened, ANNEX, invoice("1002"))
    assert creations(opened) == [ANNEX]
    until_quiet(opened)
    assert status_of(opened) == {SHOP: "posted", ANNEX: "posted"}
    assert len(opened.books.sales.items) == 1
    assert len(forms(opened)) == 2


def test_an_item_that_another_connection_created_is_found_before_the_next_import() -> None:
    opened = with_annex()
    deliver_to(opened, SHOP, invoice("1001"))
    until_quiet(opened)
    deliver_to(opened, ANNEX, invoice("1002"))
    assert status_of(opened)[ANNEX] == "ready"
    assert len(creations(opened)) == 1


def test_what_one_connection_created_before_it_had_a_neighbour_serves_the_new_one() -> None:
    opened = office()
    opened.deliver(invoice("1001"))
    until_quiet(opened)
    rules = opened.mappings.active(SHOP)
    assert rules
    opened.connections.put(Connection(ANNEX, "canonical", REALM))
    opened.mappings.activate(ANNEX, opened.mappings.put(ANNEX, rules.mapping, "test", ""))
    deliver_to(opened, ANNEX, invoice("1002"))
    assert status_of(opened)[ANNEX] == "ready"
    assert creations(opened) == [SHOP]


def test_an_item_of_another_company_serves_nobody_here() -> None:
    opened = office()
    opened.connections.put(Connection(ANNEX, "canonical", "another"))
    opened.deliver(invoice("1001"))
    assert creations(opened) == [SHOP]
    connection = opened.connections.get(SHOP)
    assert connection
    assert company_of(connection, opened.connections)() == [SHOP]


def test_a_class_that_two_connections_want_at_once_is_created_once() -> None:
    opened = with_annex()
    for name in (SHOP, ANNEX):
        own = [{"role": "source_account", "key": key, "account": key} for key in ("50", "3")]
        rules = mapping(*own, create_classes=True)
        opened.mappings.activate(name, opened.mappings.put(name, rules, "test", ""))
        row = {"key": "50", "amount": "20.00", "class": "Hats"}
        other = {"key": "3", "amount": "-20.00", "class": "Hats"}
        body = {"kind": "gl_batch", "mode": "day", "entries": [row, other]}
        deliver_to(opened, name, {**sale(f"batch-{name}"), "body": body})
    assert len(creations(opened)) == 1
    until_quiet(opened)
    assert set(status_of(opened).values()) == {"posted"}
