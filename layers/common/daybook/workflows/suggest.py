"""Which accounts might be meant for keys that no row of a mapping covers. A person decides.

An account is proposed only where the role may use its type; the score, from 0 to 1, says how much
its name is like the key's, as the point of sale calls it, and like what such accounts are often
called.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from daybook.domain.chart import Account, Chart
from daybook.domain.roles import in_words
from daybook.domain.seen_key import SeenKey

MOST: Final = 3
LEAST_SCORE: Final = 0.3

_KEY_WEIGHT: Final = 0.6
# Two words that differ in more than this are two words.
_SAME_WORD: Final = 0.75
_WORD: Final = re.compile(r"[^\W_]+")
_SAYS_NOTHING: Final = frozenset({"a", "and", "for", "of", "the", "to"})
# What accounts for a role are called in retailers' charts, besides the role's own words.
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "payment_type": ("clearing", "merchant clearing", "cash on hand"),
    "gift_card_liability": ("gift cards outstanding", "gift certificates"),
    "customer_deposits": ("deposits", "prepayments", "unearned revenue"),
    "markdowns": ("discounts", "discounts given"),
    "sales": ("sales income", "revenue", "sales of product income"),
    "returns": ("sales returns", "refunds", "returns and allowances"),
    "cogs": ("cost of goods sold", "cost of sales"),
    "inventory_on_hand": ("inventory asset", "inventory", "stock"),
    "shipping_income": ("shipping", "delivery income", "freight income"),
    "service_charge_income": ("service charges", "fees"),
    "tips_payable": ("tips", "gratuities"),
    "tax_liability": ("sales tax payable", "tax payable", "vat"),
    "cash_rounding": ("rounding", "rounding differences"),
    "rounding": ("rounding", "rounding differences"),
    "refund_difference": ("refund differences", "over and short"),
    "purchases_received": ("goods received not billed", "accrued purchases"),
    "in_transit_inventory": ("inventory in transit",),
    "adjustment_offset": ("inventory adjustments", "shrinkage"),
    "cash_drawer": ("cash on hand", "till", "petty cash"),
    "cash_paid_offset": ("petty cash expenses", "over and short"),
    "purchase_costs": ("freight in", "landed costs"),
    "bank": ("checking", "bank account"),
    "processor_fees": ("merchant fees", "card processing fees", "bank charges"),
    "processor_clearing": ("card clearing", "merchant clearing"),
    "receipt_clearing": ("clearing",),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An account that may be meant. score: from 0 to 1."""

    account_id: str
    score: float


def suggestions(
    chart: Chart, missing: Sequence[SeenKey], names: Mapping[tuple[str, str], str]
) -> dict[SeenKey, list[Suggestion]]:
    """For each missing key up to three accounts, best first; [] where none is alike.

    names: what the point of sale calls (role, key). The same input gives the same answer.
    """
    fitting: dict[str, list[tuple[Account, float]]] = {}
    found = {}
    for seen in missing:
        if seen.role not in fitting:
            fitting[seen.role] = _accounts_for(chart, seen.role)
        called = names.get((seen.role, seen.key), "")
        found[seen] = _best(fitting[seen.role], called or _if_words(seen.key))
    return found


def _accounts_for(chart: Chart, role: str) -> list[tuple[Account, float]]:
    """The accounts that a role may use, with how much they are called like the role."""
    phrases = (in_words(role), *_ALSO.get(role, ()))
    return [
        (account, max(_alike(phrase, account.name) for phrase in phrases))
        for account in chart.accounts.values()
        if chart.refusal(role, account.id) is None
    ]


def _best(accounts: Sequence[tuple[Account, float]], called: str) -> list[Suggestion]:
    scored = []
    for account, of_role in accounts:
        score = of_role
        if called:
            alike = _alike(called, account.name)
            score = _KEY_WEIGHT * alike + (1 - _KEY_WEIGHT) * of_role
        if score >= LEAST_SCORE:
            scored.append((-round(score, 3), account.name.casefold(), account.id))
    return [Suggestion(account, -score) for score, _, account in sorted(scored)[:MOST]]


def _if_words(key: str) -> str:
    """A key that is a number says nothing."""
    return key if any(not word.isdecimal() for word in _words(key)) else ""


@lru_cache(65_536)
def _alike(wanted: str, name: str) -> float:
    """How many of the words on both sides have a counterpart on the other, from 0 to 1.

    The last part of a full name weighs as much as the whole: "Sales:Hats" is called Hats.
    """
    leaf = name.rpartition(":")[2]
    return max(_both_ways(_words(wanted), _words(one)) for one in {name, leaf})


def _both_ways(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    if not left or not right:
        return 0.0
    alike = [[_same(one, other) for other in right] for one in left]
    there: float = sum(map(max, alike))
    back: float = sum(map(max, zip(*alike, strict=True)))
    return (there + back) / (len(left) + len(right))


@lru_cache(4_096)
def _words(text: str) -> tuple[str, ...]:
    words = _WORD.findall(text.casefold())
    return tuple(word for word in words if word not in _SAYS_NOTHING)


@lru_cache(65_536)
def _same(left: str, right: str) -> float:
    if left == right:
        return 1.0
    # What the matcher's own first bound says, without making one: most pairs end here.
    too_unlike = 2 * min(len(left), len(right)) < _SAME_WORD * (len(left) + len(right))
    if too_unlike or not set(left) & set(right):
        return 0.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.quick_ratio() < _SAME_WORD:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= _SAME_WORD else 0.0
