"""Any canonical event: what the property tests are run over.

DAYBOOK_EXAMPLES sets how many examples each property sees (200); with CI set they are the same
ones each time. Strategies are made once and kept: hypothesis validates each new one anew, which
takes longer than the examples.
"""

import os
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from daybook.domain.event import FinancialEvent
from daybook.domain.journal import JournalEntry
from daybook.domain.money import minor_digits, to_minor
from tests.unit.domain.builders import ACME, ADA

EXAMPLES = int(os.environ.get("DAYBOOK_EXAMPLES", "200"))
PROPERTY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

CURRENCIES = ("USD", "JPY", "KWD", "EUR")
currencies = st.sampled_from(CURRENCIES)
keys = st.sampled_from(["", "Hats", "Shoes", "7", "Ü ber/1|2"])
locations = st.sampled_from(["100006", "100007"])
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@cache
def amounts(low: int = -10_000_000, high: int = 10_000_000) -> st.SearchStrategy[Decimal]:
    """Exact decimals with up to five places."""
    return st.builds(
        lambda number, places: Decimal(number).scaleb(-places),
        st.integers(low, high),
        st.sampled_from([0, 2, 2, 2, 3, 5]),
    )


def _written(amount: Decimal) -> str:
    return format(amount, "f")


discounts = st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.335"), Decimal(1)])
line_kinds = st.sampled_from(
    ["item"] * 5 + ["gift_card", "shipping", "service_charge", "tip", "fee"]
)
collectors = st.sampled_from(["merchant", "merchant", "facilitator"])


@st.composite
def sale_lines(draw: st.DrawFn) -> dict[str, Any]:
    gross = draw(amounts())
    part = draw(discounts)
    kind = draw(line_kinds)
    cost = draw(amounts()) if kind == "item" else Decimal(0)
    return {
        "kind": kind,
        "key": draw(keys),
        "gross": _written(gross),
        "discount": _written(gross * part),
        "cost": _written(cost),
        "restock": draw(st.booleans()),
    }


@st.composite
def taxes(draw: st.DrawFn) -> dict[str, Any]:
    tax: dict[str, Any] = {
        "rule": draw(keys),
        "computed": _written(draw(amounts(-100_000, 100_000))),
        "collected_by": draw(collectors),
    }
    if draw(st.booleans()):
        tax["charged"] = _written(draw(amounts(-100_000, 100_000)))
    return tax


tender_kinds = st.sampled_from(
    ["cash", "card", "other", "gift_card", "store_credit", "deposit", "on_account"]
)
tenders = st.fixed_dictionaries(
    {"kind": tender_kinds, "key": keys, "amount": amounts().map(_written)}
)


def due_minor(body: dict[str, Any], currency: str) -> int:
    """What a sale's lines and taxes ask for, each amount rounded once: an oracle of its own."""
    total = 0
    for line in body["lines"]:
        gross, off = Decimal(line["gross"]), Decimal(line["discount"])
        total += to_minor(gross, currency) - to_minor(off, currency)
    for tax in body["taxes"]:
        if tax["collected_by"] == "merchant":
            total += to_minor(Decimal(tax.get("charged", tax["computed"])), currency)
    return total + to_minor(Decimal(body["rounding"]), currency)


def tendered_minor(body: dict[str, Any], currency: str) -> int:
    """What a sale's tenders brought in."""
    return sum(to_minor(Decimal(tender["amount"]), currency) for tender in body["tenders"])


many_lines = st.lists(sale_lines(), max_size=5)
many_taxes = st.lists(taxes(), max_size=3)
many_tenders = st.lists(tenders, max_size=2)
roundings = st.sampled_from([Decimal(0), Decimal("0.02")])
differences = st.sampled_from([0, 0, 0, 0, 1, -1, 2, -3, 6])


@cache
@st.composite
def sales(draw: st.DrawFn, currency: str = "USD") -> dict[str, Any]:
    """A sale whose last tender pays the rest: exactly, or some minor units off."""
    body: dict[str, Any] = {
        "kind": "sale",
        "lines": draw(many_lines),
        "taxes": draw(many_taxes),
        "tenders": draw(many_tenders),
        "rounding": _written(draw(roundings)),
    }
    off = draw(differences)
    rest = due_minor(body, currency) - tendered_minor(body, currency) + off
    amount = _written(Decimal(rest).scaleb(-minor_digits(currency)))
    body["tenders"] = [*body["tenders"], {"kind": "cash", "key": "Cash", "amount": amount}]
    return body


_MOVES = ("purchase_receipt", "purchase_return", "transfer_out", "transfer_in", "shipment")


_ALL_MOVES = (*_MOVES, "adjustment", "transit_adjustment", "assembly")
moves = st.sampled_from(_ALL_MOVES)
counterparties = st.sampled_from(["", "100006"])


def _move_lines(move: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    low = 0 if move in _MOVES else -1_000_000
    lines = st.fixed_dictionaries(
        {
            "key": keys,
            "cost": amounts(low, 1_000_000).map(_written),
            "direction": st.sampled_from(["in", "out"]),
        }
    )
    if move == "assembly":
        lines = lines.map(lambda line: line | {"cost": line["cost"].lstrip("-")})
    return st.lists(lines, max_size=4)


move_lines = {move: _move_lines(move) for move in _ALL_MOVES}


@cache
@st.composite
def stock_moves(draw: st.DrawFn) -> dict[str, Any]:
    move = draw(moves)
    return {
        "kind": "stock_move",
        "move": move,
        "reason": draw(keys),
        "counterparty": draw(counterparties),
        "lines": draw(move_lines[move]),
    }


families = st.sampled_from(["", "f"])
directions = st.sampled_from(["taken", "refunded", "forfeited"])


@cache
@st.composite
def other_bodies(draw: st.DrawFn) -> dict[str, Any]:
    amount, fee = draw(amounts()), draw(amounts(0, 5_000))
    positive = _written(abs(amount) + 1)
    rows = [
        {"key": draw(keys), "amount": _written(amount), "family": draw(families)},
        {"key": "b", "amount": _written(-amount), "family": draw(families)},
    ]
    direction = draw(directions)
    return draw(
        st.sampled_from(
            [
                {"kind": "deposit", "direction": direction,
                 "tender": {"kind": "card", "key": "Visa", "amount": positive}},
                {"kind": "gift_card_adjustment", "reason": "r", "delta": _written(amount)},
                {"kind": "cash_movement", "reason": "r", "delta": _written(amount)},
                {"kind": "payout", "key": "p", "gross": _written(amount), "fee": _written(fee),
                 "net": _written(amount - fee)},
                {"kind": "gl_batch", "entries": rows},
                {"kind": "purchase", "lines": [
                    {"kind": "item", "key": "Hats", "amount": _written(amount)},
                    {"kind": "freight", "key": "UPS", "amount": _written(fee)}]},
                {"kind": "party", "role": "customer", "id": "1", "display_name": "Ada"},
            ]
        )
    )  # fmt: skip


@cache
def bodies(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    """The body of any event, half of them sales."""
    return st.one_of(sales(currency), sales(currency), stock_moves(), other_bodies())


@st.composite
def events(draw: st.DrawFn, currency: str | None = None) -> FinancialEvent:
    """Any event that the schema takes."""
    money = currency or draw(currencies)
    body = draw(bodies(money))
    return event_of(body, money, draw(locations), draw(plain), draw(st.integers(1, 10**6)))


def event_of(
    body: dict[str, Any],
    currency: str = "USD",
    location: str = "100006",
    reference: str = "",
    number: int = 1,
) -> FinancialEvent:
    """An event around a body; Ada buys and Acme supplies."""
    return FinancialEvent.model_validate(
        {
            "object_type": "ticket",
            "object_id": str(number),
            "business_date": "2026-11-20",
            "location": location,
            "currency": currency,
            "reference": reference,
            "customer": ADA,
            "supplier": ACME,
            "body": body,
        }
    )


type Totals = Counter[tuple[str, str, str]]


def totals(entries: Iterable[JournalEntry | None]) -> Totals:
    """Debits less credits of each account, class and department; zeros left out."""
    found: Totals = Counter()
    for entry in entries:
        for line in entry.lines if entry else ():
            place = (line.account, line.class_ or "", line.department or "")
            found[place] += line.amount if line.side == "debit" else -line.amount
    return Counter({place: amount for place, amount in found.items() if amount})
