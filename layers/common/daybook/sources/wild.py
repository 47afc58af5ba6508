"""Typed reads of JSON that nobody vouches for; what is wrong is named by its path.

ticket = Wild(strict_json.read_json(body))
ticket.items("lines")[0].amount("qty")      -> Decimal, or Unreadable at "lines.0.qty"
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from daybook.domain.errors import Unreadable
from daybook.sources.strict_json import Refusal, read_decimal, read_integer

MAX_ID_LENGTH = 200
# No till takes this much; above it a number is an attack or a fault.
MAX_AMOUNT = Decimal("1e15")

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Wild:
    """A cursor over one JSON object that nobody vouches for; every read names its path.

    `amount("qty")` demands the field; `amount("qty", default)` takes the default where it is
    absent or null. Raises Unreadable.
    """

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: str = "") -> None:
        if not isinstance(value, dict):
            raise Unreadable(path, f"must be an object, not {_kind(value)}")
        self.value: dict[str, Any] = value
        self.path = path

    def unreadable(self, name: str, text: str) -> Unreadable:
        """What to raise about one field of this object."""
        return Unreadable(f"{self.path}.{name}" if self.path else name, text)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.value.get(name) is not None

    def get(self, name: str) -> "Wild":
        """The object in a field."""
        return Wild(self._given(name), self.unreadable(name, "").path)

    def items(self, name: str) -> list["Wild"]:
        """The objects of a list."""
        value = self._given(name)
        if not isinstance(value, list):
            raise self.unreadable(name, f"must be a list, not {_kind(value)}")
        path = self.unreadable(name, "").path
        return [Wild(item, f"{path}.{place}") for place, item in enumerate(value)]

    def text(self, name: str, default: str | None = None) -> str:
        """Text as it stands."""
        value = self._given(name, default)
        if not isinstance(value, str):
            raise self.unreadable(name, f"must be text, not {_kind(value)}")
        return value

    def id_text(self, name: str, default: str | None = None) -> str:
        """An id, a number or text, as text: some ids exceed what a float can hold."""
        value = self._given(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise self.unreadable(name, f"must be an id (text or whole number), not {_kind(value)}")
        if len(value) > MAX_ID_LENGTH or _CONTROL.search(value) or (not value and default is None):
            raise self.unreadable(name, f"must be an id of 1 to {MAX_ID_LENGTH} plain characters")
        return value

    def amount(self, name: str, default: Decimal | None = None) -> Decimal:
        """An exact decimal from a JSON number or its text, below 10^15 in size."""
        value = self._given(name, default)
        if isinstance(value, str) and (number := _NUMBER.fullmatch(value)):
            try:
                value = read_decimal(value) if number[1] or number[2] else read_integer(value)
            except Refusal as refusal:
                raise self.unreadable(name, str(refusal)) from None
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if not isinstance(value, Decimal):
            raise self.unreadable(name, f"must be an amount, not {_kind(value)}")
        if not -MAX_AMOUNT < value < MAX_AMOUNT:
            raise self.unreadable(name, f"must be below {MAX_AMOUNT:f} in size")
        return value

    def boolean(self, name: str, default: bool | None = None) -> bool:
        """true or false; no other word stands for them."""
        value = self._given(name, default)
        if not isinstance(value, bool):
            raise self.unreadable(name, f"must be true or false, not {_kind(value)}")
        return value

    def instant(self, name: str) -> datetime:
        """An aware instant of RFC 3339 (https://www.rfc-editor.org/rfc/rfc3339)."""
        value = self.text(name)
        try:
            if _INSTANT.fullmatch(value):
                return datetime.fromisoformat(value.upper())
        except ValueError:
            pass  # A 13th month or a 61st second: refused like any other text.
        raise self.unreadable(name, "must be an RFC 3339 time with its offset")

    def date(self, name: str) -> date:
        """The calendar date that a date or a time starts with, whatever the zone says."""
        value = self.text(name)[:10]
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass  # A 31st of November.
        raise self.unreadable(name, "must start with a date, YYYY-MM-DD")

    def _given(self, name: str, default: Any = None) -> Any:
        value = self.value.get(name)
        value = default if value is None else value
        if value is None:
            raise self.unreadable(name, "is missing")
        return value


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number"}
    return "null" if value is None else names.get(type(value), "a number")
