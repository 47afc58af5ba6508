"""Looks for postings in a company's books, each kind by what it can be asked for.

Invoices, credit memos and receipts are asked for by date and customer and known by their marker,
because QuickBooks may give them numbers of its own and cannot be asked for notes. Items and classes
are asked for by name, inactive ones too: QuickBooks adds "(deleted)" to their names.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from daybook.domain.document import SalesForm
from daybook.domain.found import FoundClass, FoundItem, FoundSale, Sought, There, names_of
from daybook.domain.identity import read_marker
from daybook.domain.outcome import ProbeFailed
from daybook.qbo.faults import unknown
from daybook.qbo.sales_comparison import class_of, item_of, sale_of
from daybook.qbo.statements import one_of

type Pages = Callable[[str, str], Sequence[Mapping[str, Any]]]

_FORMS: tuple[SalesForm, ...] = ("Invoice", "CreditMemo", "SalesReceipt")
# 20,000 documents of the dates and customers of one request.
MAX_PAGES = 20


def find_sales(
    wanted: Sequence[Sought], pages: Pages, home_currency: str
) -> dict[Sought, list[There]]:
    """Daybook's sales documents on each date of each customer; one query for each kind of form.

    pages: the rows of a statement. Raises ProbeFailed.
    """
    found: dict[Sought, list[There]] = {}
    for form in _FORMS:
        places = [one for one in wanted if one.entity == form]
        if not places:
            continue
        rows = pages(_sales_statement(form, places), form)
        sales = [sale for row in rows if (sale := _own_sale(row, form, home_currency))]
        for place in places:
            found[place] = [sale for sale in sales if _is_at(sale, place)]
    return found


def _sales_statement(form: SalesForm, places: Sequence[Sought]) -> str:
    where = f"TxnDate {one_of(place.name for place in places)}"
    if all(place.customer for place in places):
        where += f" AND CustomerRef {one_of(place.customer for place in places)}"
    return f"SELECT * FROM {form} WHERE {where} ORDERBY Id"  # noqa: S608 -- quoted


def _own_sale(row: Mapping[str, Any], form: SalesForm, home_currency: str) -> FoundSale | None:
    """What has no marker is nobody's business here, and is not even read."""
    note = row.get("PrivateNote")
    if not isinstance(note, str) or read_marker(note) is None:
        return None
    return _read(lambda: sale_of(row, form, home_currency))


def _is_at(sale: FoundSale, place: Sought) -> bool:
    return sale.txn_date == place.name and place.customer in ("", sale.customer)


def find_listed(wanted: Sequence[Sought], pages: Pages) -> dict[Sought, list[There]]:
    """Items and classes under each name, letter case apart. Raises ProbeFailed."""
    items = [one for one in wanted if one.entity == "Item"]
    classes = [one for one in wanted if one.entity == "Class"]
    found: dict[Sought, list[There]] = {}
    if items:
        rows = pages(_list_statement("Item", (one.name for one in items)), "Item")
        known = [_read(lambda row=row: item_of(row)) for row in rows]  # type: ignore[misc]
        for one in items:
            found[one] = [item for item in known if _is_named(item.name, one)]
    if classes:
        # The name of a level alone can be asked for; the full name is compared here.
        ends = (one.name.rpartition(":")[2] for one in classes)
        rows = pages(_list_statement("Class", ends), "Class")
        listed = [_read(lambda row=row: class_of(row)) for row in rows]  # type: ignore[misc]
        for one in classes:
            found[one] = [row for row in listed if _is_named(row.full_name, one)]
    return found


def _list_statement(kind: str, names: Iterable[str]) -> str:
    both = (name for one in names for name in names_of(one))
    return (
        f"SELECT * FROM {kind} WHERE Name {one_of(both)} "  # noqa: S608 -- quoted
        "AND Active IN (true, false) ORDERBY Id"
    )


def _is_named(name: str, wanted: Sought) -> bool:
    return name.casefold() in {one.casefold() for one in names_of(wanted.name)}


def _read[T: (FoundSale, FoundItem, FoundClass)](read: Callable[[], T]) -> T:
    try:
        return read()
    except ValueError as error:
        raise ProbeFailed(unknown(str(error))) from error
