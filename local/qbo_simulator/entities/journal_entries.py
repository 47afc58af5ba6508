"""JournalEntry: its lines, its balance and the names that receivables and payables need.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

from decimal import Decimal
from typing import Any

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.names import NAME_KINDS
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Posting, Realm

_DETAIL = "JournalEntryLineDetail"
_PROPERTIES = words(
    "DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus LinkedTxn "
    "Line TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType Tag "
    "TxnApprovalInfo RecurDataRef RecurringInfo ProjectRef Adjustment HomeCurrencyAdjustment "
    "EnteredInThousandsFlag GlobalTaxCalculation TotalAmt HomeTotalAmt JournalEntryEx "
    "CustomExtensions"
)
# (account type, kind of name that its lines need, Intuit's words for both)
_NAME_NEEDED = (
    ("Accounts Receivable", "Customer", "customer"),
    ("Accounts Payable", "Vendor", "vendor"),
)


def accept(draft: Draft) -> Json:
    """Check a journal entry and give its stored fields. Raises Rejected with every reason."""
    faults = Faults()
    body = draft.body
    checks.check_properties(body, _PROPERTIES, faults)
    number = checks.text(body, "DocNumber", 21, faults)
    _number_is_free(draft, number, faults)
    note = checks.text(body, "PrivateNote", 4000, faults)
    on = checks.txn_date(draft, faults)
    lines = _accept_lines(draft, faults)
    faults.raise_if_any()
    currency = checks.home_currency(draft, faults)
    _business_rules(draft, on, lines, faults)
    faults.raise_if_any()
    return checks.present_fields(
        {
            "Adjustment": bool(body.get("Adjustment", False)),
            "TotalAmt": 0,
            "DocNumber": number or _next_number(draft),
            "TxnDate": on,
            "CurrencyRef": currency,
            "PrivateNote": note,
            "Line": lines,
            "TxnTaxDetail": {},
        }
    )


def _number_is_free(draft: Draft, number: str | None, faults: Faults) -> None:
    """6140, but only in a company that warns of it and unless the request waives it."""
    prefs = draft.realm.singletons["Preferences"]["OtherPrefs"]["NameValue"]
    warns = {"Name": "WarnDuplicateJournalNumber", "Value": "true"} in prefs
    if number is None or not warns or "allowduplicatedocnum" in draft.includes:
        return
    for row in draft.realm.rows("JournalEntry", with_unseen=True):
        if row.get("DocNumber") == number and row["Id"] != draft.own_id:
            faults.add(
                "6140",
                "Duplicate Document Number Error : You must specify a different number. "
                f"This number has already been used. DocNumber={number} is assigned to "
                f"TxnType=Journal Entry with TxnId={row['Id']}",
            )
            return


def _next_number(draft: Draft) -> str | None:
    """A number only for `include=allowautodocnum`: else a missing DocNumber stays missing."""
    if "allowautodocnum" not in draft.includes:
        return None
    rows = draft.realm.rows("JournalEntry", with_unseen=True)
    taken = [int(number) for row in rows if (number := row.get("DocNumber", "")).isdecimal()]
    return str(max(taken, default=0) + 1)


def _accept_lines(draft: Draft, faults: Faults) -> list[Json]:
    sent = draft.body.get("Line", [])
    lines = [line for line in sent if isinstance(line, dict)] if isinstance(sent, list) else []
    kept = {line["Id"] for line in (draft.existing or {}).get("Line", [])}
    next_id = max((int(identity) + 1 for identity in kept), default=0)
    accepted = []
    for line in lines:
        identity = str(line.get("Id", ""))
        if identity not in kept:
            identity, next_id = str(next_id), next_id + 1
        kept.discard(identity)
        accepted.append(_accept_line(draft.realm, line, identity, faults))
    return accepted


def _accept_line(realm: Realm, line: Json, identity: str, faults: Faults) -> Json:
    kind = line.get("DetailType")
    description = checks.text(line, "Description", 4000, faults)
    shown: Json = {"Id": identity, "Description": description}
    if kind is None:
        faults.add(
            "2020",
            "Required parameter Line.DetailType is missing in the request",
            "Line.DetailType",
        )
    elif kind == "DescriptionOnly":
        shown |= {"DetailType": kind, "DescriptionLineDetail": {}}
    elif kind == _DETAIL:
        amount = checks.positive_money(line.get("Amount"), "Line.Amount", faults)
        detail = _accept_detail(realm, line.get(_DETAIL) or {}, faults)
        shown |= {"Amount": amount, "DetailType": kind, _DETAIL: detail, "CustomExtensions": []}
    else:
        faults.add("2170", f"Invalid Enumeration : {kind}", "DetailType")
    return checks.present_fields(shown)


def _accept_detail(realm: Realm, detail: Json, faults: Faults) -> Json:
    side = detail.get("PostingType")
    if side is None:
        faults.add("2260", None, "PostingType")
    elif side not in ("Debit", "Credit"):
        faults.add("2170", f"Invalid Enumeration : {side}", "PostingType")
    return checks.present_fields(
        {
            "PostingType": side,
            "Entity": _accept_name(realm, detail.get("Entity"), faults),
            "AccountRef": checks.required_ref(detail, "AccountRef", "Account", realm, faults),
            "ClassRef": checks.optional_ref(detail, "ClassRef", "Class", realm, faults),
            "DepartmentRef": checks.optional_ref(
                detail, "DepartmentRef", "Department", realm, faults
            ),
        }
    )


def _accept_name(realm: Realm, entity: Any, faults: Faults) -> Json | None:
    """`{Type, EntityRef}`. Names share one sequence of Ids, so the Id alone settles the Type."""
    identity = checks.ref_value((entity or {}).get("EntityRef"))
    if identity is None:
        return None
    for kind in NAME_KINDS:
        row = realm.find(kind, identity)
        if row is not None:
            checks.may_be_used(row, kind, identity, faults)
            return {"Type": kind, "EntityRef": checks.as_ref(row)}
    checks.may_be_used(None, "Customer", identity, faults)
    return None


def _business_rules(draft: Draft, on: str, lines: list[Json], faults: Faults) -> None:
    posted = [line for line in lines if line["DetailType"] == _DETAIL]
    checks.books_open(draft.realm, on, faults)
    if len(posted) < 2:
        detail = "Business Validation Error: Fill out at least two detail lines to continue."
        faults.add("6000", detail)
    elif sum(_signed(line) for line in posted) != 0:
        balance = "Business Validation Error: Please balance debits and credits."
        faults.add(draft.unbalanced_code, balance if draft.unbalanced_code == "6000" else None)
    for account_type, kind, word in _NAME_NEEDED:
        if any(_lacks_name(draft.realm, line, account_type, kind) for line in posted):
            faults.add(
                "6000",
                f"Business Validation Error: When you use {account_type}, "
                f"you must choose a {word} in the Name field.",
            )


def _lacks_name(realm: Realm, line: Json, account_type: str, kind: str) -> bool:
    detail = line[_DETAIL]
    account = realm.find("Account", detail["AccountRef"]["value"]) or {}
    named = detail.get("Entity", {}).get("Type")
    return account.get("AccountType") == account_type and named != kind


def _signed(line: Json) -> Decimal:
    amount: Decimal = line["Amount"]
    return amount if line[_DETAIL]["PostingType"] == "Debit" else -amount


def postings(realm: Realm, row: Json) -> list[Posting]:
    """Debits and credits of a stored entry; the name counts on receivables and payables."""
    made = []
    for line in row["Line"]:
        if line["DetailType"] != _DETAIL:
            continue
        detail = line[_DETAIL]
        account = detail["AccountRef"]["value"]
        kind = (realm.find("Account", account) or {}).get("AccountType")
        name = detail.get("Entity", {}).get("EntityRef", {}).get("value")
        is_subledger = kind in ("Accounts Receivable", "Accounts Payable")
        made.append(Posting(account, _signed(line), name if is_subledger else None))
    return made


JOURNAL_ENTRY = EntityKind(
    name="JournalEntry",
    sequence="transactions",
    # PrivateNote and line fields cannot be asked for: no probe by marker is possible.
    queryable=meta_paths("DocNumber", "TxnDate", "SyncToken", "Adjustment"),
    accept=accept,
    postings=postings,
    is_transaction=True,
    counts_total=True,
    properties=_PROPERTIES,
)
