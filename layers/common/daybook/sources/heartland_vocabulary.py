"""Heartland Retail's words and what they mean here: a reader for each kind of its resources.

Each reader takes one resource and gives the fields of a FinancialEvent that are its own: the
location and the body. Amounts are computed exactly and rounded nowhere. An unknown word is
refused with its path, never dropped: what it stands for moved money.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context as Arithmetic
from decimal import Decimal
from typing import Any

from daybook.sources.wild import Wild

type Fields = dict[str, Any]

# Products of two numbers of 20 digits, differences across 40 decimals: never rounded here.
_EXACT = Arithmetic(prec=120)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource: the object it names, how it is read, and where the API keeps it.

    resource: the REST path of the list it is in, "" where none is public. has_payments: whether
    `{resource}/{id}/payments` exists beside `/lines`.
    """

    object_type: str
    read: Callable[[Wild], Fields]
    resource: str = ""
    has_payments: bool = False


def is_voided(body: Wild) -> bool:
    """Whether the resource was undone at the point of sale."""
    return body.boolean("voided?", False) or status_of(body) in {"void", "voided"}


def status_of(record: Wild) -> str:
    """The status in lower case: Heartland writes both `Complete` and `complete`."""
    return record.text("status", "complete").lower()


def is_complete(body: Wild) -> bool:
    """Whether the resource is finished. Raises Unreadable on a status never heard of."""
    if body.has("completed?"):
        return body.boolean("completed?")
    status = status_of(body)
    # A purchasing receipt is completed by the status "accepted".
    if status in {"complete", "completed", "accepted"}:
        return True
    if status in {"pending", "open", "incomplete", "draft", "in_progress"}:
        return False
    raise body.unreadable("status", f"{status[:60]!r} is neither a finished nor an open one")


def stamp_of(body: Wild) -> str:
    """The name of the field that says when it happened."""
    return (
        "completed_at" if body.has("completed_at") or not body.has("created_at") else "created_at"
    )


def version_of(body: Wild) -> str:
    """The instant of the last change, as it stands. Raises Unreadable."""
    field = "updated_at" if body.has("updated_at") else stamp_of(body)
    body.instant(field)
    return body.text(field)


def _times(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.multiply(one, other)


def _item_class(line: Wild) -> str:
    item = line.get("item")
    # REST writes financial_class_id; item webhooks write financialClassId. Null: no class.
    return item.id_text("financial_class_id", item.id_text("financialClassId", ""))


# --- tickets, returns, invoices ---------------------------------------------------------------


def _item_line(line: Wild) -> Fields:
    quantity = line.amount("qty")
    original = line.amount("original_unit_price")
    adjusted = line.amount("adjusted_unit_price", original)
    gross = _times(quantity, original)
    discount = _times(quantity, _EXACT.subtract(original, adjusted))
    if discount and (not gross or discount.is_signed() != gross.is_signed()):
        gross, discount = _times(quantity, adjusted), _ZERO  # A raised price is the gross.
    return {
        "kind": "item",
        "key": _item_class(line),
        "quantity": quantity,
        "gross": gross,
        "discount": discount,
        "cost": _times(quantity, line.amount("unit_cost", _ZERO)),
    }


def _shipping_line(line: Wild) -> Fields:
    method = line.id_text("shipping_method_id", "")
    return {"kind": "shipping", "key": method, "gross": line.amount("value")}


def _gift_card_line(line: Wild) -> Fields:
    # One gift card programme, key "" on line, tender and adjustment; store credit is a card too.
    return {"kind": "gift_card", "gross": line.amount("value")}


def _tax_line(line: Wild) -> Fields:
    charged = line.amount("value")
    rule = line.id_text("tax_rule_id", "")
    return {"rule": rule, "computed": line.amount("original_value", charged), "charged": charged}


# https://github.com/springboardretail/springboard-data-migrations, importer/sales_history.
_LINES: Mapping[str, tuple[str, Callable[[Wild], Fields]]] = {
    "ItemLine": ("lines", _item_line),
    "ShippingLine": ("lines", _shipping_line),
    "GiftCardLine": ("lines", _gift_card_line),
    "TaxLine": ("taxes", _tax_line),
}


def _tender(payment: Wild, *, taken_before: bool) -> Fields:
    amount = payment.amount("amount")
    if taken_before:
        return {"kind": "deposit", "amount": amount}
    if payment.text("type", "") == "Payments::GiftCardPayment":
        return {"kind": "gift_card", "amount": amount}
    return {"kind": "other", "key": payment.id_text("payment_type_id"), "amount": amount}


def _sale(document: str) -> Callable[[Wild], Fields]:
    def read(body: Wild) -> Fields:
        sale: Fields = {"kind": "sale", "document": document}
        location = body.id_text("source_location_id")
        if is_voided(body):
            # A void reverses what was posted, whatever the body says now: nothing else is read.
            return {"location": location, "body": sale}
        parts: dict[str, list[Fields]] = {"lines": [], "taxes": []}
        for line in body.items("lines"):
            word = line.text("type")
            if word not in _LINES:
                raise line.unreadable("type", f"{word[:60]!r} is no line type known here")
            part, read_line = _LINES[word]
            parts[part].append(read_line(line))
        tenders = [
            _tender(payment, taken_before=payment.boolean("deposit", False))
            for payment in body.items("payments")
            if status_of(payment) == "complete"
        ]
        original = body.id_text("parent_transaction_id", "")
        sale |= {"original": original, **parts, "tenders": tenders}
        return {"location": location, "body": sale}

    return read


# --- the other kinds --------------------------------------------------------------------------


def _deposit(body: Wild) -> Fields:
    tender = _tender(body, taken_before=False)
    amount: Decimal = tender["amount"]
    direction = "refunded" if amount < 0 else "taken"
    if body.boolean("forfeited", False):
        direction = "forfeited"
    deposit = {
        "kind": "deposit",
        "direction": direction,
        "order": body.id_text("order_id", ""),
        "tender": tender | {"amount": amount.copy_abs()},
    }
    return {"location": body.id_text("location_id"), "body": deposit}


def _stock(move: str, location: str, counterparty: str = "") -> Callable[[Wild], Fields]:
    """Reads a stock move whose location, and the other one of a transfer, are in these fields."""

    def read(body: Wild) -> Fields:
        lines = [_stock_line(line) for line in body.items("lines")]
        stock: Fields = {"kind": "stock_move", "move": move, "lines": lines}
        stock["reason"] = body.id_text("adjustment_reason_id", "")
        if counterparty:
            stock["counterparty"] = body.id_text(counterparty)
        reference = body.id_text("transfer_id", body.id_text("public_id", ""))
        return {"location": body.id_text(location), "reference": reference, "body": stock}

    return read


def _stock_line(line: Wild) -> Fields:
    quantity = line.amount("qty")
    cost = _times(quantity, line.amount("unit_cost"))
    return {"key": _item_class(line), "quantity": quantity, "cost": cost}


def _gift_card_adjustment(body: Wild) -> Fields:
    reason = body.id_text("gift_card_adjustment_reason_id", "")
    adjustment = {"kind": "gift_card_adjustment", "reason": reason, "delta": body.amount("amount")}
    return {"location": body.id_text("location_id"), "body": adjustment}


def _cash_movement(body: Wild) -> Fields:
    signs = {"paid_in": 1, "paid_out": -1}
    word = body.text("type")
    if word not in signs:
        raise body.unreadable("type", f"{word[:60]!r} is neither paid_in nor paid_out")
    delta = _times(body.amount("amount"), Decimal(signs[word]))
    movement = {"kind": "cash_movement", "reason": body.id_text("reason_id", ""), "delta": delta}
    return {"location": body.id_text("location_id"), "body": movement}


_TICKET = Kind("ticket", _sale("pos_ticket"), "sales/tickets", has_payments=True)
_RETURN = Kind("ticket", _sale("refund"), "sales/tickets", has_payments=True)
_INVOICE = Kind("invoice", _sale("sales_invoice"), "sales/invoices", has_payments=True)

# The `type` of a sales transaction wins over the event: one feed may carry all three.
SALE_TYPES: Mapping[str, Kind] = {"Ticket": _TICKET, "Return": _RETURN, "Invoice": _INVOICE}

# The last part of the URL. Heartland pushes sales_transaction_completed
# (https://github.com/bamherndon/OperationalHooks); the others are pulled, under our names.
EVENTS: Mapping[str, Kind] = {
    "sales_transaction_completed": _TICKET,
    "invoice_completed": _INVOICE,
    "deposit_taken": Kind("deposit", _deposit),
    "purchasing_receipt_completed": Kind(
        "purchasing_receipt", _stock("purchase_receipt", "location_id"), "purchasing/receipts"
    ),
    "purchasing_return_completed": Kind(
        "purchasing_return", _stock("purchase_return", "location_id"), "purchasing/returns"
    ),
    "transfer_shipped": Kind(
        "transfer_shipment", _stock("transfer_out", "from_location_id", "to_location_id")
    ),
    "transfer_received": Kind(
        "transfer_receipt", _stock("transfer_in", "to_location_id", "from_location_id")
    ),
    "inventory_adjusted": Kind(
        "inventory_adjustment", _stock("adjustment", "location_id"), "inventory/adjustment_sets"
    ),
    "gift_card_adjusted": Kind("gift_card_adjustment", _gift_card_adjustment),
    "cash_paid": Kind("cash_movement", _cash_movement),
}
SALE_EVENTS = frozenset({"sales_transaction_completed", "invoice_completed"})

# Lists of the REST API whose rows have an id and a name, and the roles whose keys those ids are.
# https://github.com/mihaighita/heartland-retail-php, src/Resource.
NAMED_LISTS: Mapping[str, tuple[str, ...]] = {
    "payment_types": ("payment_type",),
    "shipping_methods": ("shipping_income",),
    "tax_rules": ("tax_liability", "tax_override"),
    "inventory/adjustment_reasons": ("adjustment_offset",),
    "gift_card_adjustment_reasons": ("gift_card_adjustment_offset",),
    "locations": ("location",),
}
