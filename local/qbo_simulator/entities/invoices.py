"""Invoice: sales lines, discount, tax, and the receivable they make.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.sales_lines import accept_sales_lines, subtotal
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Posting, Realm

_FIRST_NUMBER = 1001
_COPIED = words(
    "CustomerMemo BillAddr ShipAddr BillEmail BillEmailCc SalesTermRef ShipDate ShipMethodRef "
    "TrackingNum LinkedTxn PaymentMethodRef"
)
_PROPERTIES = words(
    "DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus LinkedTxn "
    "Line TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType Tag "
    "TxnApprovalInfo RecurDataRef RecurringInfo ProjectRef AutoDocNumber CustomerRef CustomerMemo "
    "BillAddr ShipAddr ShipFromAddr FreeFormAddress RemitToRef ClassRef SalesTermRef DueDate "
    "SalesRepRef PONumber FOB ShipMethodRef ShipDate TrackingNum GlobalTaxCalculation TotalAmt "
    "HomeTotalAmt ApplyTaxAfterDiscount TemplateRef PrintStatus EmailStatus BillEmail BillEmailCc "
    "BillEmailBcc ARAccountRef Balance HomeBalance FinanceCharge PaymentMethodRef PaymentRefNum "
    "PaymentType DepositToAccountRef DeliveryInfo DiscountRate DiscountAmt InvoiceEx InvoiceLink "
    "Deposit AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment "
    "AllowOnlineACHPayment EInvoiceStatus ECloudStatusTimeStamp invoiceStatusLog callToAction "
    "invoiceStatus LessCIS TaxExemptionRef ConvenienceFeeDetail CustomExtensions"
)


def accept(draft: Draft) -> Json:
    """Check an invoice and give its stored fields. Raises Rejected with every reason."""
    faults = Faults()
    body = draft.body
    checks.check_properties(body, _PROPERTIES, faults)
    number = checks.text(body, "DocNumber", 21, faults)
    note = checks.text(body, "PrivateNote", 4000, faults)
    on = checks.txn_date(draft, faults)
    customer = checks.required_ref(body, "CustomerRef", "Customer", draft.realm, faults)
    lines = accept_sales_lines(draft, faults)
    due = checks.day(body, "DueDate", faults)
    tax = checks.positive_money(
        (body.get("TxnTaxDetail") or {}).get("TotalTax", 0), "TotalTax", faults
    )
    department = checks.optional_ref(body, "DepartmentRef", "Department", draft.realm, faults)
    a_class = checks.optional_ref(body, "ClassRef", "Class", draft.realm, faults)
    faults.raise_if_any()
    checks.books_open(draft.realm, on, faults)
    currency = checks.home_currency(draft, faults)
    faults.raise_if_any()
    total = subtotal(lines) + (tax or Decimal(0))
    return checks.present_fields(
        {
            "AllowIPNPayment": False,
            "AllowOnlinePayment": False,
            "AllowOnlineCreditCardPayment": False,
            "AllowOnlineACHPayment": False,
            "CustomField": [],
            "DocNumber": _number(draft, number),
            "TxnDate": on,
            "DepartmentRef": department,
            "ClassRef": a_class,
            "CurrencyRef": currency,
            "LinkedTxn": [],
            **{name: body[name] for name in sorted(_COPIED) if name in body},
            "PrivateNote": note,
            "Line": lines,
            "TxnTaxDetail": {"TotalTax": tax},
            "CustomerRef": customer,
            "DueDate": due or (date.fromisoformat(on) + timedelta(days=30)).isoformat(),
            "TotalAmt": total.quantize(checks.CENT, ROUND_HALF_UP),
            "ApplyTaxAfterDiscount": False,
            "PrintStatus": "NeedToPrint",
            "EmailStatus": "NotSet",
            "Balance": total,
        }
    )


def _number(draft: Draft, wanted: str | None) -> str | None:
    """With `CustomTxnNumbers` on, the number as sent, null too; else QBO's own next number."""
    if draft.realm.singletons["Preferences"]["SalesFormsPrefs"]["CustomTxnNumbers"]:
        return wanted
    if draft.existing is not None:
        return str(draft.existing["DocNumber"])
    rows = draft.realm.rows("Invoice", with_unseen=True)
    taken = [int(number) for row in rows if (number := row.get("DocNumber", "")).isdecimal()]
    return str(max(taken, default=_FIRST_NUMBER - 1) + 1)


def postings(realm: Realm, row: Json) -> list[Posting]:
    """Debit the receivable; credit each item's income account and the tax."""
    customer = row["CustomerRef"]["value"]
    made = [Posting(_account(realm, "Accounts Receivable"), row["TotalAmt"], customer)]
    for line in row["Line"]:
        if line["DetailType"] == "SalesItemLineDetail":
            income = line["SalesItemLineDetail"]["ItemAccountRef"]["value"]
            made.append(Posting(income, -line["Amount"]))
        elif line["DetailType"] == "DiscountLineDetail":
            discount = line["DiscountLineDetail"]["DiscountAccountRef"]["value"]
            made.append(Posting(discount, line["Amount"]))
    tax = row["TxnTaxDetail"]["TotalTax"]
    if tax:
        made.append(Posting(_account(realm, "Other Current Liability", "SalesTaxPayable"), -tax))
    return made


def _account(realm: Realm, kind: str, sub_type: str | None = None) -> str:
    """The first account of a type, as QBO picks its own when a sale does not name one."""
    for row in realm.rows("Account"):
        if row["AccountType"] == kind and sub_type in (None, row["AccountSubType"]):
            return str(row["Id"])
    raise LookupError(f"no account of type {kind} {sub_type or ''}")


INVOICE = EntityKind(
    name="Invoice",
    sequence="transactions",
    queryable=meta_paths(
        *words("DocNumber TxnDate CustomerRef TotalAmt Balance DueDate ShipDate SyncToken")
    ),
    accept=accept,
    postings=postings,
    is_transaction=True,
    counts_total=True,
    properties=_PROPERTIES,
)
