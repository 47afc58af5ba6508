"""What Bill, VendorCredit and PurchaseOrder share: the vendor, the payables account, the total.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/bill
"""

from dataclasses import dataclass
from decimal import Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, words
from local.qbo_simulator.entities.purchase_lines import (
    accept_purchase_lines,
    account_of,
    total_of,
)
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Posting, Realm

PROPERTIES = words(
    "DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus LinkedTxn "
    "Line TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType Tag "
    "TxnApprovalInfo RecurDataRef RecurringInfo ProjectRef VendorRef APAccountRef VendorAddr "
    "GlobalTaxCalculation TotalAmt HomeTotalAmt Balance HomeBalance IncludeInAnnualTPAR "
    "CustomExtensions Memo"
)
_PAYABLE = "Accounts Payable"


@dataclass(frozen=True)
class PurchaseForm:
    """A checked form: the fields that all kinds store alike, its total, its date and number."""

    fields: Json
    total: Decimal
    on: str
    number: str | None


def accept_form(draft: Draft, properties: frozenset[str], faults: Faults) -> PurchaseForm:
    """Check what the kinds have in common. Raises Rejected with every reason: fields first, then
    business rules. The number is not settled here."""
    body, realm = draft.body, draft.realm
    checks.check_properties(body, properties, faults)
    number = checks.text(body, "DocNumber", 21, faults)
    note = checks.text(body, "PrivateNote", 4000, faults)
    on = checks.txn_date(draft, faults)
    vendor = checks.required_ref(body, "VendorRef", "Vendor", realm, faults)
    payable = _payable(draft, faults)
    lines = accept_purchase_lines(draft, faults)
    department = checks.optional_ref(body, "DepartmentRef", "Department", realm, faults)
    faults.raise_if_any()
    checks.books_open(realm, on, faults)
    currency = checks.home_currency(draft, faults)
    if not faults.errors:
        _vendors_currency(realm, vendor or {}, currency, faults)
    total = total_of(lines)
    if total < 0:
        faults.add("6000", "Business Validation Error: Transaction amount must be 0 or greater.")
    faults.raise_if_any()
    fields = {
        "DocNumber": number,
        "TxnDate": on,
        "DepartmentRef": department,
        "CurrencyRef": currency,
        "PrivateNote": note,
        "LinkedTxn": body.get("LinkedTxn", []),
        "Line": lines,
        "VendorRef": vendor,
        "APAccountRef": payable,
        "TotalAmt": total,
    }
    return PurchaseForm(fields, total, on, number)


def _payable(draft: Draft, faults: Faults) -> Json | None:
    """As named, an account of payables (6430); else the company's first one."""
    realm = draft.realm
    if checks.ref_value(draft.body.get("APAccountRef")) is None:
        for row in realm.rows("Account"):
            if row["AccountType"] == _PAYABLE and row["Active"]:
                return checks.as_ref(row)
        raise LookupError("no account for payables")
    ref = checks.optional_ref(draft.body, "APAccountRef", "Account", realm, faults)
    kind = (realm.find("Account", ref["value"]) or {})["AccountType"] if ref else _PAYABLE
    if kind != _PAYABLE:
        faults.add("6430", f"Invalid account type: {kind}", "APAccountRef")
    return ref


def _vendors_currency(realm: Realm, vendor: Json, currency: Json, faults: Faults) -> None:
    row = realm.find("Vendor", vendor["value"])
    if row is not None and row["CurrencyRef"]["value"] != currency["value"]:
        faults.add(
            "6000",
            "Business Validation Error: The currency of the transaction is invalid for customer / "
            "vendor / account.",
        )


def number_is_free(draft: Draft, kind: str, form: PurchaseForm, faults: Faults) -> None:
    """6140 for a number that another of the kind and vendor has, unless the request waives it."""
    number = form.number
    if number is None or "allowduplicatedocnum" in draft.includes:
        return
    vendor = form.fields["VendorRef"]["value"]
    for row in draft.realm.rows(kind, with_unseen=True):
        same = row.get("DocNumber") == number and row["VendorRef"]["value"] == vendor
        if same and row["Id"] != draft.own_id:
            faults.add(
                "6140",
                "Duplicate Document Number Error : You must specify a different number. "
                f"This number has already been used. DocNumber={number} is assigned to "
                f"TxnType={kind} with TxnId={row['Id']}",
            )
            return


def warns_of_numbers(realm: Realm) -> bool:
    """Whether the company warns of a bill's number that is used already."""
    prefs = realm.singletons["Preferences"]["OtherPrefs"]["NameValue"]
    return {"Name": "WarnDuplicateBillNumber", "Value": "true"} in prefs


def payable_postings(realm: Realm, row: Json) -> list[Posting]:
    """A bill: each line debits its account, the total credits what is owed to the vendor."""
    owed = Posting(row["APAccountRef"]["value"], -row["TotalAmt"], row["VendorRef"]["value"])
    lines = [
        Posting(account_of(realm, line), line["Amount"]) for line in row["Line"] if "Amount" in line
    ]
    return [*lines, owed]
