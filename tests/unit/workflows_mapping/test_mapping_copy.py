"""A mapping carried to another company by number and name; what has no counterpart is named."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from daybook.domain.chart import Account, Chart
from daybook.domain.directory import Directory, Listed
from daybook.domain.mapping import Mapping
from daybook.workflows.mapping_copy import Carried, Company, carry
from daybook.workflows.mapping_file import mapping_of, text_of


def company(realm: str, prefix: str, *accounts: Account, **lists: Any) -> Company:
    """A company whose ids begin with the prefix."""
    usual = (
        Account(f"{prefix}1", "Visa clearing", "Other Current Asset", number="1100"),
        Account(f"{prefix}2", "Sales:Hats", "Income"),
        Account(f"{prefix}3", "Receivables", "Accounts Receivable"),
    )
    chart = Chart(
        realm,
        1,
        {one.id: one for one in (*usual, *accounts)},
        classes={f"{prefix}5": Listed(f"{prefix}5", "Store 1:Burbank")},
        departments={f"{prefix}6": Listed(f"{prefix}6", "Burbank")},
        tax_codes={f"{prefix}7": Listed(f"{prefix}7", "California")},
        imported_at="2026-11-20T00:00:00Z",
    )
    directory = Directory(
        realm,
        1,
        {f"{prefix}8": Listed(f"{prefix}8", "House account")},
        {f"{prefix}9": Listed(f"{prefix}9", "Hatters Ltd")},
    )
    return Company(replace(chart, **lists), directory)


SANDBOX, LIVE = company("1", "s"), company("2", "L")
FILE: dict[str, Any] = {
    "accounts": [
        {"role": "payment_type", "key": "2", "account": "s1", "class": "s5"},
        {"role": "sales", "key": "7", "location": "1", "account": "s2", "department": "s6"},
        {"role": "cogs", "key": "*", "account": None},
        {
            "role": "accounts_receivable", "key": "*", "account": "s3", "customer": "s8",
            "vendor": "s9",
        },
    ],
    "locations": {"1": {"time_zone": "America/Chicago", "class": "s5", "department": "s6"}},
    "settings": {"classes": {"Rentals": "s5"}, "tax_codes": {"11": "s7"}, "grace_minutes": 30},
}  # fmt: skip


def carried(source: Company = SANDBOX, target: Company = LIVE, **parts: Any) -> Carried:
    return carry(Mapping.model_validate({**FILE, **parts}), source, target)


def one_row(account: str, **more: str) -> dict[str, Any]:
    return {"accounts": [{"role": "rounding", "key": "*", "account": account, **more}]}


def test_everything_that_has_a_counterpart_is_carried_with_its_id() -> None:
    done = carried()
    assert done.not_found == ()
    there = re.sub(r'"s(\d)"', r'"L\1"', json.dumps(FILE))
    assert done.mapping == Mapping.model_validate_json(there)


def test_a_number_wins_over_a_name() -> None:
    renamed = Account("L4", "Cards", "Other Current Asset", number="4711")
    named = Account("L5", "Old name", "Other Current Asset")
    source = company("1", "s", Account("s4", "Old name", "Other Current Asset", number="4711"))
    done = carried(source, company("2", "L", renamed, named), **one_row("s4"))
    assert done.mapping.accounts[0].account == "L4"


def test_a_number_that_is_not_there_falls_back_to_the_name() -> None:
    source = company("1", "s", Account("s4", "Till", "Bank", number="1000"))
    done = carried(source, company("2", "L", Account("L4", "TILL", "Bank")), **one_row("s4"))
    assert done.mapping.accounts[0].account == "L4"


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ([], "there is none like it"),
        ([Account("L4", "Till", "Expense")], "there is none like it"),
        ([Account("L4", "Till", "Bank", active=False)], "there is none like it"),
        ([Account("L4", "Other", "Bank", number="1000")] * 1, ""),
        (
            [
                Account("L4", "Till", "Bank", number="1000"),
                Account("L5", "Till 2", "Bank", number="1000"),
            ],
            "2 there answer to it",
        ),
        (
            [Account("L4", "Till", "Accounts Payable", number="1000")],
            "is Accounts Payable, which rounding cannot use",
        ),
    ],
)
def test_an_account_is_found_once_and_fit_for_its_role_or_its_row_is_left_out(
    there: list[Account], says: str
) -> None:
    source = company("1", "s", Account("s4", "Till", "Bank", number="1000"))
    done = carried(source, company("2", "L", *there), **one_row("s4"))
    if not says:
        assert not done.not_found
        return
    (lost,) = done.not_found
    assert lost.where == "role rounding, key '*'"
    assert says in lost.text
    assert "1000 Till (Bank)" in lost.text
    assert done.mapping.accounts == ()


@pytest.mark.parametrize(
    ("field", "wanted", "says"),
    [
        ("class", "s5", "class Store 1:Burbank: there is none"),
        ("department", "s6", "department Burbank: there is none"),
        ("customer", "s8", "customer House account: there is none"),
        ("vendor", "s9", "vendor Hatters Ltd: there is none"),
        ("class", "s55", "class s55 is not in the first company's list"),
    ],
)
def test_a_row_is_left_out_with_a_class_or_party_that_is_not_there(
    field: str, wanted: str, says: str
) -> None:
    bare = Company(replace(LIVE.chart, classes={}, departments={}))
    done = carried(target=bare, **one_row("s1", **{field: wanted}), locations={}, settings={})
    assert done.mapping.accounts == ()
    (lost,) = done.not_found
    assert says in lost.text


def test_an_account_that_the_first_company_does_not_know_is_left_out() -> None:
    (lost,) = carried(**one_row("gone")).not_found
    assert "account gone is not in the first company's chart" in lost.text


def test_a_location_and_labels_lose_only_what_is_not_there() -> None:
    bare = Company(replace(LIVE.chart, classes={}, tax_codes={}), LIVE.directory)
    done = carried(target=bare, accounts=[])
    place = done.mapping.locations["1"]
    assert (place.time_zone, place.class_, place.department) == ("America/Chicago", None, "L6")
    assert (done.mapping.settings.classes, done.mapping.settings.tax_codes) == ({}, {})
    assert done.mapping.settings.grace_minutes == 30
    assert [one.where for one in done.not_found] == [
        "location 1", "settings.classes.Rentals", "settings.tax_codes.11",
    ]  # fmt: skip


def test_two_classes_of_one_name_are_not_guessed_between() -> None:
    twice = {name: Listed(name, "Store 1:Burbank") for name in ("L5", "L55")}
    done = carried(target=company("2", "L", classes=twice), **one_row("s1", **{"class": "s5"}))
    assert "2 there answer to it" in done.not_found[0].text


def test_an_inactive_class_of_the_name_is_no_counterpart() -> None:
    gone = {"L5": Listed("L5", "Store 1:Burbank", active=False)}
    done = carried(target=company("2", "L", classes=gone), **one_row("s1", **{"class": "s5"}))
    assert done.mapping.accounts == ()


def test_within_one_company_nothing_changes() -> None:
    done = carried(target=Company(Chart("1", 5)))
    assert done == Carried(Mapping.model_validate(FILE), ())


def test_the_file_that_is_written_is_the_mapping_again() -> None:
    done = carried()
    text = text_of(done.mapping)
    assert mapping_of(text.encode()) == done.mapping
    assert all(line.count("{") <= 3 for line in text.splitlines())
    assert mapping_of(text_of(Mapping()).encode()) == Mapping()
