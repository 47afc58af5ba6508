"""PurchaseOrder: what is asked of a vendor. It moves no account.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/purchaseorder
"""

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.purchase_forms import (
    PROPERTIES,
    PurchaseForm,
    accept_form,
    number_is_free,
)
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Realm

FIRST_NUMBER = 1001
_STATUSES = ("Open", "Closed")
_PROPERTIES = PROPERTIES | words(
    "POStatus DueDate ShipAddr ShipTo ShipMethodRef SalesTermRef ClassRef TaxCodeRef POEmail "
    "EmailStatus PurchaseOrderEx TemplateRef PrintStatus FOB ExpectedDate"
)
_COPIED = words("ShipAddr ShipTo ShipMethodRef SalesTermRef POEmail Memo")


def accept(draft: Draft) -> Json:
    """Check a purchase order and give its stored fields. Raises Rejected with every reason."""
    faults, body = Faults(), draft.body
    due = checks.day(body, "DueDate", faults)
    status = body.get("POStatus", "Open")
    if status not in _STATUSES:
        faults.add("2170", f"Invalid Enumeration : {status}", "POStatus")
    _several_payables(draft, faults)
    a_class = checks.optional_ref(body, "ClassRef", "Class", draft.realm, faults)
    form = accept_form(draft, _PROPERTIES, faults)
    number = _number(draft, form, faults)
    faults.raise_if_any()
    return checks.present_fields(
        {
            **form.fields,
            **{name: body[name] for name in sorted(_COPIED) if name in body},
            "DocNumber": number,
            "DueDate": due,
            "ClassRef": a_class,
            "POStatus": status,
            "EmailStatus": "NotSet",
        }
    )


def _several_payables(draft: Draft, faults: Faults) -> None:
    """APAccountRef is required, but implied where there is one such account only."""
    if checks.ref_value(draft.body.get("APAccountRef")) is not None:
        return
    rows = draft.realm.rows("Account")
    if sum(row["AccountType"] == "Accounts Payable" for row in rows) > 1:
        name = "APAccountRef"
        faults.add("2020", f"Required parameter {name} is missing in the request", name)


def _number(draft: Draft, form: PurchaseForm, faults: Faults) -> str | None:
    """With `UseCustomTxnNumbers` on, the number as sent, null too; else QBO's own next number."""
    if _has_custom_numbers(draft.realm):
        number_is_free(draft, "PurchaseOrder", form, faults)
        return form.number
    if draft.existing is not None:
        kept: str | None = draft.existing.get("DocNumber")
        return kept
    rows = draft.realm.rows("PurchaseOrder", with_unseen=True)
    taken = [int(number) for row in rows if (number := row.get("DocNumber", "")).isdecimal()]
    return str(max(taken, default=FIRST_NUMBER - 1) + 1)


def _has_custom_numbers(realm: Realm) -> bool:
    """Intuit shows the setting in its group, and as text among the other ones."""
    prefs = realm.singletons["Preferences"]
    name = "VendorAndPurchasesPrefs.UseCustomTxnNumbers"
    told = {"Name": name, "Value": "true"} in prefs["OtherPrefs"]["NameValue"]
    return told or bool(prefs["VendorAndPurchasesPrefs"].get("UseCustomTxnNumbers", False))


PURCHASE_ORDER = EntityKind(
    name="PurchaseOrder",
    sequence="transactions",
    # VendorRef is not among the properties that Intuit's page calls filterable.
    queryable=meta_paths(*words("DocNumber TxnDate DueDate TotalAmt SyncToken")),
    accept=accept,
    is_transaction=True,
    counts_total=True,
    properties=_PROPERTIES,
)
