"""The canonical intake: events in daybook's own words, signed by the Standard Webhooks scheme.

For whoever writes their own sender. The body is one event or a list of at most 1,000; the shape
is that of `daybook.domain.event`, described in docs/sources/canonical.md. Unknown fields are
refused, and every breach is named at once, because here we can tell the sender.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from daybook.domain.errors import Unreadable
from daybook.sources.contract import Client, Context, Delivery, Parsed
from daybook.sources.signatures import message_id_of, verify_standard_webhooks
from daybook.sources.strict_json import read_json

if TYPE_CHECKING:
    from daybook.domain.event import FinancialEvent

name = "canonical"
refuses_unreadable = True

MAX_EVENTS = 1_000

# The wire's own grammar, stricter than what pydantic takes for a decimal ("1_000"), a date (seconds
# since 1970) or a truth ("no"): a sender's slip must not become another amount or another day.
_AMOUNT = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_AMOUNT_NAMES = (
    "quantity gross discount cost computed charged amount rounding refund_difference delta fee net "
    "exchange_rate"
)
MAX_DECIMALS = 10


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
    """Raise BadSignature unless one of the secrets signed the raw body within 5 minutes."""
    verify_standard_webhooks(delivery.headers, delivery.body, secrets, now)


def delivery_id(delivery: Delivery) -> str:
    """The `webhook-id`, which the scheme keeps over retries. Raises Unreadable without one."""
    return message_id_of(delivery)


def parse(delivery: Delivery, context: Context) -> Parsed:  # noqa: ARG001 -- events say all
    """The events in the body, in its order. Raises Unreadable: SchemaBroken where it is JSON."""
    from daybook.sources.schema import MAX_FINDINGS, SchemaBroken, to_event  # noqa: PLC0415

    body = read_json(delivery.body)
    listed = isinstance(body, list)
    if listed and not 1 <= len(body) <= MAX_EVENTS:
        raise Unreadable("", f"a list holds 1 to {MAX_EVENTS} events, not {len(body)}")
    events: list[FinancialEvent] = []
    broken: list[tuple[str, str]] = []
    for place, fields in enumerate(body if listed else [body]):
        path = str(place) if listed else ""
        slips = list(islice(_slips(fields, path), MAX_FINDINGS)) if _slipped(fields) else []
        broken += slips
        try:
            events.append(to_event(fields, path))
        except SchemaBroken as problem:
            named = {where for where, _ in slips}
            broken += [one for one in problem.findings if one[0] not in named]
        if len(broken) >= MAX_FINDINGS:
            break
    if broken:
        raise SchemaBroken(broken)
    return events


def _slipped(value: Any) -> bool:
    """Whether `_slips` would find any: the same, without the paths that only a slip needs."""
    waiting = [value]
    for part in waiting:
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            for field, item in part.items():
                kind = type(item)
                if kind is str:
                    if (matches := _MATCH_OF(field)) and not matches(item):
                        return True
                elif kind is dict or kind is list:
                    waiting.append(item)
                elif item is not None and (check := _CHECK_OF(field)) and check(item):
                    return True
    return False


def _slips(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Where a text, a number or a truth breaks the wire's grammar: (path, what is wrong)."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _slips(item, f"{path}.{place}" if path else str(place))
    elif isinstance(value, dict):
        for field, item in value.items():
            where = f"{path}.{field}" if path else field
            check = _GRAMMAR.get(field)
            if isinstance(item, dict | list):
                yield from _slips(item, where)
            elif check and item is not None and (slip := check(item)):
                yield where, slip


def _amount_slip(value: Any) -> str:
    if isinstance(value, str):
        right = _AMOUNT.fullmatch(value) is not None
    elif isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        right = isinstance(exponent, int) and exponent >= -MAX_DECIMALS
    else:
        right = True
    return "" if right else f"must be a plain amount of at most 20 digits, {MAX_DECIMALS} decimals"


def _text_slip(pattern: re.Pattern[str], sentence: str) -> Callable[[Any], str]:
    return lambda value: "" if isinstance(value, str) and pattern.fullmatch(value) else sentence


def _truth_slip(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


_GRAMMAR: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(_AMOUNT_NAMES.split(), _amount_slip),
    **dict.fromkeys(("business_date", "due_date"), _text_slip(_DATE, "must be YYYY-MM-DD")),
    "occurred_at": _text_slip(_INSTANT, "must be an RFC 3339 time with its offset"),
    **dict.fromkeys(("restock", "active"), _truth_slip),
}
_CHECK_OF = _GRAMMAR.get
# What a text must match; a truth is no text.
_MATCHES: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(_AMOUNT_NAMES.split(), _AMOUNT.fullmatch),
    **dict.fromkeys(("business_date", "due_date"), _DATE.fullmatch),
    "occurred_at": _INSTANT.fullmatch,
    **dict.fromkeys(("restock", "active"), lambda _text: None),
}
_MATCH_OF = _MATCHES.get


def needs_fetch(delivery: Delivery) -> bool:  # noqa: ARG001 -- the contract's shape
    """Never: a canonical delivery is whole."""
    return False


def fetch(delivery: Delivery, client: Client) -> Delivery:  # noqa: ARG001 -- the contract's shape
    """The delivery itself."""
    return delivery
