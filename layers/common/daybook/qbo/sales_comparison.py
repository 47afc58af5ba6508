"""Sales documents, items and classes found in QuickBooks, and whether a document is the one sent.

QuickBooks adds names, ids, a subtotal line, the item's account, and may compute tax of its own.
What counts is the marker, the date, the customer and the sold lines; the total is told apart.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice
"""

from collections.abc import Mapping
from typing import Any

from daybook.domain.document import SalesDocument, SalesForm
from daybook.domain.found import FoundClass, FoundItem, FoundSale
from daybook.domain.identity import Marker, read_marker
from daybook.qbo.found_fields import minor_of, reference, text, total_of
from daybook.qbo.sales_bodies import sales_sha

_SOLD = "SalesItemLineDetail"
# Lines that move nothing: QuickBooks' own subtotal, and text.
_IDLE = frozenset({"SubTotalLineDetail", "DescriptionOnly"})


def sale_of(row: Mapping[str, Any], form: SalesForm, home_currency: str = "USD") -> FoundSale:
    """An Invoice, CreditMemo or SalesReceipt object of QuickBooks. Numbers must be int or Decimal.

    Raises ValueError if it has no id or its lines cannot be read.
    """
    lines = row.get("Line")
    if not isinstance(row.get("Id"), str) or not isinstance(lines, list):
        raise ValueError(f"a {form} without Id or Line")
    currency = reference(row, "CurrencyRef") or home_currency
    return FoundSale(
        qbo_id=row["Id"],
        form=form,
        doc_number=text(row, "DocNumber"),
        txn_date=text(row, "TxnDate"),
        customer=reference(row, "CustomerRef"),
        private_note=text(row, "PrivateNote"),
        lines=tuple(_line(line, currency) for line in lines if not _is_idle(line)),
        total=total_of(row),
    )


def is_same_sale(found: FoundSale, document: SalesDocument, generation: int) -> bool:
    """Whether what was found is this document as sent in this generation, unchanged since.

    Its total may differ all the same, where QuickBooks computes the tax itself.
    """
    expected = Marker(document.entry_id[:16], generation, sales_sha(document)[:8])
    return (
        read_marker(found.private_note) == expected
        and found.form == document.form
        and found.txn_date == document.txn_date.isoformat()
        and found.customer == document.customer
        and sorted(found.lines)
        == sorted((line.item, line.amount, line.class_ or "") for line in document.lines)
    )


def item_of(row: Mapping[str, Any]) -> FoundItem:
    """An Item object. Raises ValueError if it has no id or name."""
    name = text(row, "FullyQualifiedName") or text(row, "Name")
    if not isinstance(row.get("Id"), str) or not name:
        raise ValueError("an Item without Id or Name")
    # Only a service sells into its account and nothing else.
    account = reference(row, "IncomeAccountRef") if row.get("Type") == "Service" else ""
    return FoundItem(row["Id"], name, account, active=row.get("Active") is not False)


def class_of(row: Mapping[str, Any]) -> FoundClass:
    """A Class object. Raises ValueError if it has no id or name."""
    name = text(row, "FullyQualifiedName") or text(row, "Name")
    if not isinstance(row.get("Id"), str) or not name:
        raise ValueError("a Class without Id or Name")
    return FoundClass(row["Id"], name, active=row.get("Active") is not False)


def _is_idle(line: object) -> bool:
    return isinstance(line, Mapping) and line.get("DetailType") in _IDLE


def _line(line: object, currency: str) -> tuple[str, int, str]:
    """A line that is no sale of an item (a discount, a group) has no item; ours all have one."""
    if not isinstance(line, Mapping):
        raise ValueError("a line that is no object")
    detail = line.get(_SOLD)
    if not isinstance(detail, Mapping):
        return "", minor_of(line.get("Amount", 0), currency), ""
    amount = minor_of(line.get("Amount"), currency)
    return reference(detail, "ItemRef"), amount, reference(detail, "ClassRef")
