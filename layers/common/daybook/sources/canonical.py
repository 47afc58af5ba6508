"""The canonical intake: events in daybook's own words, signed by the Standard Webhooks scheme.

For whoever writes their own sender. The body is one event or a list of at most 1,000; the shape
is that of `daybook.domain.event`, described in docs/sources/canonical.md. Unknown fields are
refused, and every breach is named at once, because here we can tell the sender.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from daybook.domain.errors import Unreadable
from daybook.sources.contract import Client, Context, Delivery, Parsed
from daybook.sources.signatures import message_id_of, verify_standard_webhooks
from daybook.sources.strict_json import read_json

if TYPE_CHECKING:
    from types import ModuleType as Schema

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
_AMOUNTS = frozenset(
    [
        "quantity",
        "gross",
        "discount",
        "cost",
        "computed",
        "charged",
        "amount",
        "rounding",
        "refund_difference",
        "delta",
        "fee",
        "net",
        "exchange_rate",
    ]
)
_PLAIN_AMOUNTS = re.compile(rf"(?:{_AMOUNT.pattern}(?:,{_AMOUNT.pattern})*+)?")
MAX_DECIMALS = 10


def verify(delivery: Delivery, secrets: Sequence[str], now: datetime) -> None:
    """Raise BadSignature unless one of the secrets signed the raw body within 5 minutes."""
    verify_standard_webhooks(delivery.headers, delivery.body, secrets, now)


def delivery_id(delivery: Delivery) -> str:
    """The `webhook-id`, which the scheme keeps over retries. Raises Unreadable without one."""
    return message_id_of(delivery)


def parse(delivery: Delivery, context: Context) -> Parsed:  # noqa: ARG001 -- events say all
    """The events in the body, in its order. Raises Unreadable: SchemaBroken where it is JSON."""
    schema = _schema()
    body = read_json(delivery.body)
    listed = isinstance(body, list)
    if listed and not 1 <= len(body) <= MAX_EVENTS:
        raise Unreadable("", f"a list holds 1 to {MAX_EVENTS} events, not {len(body)}")
    events: list[FinancialEvent] = []
    broken: list[tuple[str, str]] = []
    for place, fields in enumerate(body if listed else [body]):
        path = str(place) if listed else ""
        problems: Sequence[tuple[str, str]] = ()
        try:
            events.append(schema.to_event(fields, path))
        except schema.SchemaBroken as problem:
            problems = problem.findings
        else:
            if not _slipped(fields):
                continue
        slips = list(islice(_slips(fields, path), schema.MAX_FINDINGS))
        named = {where for where, _ in slips}
        broken += slips
        broken += [one for one in problems if one[0] not in named]
        if len(broken) >= schema.MAX_FINDINGS:
            break
    if broken:
        raise schema.SchemaBroken(broken)
    return events


@cache
def _schema() -> "Schema":
    """The module that imports pydantic, once it is needed; an import takes time each time."""
    from daybook.sources import schema  # noqa: PLC0415

    return schema


def _slipped(event: Mapping[str, Any]) -> bool:
    """Whether `_slips` finds any in the JSON of a valid event.

    Valid, it has a name with a grammar nowhere but in itself, in its body and in the body's rows.
    """
    body = event["body"]
    rows = [body["tender"]] if "tender" in body else []
    for item in body.values():
        if type(item) is list:
            rows += item
    parts = (event, body, *rows)
    amounts = [item for part in parts for field, item in part.items() if field in _AMOUNTS]
    instant, day = event.get("occurred_at"), event.get("business_date")
    due, active = body.get("due_date"), body.get("active")
    return bool(
        _are_amounts_slipped(amounts)
        or (instant is not None and _instant_slip(instant))
        or (day is not None and _date_slip(day))
        or (due is not None and _date_slip(due))
        or (active is not None and _truth_slip(active))
        or any([_truth_slip(row["restock"]) for row in rows if "restock" in row])  # noqa: C419
    )


def _are_amounts_slipped(amounts: list[Any]) -> bool:
    try:
        # No comma hides in a text of them: each was read as a number.
        return not _PLAIN_AMOUNTS.fullmatch(",".join(amounts))
    except TypeError:
        return any(item is not None and _amount_slip(item) for item in amounts)


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


def _date_slip(value: Any) -> str:
    return "" if isinstance(value, str) and _DATE.fullmatch(value) else "must be YYYY-MM-DD"


def _instant_slip(value: Any) -> str:
    right = isinstance(value, str) and _INSTANT.fullmatch(value)
    return "" if right else "must be an RFC 3339 time with its offset"


def _truth_slip(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


_GRAMMAR: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(_AMOUNTS, _amount_slip),
    **dict.fromkeys(("business_date", "due_date"), _date_slip),
    "occurred_at": _instant_slip,
    **dict.fromkeys(("restock", "active"), _truth_slip),
}


def needs_fetch(delivery: Delivery) -> bool:  # noqa: ARG001 -- the contract's shape
    """Never: a canonical delivery is whole."""
    return False


def fetch(delivery: Delivery, client: Client) -> Delivery:  # noqa: ARG001 -- the contract's shape
    """The delivery itself."""
    return delivery
