"""The objects of Unleashed that are exported: their words, where the API has them, what they mean.

Everything else (products, sales orders, quotes, transfers) is understood and ignored: an order's
money comes with its invoice, and products are not exported.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from daybook.sources.contract import Context
from daybook.sources.unleashed_amounts import Fields
from daybook.sources.unleashed_envelope import instant
from daybook.sources.unleashed_lines import NO_WAREHOUSE, first
from daybook.sources.unleashed_purchases import purchase_order, supplier_return
from daybook.sources.unleashed_sales import credit_note, invoice
from daybook.sources.unleashed_stock import adjustment, assembly, shipment
from daybook.sources.wild import Wild

# "Only Completed ... are exported"; a shipment that is complete is Dispatched.
_COMPLETED = frozenset({"complete", "completed", "dispatched"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object. words: of event types, lower case without separators. resource: its list.

    lines: the names under which its lines come; without any of them the data is thin. status: the
    names of its status, none for parties, which have no state that matters. number: its name.
    """

    object_type: str
    resource: str
    words: tuple[str, ...]
    read: Callable[[Wild, Context], Fields]
    lines: tuple[str, ...]
    status: tuple[str, ...] = ()

    def is_thin(self, data: Wild) -> bool:
        """Whether the data only names the object."""
        return not any(data.has(name) for name in self.lines)

    def is_completed(self, data: Wild) -> bool:
        """Whether the object is finished. Raises Unreadable."""
        return not self.status or self.status_of(data) in _COMPLETED

    def status_of(self, data: Wild) -> str:
        """The status in lower case; "" for parties. Raises Unreadable."""
        return data.text(first(data, *self.status)).strip().lower() if self.status else ""


def _party(role: str, prefix: str) -> Callable[[Wild, Context], Fields]:
    """Reads a customer or supplier: every change is an event.

    https://apidocs.unleashedsoftware.com/Customers, .../Suppliers
    """

    def read(body: Wild, context: Context) -> Fields:
        shown = body.text(f"{prefix}Name", "") or body.text(f"{prefix}Code")
        party: Fields = {
            "kind": "party",
            "role": role,
            "id": body.id_text("Guid").lower(),
            "display_name": shown,
            "active": not body.boolean("Obsolete", False),
        }
        for ours, theirs in _TEXTS.items():
            if said := body.text(theirs, "").strip():
                party[ours] = said
        if body.has("Currency"):
            party["currency"] = body.get("Currency").text("CurrencyCode")
        at = instant(body, first(body, "LastModifiedOn", "CreatedOn"))
        return {
            "location": NO_WAREHOUSE,
            "currency": context.currency,
            "occurred_at": at,
            "business_date": at.date(),
            "reference": body.id_text(f"{prefix}Code", ""),
            "body": party | _addresses(body),
        }

    return read


_TEXTS = {
    "email": "Email",
    "phone": "PhoneNumber",
    "mobile": "MobileNumber",
    "fax": "FaxNumber",
    "website": "Website",
}
_ADDRESSES = {"postal": "billing_address", "physical": "shipping_address"}
_ADDRESS = {
    "line1": "StreetAddress",
    "line2": "StreetAddress2",
    "city": "City",
    "region": "Region",
    "postal_code": "PostalCode",
    "country": "Country",
}


def _addresses(body: Wild) -> Fields:
    found: dict[str, Any] = {}
    for address in body.items("Addresses") if body.has("Addresses") else []:
        ours = _ADDRESSES.get(address.text("AddressType", "").lower())
        parts = {name: address.text(theirs, "") for name, theirs in _ADDRESS.items()}
        if ours and any(parts.values()):
            found.setdefault(ours, parts)
    return found


CUSTOMER = Kind(
    "customer", "Customers", ("customer",), _party("customer", "Customer"), ("CustomerName",)
)
SUPPLIER = Kind(
    "supplier", "Suppliers", ("supplier",), _party("supplier", "Supplier"), ("SupplierName",)
)
INVOICE = Kind(
    "invoice",
    "Invoices",
    ("invoice", "salesinvoice"),
    invoice,
    ("InvoiceLines",),
    ("InvoiceStatus", "Status"),
)
CREDIT_NOTE = Kind(
    "credit_note",
    "CreditNotes",
    ("creditnote", "credit", "freecredit", "freecreditnote"),
    credit_note,
    ("CreditNoteLines", "CreditLines"),
    ("Status", "CreditStatus"),
)
PURCHASE_ORDER = Kind(
    "purchase_order",
    "PurchaseOrders",
    ("purchaseorder", "purchase"),
    purchase_order,
    ("PurchaseOrderLines",),
    ("OrderStatus", "Status"),
)
SUPPLIER_RETURN = Kind(
    "supplier_return",
    "SupplierReturns",
    ("supplierreturn",),
    supplier_return,
    ("SupplierReturnLines",),
    ("Status", "ReturnStatus"),
)
SHIPMENT = Kind(
    "shipment",
    "SalesShipments",
    ("salesshipment", "shipment"),
    shipment,
    ("SalesShipmentLines", "ShipmentLines"),
    ("ShipmentStatus", "Status"),
)
ADJUSTMENT = Kind(
    "stock_adjustment",
    "StockAdjustments",
    ("stockadjustment", "adjustment"),
    adjustment,
    ("StockAdjustmentLines",),
    ("Status",),
)
ASSEMBLY = Kind(
    "assembly",
    "Assemblies",
    ("assembly", "disassembly"),
    assembly,
    ("AssemblyLines",),
    ("AssemblyStatus", "Status"),
)

KINDS = (
    CUSTOMER,
    SUPPLIER,
    INVOICE,
    CREDIT_NOTE,
    PURCHASE_ORDER,
    SUPPLIER_RETURN,
    SHIPMENT,
    ADJUSTMENT,
    ASSEMBLY,
)
BY_WORD: Mapping[str, Kind] = {word: kind for kind in KINDS for word in kind.words}
