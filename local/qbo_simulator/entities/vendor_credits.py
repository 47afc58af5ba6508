"""VendorCredit: what lowers what a vendor is owed.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/vendorcredit
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
from local.qbo_simulator.realm import Json, Posting, Realm


def accept(draft: Draft) -> Json:
    """Check a vendor credit and give its stored fields. Raises Rejected with every reason."""
    faults = Faults()
    form = accept_form(draft, PROPERTIES, faults)
    if warns_of_numbers(draft.realm):
        number_is_free(draft, "VendorCredit", form, faults)
    faults.raise_if_any()
    return checks.present_fields({**form.fields, "Balance": form.total})


def postings(realm: Realm, row: Json) -> list[Posting]:
    """A bill's postings on the other sides."""
    return [Posting(one.account, -one.amount, one.name) for one in payable_postings(realm, row)]


VENDOR_CREDIT = EntityKind(
    name="VendorCredit",
    sequence="transactions",
    queryable=meta_paths(
        *words("DocNumber TxnDate VendorRef APAccountRef TotalAmt Balance SyncToken")
    ),
    accept=accept,
    postings=postings,
    is_transaction=True,
    counts_total=True,
    properties=PROPERTIES,
)
