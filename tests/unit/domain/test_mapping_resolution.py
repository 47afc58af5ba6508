"""The mapping: the most specific row wins, and what a mapping refuses."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from daybook.domain.cogs import cogs_owner
from daybook.domain.mapping import Mapping
from daybook.domain.roles import NONE_ALLOWED, ROLES

ROWS = [
    {"role": "sales", "key": "*", "account": "default"},
    {"role": "sales", "key": "*", "location": "1", "account": "default at 1"},
    {"role": "sales", "key": "Hats", "account": "hats"},
    {"role": "sales", "key": "Hats", "location": "1", "account": "hats at 1"},
]


@pytest.mark.parametrize(
    ("key", "location", "account"),
    [
        ("Hats", "1", "hats at 1"),
        ("Hats", "2", "hats"),
        ("Shoes", "1", "default at 1"),
        ("Shoes", "2", "default"),
        ("", "2", "default"),
    ],
)
def test_most_specific_row_wins(key: str, location: str, account: str) -> None:
    row = Mapping.model_validate({"accounts": ROWS}).resolve("sales", key, location)
    assert row
    assert row.account == account


def test_key_everywhere_beats_the_roles_default_at_the_location() -> None:
    row = Mapping.model_validate({"accounts": ROWS[:3]}).resolve("sales", "Hats", "1")
    assert row
    assert row.account == "hats"


def test_role_without_a_row_is_not_found() -> None:
    rules = Mapping.model_validate({"accounts": ROWS})
    assert rules.resolve("cogs", "Hats", "1") is None
    assert not rules.covers(iter([("sales", "x", "1"), ("cogs", "x", "1")]))
    assert rules.covers(iter([("sales", "x", "1")]))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_none_is_allowed_for_stock_roles_and_source_rows_only(role: str) -> None:
    row = {"accounts": [{"role": role, "key": "*", "account": None}]}
    if role in NONE_ALLOWED:
        assert Mapping.model_validate(row).accounts[0].account is None
    else:
        with pytest.raises(ValidationError, match="cannot be mapped to None"):
            Mapping.model_validate(row)


def test_roles_that_may_be_none_are_those_of_the_rule() -> None:
    stock = (
        "inventory_on_hand cogs in_transit_inventory purchases_received purchases_returned "
        "adjustment_offset assembly_variance source_account"
    )
    assert set(stock.split()) == NONE_ALLOWED


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({"accounts": [{"role": "sale", "key": "*", "account": "1"}]}, "no role"),
        ({"accounts": [{"role": "sales", "key": "*", "account": "1", "colour": 1}]}, "colour"),
        ({"accounts": [{"role": "sales", "key": "*"}]}, "account"),
        ({"accounts": [{"role": "sales", "key": "*", "account": ""}]}, "account"),
        ({"accounts": [ROWS[0], ROWS[0]]}, "mapped twice"),
        ({"locations": {"1": {"time_zone": "Mars/Olympus"}}}, "IANA"),
        ({"locations": {"1": {"time_zone": "../../etc/passwd"}}}, "IANA"),
        ({"locations": {"1": {"day_close": "25:00"}}}, "day_close"),
        ({"locations": {"1": {"day_close": "3:00"}}}, "day_close"),
        ({"settings": {"mode": "hourly"}}, "mode"),
        ({"settings": {"max_lines": 5000}}, "max_lines"),
        ({"settings": {"modus": "per_event"}}, "modus"),
        ({"extra": {}}, "extra"),
    ],
)
def test_mapping_that_breaks_a_rule_is_refused_and_says_where(
    part: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        Mapping.model_validate(part)


def test_every_row_that_is_mapped_twice_is_named() -> None:
    with pytest.raises(ValidationError) as refused:
        Mapping.model_validate({"accounts": [*ROWS, ROWS[0], ROWS[3]]})
    assert "accounts.4" in str(refused.value)
    assert "accounts.5" in str(refused.value)


def test_first_value_of_each_setting_is_its_default() -> None:
    settings = Mapping().settings
    assert (settings.mode, settings.currency, settings.closed_books) == ("per_event", "USD", "hold")
    assert (settings.newer_version, settings.second_send) == ("replace", "refuse")
    assert (settings.day_form, settings.grace_minutes, settings.max_lines) == ("journal", 120, 250)
    assert (settings.cogs_owner, settings.document_tax) == (None, "line")
    assert cogs_owner(settings, "unleashed") == "sale"
    assert (settings.purchase_orders, settings.purchases_to) == ("bill", "inventory_on_hand")
    assert (settings.create_customers, settings.exports, settings.do_not_post) == (False, None, ())


def test_mode_changes_at_its_date_at_its_location_only() -> None:
    changes = {"1": [{"from": "2026-12-01", "mode": "day_summary"}]}
    rules = Mapping.model_validate({"settings": {"modes_by_location": changes}})
    assert rules.mode_at("1", date(2026, 11, 30)) == "per_event"
    assert rules.mode_at("1", date(2026, 12, 1)) == "day_summary"
    assert rules.mode_at("2", date(2026, 12, 1)) == "per_event"


def test_mapping_survives_storing() -> None:
    rules = Mapping.model_validate({"accounts": ROWS, "locations": {"1": {"class": "7"}}})
    assert Mapping.model_validate_json(rules.model_dump_json(by_alias=True)) == rules
