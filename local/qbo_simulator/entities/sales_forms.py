"""What Invoice, CreditMemo and SalesReceipt share: numbers, lines, tax, totals, postings.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, words
from local.qbo_simulator.entities.sales_lines import accept_sales_lines, subtotal
from local.qbo_simulator.entities.sales_tax import accept_tax
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Posting, Realm

FIRST_NUMBER = 1001
# The forms that QBO numbers from one sequence.
NUMBERED = ("Invoice", "SalesReceipt", "CreditMemo")
PROPERTIES = words(
    "DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus LinkedTxn "
    "Line TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType Tag "
    "TxnApprovalInfo RecurDataRef RecurringInfo ProjectRef AutoDocNumber CustomerRef CustomerMemo "
    "BillAddr ShipAddr ShipFromAddr FreeFormAddress RemitToRef ClassRef SalesTermRef DueDate "
    "SalesRepRef PONumber FOB ShipMethodRef ShipDate TrackingNum GlobalTaxCalculation TotalAmt "
    "HomeTotalAmt ApplyTaxAfterDiscount TemplateRef PrintStatus EmailStatus BillEmail BillEmailCc "
    "BillEmailBcc ARAccountRef Balance HomeBalance FinanceCharge PaymentMethodRef PaymentRefNum "
    "PaymentType DepositToAccountRef DeliveryInfo DiscountRate DiscountAmt CheckPayment "
    "CreditCardPayment TaxExemptionRef CustomExtensions"
)
_COPIED = words(
    "CustomerMemo BillAddr ShipAddr BillEmail BillEmailCc SalesTermRef ShipDate ShipMethodRef "
    "TrackingNum PaymentMethodRef PaymentRefNum"
)


@dataclass(frozen=True)
class Form:
    """A checked sales form: the fields that all kinds store alike, and its total."""

    fields: Json
    total: Decimal
    on: str


def accept_form(
    draft: Draft, kind: str, properties: frozenset[str], faults: Faults, *, customer_needed: bool
) -> Form:
    """Check what the kinds have in common. Raises Rejected with every reason: fields first, then
    business rules."""
    body = draft.body
    checks.check_properties(body, properties, faults)
    number = checks.text(body, "DocNumber", 21, faults)
    note = checks.text(body, "PrivateNote", 4000, faults)
    on = checks.txn_date(draft, faults)
    wanted = checks.required_ref if customer_needed else checks.optional_ref
    customer = wanted(body, "CustomerRef", "Customer", draft.realm, faults)
    lines = accept_sales_lines(draft, faults)
    department = checks.optional_ref(body, "DepartmentRef", "Department", draft.realm, faults)
    a_class = checks.optional_ref(body, "ClassRef", "Class", draft.realm, faults)
    tax = accept_tax(draft, lines, faults)
    faults.raise_if_any()
    checks.books_open(draft.realm, on, faults)
    currency = checks.home_currency(draft, faults)
    if not faults.errors:
        _customers_currency(draft, customer, currency, faults)
    number = _number(draft, kind, number, faults)
    total = (subtotal(lines) + tax["TotalTax"]).quantize(checks.CENT, ROUND_HALF_UP)
    if total < 0:
        detail = "Business Validation Error: Transaction amount must be 0 or greater."
        faults.add("6000", detail)
    faults.raise_if_any()
    fields = {
        "CustomField": [],
        "DocNumber": number,
        "TxnDate": on,
        "DepartmentRef": department,
        "ClassRef": a_class,
        "CurrencyRef": currency,
        **{name: body[name] for name in sorted(_COPIED) if name in body},
        "PrivateNote": note,
        "Line": lines,
        "TxnTaxDetail": tax,
        "CustomerRef": customer,
        "TotalAmt": total,
        "ApplyTaxAfterDiscount": False,
        "PrintStatus": "NeedToPrint",
        "EmailStatus": "NotSet",
    }
    return Form(fields, total, on)


def _customers_currency(
    draft: Draft, customer: Json | None, currency: Json, faults: Faults
) -> None:
    row = draft.realm.find("Customer", customer["value"]) if customer else None
    if row is not None and row["CurrencyRef"]["value"] != currency["value"]:
        faults.add(
            "6000",
            "Business Validation Error: The currency of the transaction is invalid for customer / "
            "vendor / account.",
        )


def _number(draft: Draft, kind: str, wanted: str | None, faults: Faults) -> str | None:
    """With `CustomTxnNumbers` on, the number as sent, null too; else QBO's own next number."""
    if draft.realm.singletons["Preferences"]["SalesFormsPrefs"]["CustomTxnNumbers"]:
        _number_is_free(draft, kind, wanted, faults)
        return wanted
    if draft.existing is not None:
        return draft.existing.get("DocNumber")
    taken = [int(number) for _, row in _numbered(draft.realm) if (number := _of(row)).isdecimal()]
    return str(max(taken, default=FIRST_NUMBER - 1) + 1)


def _number_is_free(draft: Draft, kind: str, number: str | None, faults: Faults) -> None:
    """6140 unless the request waives it, or the switch says that this company takes a number
    twice."""
    is_checked = draft.duplicate_numbers == "refused"
    if number is None or not is_checked or "allowduplicatedocnum" in draft.includes:
        return
    for other, row in _numbered(draft.realm):
        if _of(row) == number and (other, row["Id"]) != (kind, draft.own_id):
            faults.add(
                "6140",
                "Duplicate Document Number Error : You must specify a different number. "
                f"This number has already been used. DocNumber={number} is assigned to "
                f"TxnType={other} with TxnId={row['Id']}",
            )
            return


def _numbered(realm: Realm) -> Iterator[tuple[str, Json]]:
    for kind in NUMBERED:
        for row in realm.rows(kind, with_unseen=True):
            yield kind, row


def _of(row: Json) -> str:
    return str(row.get("DocNumber", ""))


def sale_postings(realm: Realm, row: Json) -> list[Posting]:
    """Credits: each item's account and the tax; a discount debits. The other side is the form's."""
    made = []
    for line in row["Line"]:
        if line["DetailType"] == "SalesItemLineDetail":
            income = line["SalesItemLineDetail"]["ItemAccountRef"]["value"]
            made.append(Posting(income, -line["Amount"]))
        elif line["DetailType"] == "DiscountLineDetail":
            discount = line["DiscountLineDetail"]["DiscountAccountRef"]["value"]
            made.append(Posting(discount, line["Amount"]))
    tax = row["TxnTaxDetail"]["TotalTax"]
    if tax:
        payable = first_account(realm, "Other Current Liability", "SalesTaxPayable")
        made.append(Posting(payable, -tax))
    return made


def receivable_postings(realm: Realm, row: Json) -> list[Posting]:
    """A sale on account: the total debits the customer's receivable."""
    customer = row["CustomerRef"]["value"]
    receivable = first_account(realm, "Accounts Receivable")
    return [Posting(receivable, row["TotalAmt"], customer), *sale_postings(realm, row)]


def first_account(realm: Realm, kind: str, sub_type: str | None = None) -> str:
    """The first account of a type, as QBO picks its own when a form does not name one."""
    for row in realm.rows("Account"):
        if row["AccountType"] == kind and sub_type in (None, row["AccountSubType"]):
            return str(row["Id"])
    raise LookupError(f"no account of type {kind} {sub_type or ''}")
