"""A customer or vendor that QuickBooks does not have yet: posted as a row of its own, once."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self

from daybook.domain.party_details import Details

# https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer:
# 500 characters, without colon, tab and new line. A backslash cannot be asked for by a query.
MAX_NAME = 500
_NOT_IN_NAMES = re.compile(r"[:\\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def as_display_name(text: str) -> str:
    """A name as QuickBooks takes it; "" where nothing of it is left."""
    readable = "".join(sign if sign.isprintable() else " " for sign in text)
    return _NOT_IN_NAMES.sub(" ", readable).strip()[:MAX_NAME].strip()


@dataclass(frozen=True, slots=True)
class NewParty:
    """What is created. note: what a person reads in a customer's notes, before the marker.

    details: beside the name and e-mail. currency: where it is not the company's own. version: of
    the event of the point of sale that states it; "" where a document or entry needed it.
    """

    entry_id: str
    display_name: str
    email: str = ""
    note: str = ""
    details: Details = ()
    currency: str = ""
    version: str = ""

    def to_json(self) -> bytes:
        """As stored; equal ones give equal bytes."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Again from `to_json`."""
        return cls.of(json.loads(data, parse_float=Decimal))

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """Of the fields of its JSON."""
        details = tuple((name, text) for name, text in fields.get("details", ()))
        return cls(**{**fields, "details": details})


@dataclass(frozen=True, slots=True)
class NewCustomer(NewParty):
    """A customer. Its notes end in the marker, by which it is known again."""


@dataclass(frozen=True, slots=True)
class NewVendor(NewParty):
    """A vendor. It has no notes to put a marker into: the active one of its name is as good as
    ours, whoever made it."""
