"""Bill: what a vendor is owed.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/bill
"""

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.purchase_forms import (
    PROPERTIES,
    accept_form,
    number_is_free,
    payable_postings,
    warns_of_numbers,
)
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json

_PROPERTIES = PROPERTIES | words("SalesTermRef DueDate RemitToAddr ShipAddr BillEx LessCIS")


def accept(draft: Draft) -> Json:
    """Check a bill and give its stored fields. Raises Rejected with every reason."""
    faults = Faults()
    due = checks.day(draft.body, "DueDate", faults)
    form = accept_form(draft, _PROPERTIES, faults)
    if warns_of_numbers(draft.realm):
        number_is_free(draft, "Bill", form, faults)
    faults.raise_if_any()
    return checks.present_fields(
        {
            **form.fields,
            "SalesTermRef": draft.body.get("SalesTermRef"),
            "DueDate": due or form.on,
            # Payments of bills and their links are not simulated.
            "Balance": form.total,
        }
    )


BILL = EntityKind(
    name="Bill",
    sequence="transactions",
    queryable=meta_paths(
        *words("DocNumber TxnDate DueDate VendorRef APAccountRef TotalAmt Balance SyncToken")
    ),
    accept=accept,
    postings=payable_postings,
    is_transaction=True,
    counts_total=True,
    properties=_PROPERTIES,
)
