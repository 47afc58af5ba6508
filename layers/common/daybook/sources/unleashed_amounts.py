"""Which of an Unleashed document's two sets of amounts counts, and how its parts tie to its totals.

Unleashed states each amount in the document's currency and, as `BC...` or `Base...`, in its own
base currency. A document in QuickBooks is in its party's currency; a journal is in the home one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context as Arithmetic
from decimal import Decimal
from typing import Any

from daybook.domain.money import minor_digits, to_minor
from daybook.sources.contract import Context
from daybook.sources.wild import Wild

type Fields = dict[str, Any]

ZERO = Decimal(0)
# Products of two numbers of 20 digits are exact; quotients keep 50 digits and are rounded to the
# minor unit where they are read.
_EXACT = Arithmetic(prec=120)
_QUOTIENT = Arithmetic(prec=50)
_RATE = Arithmetic(prec=12)
# How far a rate may lead from the stated total in base currency: rates are stated with few digits.
_TOLERANCE = Decimal("0.02")
_HALF_A_CENT = Decimal("0.005")


def times(one: Decimal, other: Decimal) -> Decimal:
    """The exact product."""
    return _EXACT.multiply(one, other)


def minus(one: Decimal, other: Decimal) -> Decimal:
    """The exact difference."""
    return _EXACT.subtract(one, other)


def summed(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    total = ZERO
    for amount in amounts:
        total = _EXACT.add(total, amount)
    return total


@dataclass(frozen=True, slots=True)
class Money:
    """How the amounts of one document are read.

    currency: of the event. twin: the prefix of the amounts in base currency, "" where the
    document's own count. ratio: base currency for one unit of the document's. memo: what stands
    in the event's memo of amounts that were not taken.
    """

    currency: str
    twin: str = ""
    ratio: Decimal = Decimal(1)
    memo: str = ""

    def amount(self, record: Wild, name: str) -> Decimal:
        """An amount that may have a twin; where it has none, it is converted."""
        if not self.twin:
            return record.amount(name)
        if record.has(self.twin + name):
            return record.amount(self.twin + name)
        return _QUOTIENT.multiply(record.amount(name), self.ratio)

    def cost(self, base: Decimal) -> Decimal:
        """A cost, which Unleashed states in base currency alone, in the event's."""
        foreign = not self.twin and self.ratio != 1
        return _QUOTIENT.divide(base, self.ratio) if foreign else base

    @property
    def fields(self) -> Fields:
        """The event's fields about its currency."""
        rate = Decimal(1) if self.twin else self.ratio
        return {"currency": self.currency, "exchange_rate": rate, "memo": self.memo}


def money_of(body: Wild, context: Context, twin: str, documents: bool) -> Money:
    """How a document's amounts are read. twin: `BC` or `Base`. documents: whether it becomes a
    document, which is in the party's currency. Raises Unreadable."""
    code = body.get("Currency").text("CurrencyCode") if body.has("Currency") else context.currency
    if code == context.currency:
        return Money(code)
    ratio = _ratio(body, twin, code, context.currency)
    if documents:
        return Money(code, ratio=ratio)
    memo = f"{code} {body.amount('Total'):f} at {body.amount('ExchangeRate'):f}"
    return Money(context.currency, twin, ratio, memo)


def _ratio(body: Wild, twin: str, code: str, home: str) -> Decimal:
    """Base currency for one unit of the document's: `ExchangeRate` or its inverse, whichever leads
    from the total to its twin, for no document of the vendor's says which it is. Where a rate of
    few digits misses the twin, what the two totals say."""
    stated = body.amount("ExchangeRate")
    if stated <= 0 or stated == 1:
        raise body.unreadable(
            "ExchangeRate",
            f"is {stated:f} for {code[:10]!r}, and the books are in {home}: Unleashed's base "
            "currency must be the home currency of the books",
        )
    total, base = body.amount("Total"), body.amount(f"{twin}Total")
    inverse = _RATE.divide(Decimal(1), stated)
    ways = sorted((inverse, stated), key=lambda way: abs(minus(times(total, way), base)))
    off = abs(minus(times(total, ways[0]), base))
    if off > max(times(abs(base), _TOLERANCE), Decimal(1)):
        raise body.unreadable("ExchangeRate", f"does not lead from Total to {twin}Total")
    return ways[0] if off < _HALF_A_CENT or not total else _RATE.divide(base, total)


def tied(amounts: Sequence[Decimal], total: Decimal, currency: str) -> list[Decimal] | None:
    """The amounts rounded to the minor unit so that they sum to the total, or None.

    At most one unit for each of them goes to the largest.
    """
    minors = [to_minor(amount, currency) for amount in amounts]
    missing = to_minor(total, currency) - sum(minors)
    if abs(missing) > len(minors):
        return None
    if missing:
        largest = max(range(len(minors)), key=lambda place: abs(minors[place]))
        minors[largest] += missing
    return [Decimal(minor).scaleb(-minor_digits(currency)) for minor in minors]


def taxes_of(body: Wild, lines: Sequence[Wild], money: Money, sign: int = 1) -> list[Fields]:
    """The tax of each code: that of the lines, tied to the header's; never both. Raises Unreadable
    where they differ by more than a unit a line."""
    total = money.amount(body, "TaxTotal") if body.has("TaxTotal") else ZERO
    taxed = [line for line in lines if line.has("LineTax")]
    if not taxed:
        parts, codes = [total], [tax_code(body, body)]
    else:
        found = tied([money.amount(line, "LineTax") for line in taxed], total, money.currency)
        if found is None:
            raise body.unreadable("TaxTotal", "is not the sum of the lines' LineTax")
        parts, codes = found, [tax_code(line, body) for line in taxed]
    sums: dict[str, Decimal] = {}
    for code, part in zip(codes, parts, strict=True):
        sums[code] = sums.get(code, ZERO) + part
    return [
        {"rule": code, "computed": sign * amount, "charged": sign * amount}
        for code, amount in sums.items()
        if amount
    ]


def tax_code(line: Wild, body: Wild) -> str:
    """The code of a line's tax, or of its document's; "" where neither names one."""
    header = body.get("Tax") if body.has("Tax") else body
    for record, name in (
        (line, "LineTaxCode"),
        (line, "XeroTaxCode"),
        (body, "XeroTaxCode"),
        (header, "TaxCode"),
    ):
        if code := record.id_text(name, ""):
            return code
    return ""
