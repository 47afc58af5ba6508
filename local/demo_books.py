"""Prints what is in the books: entries in beancount notation, documents, days, what is held."""

from collections.abc import Sequence

from daybook.domain.chart import Chart
from daybook.domain.document import SalesDocument
from daybook.domain.money import to_text
from daybook.domain.notation import journal
from daybook.domain.posting import Posting
from daybook.domain.purchase_document import PurchaseDocument
from daybook.workflows.day_overview import DayAt
from local.demo_summary import in_books


def print_books(rows: Sequence[Posting], chart: Chart | None) -> None:
    """Every entry and document, in the order of the books."""
    found = in_books(rows)
    entries = [row.journal() for row in found if row.entity == "JournalEntry"]
    print(journal(entries, chart))
    for row in found:
        document = row.document()
        if isinstance(document, SalesDocument):
            print(_document(document, row.qbo_id))
        if isinstance(document, PurchaseDocument):
            print(_purchase(document, row.qbo_id))


def _document(document: SalesDocument, qbo_id: str) -> str:
    currency = document.currency
    buyer = f"customer {document.customer}" if document.customer else "the day"
    head = f"{document.txn_date} {document.form} {document.doc_number} (id {qbo_id}) for {buyer}"
    lines = [
        f"  {line.role} {line.key}".ljust(46)
        + f"{to_text(line.amount, currency):>12} {currency}  item {line.item}"
        for line in document.lines
    ]
    if document.tax:
        tax = to_text(document.tax.amount, currency)
        lines.append(f"  tax {document.tax.code}".ljust(46) + f"{tax:>12} {currency}")
    lines.append("  total".ljust(46) + f"{to_text(document.total, currency):>12} {currency}")
    return "\n".join([head, *lines, ""])


def _purchase(document: PurchaseDocument, qbo_id: str) -> str:
    currency = document.currency
    done = "closes" if document.closes else "for"
    head = f"{document.txn_date} {document.form} {document.doc_number} (id {qbo_id}) "
    lines = [
        f"  {line.role} {line.key}".ljust(46)
        + f"{to_text(line.amount, currency):>12} {currency}  account {line.account}"
        for line in document.lines
    ]
    lines.append("  total".ljust(46) + f"{to_text(document.total, currency):>12} {currency}")
    return "\n".join([f"{head}{done} vendor {document.vendor}", *lines, ""])


def print_days(days: Sequence[DayAt]) -> None:
    """Each day that was closed, with its parts."""
    for day in days:
        for one in day.closes:
            close, ids = one.close, ", ".join(one.qbo_ids)
            print(
                f"day {close.day.name(close.sequence)}: {close.events} events, "
                f"{one.posted} of {close.parts} parts in QuickBooks ({ids})"
            )


def print_held(rows: Sequence[Posting]) -> None:
    """What waits for a person, and why."""
    for row in rows:
        if row.status in ("held", "failed"):
            print(f"held: {row.key.event_name} of {row.source}: {row.reason}. {row.reason_text}")
    print()
