"""CreditMemo: what lowers a customer's receivable, for a person to apply to invoices.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/creditmemo
"""

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.sales_forms import PROPERTIES, accept_form, receivable_postings
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Posting, Realm

_PROPERTIES = PROPERTIES | words("RemainingCredit InvoiceRef")


def accept(draft: Draft) -> Json:
    """Check a credit memo and give its stored fields. Raises Rejected with every reason."""
    form = accept_form(draft, "CreditMemo", _PROPERTIES, Faults(), customer_needed=True)
    # Nothing is applied here: payments and their links are not simulated.
    return checks.present_fields(
        {"RemainingCredit": form.total, **form.fields, "Balance": form.total}
    )


def postings(realm: Realm, row: Json) -> list[Posting]:
    """An invoice's postings on the other sides."""
    return [Posting(one.account, -one.amount, one.name) for one in receivable_postings(realm, row)]


CREDIT_MEMO = EntityKind(
    name="CreditMemo",
    sequence="transactions",
    queryable=meta_paths(*words("DocNumber TxnDate CustomerRef TotalAmt Balance SyncToken")),
    accept=accept,
    postings=postings,
    is_transaction=True,
    counts_total=True,
    properties=_PROPERTIES,
)
