"""SalesReceipt: a sale that is paid at once, into an account of its own.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/salesreceipt
"""

from decimal import Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.sales_forms import PROPERTIES, accept_form, sale_postings
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Posting, Realm

_DEPOSITS = ("Bank", "Other Current Asset")


def accept(draft: Draft) -> Json:
    """Check a sales receipt and give its stored fields. Raises Rejected with every reason."""
    faults = Faults()
    deposit = _deposit_account(draft, faults)
    form = accept_form(draft, "SalesReceipt", PROPERTIES, faults, customer_needed=False)
    return checks.present_fields(
        {**form.fields, "Balance": Decimal(0), "DepositToAccountRef": deposit}
    )


def _deposit_account(draft: Draft, faults: Faults) -> Json | None:
    """As named, a bank or other current asset account (6430); else Undeposited Funds."""
    realm = draft.realm
    if checks.ref_value(draft.body.get("DepositToAccountRef")) is None:
        for row in realm.rows("Account"):
            if row["AccountSubType"] == "UndepositedFunds":
                return checks.as_ref(row)
        raise LookupError("no account for undeposited funds")
    ref = checks.optional_ref(draft.body, "DepositToAccountRef", "Account", realm, faults)
    kind = (realm.find("Account", ref["value"]) or {})["AccountType"] if ref else _DEPOSITS[0]
    if kind not in _DEPOSITS:
        faults.add("6430", f"Invalid account type: {kind}", "DepositToAccountRef")
    return ref


def postings(realm: Realm, row: Json) -> list[Posting]:
    """The total debits the account that it is deposited to."""
    deposited = Posting(row["DepositToAccountRef"]["value"], row["TotalAmt"])
    return [*([deposited] if deposited.amount else []), *sale_postings(realm, row)]


SALES_RECEIPT = EntityKind(
    name="SalesReceipt",
    sequence="transactions",
    queryable=meta_paths(*words("DocNumber TxnDate CustomerRef TotalAmt SyncToken")),
    accept=accept,
    postings=postings,
    is_transaction=True,
    counts_total=True,
    properties=PROPERTIES,
)
