"""Bills, vendor credits and purchase orders found in QuickBooks, and whether one is the one sent.

What counts is the marker, the date, the vendor and the lines; the total is told apart. Of an order
that was to be closed also that it is. https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/bill
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from daybook.domain.found import FoundPurchase, Sought, There
from daybook.domain.identity import Marker, read_marker
from daybook.domain.outcome import ProbeFailed
from daybook.domain.purchase_document import PurchaseDocument, PurchaseForm
from daybook.qbo.faults import unknown
from daybook.qbo.found_fields import minor_of, reference, text, total_of
from daybook.qbo.purchase_bodies import purchase_sha
from daybook.qbo.statements import one_of

type Pages = Callable[[str, str], Sequence[Mapping[str, Any]]]

_BY_ACCOUNT = "AccountBasedExpenseLineDetail"
_NUMBERED: tuple[PurchaseForm, ...] = ("Bill", "VendorCredit")


def purchase_of(
    row: Mapping[str, Any], form: PurchaseForm, home_currency: str = "USD"
) -> FoundPurchase:
    """A Bill, VendorCredit or PurchaseOrder object. Numbers must be int or Decimal.

    Raises ValueError if it has no id or its lines cannot be read.
    """
    lines = row.get("Line")
    if not isinstance(row.get("Id"), str) or not isinstance(lines, list):
        raise ValueError(f"a {form} without Id or Line")
    currency = reference(row, "CurrencyRef") or home_currency
    return FoundPurchase(
        qbo_id=row["Id"],
        form=form,
        doc_number=text(row, "DocNumber"),
        txn_date=text(row, "TxnDate"),
        vendor=reference(row, "VendorRef"),
        private_note=text(row, "PrivateNote"),
        lines=tuple(_line(line, currency) for line in lines if not _is_text(line)),
        total=total_of(row),
        closed=text(row, "POStatus") == "Closed",
    )


def is_same_purchase(found: FoundPurchase, document: PurchaseDocument, generation: int) -> bool:
    """Whether what was found is this document as sent in this generation, unchanged since."""
    expected = Marker(document.entry_id[:16], generation, purchase_sha(document)[:8])
    return (
        read_marker(found.private_note) == expected
        and found.form == document.form
        and (found.closed or not document.closes)
        and found.txn_date == document.txn_date.isoformat()
        and found.vendor == document.vendor
        and sorted(found.lines)
        == sorted((line.account, line.amount, line.class_ or "") for line in document.lines)
    )


def find_purchases(
    wanted: Sequence[Sought], pages: Pages, home_currency: str
) -> dict[Sought, list[There]]:
    """Bills and vendor credits under each number, daybook's orders of each date; a query for each
    kind. pages: the rows of a statement. Raises ProbeFailed."""
    found: dict[Sought, list[There]] = {}
    for form in _NUMBERED:
        places = [one for one in wanted if one.entity == form]
        if places:
            rows = pages(_statement(form, "DocNumber", places), form)
            there = [_read(row, form, home_currency) for row in rows]
            for place in places:
                number = place.name.casefold()
                found[place] = [one for one in there if one.doc_number.casefold() == number]
    orders = [one for one in wanted if one.entity == "PurchaseOrder"]
    if orders:
        # QuickBooks numbers orders itself, unless `UseCustomTxnNumbers` is on.
        rows = pages(_statement("PurchaseOrder", "TxnDate", orders), "PurchaseOrder")
        marked = [row for row in rows if read_marker(str(row.get("PrivateNote", "")))]
        there = [_read(row, "PurchaseOrder", home_currency) for row in marked]
        for place in orders:
            found[place] = [one for one in there if one.txn_date == place.name]
    return found


def _statement(form: PurchaseForm, name: str, places: Sequence[Sought]) -> str:
    values = one_of(place.name for place in places)
    return f"SELECT * FROM {form} WHERE {name} {values} ORDERBY Id"  # noqa: S608 -- quoted


def _read(row: Mapping[str, Any], form: PurchaseForm, home_currency: str) -> FoundPurchase:
    try:
        return purchase_of(row, form, home_currency)
    except ValueError as error:
        raise ProbeFailed(unknown(str(error))) from error


def _is_text(line: object) -> bool:
    return isinstance(line, Mapping) and line.get("DetailType") == "DescriptionOnly"


def _line(line: object, currency: str) -> tuple[str, int, str]:
    """A line of an item is none of daybook's: it has no account here."""
    if not isinstance(line, Mapping):
        raise ValueError("a line that is no object")
    detail = line.get(_BY_ACCOUNT)
    if not isinstance(detail, Mapping):
        return "", minor_of(line.get("Amount", 0), currency), ""
    amount = minor_of(line.get("Amount"), currency)
    return reference(detail, "AccountRef"), amount, reference(detail, "ClassRef")
