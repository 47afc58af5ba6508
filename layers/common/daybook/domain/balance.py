"""Whether an event balances, and the one leg that may make it so.

A residual can come only from rounding on reading. With n amounts rounded, a residual of at most
(n + 1)/2 and at most five minor units becomes one `rounding` leg; anything else is held with both
sums shown. Nothing is ever plugged.
"""

from collections.abc import Sequence
from itertools import groupby

from daybook.domain.errors import Held, ReasonCode
from daybook.domain.legs import Leg
from daybook.domain.money import to_text

MAX_RESIDUAL_MINOR = 5


def balanced(legs: Sequence[Leg], currency: str, location: str) -> list[Leg]:
    """The legs without zeros, plus a rounding leg where one is due. Raises Held `unbalanced`.

    Rows with a family must balance within it (Held `family_unbalanced`).
    """
    if {leg.family for leg in legs} <= {""}:
        return _balanced(legs, currency, location, "")
    result: list[Leg] = []
    by_family = sorted(legs, key=lambda leg: leg.family)
    for family, members in groupby(by_family, key=lambda leg: leg.family):
        result += _balanced(list(members), currency, location, family)
    return result


def _balanced(rows: Sequence[Leg], currency: str, location: str, family: str) -> list[Leg]:
    amounts = [leg.amount for leg in rows]
    kept = list(rows) if all(amounts) else [leg for leg in rows if leg.amount]
    if residual := sum(amounts):
        _refuse_unless_rounding(rows, residual, currency, family)
        kept.append(Leg("rounding", "", location, -residual, family=family))
    return kept


def _refuse_unless_rounding(rows: Sequence[Leg], residual: int, currency: str, family: str) -> None:
    rounded = sum(leg.rounded for leg in rows)
    within = rounded >= 1 and 2 * abs(residual) <= rounded + 1
    if within and abs(residual) <= MAX_RESIDUAL_MINOR:
        return
    debited = to_text(sum(leg.amount for leg in rows if leg.amount > 0), currency)
    credited = to_text(-sum(leg.amount for leg in rows if leg.amount < 0), currency)
    code: ReasonCode = "family_unbalanced" if family else "unbalanced"
    where = f" in family {family}" if family else ""
    raise Held(
        code,
        f"Debits {debited} and credits {credited} {currency} differ{where} "
        f"by {to_text(abs(residual), currency)}.",
    )
