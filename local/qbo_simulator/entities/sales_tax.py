"""TxnTaxDetail of a sales form: as sent, or as the company's automated sales tax makes it.

https://developer.intuit.com/app/developer/qbo/docs/workflows/manage-sales-tax-for-us-locales
"""

from decimal import ROUND_HALF_UP, Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Realm

_SALE = "SalesItemLineDetail"


def accept_tax(draft: Draft, lines: list[Json], faults: Faults) -> Json:
    """The stored TxnTaxDetail; `TotalTax` is always there. Notes what is wrong.

    With sales tax off it is ignored. With automated sales tax (`PartnerTaxEnabled`) the amount is
    QBO's own: the rate of the code, else of the company's first one, on the lines coded TAX.
    """
    sent = draft.body.get("TxnTaxDetail") or {}
    prefs = draft.realm.singletons["Preferences"]["TaxPrefs"]
    code = checks.optional_ref(sent, "TxnTaxCodeRef", "TaxCode", draft.realm, faults)
    stated = checks.positive_money(sent.get("TotalTax", 0), "TotalTax", faults)
    tax_lines = _tax_lines(draft.realm, sent.get("TaxLine"), faults)
    if not prefs.get("UsingSalesTax", False) or faults.errors:
        return {"TotalTax": Decimal(0)}
    total = stated or Decimal(0)
    if prefs.get("PartnerTaxEnabled", False) or (code and "TotalTax" not in sent):
        total, tax_lines = _computed(draft.realm, code, lines), []
    elif tax_lines and sum(line["Amount"] for line in tax_lines) != total:
        detail = "Business Validation Error: The tax lines do not add up to the total tax."
        faults.add("6000", detail)
    return checks.present_fields(
        {"TxnTaxCodeRef": code, "TotalTax": total, "TaxLine": tax_lines or None}
    )


def _tax_lines(realm: Realm, sent: object, faults: Faults) -> list[Json]:
    rows = [row for row in sent if isinstance(row, dict)] if isinstance(sent, list) else []
    return [_tax_line(realm, row, faults) for row in rows]


def _tax_line(realm: Realm, row: Json, faults: Faults) -> Json:
    detail = row.get("TaxLineDetail") or {}
    return {
        "Amount": checks.positive_money(row.get("Amount"), "TaxLine.Amount", faults) or Decimal(0),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": checks.present_fields(
            {**detail, "TaxRateRef": checks.optional_ref(
                detail, "TaxRateRef", "TaxRate", realm, faults
            )}
        ),
    }  # fmt: skip


def _computed(realm: Realm, code: Json | None, lines: list[Json]) -> Decimal:
    taxable = sum(
        (
            line["Amount"]
            for line in lines
            if line["DetailType"] == _SALE and line[_SALE]["TaxCodeRef"]["value"] == "TAX"
        ),
        Decimal(0),
    )
    percent = _percent(realm, code["value"] if code else "")
    return (taxable * percent / 100).quantize(checks.CENT, ROUND_HALF_UP)


def _percent(realm: Realm, code: str) -> Decimal:
    details = (realm.find("TaxCode", code) or {}).get("SalesTaxRateList", {}).get("TaxRateDetail")
    rates = {row["Id"]: Decimal(str(row["RateValue"])) for row in realm.rows("TaxRate")}
    if details:
        named = (detail["TaxRateRef"]["value"] for detail in details)
        return sum((rates.get(one, Decimal(0)) for one in named), Decimal(0))
    return next(iter(rates.values()), Decimal(0))
