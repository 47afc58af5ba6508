"""Invoice: a sale on account.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice
"""

from datetime import date, timedelta

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.sales_forms import PROPERTIES, accept_form, receivable_postings
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json

_PROPERTIES = PROPERTIES | words(
    "InvoiceEx InvoiceLink Deposit AllowIPNPayment AllowOnlinePayment "
    "AllowOnlineCreditCardPayment AllowOnlineACHPayment EInvoiceStatus ECloudStatusTimeStamp "
    "invoiceStatusLog callToAction invoiceStatus LessCIS ConvenienceFeeDetail"
)


def accept(draft: Draft) -> Json:
    """Check an invoice and give its stored fields. Raises Rejected with every reason."""
    faults = Faults()
    due = checks.day(draft.body, "DueDate", faults)
    form = accept_form(draft, "Invoice", _PROPERTIES, faults, customer_needed=True)
    return checks.present_fields(
        {
            "AllowIPNPayment": False,
            "AllowOnlinePayment": False,
            "AllowOnlineCreditCardPayment": False,
            "AllowOnlineACHPayment": False,
            "LinkedTxn": draft.body.get("LinkedTxn", []),
            **form.fields,
            "DueDate": due or (date.fromisoformat(form.on) + timedelta(days=30)).isoformat(),
            "Balance": form.total,
        }
    )


INVOICE = EntityKind(
    name="Invoice",
    sequence="transactions",
    queryable=meta_paths(
        *words("DocNumber TxnDate CustomerRef TotalAmt Balance DueDate ShipDate SyncToken")
    ),
    accept=accept,
    postings=receivable_postings,
    is_transaction=True,
    counts_total=True,
    properties=_PROPERTIES,
)
