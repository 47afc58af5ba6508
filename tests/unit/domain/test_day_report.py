"""A printed report: sides come from the settings, never from a guess; all of it posts, or none."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.day_report import on_newer
from daybook.domain.event import FinancialEvent
from daybook.domain.mapping import Mapping, Settings
from daybook.domain.translation import journal_entry
from tests.unit.domain.builders import books, event, held, mapping, posted

SIDES = {"Food": "credit", "Tax": "credit", "Cash": "debit", "Visa": "debit"}
NONE = {"role": "source_account", "key": "Subtotal", "account": None}


def report(rows: dict[str, str], **fields: Any) -> FinancialEvent:
    entries = [{"key": label, "amount": amount} for label, amount in rows.items()]
    return event({"kind": "gl_batch", "amounts": "printed", "entries": entries, **fields})


def rules(*rows: dict[str, Any], **settings: Any) -> Mapping:
    sides = {label: {"side": side} for label, side in SIDES.items()}
    return mapping(NONE, *rows, settings={"rows": sides, **settings})


def test_a_positive_amount_stands_on_its_labels_side() -> None:
    found = report({"Food": "100.00", "Tax": "8.25", "Cash": "108.25"})
    assert posted(found, rules()) == [
        "D source_account[Cash] 108.25",
        "C source_account[Food] 100.00",
        "C source_account[Tax] 8.25",
    ]


def test_a_negative_amount_stands_on_the_other_side() -> None:
    found = report({"Food": "-22.00", "Tax": "-1.82", "Cash": "-23.82"})
    assert posted(found, rules()) == [
        "D source_account[Food] 22.00",
        "D source_account[Tax] 1.82",
        "C source_account[Cash] 23.82",
    ]


def test_a_side_is_not_guessed_even_where_one_would_balance() -> None:
    problem = held(report({"Food": "10.00", "Staff meals": "4.00", "Cash": "6.00"}), rules())
    assert problem.code == "setting_needed"
    assert "'Staff meals'" in problem.text
    assert "'Food'" not in problem.text


def test_every_label_without_an_account_or_a_side_is_named_at_once() -> None:
    only = [
        {"role": "source_account", "key": label, "account": "1"}
        for label in (*SIDES, "Staff meals")
    ]
    strict = Mapping.model_validate(
        {"accounts": [*only, NONE], "settings": rules().settings.model_dump()}
    )
    found = report({"Food": "10.00", "Staff meals": "4.00", "UnionPay": "9.00", "Grab": "1.00"})
    problem = held(found, strict)
    assert problem.code == "unmapped_account"
    assert [one.key for one in problem.missing] == ["Grab", "UnionPay"]
    assert "gives no side for 'Grab', 'Staff meals', 'UnionPay'" in problem.text


def test_a_subtotal_mapped_to_none_needs_no_side_and_is_no_part_of_it() -> None:
    found = report({"Food": "10.00", "Subtotal": "10.00", "Cash": "10.00"})
    assert len(posted(found, rules())) == 2


def test_a_row_of_zero_needs_neither_account_nor_side() -> None:
    assert len(posted(report({"Food": "10.00", "Grab": "0.00", "Cash": "10.00"}), rules())) == 2


def test_a_report_that_does_not_add_up_is_held_with_both_sums() -> None:
    problem = held(report({"Food": "10.00", "Cash": "9.00"}), rules())
    assert problem.code == "unbalanced"
    assert "Debits 9.00 and credits 10.00" in problem.text


def test_signed_rows_take_no_heed_of_the_setting() -> None:
    rows = [{"key": "Food", "amount": "5"}, {"key": "Cash", "amount": "-5"}]
    found = event({"kind": "gl_batch", "entries": rows})
    assert posted(found, rules()) == [
        "D source_account[Food] 5.00",
        "C source_account[Cash] 5.00",
    ]


def test_what_was_sent_to_be_a_sales_receipt_is_made_no_journal_entry() -> None:
    problem = held(report({"Food": "10.00", "Cash": "10.00"}, form="sales_receipt"), rules())
    assert problem.code == "setting_needed"
    assert posted(report({"Food": "10.00", "Cash": "10.00"}, form="journal"), rules())


@given(amounts=st.lists(st.decimals("-1000", "1000", places=2), min_size=1, max_size=6))
def test_whatever_is_printed_each_label_moves_by_it_on_its_side(amounts: list[Decimal]) -> None:
    labels = {f"Row {place}": amount for place, amount in enumerate(amounts)}
    sides = {label: {"side": "credit"} for label in labels} | {"Cash": {"side": "debit"}}
    rows = {label: str(amount) for label, amount in labels.items()} | {"Cash": str(sum(amounts))}
    entry = journal_entry(report(rows), books(mapping(settings={"rows": sides})))
    signs = {"debit": 1, "credit": -1}
    moved = {line.key: signs[line.side] * line.amount for line in entry.lines} if entry else {}
    wanted = {label: -int(amount * 100) for label, amount in labels.items() if amount}
    assert moved == wanted | ({"Cash": int(sum(amounts) * 100)} if sum(amounts) else {})


@pytest.mark.parametrize(
    ("second_send", "newer_version", "wanted"),
    [
        ("refuse", "replace", "refuse"),
        ("refuse", "hold", "refuse"),
        ("replace", "hold", ""),
        ("replace", "replace", ""),
    ],
)
def test_a_second_send_of_a_report_goes_by_its_own_setting(
    second_send: str, newer_version: str, wanted: str
) -> None:
    settings = Settings.model_validate({"second_send": second_send, "newer_version": newer_version})
    assert on_newer(report({}), settings) == wanted


def test_every_other_event_goes_by_newer_version() -> None:
    sale = event({"kind": "sale"})
    assert on_newer(sale, Settings()) == ""
    assert on_newer(sale, Settings(newer_version="hold")) == "hold"
