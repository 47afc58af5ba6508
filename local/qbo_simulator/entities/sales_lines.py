"""The lines of sales forms: items, a discount, descriptions and the subtotal that QBO adds."""

from decimal import ROUND_HALF_UP, Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Realm

_SALE, _DISCOUNT, _SUBTOTAL = "SalesItemLineDetail", "DiscountLineDetail", "SubTotalLineDetail"
_US_TAX_CODES = ("TAX", "NON")
_DISCOUNTS_GIVEN = "DiscountsRefundsGiven"


def accept_sales_lines(draft: Draft, faults: Faults) -> list[Json]:
    """The lines as stored, with Ids from "1" and one subtotal line. Notes what is wrong."""
    sent = draft.body.get("Line", [])
    wanted = [line for line in sent if isinstance(line, dict)] if isinstance(sent, list) else []
    lines: list[Json] = []
    noted = len(faults.errors)
    for line in wanted:
        accepted = _accept_line(draft.realm, line, faults)
        if accepted is not None:
            number = len(lines) + 1
            lines.append({"Id": str(number), "LineNum": number, **accepted})
    sales = [line for line in lines if line["DetailType"] == _SALE]
    if not sales and len(faults.errors) == noted:
        faults.add("2020", "Required parameter Line is missing in the request", "Line")
    if faults.errors:
        return lines
    total = sum((line["Amount"] for line in sales), Decimal(0))
    _settle_discounts(draft.realm, lines, total, faults)
    lines.append({"Amount": total, "DetailType": _SUBTOTAL, _SUBTOTAL: {}})
    return lines


def subtotal(lines: list[Json]) -> Decimal:
    """Sales less discounts."""
    sales = (line["Amount"] for line in lines if line["DetailType"] == _SALE)
    off = (line["Amount"] for line in lines if line["DetailType"] == _DISCOUNT)
    return sum(sales, Decimal(0)) - sum(off, Decimal(0))


def _accept_line(realm: Realm, line: Json, faults: Faults) -> Json | None:
    kind = line.get("DetailType")
    description = checks.text(line, "Description", 4000, faults)
    if kind == _SALE:
        return _accept_sale(realm, line, description, faults)
    if kind == _DISCOUNT:
        return {
            "DetailType": kind,
            _DISCOUNT: line.get(_DISCOUNT) or {},
            "Sent": line.get("Amount"),
        }
    if kind == "DescriptionOnly":
        return {"Description": description or "", "DetailType": kind, "DescriptionLineDetail": {}}
    if kind is None:
        name = "Line.DetailType"
        faults.add("2020", f"Required parameter {name} is missing in the request", name)
    elif kind != _SUBTOTAL:
        faults.add("2170", f"Invalid Enumeration : {kind}", "DetailType")
    return None


def _accept_sale(realm: Realm, line: Json, description: str | None, faults: Faults) -> Json:
    detail = line.get(_SALE) or {}
    amount = checks.money(line.get("Amount"), "Line.Amount", faults)
    price = checks.decimal(detail.get("UnitPrice"), "UnitPrice", faults)
    quantity = checks.decimal(detail.get("Qty"), "Qty", faults)
    if amount is not None and price is not None and quantity is not None:
        check_product(amount, price, quantity, faults)
    tax_code = checks.ref_value(detail.get("TaxCodeRef")) or "NON"
    if tax_code not in _US_TAX_CODES:
        faults.add(
            "6100", f"Valid Line TaxCodes for US should be TAX or NON. Supplied value:{tax_code}"
        )
    item = checks.optional_ref(_with_an_item(detail), "ItemRef", "Item", realm, faults)
    income = (realm.find("Item", item["value"]) or {}).get("IncomeAccountRef") if item else None
    if item is not None and income is None:
        faults.add("6430", "Invalid account type: the item has no income account")
    sale = {
        "ItemRef": item,
        "ClassRef": checks.optional_ref(detail, "ClassRef", "Class", realm, faults),
        "UnitPrice": price,
        "Qty": quantity,
        "ServiceDate": checks.day(detail, "ServiceDate", faults),
        "ItemAccountRef": income,
        "TaxCodeRef": {"value": tax_code},
    }
    return checks.present_fields(
        {
            "Description": description,
            "Amount": amount,
            "DetailType": _SALE,
            _SALE: checks.present_fields(sale),
            "CustomExtensions": [],
        }
    )


def _with_an_item(detail: Json) -> Json:
    """A line that names no item sells the company's first one, as at Intuit."""
    named = checks.ref_value(detail.get("ItemRef")) is not None
    return detail if named else {**detail, "ItemRef": {"value": "1"}}


def check_product(amount: Decimal, price: Decimal, quantity: Decimal, faults: Faults) -> None:
    """6070 where a line's Amount is not Qty x UnitPrice."""
    # Price and quantity 0 are what python-quickbooks sends for "not given".
    if not price and not quantity:
        return
    product = checks.decimal(price * quantity, "Line.Amount", faults)
    if product is not None and product.quantize(checks.CENT, ROUND_HALF_UP) != amount:
        faults.add("6070", f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount:,}")


def _settle_discounts(realm: Realm, lines: list[Json], total: Decimal, faults: Faults) -> None:
    for line in lines:
        if line["DetailType"] != _DISCOUNT:
            continue
        detail, sent = line[_DISCOUNT], line.pop("Sent")
        if detail.get("PercentBased") is True:
            percent = checks.decimal(detail.get("DiscountPercent"), "DiscountPercent", faults)
            line["Amount"] = (total * (percent or 0) / 100).quantize(checks.CENT, ROUND_HALF_UP)
        elif sent is None:
            faults.add("6090")
            continue
        else:
            line["Amount"] = checks.positive_money(sent, "Line.Amount", faults)
        account = checks.optional_ref(detail, "DiscountAccountRef", "Account", realm, faults)
        line[_DISCOUNT] = {**detail, "DiscountAccountRef": account or _usual_discount(realm)}


def _usual_discount(realm: Realm) -> Json:
    for row in realm.rows("Account"):
        if row["AccountSubType"] == _DISCOUNTS_GIVEN:
            return checks.as_ref(row)
    raise LookupError("no account for discounts given")
