"""The field types of the canonical event: exact amounts, plain ids, bounded dates.

Amounts: at most 20 digits and 10 decimals in text of the sender; adapters that divide (tax taken
out of a price) may hand over up to 60 digits.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)


def _decimal(value: Any) -> Any:
    # A binary float has already lost the cents; True is an int in Python but no amount.
    if isinstance(value, (float, bool)):
        raise ValueError("an amount is a JSON number read exactly, or a string, never a float")
    return value


def _id_text(value: Any) -> Any:
    # Ids are text; a sender that writes 100245 means "100245". Floats would be ambiguous.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _plain(value: Decimal) -> str:
    # 100, 100.00 and 1E+2 are one amount, so they are one content as well.
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


# Bounds stand before the check of our own: there pydantic's core applies them, not Python.
Amount = Annotated[
    Decimal,
    Field(allow_inf_nan=False, gt=Decimal("-1e15"), lt=Decimal("1e15"), max_digits=80),
    BeforeValidator(_decimal),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]

Rate = Annotated[
    Decimal,
    Field(allow_inf_nan=False, gt=0, lt=Decimal("1e9"), max_digits=40),
    BeforeValidator(_decimal),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]

# Far from the ends of the calendar, where moving to another zone or day would overflow.
_FIRST, _LAST = date(1970, 1, 2), date(2199, 12, 30)


def _day(value: date) -> date:
    if not _FIRST <= value <= _LAST:
        raise ValueError(f"must be a day from {_FIRST} to {_LAST}")
    return value


def _instant(value: datetime) -> datetime:
    try:
        _day(value.astimezone(UTC).date())
    except OverflowError:
        raise ValueError(f"must be an instant from {_FIRST} to {_LAST}") from None
    return value


Day = Annotated[date, AfterValidator(_day)]
Instant = Annotated[AwareDatetime, AfterValidator(_instant)]
# Ids and keys become parts of keys in the ledger: no control characters.
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, Field(max_length=4000), BeforeValidator(_id_text)]
Id = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=_PLAIN),
    BeforeValidator(_id_text),
]
Key = Annotated[str, StringConstraints(max_length=200, pattern=_PLAIN), BeforeValidator(_id_text)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

ZERO = Decimal(0)
MAX_LINES = 5_000


class Frozen(BaseModel):
    """A part of an event: immutable, unknown fields refused."""

    # A model is built when it is first used by itself: most stand only within an event.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
