"""A customer that QuickBooks does not have yet: posted as a row of its own, once, like an entry."""

import json
import re
from dataclasses import asdict, dataclass
from decimal import Decimal

# https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer:
# 500 characters, without colon, tab and new line. A backslash cannot be asked for by a query.
MAX_NAME = 500
_NOT_IN_NAMES = re.compile(r"[:\\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def as_display_name(text: str) -> str:
    """A name as QuickBooks takes it; "" where nothing of it is left."""
    readable = "".join(sign if sign.isprintable() else " " for sign in text)
    return _NOT_IN_NAMES.sub(" ", readable).strip()[:MAX_NAME].strip()


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """What is created. note: what a person reads in its notes, before the marker."""

    entry_id: str
    display_name: str
    email: str = ""
    note: str = ""

    def to_json(self) -> bytes:
        """The customer as stored; equal ones give equal bytes."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False).encode()

    @staticmethod
    def from_json(data: bytes) -> "NewCustomer":
        """The customer again from `to_json`."""
        return NewCustomer(**json.loads(data, parse_float=Decimal))
