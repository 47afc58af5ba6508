"""What the books must say of an event, computed here from what its sender sent and from the
mapping's plain words: none of daybook's own arithmetic is used."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.shop import Rules

type Nets = dict[str, int]
_TENDER_ROLES = {"on_account": "accounts_receivable"}


def cents(text: str) -> int:
    """An amount of dollars as cents."""
    amount = Decimal(text) * 100
    assert amount == int(amount), text
    return int(amount)


def nets_of(fields: dict[str, Any], rules: Rules) -> Nets | None:
    """By account, debits less credits in cents, zeros left out; None if an account is missing."""
    nets: Counter[str] = Counter()
    for role, key, amount in _legs(fields["body"]):
        if not amount:
            continue
        account = rules.account(role, key)
        if account is None:
            return None
        nets[account] += amount
    assert sum(nets.values()) == 0, fields
    return {account: amount for account, amount in nets.items() if amount}


def _legs(body: dict[str, Any]) -> list[tuple[str, str, int]]:
    if body["kind"] == "deposit":
        amount = cents(body["tender"]["amount"])
        signed = amount if body["direction"] == "taken" else -amount
        key = body["tender"]["key"]
        return [("payment_type", key, signed), ("customer_deposits", "", -signed)]
    legs = [
        (_TENDER_ROLES.get(tender["kind"], "payment_type"), tender.get("key", ""),
         cents(tender["amount"]))
        for tender in body["tenders"]
    ]  # fmt: skip
    for line in body["lines"]:
        gross, discount = cents(line["gross"]), cents(line["discount"])
        if gross > 0:
            legs += [("sales", line["key"], -gross), ("markdowns", line["key"], discount)]
        else:
            legs.append(("returns", line["key"], discount - gross))
    for tax in body["taxes"]:
        computed, charged = cents(tax["computed"]), cents(tax["charged"])
        legs.append(("tax_liability", tax["rule"], -computed))
        legs.append(("tax_override", tax["rule"], computed - charged))
    legs.append(("cash_rounding", "", -cents(body.get("rounding", "0"))))
    return legs


def date_of(fields: dict[str, Any], rules: Rules) -> date | None:
    """The business date; None if the location is not known to the mapping."""
    place = rules.zones.get(fields["location"])
    if place is None:
        return None
    local = datetime.fromisoformat(fields["occurred_at"]).astimezone(ZoneInfo(place[0]))
    before_close = local.time() < time.fromisoformat(place[1])
    return local.date() - timedelta(days=before_close)


def nets_in(body: dict[str, Any]) -> Nets:
    """What an object of the company does to each account, read from its JSON: a customer nothing,
    which is wrong wherever an entry was sent."""
    nets: Counter[str] = Counter()
    for line in body.get("Line", ()):
        detail = line["JournalEntryLineDetail"]
        sign = 1 if detail["PostingType"] == "Debit" else -1
        nets[detail["AccountRef"]["value"]] += sign * cents(line["Amount"])
    return {account: amount for account, amount in nets.items() if amount}
