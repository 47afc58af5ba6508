"""Unleashed's webhook around an object, and how Unleashed writes names, dates and versions.

    {"subscriptionId", "eventNotificationId", "eventType": "customer.created", "createdOn", "data"}

`data` is an object or its JSON as text; keys come as PascalCase and camelCase, event types in any
case and with any separator (https://apidocs.unleashedsoftware.com/Webhooks).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from daybook.domain.errors import Unreadable
from daybook.sources.contract import Delivery
from daybook.sources.strict_json import read_json
from daybook.sources.wild import Wild

ACTIONS = ("created", "updated", "modified", "changed", "completed", "deleted", "pulled")

# Milliseconds since 1970 in UTC; an offset that may follow says nothing about the instant.
_TICKS = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")
# "UTC timezone only": https://apidocs.unleashedsoftware.com/StockAdjustments
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z?)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event. word: what happened to what, lower case without separators ("salesorder"), and
    action, one of ACTIONS or "". data: the object, or what names it, with keys in PascalCase."""

    word: str
    action: str
    data: Wild


def opened(delivery: Delivery) -> Envelope:
    """The envelope of a delivery's body. Raises Unreadable."""
    outer = Wild(_top(read_json(delivery.body)))
    said = re.sub("[^a-z]", "", outer.text("eventtype").lower())[:80]
    action = next((one for one in ACTIONS if said.endswith(one)), "")
    data = outer.value.get("data")
    if isinstance(data, str):
        data = _parsed(data)
    return Envelope(said.removesuffix(action), action, Wild(_pascal(data), "data"))


def notification_id(delivery: Delivery) -> str:
    """`eventNotificationId`, or "" where the body has none that can be read."""
    try:
        return Wild(_top(read_json(delivery.body))).id_text("eventnotificationid", "")
    except Unreadable:
        return ""


def guid_of(data: Wild, words: tuple[str, ...]) -> str:
    """The Guid that names the object of thin data, in lower case. words: of its kind, lower case
    ("salesorder" for `salesOrderGuid`). Raises Unreadable."""
    names = {name.lower(): name for name in data.value}
    wanted = [*(f"{word}guid" for word in words), *(f"{word}id" for word in words), "guid", "id"]
    name = next((names[one] for one in wanted if one in names), "Guid")
    guid = data.id_text(name)
    # It becomes a part of a path.
    if not _GUID.fullmatch(guid):
        raise data.unreadable(name, "must be a Guid to be looked up")
    return guid.lower()


def instant(record: Wild, name: str) -> datetime:
    """An aware instant from `/Date(ms)/` or a time in UTC. Raises Unreadable."""
    text = record.text(name)
    try:
        if found := _TICKS.fullmatch(text):
            return _EPOCH + timedelta(milliseconds=int(found[1]))
        if _ISO.fullmatch(text):
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        pass  # The year 300,000, or a 31st of November: refused like any other text.
    raise record.unreadable(name, "must be /Date(milliseconds)/")


def version_of(record: Wild) -> str:
    """When the object was last changed, in milliseconds since 1970: digits, so that versions are
    compared as numbers. Raises Unreadable."""
    name = "LastModifiedOn" if record.has("LastModifiedOn") else "CreatedOn"
    ticks = (instant(record, name) - _EPOCH) // _MILLISECOND
    if ticks < 0:
        raise record.unreadable(name, "must be after 1970")
    return str(ticks)


def _top(value: Any) -> dict[str, Any]:
    """The envelope's fields by lower-case name. Raises Unreadable."""
    return _renamed(Wild(value).value, str.lower, "")


def _parsed(text: str) -> Any:
    try:
        return read_json(text.encode())
    except Unreadable as problem:
        path = f"data.{problem.path}" if problem.path else "data"
        raise Unreadable(path, problem.text) from None


def _pascal(value: Any, path: str = "data") -> Any:
    # read_json has bounded the depth.
    if isinstance(value, list):
        return [_pascal(item, f"{path}.{place}") for place, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    inner = {name: _pascal(item, f"{path}.{name}") for name, item in value.items()}
    return _renamed(inner, _pascal_name, path)


def _pascal_name(name: str) -> str:
    # bcSubTotal is BCSubTotal.
    if name[:2] == "bc" and name[2:3].isupper():
        return "BC" + name[2:]
    return name[:1].upper() + name[1:]


def _renamed(value: Mapping[str, Any], rename: Any, path: str) -> dict[str, Any]:
    renamed = {rename(name): item for name, item in value.items()}
    if len(renamed) != len(value):
        raise Unreadable(path, "has one name in two spellings; send it once")
    return renamed
