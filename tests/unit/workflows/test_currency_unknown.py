"""A vendor's amounts name no currency: until the shop's is known, deliveries are kept unread."""

from dataclasses import replace
from typing import Any

from daybook.domain.connection import Connection
from daybook.domain.event import FinancialEvent
from daybook.domain.mapping import Mapping
from daybook.sources.contract import Delivery
from daybook.workflows.translate import translate
from tests.unit.sources.heartland_bodies import delivery_of, ticket
from tests.unit.workflows.office import REALM, SHOP, Office, chart


def _ticket() -> Delivery:
    return replace(delivery_of(ticket()), connection=SHOP)


def _unmapped(**changes: Any) -> Office:
    office = Office()
    office.connections.put(Connection(SHOP, "heartland", REALM, **changes))
    return office


def test_a_vendors_delivery_before_any_chart_is_held_whole() -> None:
    office = _unmapped()
    done = translate(_ticket(), office.translator())
    assert [(row.key.object_type, row.reason) for row in done.rows] == [
        ("delivery", "setting_needed")
    ]


def test_it_is_not_asked_for_again_before_something_changed() -> None:
    office = _unmapped()
    translate(_ticket(), office.translator())
    assert office.sweep().retried == 0
    office.mappings.put_chart(chart())
    assert office.sweep().retried == 1


def test_the_companys_currency_is_the_shops_until_a_mapping_says_otherwise() -> None:
    office = _unmapped()
    translate(_ticket(), office.translator())
    office.mappings.put_chart(replace(chart(), home_currency="CAD"))
    done = translate(_ticket(), office.translator())
    events = [FinancialEvent.from_json(row.event) for row in done.rows]
    assert [event.currency for event in events] == ["CAD"]
    assert office.ledger.counts() == {"superseded": 1, "held": 1}


def test_the_same_ticket_after_the_mapping_changed_is_the_same_event() -> None:
    office = _unmapped()
    office.mappings.put_chart(chart())
    early = ticket() | {"local_completed_at": "2026-11-21T02:10:00-06:00"}
    first = replace(delivery_of(early), connection=SHOP)
    translate(first, office.translator())
    places = {"100006": {"time_zone": "America/Chicago", "day_close": "03:00"}}
    mapping = Mapping.model_validate({"locations": places, "settings": {"currency": "CAD"}})
    office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping, "me", ""))
    again = translate(first, office.translator())
    assert (again.duplicates, [row.reason for row in again.rows]) == (1, ["unmapped_account"])
