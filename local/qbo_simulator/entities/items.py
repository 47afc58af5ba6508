"""Item: what sales lines sell.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/item
"""

from typing import Any

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.named_lists import named_fields
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json

_COPIED = ("Description", "PurchaseDesc", "Sku", "Taxable", "SalesTaxIncluded", "InvStartDate")
_PROPERTIES = words(
    "Name Sku Description Active SubItem ParentRef Level FullyQualifiedName Taxable "
    "SalesTaxIncluded PercentBased UnitPrice RatePercent Type PaymentMethodRef UOMSetRef "
    "IncomeAccountRef PurchaseDesc PurchaseTaxIncluded PurchaseCost ExpenseAccountRef "
    "COGSAccountRef AssetAccountRef PrefVendorRef AvgCost TrackQtyOnHand QtyOnHand "
    "QtyOnPurchaseOrder QtyOnSalesOrder ReorderPoint ManPartNum DepositToAccountRef "
    "SalesTaxCodeRef PurchaseTaxCodeRef InvStartDate BuildPoint PrintGroupedItems "
    "SpecialItem SpecialItemType ItemGroupDetail ItemAssemblyDetail AbatementRate "
    "ReverseChargeRate ServiceType ItemCategoryType Source ClassRef DeferredRevenue "
    "TaxClassificationRef UQCDisplayText UQCId"
)
_INCOME = ("Income", "Other Income")
# What no item can sell into: receivables, payables, and what the sales tax centre keeps.
_CONTROL = ("Accounts Receivable", "Accounts Payable")
_AGENCY = "SalesTaxPayable"
# Item type -> (reference, account types that it takes). Where the switch `item_accounts` is `any`,
# what a service sells into may be of any type but those above.
_ACCOUNTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "Service": (("IncomeAccountRef", _INCOME),),
    "NonInventory": (("IncomeAccountRef", _INCOME),),
    "Inventory": (
        ("IncomeAccountRef", _INCOME),
        ("AssetAccountRef", ("Other Current Asset",)),
        ("ExpenseAccountRef", ("Cost of Goods Sold",)),
    ),
    "Category": (),
}


def accept(draft: Draft) -> Json:
    """Check an item and give its stored fields. Raises Rejected."""
    faults = Faults()
    body = draft.body
    checks.check_properties(body, _PROPERTIES, faults)
    fields = named_fields(draft, "Item", "SubItem", faults)
    kind = str(body.get("Type", "Service"))
    if kind not in _ACCOUNTS:
        faults.add("2170", f"Invalid Enumeration : {kind}", "Type")
    is_free = kind == "Service" and draft.item_accounts == "any"
    accounts = {
        name: _account(draft, name, () if is_free else allowed, faults)
        for name, allowed in _ACCOUNTS.get(kind, ())
    }
    if kind != "Inventory":
        expense = checks.optional_ref(body, "ExpenseAccountRef", "Account", draft.realm, faults)
        accounts["ExpenseAccountRef"] = expense
    stock = _stock(body, faults) if kind == "Inventory" else {"TrackQtyOnHand": False}
    faults.raise_if_any()
    return checks.present_fields(
        {
            **fields,
            **{name: body.get(name) for name in _COPIED},
            "UnitPrice": body.get("UnitPrice", 0),
            "Type": kind,
            **accounts,
            "PurchaseCost": body.get("PurchaseCost", 0),
            **stock,
        }
    )


def _account(draft: Draft, name: str, allowed: tuple[str, ...], faults: Faults) -> Json | None:
    ref = checks.required_ref(draft.body, name, "Account", draft.realm, faults)
    if ref is not None:
        row = draft.realm.find("Account", ref["value"]) or {}
        kind = row["AccountType"]
        refused = kind in _CONTROL or row["AccountSubType"] == _AGENCY
        if refused or (allowed and kind not in allowed):
            faults.add("6430", f"Invalid account type: {kind}", name)
    return ref


def _stock(body: Json, faults: Faults) -> dict[str, Any]:
    for name in ("QtyOnHand", "InvStartDate"):
        if name not in body:
            faults.add("2020", f"Required parameter {name} is missing in the request", name)
    return {"TrackQtyOnHand": True, "QtyOnHand": body.get("QtyOnHand", 0)}


ITEM = EntityKind(
    name="Item",
    sequence="Item",
    queryable=meta_paths(
        *words(
            "Name Sku Active Type FullyQualifiedName UnitPrice PurchaseCost QtyOnHand Description "
            "Taxable SyncToken"
        )
    ),
    accept=accept,
    sort_key="FullyQualifiedName",
    properties=_PROPERTIES,
)
