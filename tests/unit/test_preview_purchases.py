"""What a preview shows of purchases in mode document: the bill, the credit, the order."""

import json
from pathlib import Path
from typing import Any

import pytest

from daybook.domain.mapping import Mapping
from daybook.qbo.documents import body_of
from daybook.sources.registry import find
from daybook.workflows.mapping_file import mapping_of
from daybook.workflows.preview import as_json, as_notation, preview

_ROOT = Path(__file__).resolve().parents[2]
_BILL = _ROOT / "events" / "webhooks" / "canonical" / "purchase__bill.json"


def rules(setting: str) -> Mapping:
    """The golden mapping, its purchase orders kept as the setting says."""
    found = mapping_of((_ROOT / "tests" / "golden" / "mapping.json").read_bytes())
    changes = {"mode": "document", "purchase_orders": setting}
    return found.model_copy(update={"settings": found.settings.model_copy(update=changes)})


def delivery(sign: str = "", object_type: str = "bill") -> tuple[str, bytes]:
    """The bill of the corpus; with a sign of minus what goes back."""
    whole = json.loads(_BILL.read_text())
    whole["body"]["object_type"] = object_type
    body = whole["body"]["body"]
    for line in body["lines"]:
        line["amount"] = f"{sign}{line['amount']}"
    for tax in body["taxes"]:
        tax["computed"] = f"{sign}{tax['computed']}"
    return _BILL.name, json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("sign", "object_type", "setting", "form"),
    [
        ("", "bill", "bill", "Bill"),
        ("-", "bill", "bill", "VendorCredit"),
        ("", "purchase_order", "bill", "Bill"),
        ("", "purchase_order", "purchase_order", "PurchaseOrder"),
    ],
)
def test_a_purchase_is_shown_as_the_document_that_it_becomes(
    sign: str, object_type: str, setting: str, form: str
) -> None:
    shown = preview([delivery(sign, object_type)], find("canonical"), rules(setting))
    (document,) = as_json(shown, body_of)["documents"]
    assert (document["event"], document["type"]) == (f"{object_type}/b-1/1/post", form)
    body: dict[str, Any] = document["body"]
    assert body["VendorRef"] == {"value": "Hatters Ltd"}
    assert [str(line["Amount"]) for line in body["Line"]] == ["400.00", "25.00", "33.00"]
    assert body.get("DueDate") == (None if sign else "2026-12-20")


def test_the_notation_tells_a_bill_as_a_comment() -> None:
    text = as_notation(preview([delivery()], find("canonical"), rules("bill")))
    assert text.splitlines()[0].startswith("; Bill B-1-")
    assert text.splitlines()[0].endswith("bill/b-1/1/post: 458.00 USD")
    assert ";   inventory_on_hand Inventory-Hats 400.00" in text


def test_in_journals_an_order_of_the_setting_is_void() -> None:
    changed = rules("purchase_order")
    shown = preview([delivery("", "purchase_order")], find("canonical"), changed, mode="per_event")
    assert [(fate.event, fate.skipped) for fate in shown.skipped] == [
        ("purchase_order/b-1/1/post", "void")
    ]
