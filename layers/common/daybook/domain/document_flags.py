"""What is seen wrong with a document at the moment at which QuickBooks says that it has it."""

from daybook.domain.document import SalesDocument, total_differs
from daybook.domain.document_kinds import Document
from daybook.domain.flags import Flag
from daybook.domain.money import to_text
from daybook.domain.purchase_document import PurchaseDocument


def flag_of_total(document: Document, qbo_id: str, total: str, at: str) -> Flag | None:
    """The flag `total_differs` where QuickBooks' total is not the source's. at: RFC 3339 in UTC.

    total: TotalAmt as text. A journal entry's is always zero and says nothing.
    """
    if not isinstance(document, SalesDocument | PurchaseDocument):
        return None
    if not total_differs(document, total):
        return None
    expected = to_text(document.total, document.currency)
    seen = (
        f"QuickBooks' {document.form} {qbo_id} comes to {total} {document.currency}, the source's "
        f"to {expected}."
    )
    return Flag("total_differs", at, seen, qbo_id)
