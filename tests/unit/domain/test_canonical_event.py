"""The canonical event: defaults, refusals, and reading it back."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from daybook.domain.event import FinancialEvent, Sale
from tests.unit.domain.builders import event, item, legs, sale, tender


def test_what_is_left_out_has_its_default() -> None:
    found = sale(lines=[{"kind": "item"}], taxes=[{"computed": "8.25"}], tenders=[{"kind": "cash"}])
    assert (found.object_version, found.effect, found.exchange_rate) == ("1", "post", Decimal(1))
    assert (found.reference, found.memo, found.register_, found.customer) == ("", "", "", None)
    body = found.body
    assert isinstance(body, Sale)
    assert body.document == "pos_ticket"
    assert (body.lines[0].quantity, body.lines[0].gross) == (Decimal(1), Decimal(0))
    assert body.lines[0].restock
    assert (body.taxes[0].charged, body.taxes[0].collected_by) == (Decimal("8.25"), "merchant")
    assert body.tenders[0].amount == 0


@pytest.mark.parametrize(
    "missing", ["object_type", "object_id", "business_date", "location", "currency", "body"]
)
def test_required_fields_are_required(missing: str) -> None:
    fields = event({"kind": "sale"}).model_dump(by_alias=True)
    del fields[missing]
    with pytest.raises(ValidationError):
        FinancialEvent.model_validate(fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"surprise": 1},
        {"currency": "usd"},
        {"object_id": ""},
        {"object_id": "1\n2"},
        {"object_id": 1.5},
        {"business_date": "0001-01-01"},
        {"business_date": "9999-12-31"},
        {"occurred_at": "2026-11-20T23:41:07"},
        {"occurred_at": "9999-12-31T23:59:59Z"},
        {"occurred_at": "0001-01-01T00:00:00+14:00"},
        {"exchange_rate": "0"},
        {"exchange_rate": "NaN"},
        {"effect": "undo"},
        {"memo": "x" * 4001},
    ],
)
def test_fields_that_break_the_schema_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        event({"kind": "sale"}, **fields)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", 1.5, True, "1e15", "ten", None])
def test_amount_that_is_no_exact_number_is_refused(amount: Any) -> None:
    with pytest.raises(ValidationError):
        sale(lines=[{"kind": "item", "gross": amount}])


@pytest.mark.parametrize("amount", ["100.25", Decimal("100.25")])
def test_amount_is_text_or_a_number_read_exactly(amount: Any) -> None:
    assert legs(sale(lines=[{"kind": "item", "gross": amount}])) == [
        ("sales", "", "100006", -10025)
    ]


@pytest.mark.parametrize(
    ("gross", "discount"), [("10", "11"), ("10", "-1"), ("-10", "1"), ("-10", "-11"), ("0", "1")]
)
def test_discount_lies_between_zero_and_gross_with_its_sign(gross: str, discount: str) -> None:
    with pytest.raises(ValidationError, match="must lie between 0 and gross"):
        sale(lines=[item(gross, discount=discount)])


def test_long_numeric_ids_stay_exact_text() -> None:
    assert event({"kind": "sale"}, object_id=9007199254740993).object_id == "9007199254740993"


def test_name_is_type_id_version_effect() -> None:
    assert event({"kind": "sale"}, effect="reverse").name == "ticket/100245/1/reverse"


def test_event_reads_back_as_it_was_stored() -> None:
    found = sale(
        lines=[item("3.335", "1.3333", discount="0.1")],
        taxes=[{"rule": "State", "computed": "1", "charged": "0"}],
        tenders=[tender("10")],
        customer={"id": "1", "display_name": "Ada"},
        occurred_at="2026-11-20T23:41:07.123456+01:00",
        register=2,
    )
    assert FinancialEvent.from_json(found.to_json()) == found
    assert FinancialEvent.from_json(found.to_json()).to_json() == found.to_json()


def test_amounts_written_differently_are_one_content() -> None:
    written = [
        sale(lines=[item(gross)], tenders=[tender(gross)]).to_json()
        for gross in ("100", "100.00", "1E+2", "0100.0")
    ]
    assert len(set(written)) == 1
    assert b'"gross":"100"' in written[0]


def test_another_amount_is_another_content() -> None:
    assert sale(lines=[item("100.00")]).to_json() != sale(lines=[item("100.01")]).to_json()


def test_only_a_forfeited_deposit_states_taxes() -> None:
    taxes = [{"rule": "State", "computed": "1"}]
    body = {"kind": "deposit", "direction": "taken", "tender": tender("5"), "taxes": taxes}
    with pytest.raises(ValidationError, match="forfeited"):
        event(body)
