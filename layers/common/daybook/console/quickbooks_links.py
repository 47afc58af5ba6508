"""Where a person finds in QuickBooks itself what daybook has put there."""

from typing import Final
from urllib.parse import urlencode

from daybook.domain.connection import Realm

# A signed-in person is asked for the company where it is not the one that is open.
_HOSTS: Final = {
    "production": "https://app.qbo.intuit.com/app",
    "sandbox": "https://app.sandbox.qbo.intuit.com/app",
}
# The page of each kind of object, and the name of its id there.
_PAGES: Final = {
    "JournalEntry": ("journal", "txnId"),
    "Invoice": ("invoice", "txnId"),
    "CreditMemo": ("creditmemo", "txnId"),
    "SalesReceipt": ("salesreceipt", "txnId"),
    "Bill": ("bill", "txnId"),
    "VendorCredit": ("vendorcredit", "txnId"),
    "PurchaseOrder": ("purchaseorder", "txnId"),
    "Customer": ("customerdetail", "nameId"),
    "Vendor": ("vendordetail", "nameId"),
}


def link(entity: str, qbo_id: str, realm: Realm | None, qbo_url: str = "") -> str:
    """The address of an object in QuickBooks; "" where there is no page for it.

    qbo_url: set where a simulator stands for QuickBooks: it has no pages.
    """
    page = _PAGES.get(entity)
    host = _HOSTS.get(realm.environment) if realm else None
    if not page or not host or not qbo_id or qbo_url:
        return ""
    name, parameter = page
    return f"{host}/{name}?{urlencode({parameter: qbo_id})}"
