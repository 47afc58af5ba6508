"""The translator notes the keys that events came with: for the report of what a mapping covers."""

from collections.abc import Sequence

import pytest

from daybook.domain.seen_key import SeenKey
from daybook.workflows.translate import translate
from tests.unit.workflows.office import SHOP, Office, mapping, sale, void_of

CARD = SeenKey("payment_type", "Visa", "1")


def seen(office: Office) -> set[SeenKey]:
    return set(office.mappings.seen_keys(SHOP))


def test_the_keys_of_posted_and_of_held_events_are_noted() -> None:
    office = Office.opened()
    office.deliver([sale("1"), sale("2", key="Boots", location="2", business_date="2026-11-20")])
    assert seen(office) == {
        CARD,
        SeenKey("sales", "Hats", "1"),
        SeenKey("sales", "Boots", "2"),
        SeenKey("payment_type", "Visa", "2"),
    }


def test_keys_are_noted_before_there_is_a_company_or_a_mapping() -> None:
    office = Office()
    office.deliver(sale())
    assert seen(office) == {CARD, SeenKey("sales", "Hats", "1")}


def test_the_rounding_that_an_event_needs_is_a_key_too() -> None:
    office = Office.opened()
    lines = [{"kind": "item", "key": "Hats", "gross": "3.335"} for _ in range(3)]
    body = {"kind": "sale", "lines": lines, "tenders": [{"kind": "card", "amount": "10.00"}]}
    office.deliver({**sale(), "body": body})
    assert SeenKey("rounding", "", "1") in seen(office)


@pytest.mark.parametrize("event", [void_of(), sale(amount="0")])
def test_what_posts_no_leg_needs_no_account(event: dict[str, object]) -> None:
    office = Office.opened()
    office.deliver(event)
    assert seen(office) == set()


def test_what_does_not_balance_has_its_keys_noted() -> None:
    office = Office.opened()
    event = sale()
    event["body"]["tenders"][0]["amount"] = "1.00"
    office.deliver(event)
    assert office.row().reason == "unbalanced"
    assert CARD in seen(office)


def test_a_known_key_is_not_written_again_by_the_same_process() -> None:
    office = Office.opened()
    calls: list[Sequence[SeenKey]] = []
    office.mappings.note_keys = lambda _connection, keys: calls.append(keys)  # type: ignore[method-assign, assignment]
    tools = office.translator()
    for number in range(3):
        translate(office.delivery(sale(str(number)), f"m{number}"), tools)
    assert [len(keys) for keys in calls] == [2]


def test_keys_that_could_not_be_noted_are_noted_when_the_message_comes_again() -> None:
    office = Office.opened()
    note = office.mappings.note_keys

    def failing(_connection: str, _keys: Sequence[SeenKey]) -> None:
        raise OSError("the table does not answer")

    office.mappings.note_keys = failing  # type: ignore[method-assign, assignment]
    tools = office.translator()
    with pytest.raises(OSError, match="does not answer"):
        translate(office.delivery(sale()), tools)
    office.mappings.note_keys = note  # type: ignore[method-assign]
    translate(office.delivery(sale()), tools)
    assert CARD in seen(office)
    assert office.row().status == "ready"


def test_kinds_that_are_not_exported_need_no_accounts_and_past_events_may() -> None:
    office = Office.opened()
    for settings in ({"exports": ["deposit"]}, {"start_date": "2026-12-01"}):
        rules = mapping(**settings)
        office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
        office.deliver(sale(str(len(settings)) + next(iter(settings))))
        expected = {CARD, SeenKey("sales", "Hats", "1")} if "start_date" in settings else set()
        assert seen(office) == expected


def test_a_row_of_a_batch_that_is_mapped_to_nothing_is_a_key_too() -> None:
    rows = [("cash", "10.00"), ("total", "10.00"), ("sales", "-10.00")]
    accounts = {"cash": "3", "total": None, "sales": "50"}
    office = Office.opened(
        *({"role": "source_account", "key": key, "account": accounts[key]} for key, _ in rows)
    )
    entries = [{"key": key, "amount": amount} for key, amount in rows]
    body = {"kind": "gl_batch", "mode": "day", "label": "Z", "entries": entries}
    office.deliver({**sale(), "body": body})
    assert office.row().status == "ready"
    assert {one.key for one in seen(office)} == {"cash", "total", "sales"}
