"""Account: the chart of accounts.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/account
"""

from decimal import Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.named_lists import named_fields
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Realm

# AccountType -> (Classification, AccountSubType given when none is asked for)
ACCOUNT_TYPES: dict[str, tuple[str, str]] = {
    "Bank": ("Asset", "CashOnHand"),
    "Accounts Receivable": ("Asset", "AccountsReceivable"),
    "Other Current Asset": ("Asset", "OtherCurrentAssets"),
    "Fixed Asset": ("Asset", "OtherFixedAssets"),
    "Other Asset": ("Asset", "OtherLongTermAssets"),
    "Accounts Payable": ("Liability", "AccountsPayable"),
    "Credit Card": ("Liability", "CreditCard"),
    "Other Current Liability": ("Liability", "OtherCurrentLiabilities"),
    "Long Term Liability": ("Liability", "OtherLongTermLiabilities"),
    "Equity": ("Equity", "OwnersEquity"),
    "Income": ("Revenue", "OtherPrimaryIncome"),
    "Other Income": ("Revenue", "OtherMiscellaneousIncome"),
    "Cost of Goods Sold": ("Expense", "OtherCostsOfServiceCos"),
    "Expense": ("Expense", "OtherBusinessExpenses"),
    "Other Expense": ("Expense", "OtherMiscellaneousExpense"),
}
_PROPERTIES = words(
    "Name SubAccount ParentRef Description FullyQualifiedName AccountAlias TxnLocationType "
    "Active Classification AccountType AccountSubType AccountPurposes AcctNum AcctNumExtn "
    "BankNum OpeningBalance OpeningBalanceDate CurrentBalance CurrentBalanceWithSubAccounts "
    "CurrencyRef TaxAccount TaxCodeRef OnlineBankingEnabled FIName JournalCodeRef AccountEx"
)
PROFIT_AND_LOSS = ("Revenue", "Expense")


def accept(draft: Draft) -> Json:
    """Check an account and give its stored fields. Raises Rejected."""
    faults = Faults()
    body = draft.body
    checks.check_properties(body, _PROPERTIES, faults)
    fields = named_fields(draft, "Account", "SubAccount", faults, forbidden='":\t\n')
    number = checks.text(body, "AcctNum", 7, faults)
    checks.legal_characters(number, "AcctNum", ":", faults)
    description = checks.text(body, "Description", 100, faults)
    account_type = _account_type(body, faults)
    classification, usual_sub_type = ACCOUNT_TYPES.get(account_type, ("", ""))
    faults.raise_if_any()
    return checks.present_fields(
        {
            **fields,
            "Description": description,
            "AcctNum": number,
            "Classification": classification,
            "AccountType": account_type,
            "AccountSubType": body.get("AccountSubType", usual_sub_type),
            "CurrencyRef": checks.home_currency(draft, faults),
        }
    )


def _account_type(body: Json, faults: Faults) -> str:
    wanted = body.get("AccountType")
    if wanted is None:
        sub_type = body.get("AccountSubType")
        usual = {sub: name for name, (_, sub) in ACCOUNT_TYPES.items()}
        wanted = usual.get(str(sub_type))
    if wanted is None:
        faults.add("6010")
        return ""
    if wanted not in ACCOUNT_TYPES:
        faults.add("2170", f"Invalid Enumeration : {wanted}", "AccountType")
    return str(wanted)


def present(realm: Realm, row: Json) -> Json:
    """With its balances: debits less credits, and 0 for income and expense, as QBO shows them."""
    own = _balance(realm, row)
    full_name = row["FullyQualifiedName"]
    below = sum(
        (
            _balance(realm, other)
            for other in realm.rows("Account")
            if other["FullyQualifiedName"].startswith(full_name + ":")
        ),
        Decimal(0),
    )
    return {**row, "CurrentBalance": own, "CurrentBalanceWithSubAccounts": own + below}


def _balance(realm: Realm, row: Json) -> Decimal:
    if row["Classification"] in PROFIT_AND_LOSS:
        return Decimal(0)
    return realm.account_balances.get(row["Id"], Decimal(0))


ACCOUNT = EntityKind(
    name="Account",
    sequence="Account",
    queryable=meta_paths(
        *words(
            "Name SubAccount FullyQualifiedName Active Classification AccountType AccountSubType "
            "AcctNum Description CurrentBalance SyncToken ParentRef"
        )
    ),
    accept=accept,
    present=present,
    sort_key="FullyQualifiedName",
    properties=_PROPERTIES,
)
