"""Point of Rental's day export: one event a family, accounts resolved, each row owned once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.errors import Unreadable
from daybook.domain.families import FAMILIES
from daybook.sources.contract import Ignored
from daybook.sources.point_of_rental_vocabulary import (
    FAMILIES as WORDS,
)
from daybook.sources.point_of_rental_vocabulary import (
    NoClass,
    family_word,
    resolve_account,
    store_of_class,
)
from tests.unit.sources.rental import OTHER_STORE, STORE, batch, events, export, pair, parsed, row


def refused(body: Any, path: str, text: str = "") -> None:
    with pytest.raises(Unreadable) as problem:
        parsed(body)
    assert problem.value.path == path
    assert text in problem.value.text


def test_each_family_of_a_store_and_day_is_one_event_in_the_order_of_the_export() -> None:
    found = events(export(*pair("payment"), *pair("cogs"), *pair("payment", "7.00")))
    assert [event.object_id for event in found] == ["1-2026-11-20-payment", "1-2026-11-20-cogs"]
    assert [len(batch(event).entries) for event in found] == [4, 2]
    assert {row.family for row in batch(found[0]).entries} == {"payment"}


def test_an_export_of_a_day_is_named_dated_and_versioned_by_itself() -> None:
    (event,) = events(export(*pair("cogs"), file="PR261120"))
    assert event.name == "gl_day/1-2026-11-20-cogs/2026-11-20T23:50:12-08:00/post"
    assert (event.business_date, event.location) == (date(2026, 11, 20), "1")
    assert (event.reference, batch(event).mode) == ("PR261120", "day")


def test_an_export_made_again_is_a_newer_version_of_the_same_families() -> None:
    (first,) = events(export(*pair("cogs")))
    (again,) = events(export(*pair("cogs", "6.00"), exported_at="2026-11-21T08:00:00-08:00"))
    assert first.object_id == again.object_id
    assert first.object_version < again.object_version


def test_a_month_export_is_one_event_a_family_and_month() -> None:
    (event,) = events(export(*pair("other"), type="month_export", date="2026-11-30"))
    assert (event.object_type, event.object_id) == ("gl_month", "1-2026-11-other")
    assert (batch(event).mode, event.reference) == ("month", "PR2611")


def test_debit_and_credit_become_one_signed_amount() -> None:
    rows = [
        {"account": "1000", "debit": "10.25"},
        {"account": "1010", "credit": "4.00", "debit": "0"},
        {"account": "4000", "debit": "1.50", "credit": "7.75"},
    ]
    (event,) = events(export(*rows))
    assert [entry.amount for entry in batch(event).entries] == [
        Decimal("10.25"),
        Decimal("-4.00"),
        Decimal("-6.25"),
    ]


def test_rows_without_a_family_are_the_days_own() -> None:
    (event,) = events(export({"account": "1000", "amount": "5"}, {"account": "2", "amount": "-5"}))
    assert {entry.family for entry in batch(event).entries} == {"other"}


def test_the_stores_class_stands_on_rows_that_name_none() -> None:
    (event,) = events(export(row("cogs", "1", "5"), row("cogs", "2", "-5", **{"class": "Fleet"})))
    assert [entry.class_ for entry in batch(event).entries] == ["Store 1:Burbank", "Fleet"]


def test_several_stores_in_one_export_are_events_of_their_own() -> None:
    rows = [*pair("cogs", store="1"), *pair("cogs", store="2")]
    found = events({**export(*rows), "store": None, "stores": [STORE, OTHER_STORE]})
    assert [(event.location, batch(event).entries[0].class_) for event in found] == [
        ("1", "Store 1:Burbank"),
        ("2", "Store 2:Pasadena"),
    ]


def test_both_sides_of_a_transfer_stay_together() -> None:
    rows = [row("transfer", "13#", "5", store="2"), row("transfer", "13#", "-5", store="1")]
    (event,) = events({**export(*rows), "store": None, "stores": [STORE, OTHER_STORE]})
    assert event.object_id == "2-2026-11-20-transfer"
    assert [entry.key for entry in batch(event).entries] == ["132", "131"]


@pytest.mark.parametrize("detail", ["real_time", "transaction"])
def test_what_was_sent_one_by_one_is_not_posted_again_with_the_day(detail: str) -> None:
    families = ("invoice", "payment", "card_deposit", "cogs")
    rows = [one for family in families for one in pair(family)]
    found = parsed(export(*rows, detail=detail))
    ignored = [one.object_id for one in found if isinstance(one, Ignored)]
    assert ignored == ["1-2026-11-20-invoice", "1-2026-11-20-payment"]
    assert len(found) == 4


def test_in_batch_detail_every_family_is_the_exports() -> None:
    rows = [one for family in FAMILIES for one in pair(family)]
    found = events(export(*rows, detail="batch"))
    assert {entry.family for event in found for entry in batch(event).entries} == set(FAMILIES)


def test_the_cards_of_a_day_are_one_object_however_they_are_sent() -> None:
    (exported,) = events(export(*pair("card_deposit")))
    alone = export(row("", "1000", "5"), row("Card deposits", "4000", "-5"), type="card_deposit")
    (sent,) = events(alone)
    assert exported == sent
    refused(export(*pair("cogs"), type="card_deposit"), "rows.0.family", "is cogs in a delivery")


def test_an_export_without_rows_is_kept_and_shown() -> None:
    (kept,) = parsed(export())
    assert isinstance(kept, Ignored)
    assert (kept.object_id, kept.reason) == ("1-2026-11-20", "no rows")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (export({"account": "", "amount": "5"}), "rows.0.account"),
        (export({"amount": "5"}), "rows.0.account"),
        (export({"account": "1000"}), "rows.0.amount"),
        (export({"account": "1000", "amount": "5", "debit": "5"}), "rows.0.amount"),
        (export(row("tips", "1000", "5")), "rows.0.family"),
        (export(row("cogs", "1000", "5", date="2026-11-19")), "rows.0.date"),
        (export(row("cogs", "1000", "5", store="2")), "rows.0.store"),
        (export(row("cogs", "1000", "5"), store={}), "store.number"),
        (export(row("cogs", "1000", "5"), store=None), "rows.0.store"),
        (export(row("cogs", "1000", "5"), date=None), "rows.0.date"),
        (export(row("cogs", "{Class}", "5"), store={"number": "1"}), "rows.0.account"),
        (export(*pair("cogs"), exported_at="yesterday"), "exported_at"),
        (export(*pair("cogs"), detail="hourly"), "detail"),
        (export(*pair("cogs"), type="month_export", date=None), "date"),
        (export(*pair("cogs"), store={"number": "9" * 61}), "store.number"),
    ],
)
def test_what_is_missing_or_unknown_is_named_by_its_path(body: Any, path: str) -> None:
    refused(body, path)


# https://help.point-of-rental.com/2017/Documents/accountnumbers.htm has these.
@pytest.mark.parametrize(
    ("account", "resolved"),
    [
        ("1020.#", "1020.1"),
        ("1020-##", "1020-01"),
        ("1020.[###]", "1020.[001]"),
        ("1020.{Store}", "1020.1"),
        ("{store}-1020", "1-1020"),
        ("1020.{Class}", "1020.BUR"),
        ("#-{Store}-{CLASS}", "1-1-BUR"),
        ("1020", "1020"),
        ("{Shop}", "{Shop}"),
    ],
)
def test_tags_of_an_account_number_become_store_and_class(account: str, resolved: str) -> None:
    assert resolve_account(account, "1", "BUR") == resolved


def test_a_number_longer_than_its_tag_stands_whole() -> None:
    assert resolve_account("1020-##", "1042", "") == "1020-1042"


def test_what_a_tag_brings_in_is_not_resolved_again() -> None:
    assert resolve_account("{Class}-1020", "1", "{Store}#") == "{Store}#-1020"


def test_a_class_that_is_not_known_is_refused_not_left_out() -> None:
    with pytest.raises(NoClass, match="asks for a class"):
        resolve_account("1020.{Class}", "1", "")


@given(store=st.from_regex(r"[0-9]{1,4}", fullmatch=True), text=st.text("0123456789.-", max_size=9))
def test_an_account_without_tags_stays_as_it_is(store: str, text: str) -> None:
    assert resolve_account(text, store, "BUR") == text
    assert resolve_account(f"{text}#", store, "BUR") == f"{text}{store}"


@pytest.mark.parametrize(
    ("label", "store"),
    [
        ("Store 1:Burbank", "1"),
        ("store 12 : North : Yard", "12"),
        ("Store 7", "7"),
        ("Burbank", ""),
        ("Storefront 1:Burbank", ""),
        ("", ""),
    ],
)
def test_a_stores_class_names_its_number(label: str, store: str) -> None:
    assert store_of_class(label) == store


def test_every_word_for_a_family_is_one_of_the_eight() -> None:
    assert set(WORDS.values()) == set(FAMILIES)
    assert all(family_word(family) == family for family in FAMILIES)
    assert family_word(" Credit-Card  DEPOSITS ") == "card_deposit"
    assert family_word("Tips") == ""
