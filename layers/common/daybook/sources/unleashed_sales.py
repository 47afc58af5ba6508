"""Unleashed's invoices and credit notes: what their lines and totals mean here.

Invoices: https://apidocs.unleashedsoftware.com/Invoices
Credit notes, free entry credits too: https://apidocs.unleashedsoftware.com/CreditNotes
"""

from dataclasses import dataclass
from decimal import Decimal

from daybook.sources.contract import Context
from daybook.sources.unleashed_amounts import (
    ZERO,
    Fields,
    Money,
    minus,
    money_of,
    taxes_of,
    times,
)
from daybook.sources.unleashed_lines import (
    LANDED,
    description_of,
    first,
    group_of,
    landed_cost,
    lines_of,
    location_of,
    party,
    when,
)
from daybook.sources.wild import Wild

# A line without a product: freight, a surcharge, or below zero a reduction.
CHARGE = "Charge"
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Form:
    """What it becomes: sign -1 is given back. dated, quantity, price: the names of its fields."""

    document: str
    sign: int
    dated: str
    quantity: tuple[str, ...]
    price: tuple[str, ...]


_INVOICE = _Form(
    "sales_invoice", 1, "InvoiceDate", ("InvoiceQuantity", "OrderQuantity"), ("UnitPrice",)
)
_CREDIT = _Form(
    "credit_note",
    -1,
    "CreditDate",
    ("CreditQuantity", "OrderQuantity"),
    ("CreditPrice", "UnitPrice"),
)


def invoice(body: Wild, context: Context) -> Fields:
    """A sale on account. Raises Unreadable."""
    lines = lines_of(body, "InvoiceLines")
    fields = _sale(body, context, _INVOICE, lines)
    return fields | {"reference": body.id_text("InvoiceNumber", "")}


def credit_note(body: Wild, context: Context) -> Fields:
    """A sale with every sign turned. Raises Unreadable."""
    lines = lines_of(body, "CreditNoteLines", "CreditLines")
    fields = _sale(body, context, _CREDIT, lines)
    fields["body"]["original"] = body.id_text("InvoiceNumber", "")
    return fields | {"reference": body.id_text(first(body, "CreditNoteNumber", "CreditNumber"), "")}


def _sale(body: Wild, context: Context, form: _Form, lines: list[Wild]) -> Fields:
    location = location_of(body)
    at, day = when(body, location, context, form.dated)
    money = money_of(body, context, "BC", context.documents(location, day))
    # A free entry credit that states no cost is of money alone: nothing came back.
    free = "free" in body.text("CreditType", "").lower()
    total = _signed(money.amount(body, "Total"), form)
    sale: Fields = {
        "kind": "sale",
        "document": form.document,
        "lines": [_line(line, form, money, free=free) for line in lines],
        "taxes": taxes_of(body, lines, money, form.sign),
        "tenders": [{"kind": "on_account", "amount": total}],
    }
    return {
        **at,
        **money.fields,
        "location": location,
        "customer": party(body, "Customer", "Customer"),
        "body": sale,
    }


def _line(line: Wild, form: _Form, money: Money, *, free: bool) -> Fields:
    """A line of a sale. LineTotal is the money; the discount is what it lacks of quantity by price,
    and a raised price is the gross."""
    charge = not line.has("Product")
    # A charge has no quantity, or zero.
    quantity = line.amount(first(line, *form.quantity), ZERO if charge else None)
    net = money.amount(line, "LineTotal")
    gross = times(quantity, money.amount(line, first(line, *form.price))) if quantity else net
    discount = minus(gross, net)
    within = discount.is_signed() == gross.is_signed() and abs(discount) <= abs(gross)
    if not within or abs(discount) < _CENT:
        gross, discount = net, ZERO
    costs = not charge and (line.has(LANDED) or not free)
    cost = money.cost(landed_cost(line, quantity)) if costs else ZERO
    return {
        "kind": "fee" if charge else "item",
        "key": (line.id_text("LineType", "") or CHARGE) if charge else group_of(line),
        "description": description_of(line),
        "quantity": quantity or Decimal(1),
        "gross": _signed(gross, form),
        "discount": _signed(discount, form),
        "cost": _signed(cost, form),
        "restock": line.boolean("ReturnToStock", True),
    }


def _signed(amount: Decimal, form: _Form) -> Decimal:
    return amount.copy_negate() if form.sign < 0 and amount else amount
