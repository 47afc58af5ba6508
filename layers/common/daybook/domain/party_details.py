"""What a point of sale states of a customer or supplier beside the name, as QuickBooks takes it.

Details are (name, text) pairs: `phone`, `billing_address.city`. What QuickBooks would refuse a
whole customer for is left out: that a phone number is too long must not keep an invoice waiting.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
"""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from daybook.domain.bodies import Address, PartyChange

type Details = tuple[tuple[str, str], ...]

MAX_EMAIL: Final = 100
MAX_PHONE: Final = 30
MAX_COMPANY: Final = 100
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_URI = re.compile(r"https?://[!-~]+")
# What cannot be printed has no place in a list; the backslash cannot be asked for by a query.
_NOT_IN_NAMES = re.compile(r"[:\\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_SPACES = re.compile(r"\s+")
_PHONES: Final = ("phone", "mobile", "fax")
_ADDRESSES: Final = ("billing_address", "shipping_address")
_MAX_OF_LINE: Final = {"postal_code": 30}


def is_email(text: str) -> bool:
    """QuickBooks refuses a whole customer for an address that it does not like (2210)."""
    return len(text) <= MAX_EMAIL and _EMAIL.fullmatch(text) is not None


def details_of(body: "PartyChange") -> Details:
    """What is stated, as QuickBooks takes it; suppliers have no shipping address there."""
    found = {name: _clean(getattr(body, name) or "") for name in _PHONES}
    found = {name: text for name, text in found.items() if len(text) <= MAX_PHONE}
    email, site = (body.email or "").strip(), (body.website or "").strip()
    found["email"] = email if is_email(email) else ""
    found["website"] = site if _URI.fullmatch(site) else ""
    # The company's name stands on cheques, where QuickBooks takes no colon.
    found["company"] = _NOT_IN_NAMES.sub(" ", _clean(body.company or ""))[:MAX_COMPANY].strip()
    for name in _ADDRESSES[: 2 if body.role == "customer" else 1]:
        found |= _address(name, getattr(body, name))
    return tuple(sorted((name, text) for name, text in found.items() if text))


def _address(name: str, address: "Address | None") -> dict[str, str]:
    if address is None:
        return {}
    parts = {part: _clean(getattr(address, part)) for part in type(address).model_fields}
    return {
        f"{name}.{part}": text
        for part, text in parts.items()
        if len(text) <= _MAX_OF_LINE.get(part, len(text))
    }


def _clean(text: str) -> str:
    readable = "".join(sign if sign.isprintable() else " " for sign in text)
    return _SPACES.sub(" ", readable).strip()
