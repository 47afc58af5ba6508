"""Documents in a preview: what a location in mode `document` posts, and how it is shown."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from daybook.domain.mapping import Mapping
from daybook.qbo.documents import body_of
from daybook.sources.registry import find
from daybook.workflows.mapping_file import mapping_of
from daybook.workflows.preview import as_json, as_notation, json_text, preview
from tests.unit.domain.builders import STORE, mapping

ROOT = Path(__file__).parents[2]
RENTAL = ROOT / "events" / "webhooks" / "point_of_rental"
DOCUMENT = mapping(settings={"mode": "document"})


def invoice(version: str = "1", gross: str = "20.00", cost: str = "8.00") -> dict[str, Any]:
    """An invoice of hats to Grace."""
    line = {"kind": "item", "key": "Hats", "gross": gross, "cost": cost}
    return {
        "object_type": "invoice",
        "object_id": "1",
        "object_version": version,
        "business_date": "2026-11-20",
        "location": STORE,
        "currency": "USD",
        "reference": "I-1",
        "customer": {"id": "77", "display_name": "Grace"},
        "body": {"kind": "sale", "document": "sales_invoice", "lines": [line]},
    }


def shown(*values: dict[str, Any], rules: Mapping = DOCUMENT) -> dict[str, Any]:
    """The preview of one file that holds these events."""
    data = json.dumps(list(values)).encode()
    result = preview([("day.json", data)], find("canonical"), rules)
    return as_json(result, body_of)


def kinds(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["type"], str(row["body"]["Line"][0]["Amount"])) for row in result["documents"]]


def test_an_invoice_is_shown_with_the_body_that_goes_to_quickbooks() -> None:
    result = shown(invoice())
    (row,) = result["documents"]
    assert (row["event"], row["type"]) == ("invoice/1/1/post", "Invoice")
    assert row["doc_number"].startswith("I-1-")
    assert row["body"]["CustomerRef"] == {"value": "Grace"}
    assert row["body"]["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == "Account (sales)"
    assert row["body"]["Line"][0]["Amount"] == Decimal("20.00")


def test_the_stock_of_a_sale_is_an_entry_beside_its_invoice() -> None:
    (entry,) = shown(invoice())["entries"]
    assert {line["role"] for line in entry["lines"]} == {"cogs", "inventory_on_hand"}


def test_a_newer_version_takes_document_and_stock_back_first() -> None:
    result = shown(invoice(), invoice("2", "30.00", "9.00"))
    assert kinds(result) == [
        ("Invoice", "20.00"),
        ("CreditMemo", "20.00"),
        ("Invoice", "30.00"),
    ]
    assert [entry["lines"][0]["amount"] for entry in result["entries"]] == ["8.00", "8.00", "9.00"]
    assert not result["held"]


def test_a_void_is_the_counterpart_and_the_stock_taken_back() -> None:
    result = shown(invoice(), {**invoice("2"), "effect": "reverse"})
    assert [row["type"] for row in result["documents"]] == ["Invoice", "CreditMemo"]
    debited = [entry["lines"][0] for entry in result["entries"]]
    assert [(line["side"], line["role"]) for line in debited] == [
        ("debit", "cogs"),
        ("debit", "inventory_on_hand"),
    ]


@pytest.mark.parametrize(
    "settings",
    [{"exports": ["purchase"]}, {"start_date": "2027-01-01"}, {"do_not_post": [{"kind": "sale"}]}],
)
def test_what_is_kept_out_of_the_books_leaves_no_stock_either(settings: dict[str, Any]) -> None:
    result = shown(invoice(), rules=mapping(settings={"mode": "document", **settings}))
    assert (result["documents"], result["entries"]) == ([], [])
    assert len(result["skipped"]) == 1


@pytest.mark.parametrize("cost", ["9.00", "0"])
def test_a_newer_version_of_another_cost_takes_back_document_and_stock(cost: str) -> None:
    result = shown(invoice(), invoice("2", cost=cost))
    assert [row["type"] for row in result["documents"]] == ["Invoice", "CreditMemo", "Invoice"]
    assert [entry["lines"][0]["amount"] for entry in result["entries"]] == [
        "8.00",
        "8.00",
        *(["9.00"] if cost == "9.00" else []),
    ]


def test_a_newer_version_of_the_same_cost_takes_its_stock_along() -> None:
    result = shown(invoice(), invoice("2", "30.00"))
    assert len(result["documents"]) == 3
    assert [entry["lines"][0]["role"] for entry in result["entries"]] == [
        "cogs",
        "inventory_on_hand",
        "cogs",
    ]


def test_a_void_that_comes_first_leaves_neither_document_nor_stock() -> None:
    result = shown({**invoice("2"), "effect": "reverse"}, invoice())
    assert (result["documents"], result["entries"], result["held"]) == ([], [], [])


def test_goods_given_away_are_the_entry_of_their_stock_alone() -> None:
    result = shown(invoice(gross="0"))
    assert (result["documents"], result["held"], result["skipped"]) == ([], [], [])
    (entry,) = result["entries"]
    assert {line["role"] for line in entry["lines"]} == {"cogs", "inventory_on_hand"}


def test_an_invoice_that_becomes_a_gift_is_taken_back_with_its_stock() -> None:
    result = shown(invoice(), invoice("2", "0"))
    assert [row["type"] for row in result["documents"]] == ["Invoice", "CreditMemo"]
    assert len(result["entries"]) == 3
    assert not result["skipped"]


def test_a_repeated_delivery_is_shown_once() -> None:
    result = shown(invoice(), invoice())
    assert len(result["documents"]) == len(result["entries"]) == 1
    assert [row["code"] for row in result["skipped"]] == ["duplicate"]


def test_the_mode_may_be_asked_for_instead_of_the_mappings() -> None:
    files = [("day.json", json.dumps(invoice()).encode())]
    result = preview(files, find("canonical"), mapping(), mode="document")
    assert [one.form for one in result.documents] == ["Invoice"]


def test_each_location_posts_in_its_own_mode() -> None:
    changes = {STORE: [{"from": "2026-11-20", "mode": "document"}]}
    rules = mapping(settings={"modes_by_location": changes})
    before = {
        **invoice(),
        "object_id": "2",
        "business_date": "2026-11-19",
        "body": {
            "kind": "sale",
            "lines": [{"kind": "item", "key": "Hats", "gross": "5.00"}],
            "tenders": [{"kind": "cash", "key": "Cash", "amount": "5.00"}],
        },
    }
    result = shown(invoice(cost="0"), before, rules=rules)
    assert [row["event"] for row in result["documents"]] == ["invoice/1/1/post"]
    assert [row["event"] for row in result["entries"]] == ["invoice/2/1/post"]


def a_day(**tender: str) -> dict[str, Any]:
    """A preview of one ticket's day as a sales receipt."""
    line = {"kind": "item", "key": "Hats", "gross": "20.00", "cost": "8.00"}
    body = {"kind": "sale", "lines": [line], "tenders": [{"amount": "20.00", **tender}]}
    rules = mapping(settings={"mode": "day_summary", "day_form": "sales_receipt"})
    return shown({**invoice(), "body": body}, rules=rules)


def test_a_day_may_be_a_sales_receipt() -> None:
    result = a_day(kind="cash", key="Cash")
    (row,) = result["documents"]
    assert (row["event"], row["type"]) == (f"{STORE}/2026-11-20/USD/1", "SalesReceipt")
    assert row["doc_number"] == f"{STORE}-20261120"
    assert row["body"]["DepositToAccountRef"] == {"value": "receipt_clearing"}
    amounts = [line["Amount"] for line in row["body"]["Line"]]
    assert sorted(amounts) == [Decimal(one) for one in ("-20.00", "-8.00", "8.00", "20.00")]
    assert (result["entries"], result["held"]) == ([], [])


def test_a_day_with_receivables_is_held_as_a_sales_receipt() -> None:
    result = a_day(kind="on_account")
    (row,) = result["held"]
    assert (row["event"], row["code"]) == (f"{STORE}/2026-11-20/USD/1", "setting_needed")
    assert "Send it as a journal entry." in row["text"]
    assert (result["entries"], result["documents"]) == ([], [])


def test_the_json_has_the_amounts_of_a_body_as_numbers_of_all_their_digits() -> None:
    files = [("day.json", json.dumps([invoice(gross="20.10")]).encode())]
    result = preview(files, find("canonical"), DOCUMENT)
    text = json_text(as_json(result, body_of))
    assert '"Amount": 20.10' in text
    assert (
        json.loads(text, parse_float=Decimal)["documents"] == as_json(result, body_of)["documents"]
    )


def test_the_notation_tells_documents_in_comments() -> None:
    files = [("day.json", json.dumps([invoice()]).encode())]
    text = as_notation(preview(files, find("canonical"), DOCUMENT))
    assert "of 2026-11-20, invoice/1/1/post: 20.00 USD" in text
    assert ";   sales Account (sales) 20.00" in text


def test_point_of_rentals_invoices_and_portal_payments_become_documents() -> None:
    rules = mapping_of((ROOT / "local" / "mappings" / "point_of_rental.json").read_bytes())
    names = ("invoice__lines_on_account", "portal_payment__by_card")
    files = [(name, (RENTAL / f"{name}.json").read_bytes()) for name in names]
    result = preview(files, find("point_of_rental"), rules, mode="document")
    assert [(one.form, one.total) for one in result.documents] == [
        ("Invoice", 58390),
        ("CreditMemo", 25000),
    ]
    assert not result.held


def test_ledger_rows_of_what_is_a_document_are_nobodys() -> None:
    rules = mapping_of((ROOT / "local" / "mappings" / "point_of_rental.json").read_bytes())
    files = [("rows", (RENTAL / "invoice__ledger_rows.json").read_bytes())]
    result = preview(files, find("point_of_rental"), rules, mode="document")
    assert (result.entries, result.documents) == ([], [])
    assert [fate.skipped for fate in result.skipped] == ["ignored"]
