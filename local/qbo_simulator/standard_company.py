"""The company that a realm starts with: a retailer with a full chart of accounts.

The Ids are the same in every realm, and docs/qbo-simulator.md lists them.
"""

from datetime import datetime

from local.qbo_simulator.clock import stamp
from local.qbo_simulator.entities.accounts import ACCOUNT
from local.qbo_simulator.entities.dimensions import CLASS, DEPARTMENT
from local.qbo_simulator.entities.employees import EMPLOYEE
from local.qbo_simulator.entities.items import ITEM
from local.qbo_simulator.entities.kind import EntityKind
from local.qbo_simulator.entities.names import CUSTOMER, VENDOR
from local.qbo_simulator.operations import Context, create
from local.qbo_simulator.realm import Json, Realm

# (Id, name, account type, account sub type)
CHART: tuple[tuple[int, str, str, str], ...] = (
    (1, "Checking", "Bank", "Checking"),
    (2, "Savings", "Bank", "Savings"),
    (3, "Cash Drawer", "Bank", "CashOnHand"),
    (4, "Card Clearing", "Bank", "Checking"),
    (5, "Receipt Clearing", "Other Current Asset", "OtherCurrentAssets"),
    (6, "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    (7, "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    (8, "Inventory Asset", "Other Current Asset", "Inventory"),
    (9, "Inventory In Transit", "Other Current Asset", "OtherCurrentAssets"),
    (10, "Recoverable Tax", "Other Current Asset", "OtherCurrentAssets"),
    (11, "Rental Fleet", "Fixed Asset", "MachineryAndEquipment"),
    (12, "Store Fixtures", "Fixed Asset", "FurnitureAndFixtures"),
    (13, "Lease Deposits", "Other Asset", "SecurityDeposits"),
    (20, "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    (21, "Store Credit Card", "Credit Card", "CreditCard"),
    (22, "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    (23, "City Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    (24, "Gift Card Liability", "Other Current Liability", "OtherCurrentLiabilities"),
    (25, "Customer Deposits", "Other Current Liability", "OtherCurrentLiabilities"),
    (26, "Tips Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    (27, "Purchases Received", "Other Current Liability", "OtherCurrentLiabilities"),
    (28, "Purchases Returned", "Other Current Asset", "OtherCurrentAssets"),
    (29, "Service Charges Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    (30, "Bank Loan", "Long Term Liability", "NotesPayable"),
    (31, "Local Tax Payable", "Other Current Liability", "OtherCurrentLiabilities"),
    (40, "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    (41, "Retained Earnings", "Equity", "RetainedEarnings"),
    (42, "Owner's Equity", "Equity", "OwnersEquity"),
    (50, "Sales", "Income", "SalesOfProductIncome"),
    (51, "Clothing Sales", "Income", "SalesOfProductIncome"),
    (52, "Rental Income", "Income", "ServiceFeeIncome"),
    (53, "Shipping Income", "Income", "OtherPrimaryIncome"),
    (54, "Service Charge Income", "Income", "ServiceFeeIncome"),
    (55, "Sales Returns", "Income", "SalesOfProductIncome"),
    (56, "Discounts and Markdowns", "Income", "DiscountsRefundsGiven"),
    (57, "Forfeited Deposits", "Other Income", "OtherMiscellaneousIncome"),
    (58, "Interest Earned", "Other Income", "InterestEarned"),
    (60, "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    (61, "Assembly Variance", "Cost of Goods Sold", "OtherCostsOfServiceCos"),
    (62, "Purchase Costs", "Cost of Goods Sold", "ShippingFreightDeliveryCos"),
    (63, "Inventory Adjustments", "Cost of Goods Sold", "OtherCostsOfServiceCos"),
    (70, "Card Processing Fees", "Expense", "BankCharges"),
    (71, "Rounding Differences", "Expense", "OtherBusinessExpenses"),
    (72, "Cash Over and Short", "Expense", "OtherBusinessExpenses"),
    (73, "Refund Differences", "Expense", "OtherBusinessExpenses"),
    (74, "Tax Overrides", "Expense", "TaxesPaid"),
    (75, "Coupons Redeemed", "Expense", "AdvertisingPromotional"),
    (76, "Petty Cash Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    (77, "Gift Card Promotions", "Expense", "AdvertisingPromotional"),
    (78, "Store Supplies", "Expense", "SuppliesMaterials"),
    (80, "Penalties", "Other Expense", "PenaltiesSettlements"),
)
# Ids that a company's own accounts, names and so on start after.
_LAST_RESERVED = 100
_PARENT_OF = {51: 50}

# (kind, Id, body)
_LISTS: tuple[tuple[EntityKind, int, Json], ...] = (
    (CUSTOMER, 1, {"DisplayName": "House Account", "Taxable": True}),
    (VENDOR, 2, {"DisplayName": "Main Supplier"}),
    (EMPLOYEE, 3, {"GivenName": "Pat", "FamilyName": "Doe"}),
    (ITEM, 1, {"Name": "Services", "Type": "Service", "IncomeAccountRef": {"value": "50"}}),
    (CLASS, 1, {"Name": "Retail"}),
    (CLASS, 2, {"Name": "Clothing", "SubClass": True, "ParentRef": {"value": "1"}}),
    (CLASS, 3, {"Name": "Rental"}),
    (DEPARTMENT, 1, {"Name": "Main Street"}),
    (DEPARTMENT, 2, {"Name": "Harbor"}),
)


SECOND_REALM = "9341450000000002"
_NAMES = {SECOND_REALM: "Harbour Cafe"}


def standard_company(realm_id: str, now: datetime) -> Realm:
    """A realm with the standard chart, one name of each kind, one item, classes, locations."""
    realm = Realm(realm_id)
    realm.singletons = {
        "CompanyInfo": _with_envelope(_company_info(realm_id, now), now),
        "Preferences": _with_envelope(_preferences(), now),
    }
    context = Context(realm, now)
    for number, name, kind, sub_type in CHART:
        parent = {"ParentRef": {"value": str(_PARENT_OF[number])}} if number in _PARENT_OF else {}
        body = {"Name": name, "AccountType": kind, "AccountSubType": sub_type, **parent}
        _create_as(context, ACCOUNT, number, body)
    for entity, number, body in _LISTS:
        _create_as(context, entity, number, body)
    for entity in (ACCOUNT, CUSTOMER, ITEM, CLASS, DEPARTMENT):
        realm.reserve_ids(entity.sequence, _LAST_RESERVED)
    for name, row in _taxes():
        realm.put(name, _with_envelope(row, now), [])
    return realm


def _create_as(context: Context, kind: EntityKind, number: int, body: Json) -> None:
    context.realm.reserve_ids(kind.sequence, number - 1)
    create(context, kind, body)


def _with_envelope(fields: Json, now: datetime) -> Json:
    times = {"CreateTime": stamp(now), "LastUpdatedTime": stamp(now)}
    envelope = {"domain": "QBO", "sparse": False, "Id": "1", "SyncToken": "0", "MetaData": times}
    return {**envelope, **fields}


def _company_info(realm_id: str, now: datetime) -> Json:
    name = _NAMES.get(realm_id, "Main Street Outfitters")
    address = {
        "Id": "1",
        "Line1": "1 Main Street",
        "City": "Mountain View",
        "Country": "USA",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "94043",
    }
    return {
        "CompanyName": name,
        "LegalName": f"{name} LLC",
        "CompanyAddr": address,
        "CustomerCommunicationAddr": dict(address),
        "LegalAddr": dict(address),
        "PrimaryPhone": {"FreeFormNumber": "(555) 555-0100"},
        "CompanyStartDate": now.date().replace(month=1, day=1).isoformat(),
        "FiscalYearStartMonth": "January",
        "Country": "USA",
        "Email": {"Address": "books@example.com"},
        "WebAddr": {},
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
        ],
    }


def _preferences() -> Json:
    return {
        "AccountingInfoPrefs": {
            "FirstMonthOfFiscalYear": "January",
            "UseAccountNumbers": False,
            "TaxYearMonth": "January",
            "ClassTrackingPerTxn": False,
            "TrackDepartments": True,
            "TaxForm": "6",
            "CustomerTerminology": "Customers",
            "DepartmentTerminology": "Location",
            "ClassTrackingPerTxnLine": True,
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": True,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False,
            "AllowDiscount": True,
            "AllowDeposit": False,
        },
        "EmailMessagesPrefs": {},
        "VendorAndPurchasesPrefs": {
            "TrackingByCustomer": False,
            "BillableExpenseTracking": False,
            "UseCustomTxnNumbers": False,
        },
        "TimeTrackingPrefs": {"UseServices": False, "WorkWeekStartDate": "Monday"},
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {
            "NameValue": [
                {"Name": "WarnDuplicateJournalNumber", "Value": "false"},
                {"Name": "WarnDuplicateBillNumber", "Value": "false"},
                {"Name": "WarnDuplicateCheckNumber", "Value": "true"},
            ]
        },
    }


def _taxes() -> list[tuple[str, Json]]:
    rate = {
        "Id": "1",
        "Name": "State 8.25%",
        "Active": True,
        "RateValue": 8.25,
        "AgencyRef": {"value": "1"},
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
        "EffectiveTaxRate": [],
    }
    detail = {
        "TaxRateRef": {"value": "1", "name": "State 8.25%"},
        "TaxTypeApplicable": "TaxOnAmount",
    }
    rates = {"SalesTaxRateList": {"TaxRateDetail": [{**detail, "TaxOrder": 0}]}}
    none: Json = {"SalesTaxRateList": {"TaxRateDetail": []}}
    empty: Json = {"PurchaseTaxRateList": {"TaxRateDetail": []}}
    codes: list[Json] = [
        {"Id": "TAX", "Name": "TAX", "Taxable": True, "TaxGroup": False, **none},
        {"Id": "NON", "Name": "NON", "Taxable": False, "TaxGroup": False, **none},
        {"Id": "2", "Name": "State", "Taxable": True, "TaxGroup": True, **rates},
    ]
    shown = [{"Description": code["Name"], "Active": True, **code, **empty} for code in codes]
    return [("TaxRate", rate), *(("TaxCode", code) for code in shown)]
