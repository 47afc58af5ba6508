"""The TrialBalance report, from the postings of every transaction.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/trialbalance:
balances as of `end_date`; income and expense count from the start of the fiscal year, and what
came before stands in Retained Earnings.
"""

import calendar
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from local.qbo_simulator.clock import stamp
from local.qbo_simulator.entities.accounts import PROFIT_AND_LOSS
from local.qbo_simulator.entities.checks import day
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Realm

_MONTHS = calendar.month_name


def trial_balance(realm: Realm, query: dict[str, str], now: datetime) -> Json:
    """The report. `query` may hold start_date, end_date, accounting_method. Raises Rejected."""
    faults = Faults()
    start = day(query, "start_date", faults) or now.date().replace(day=1).isoformat()
    end = day(query, "end_date", faults) or now.date().isoformat()
    faults.raise_if_any()
    rows, debits, credits_ = [], Decimal(0), Decimal(0)
    for account, balance in _balances(realm, end):
        debits, credits_ = debits + max(balance, Decimal(0)), credits_ - min(balance, Decimal(0))
        rows.append(_row(account, balance))
    return {
        "Header": _header(query.get("accounting_method", "Accrual"), start, end, not rows, now),
        "Columns": {"Column": _columns()},
        "Rows": {"Row": [*rows, _total(debits, credits_)]},
    }


def _balances(realm: Realm, end: str) -> list[tuple[Json, Decimal]]:
    """Accounts with a balance, debits positive, in the order of the chart."""
    accounts = {row["Id"]: row for row in realm.rows("Account")}
    retained = next(
        row["Id"] for row in accounts.values() if row["AccountSubType"] == "RetainedEarnings"
    )
    year_start = _fiscal_year_start(realm, date.fromisoformat(end)).isoformat()
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (kind, identity), postings in realm.postings.items():
        on = (realm.find(kind, identity) or {})["TxnDate"]
        if on > end:
            continue
        for posting in postings:
            is_closed = (
                on < year_start and accounts[posting.account]["Classification"] in PROFIT_AND_LOSS
            )
            sums[retained if is_closed else posting.account] += posting.amount
    return [(row, sums[key]) for key, row in accounts.items() if sums.get(key)]


def _fiscal_year_start(realm: Realm, end: date) -> date:
    prefs = realm.singletons["Preferences"]["AccountingInfoPrefs"]
    month = list(_MONTHS).index(prefs["FirstMonthOfFiscalYear"])
    return date(end.year if end.month >= month else end.year - 1, month, 1)


def _header(basis: str, start: str, end: str, is_empty: bool, now: datetime) -> Json:
    return {
        "Time": stamp(now),
        "ReportName": "TrialBalance",
        "ReportBasis": basis,
        "StartPeriod": start,
        "EndPeriod": end,
        "Currency": "USD",
        "Option": [{"Name": "NoReportData", "Value": str(is_empty).lower()}],
    }


def _columns() -> list[Json]:
    return [
        {"ColTitle": "", "ColType": "Account"},
        {"ColTitle": "Debit", "ColType": "Money"},
        {"ColTitle": "Credit", "ColType": "Money"},
    ]


def _row(account: Json, balance: Decimal) -> Json:
    sides = [f"{balance:.2f}", ""] if balance > 0 else ["", f"{-balance:.2f}"]
    name = {"value": account["FullyQualifiedName"], "id": account["Id"]}
    return {"ColData": [name, *({"value": side} for side in sides)]}


def _total(debits: Decimal, credits_: Decimal) -> Json:
    values = ("TOTAL", f"{debits:.2f}", f"{credits_:.2f}")
    cells = [{"value": value} for value in values]
    return {"Summary": {"ColData": cells}, "type": "Section", "group": "GrandTotal"}
