"""Money as integers of a currency's minor unit; decimals only on the way in, floats never.

Rounding happens once, on reading, half away from zero: -100.5 JPY is -101.
The digits are those of ISO 4217 (https://www.iso.org/iso-4217-currency-codes.html).
"""

from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal

# Every currency not named here has two digits.
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = dict.fromkeys(_NO_DIGITS.split(), 0) | dict.fromkeys(_THREE_DIGITS.split(), 3)
_UNIT = {0: Decimal(1), 2: Decimal("0.01"), 3: Decimal("0.001")}
_FACTOR = {0: Decimal(1), 2: Decimal(100), 3: Decimal(1000)}

# Wide enough for any amount that `event.Amount` lets in; ROUND_HALF_UP is half away from zero.
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
assert _EXACT.prec < MAX_PREC


def minor_digits(currency: str) -> int:
    """How many digits the currency's minor unit has: JPY 0, USD 2, KWD 3."""
    return _DIGITS.get(currency, 2)


def to_minor(amount: Decimal, currency: str) -> int:
    """The amount in minor units, rounded half away from zero: Decimal("1.005") USD is 101."""
    return read(amount, currency)[0]


def read(amount: Decimal, currency: str) -> tuple[int, bool]:
    """As `to_minor`, and whether rounding changed the amount: 3.335 USD is (334, True)."""
    if currency not in _DIGITS:
        # Nearly every amount has two digits or none, and reading those from its text takes half
        # the time. An exponent never passes for either: it follows a sign or more digits.
        whole, _, cents = str(amount).partition(".")
        if len(cents) == 2:
            return int(whole + cents), False
        if whole.isdigit() and not cents:
            return int(whole) * 100, False
    return _read(amount, currency)


def _read(amount: Decimal, currency: str) -> tuple[int, bool]:
    """`read`, whatever the amount and the currency."""
    if not amount:
        return 0, False
    digits = _DIGITS.get(currency, 2)
    scaled = _EXACT.multiply(amount, _FACTOR[digits])
    minor = int(scaled)
    # Nearly every amount is whole in minor units; only what is not has to be rounded.
    return (minor, False) if minor == scaled else (_rounded(amount, digits), True)


def _rounded(amount: Decimal, digits: int) -> int:
    return int(_EXACT.quantize(amount, _UNIT[digits]).scaleb(digits, _EXACT))


def is_exact(amount: Decimal, currency: str) -> bool:
    """Whether reading the amount loses nothing: 3.30 USD yes, 3.335 USD no."""
    return not read(amount, currency)[1]


def to_text(minor: int, currency: str) -> str:
    """The amount with exactly the currency's digits: 10825 USD is "108.25", -5 is "-0.05"."""
    if minor >= 100 and currency not in _DIGITS:
        text = str(minor)
        return f"{text[:-2]}.{text[-2:]}"
    digits = _DIGITS.get(currency, 2)
    sign, size = ("-", -minor) if minor < 0 else ("", minor)
    if digits == 0:
        return f"{sign}{size}"
    whole, fraction = divmod(size, 10**digits)
    return f"{sign}{whole}.{fraction:0{digits}d}"
