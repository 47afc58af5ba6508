"""The lines of bills, vendor credits and purchase orders: an account or an item each."""

from decimal import Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft
from local.qbo_simulator.entities.sales_lines import check_product
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Realm

BY_ACCOUNT, BY_ITEM = "AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"
# What no line stands on: the form itself moves payables, and receivables are a customer's.
_CONTROL = ("Accounts Receivable", "Accounts Payable")
_US_TAX_CODES = ("TAX", "NON")


def accept_purchase_lines(draft: Draft, faults: Faults) -> list[Json]:
    """The lines as stored, with Ids from "1". Notes what is wrong; without a line of an account or
    item 2020."""
    sent = draft.body.get("Line", [])
    wanted = [line for line in sent if isinstance(line, dict)] if isinstance(sent, list) else []
    lines: list[Json] = []
    noted = len(faults.errors)
    for line in wanted:
        accepted = _accept_line(draft.realm, line, faults)
        if accepted is not None:
            number = len(lines) + 1
            lines.append({"Id": str(number), "LineNum": number, **accepted})
    counted = [line for line in lines if line["DetailType"] in (BY_ACCOUNT, BY_ITEM)]
    if not counted and len(faults.errors) == noted:
        faults.add("2020", "Required parameter Line is missing in the request", "Line")
    return lines


def total_of(lines: list[Json]) -> Decimal:
    """What the lines come to: a US company keeps no tax on purchases."""
    amounts = (line["Amount"] for line in lines if line["DetailType"] in (BY_ACCOUNT, BY_ITEM))
    return sum(amounts, Decimal(0))


def account_of(realm: Realm, line: Json) -> str:
    """The account that a stored line debits on a bill."""
    if line["DetailType"] == BY_ACCOUNT:
        return str(line[BY_ACCOUNT]["AccountRef"]["value"])
    item = realm.find("Item", line[BY_ITEM]["ItemRef"]["value"]) or {}
    return str(_cost_account(item)["value"])


def _cost_account(item: Json) -> Json:
    """Where the cost of an item goes: what is kept in stock into its asset account."""
    name = "AssetAccountRef" if item.get("Type") == "Inventory" else "ExpenseAccountRef"
    found: Json = item.get(name) or {}
    return found


def _accept_line(realm: Realm, line: Json, faults: Faults) -> Json | None:
    kind = line.get("DetailType")
    description = checks.text(line, "Description", 4000, faults)
    if kind == "DescriptionOnly":
        return {"Description": description or "", "DetailType": kind, "DescriptionLineDetail": {}}
    if kind is None:
        name = "Line.DetailType"
        faults.add("2020", f"Required parameter {name} is missing in the request", name)
        return None
    if kind not in (BY_ACCOUNT, BY_ITEM):
        faults.add("2170", f"Invalid Enumeration : {kind}", "DetailType")
        return None
    detail = line.get(kind) or {}
    amount = checks.money(line.get("Amount"), "Line.Amount", faults)
    accept = _by_account if kind == BY_ACCOUNT else _by_item
    accepted = accept(realm, detail, faults) | _shared(realm, detail, faults)
    price, quantity = accepted.get("UnitPrice"), accepted.get("Qty")
    if amount is not None and price is not None and quantity is not None:
        check_product(amount, price, quantity, faults)
    return checks.present_fields(
        {
            "Description": description,
            "Amount": amount,
            "DetailType": kind,
            kind: checks.present_fields(accepted),
        }
    )


def _shared(realm: Realm, detail: Json, faults: Faults) -> Json:
    code = checks.ref_value(detail.get("TaxCodeRef")) or "NON"
    if code not in _US_TAX_CODES:
        faults.add(
            "6100", f"Valid Line TaxCodes for US should be TAX or NON. Supplied value:{code}"
        )
    return {
        "ClassRef": checks.optional_ref(detail, "ClassRef", "Class", realm, faults),
        "CustomerRef": checks.optional_ref(detail, "CustomerRef", "Customer", realm, faults),
        "BillableStatus": detail.get("BillableStatus", "NotBillable"),
        "TaxCodeRef": {"value": code},
    }


def _by_account(realm: Realm, detail: Json, faults: Faults) -> Json:
    if checks.ref_value(detail.get("AccountRef")) is None:
        faults.add("6440", element="Line.AccountBasedExpenseLineDetail.AccountRef")
        return {}
    account = checks.optional_ref(detail, "AccountRef", "Account", realm, faults)
    kind = (realm.find("Account", account["value"]) or {})["AccountType"] if account else ""
    if kind in _CONTROL:
        faults.add("6430", f"Invalid account type: {kind}", "AccountRef")
    return {"AccountRef": account}


def _by_item(realm: Realm, detail: Json, faults: Faults) -> Json:
    if checks.ref_value(detail.get("ItemRef")) is None:
        faults.add("6440", element="Line.ItemBasedExpenseLineDetail.ItemRef")
        return {}
    price = checks.decimal(detail.get("UnitPrice"), "UnitPrice", faults)
    quantity = checks.decimal(detail.get("Qty"), "Qty", faults)
    item = checks.optional_ref(detail, "ItemRef", "Item", realm, faults)
    if item is not None and not _cost_account(realm.find("Item", item["value"]) or {}):
        faults.add("6430", "Invalid account type: the item has no expense account")
    return {"ItemRef": item, "UnitPrice": price, "Qty": quantity}
