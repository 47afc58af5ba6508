"""A posting as a DynamoDB row and back: which attribute each field is, and in what form.

    str     S, left out when empty
            a sha256 in hex, a request id: B        an instant to the millisecond: N, since 1970
    int     N, left out when the default
    bytes   packed B (`packing`), or the archive's key as S where it is too large for a row
    tuples  packed JSON, likewise; moves as short codes

An attribute has its field's name unless `_NAMES` shortens it: names count towards a row's size.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final

from daybook.domain.day_summary import Day
from daybook.domain.delivery import DeliveryRow
from daybook.domain.errors import Missing
from daybook.domain.flags import Flag
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.domain.status import DUE, TROUBLE
from daybook.store import keys
from daybook.store.packing import long_move, pack, short_move, unpack
from daybook.store.short import INSTANTS, instant_of, short_text, text_of

# A row is at most 400 KB (the Constraints page named in `keys`); five bodies of this size fit.
MAX_BODY_BYTES = 70_000
MAX_RAW_BODY_BYTES = 250_000

_NAMES: Final = {
    "created_at": "created",
    "business_date": "day",
    "occurred_at": "occurred",
    "mapping_version": "mapping",
    "intuit_tid": "tid",
    "written_at": "written",
    "first_sent_at": "first_sent",
    "number": "n",
    "generation": "gen",
    "request_id": "request",
}
_PACKED_TEXT: Final = frozenset({"reason_text"})
_KINDS: Final[dict[str, Callable[..., Any]]] = {"missing": Missing, "flags": Flag}
_DEFAULT: Final = {f.name: f.default for f in fields(Posting) if f.default is not MISSING}
FIELDS: Final = tuple(f.name for f in fields(Posting) if f.name not in ("key", "beside"))
NUMBER: Final = _NAMES["number"]

type Attribute = dict[str, Any]
type Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Attributes by name, and what must be in the archive before they are written."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)


def encode(posting: Posting, names: Iterable[str] = FIELDS) -> Encoded:
    """The given fields of a posting, and its place in the indexes."""
    encoded = Encoded()
    for name in names:
        value = getattr(posting, name)
        if value != _DEFAULT.get(name, "") or name == "number":
            encoded.attributes[_NAMES.get(name, name)] = _attribute(name, value, posting, encoded)
    encoded.attributes.update(_index1(posting))
    encoded.attributes.update(_index2(posting))
    return encoded


def key_of(posting: Posting) -> keys.Key:
    """The row's key."""
    return keys.posting(posting.key, posting.beside)


def new_row(posting: Posting) -> Encoded:
    """The whole row, keys included."""
    encoded = encode(posting)
    pk, sk = key_of(posting)
    encoded.attributes.update({"PK": {"S": pk}, "SK": {"S": sk}})
    if keys.posting_key(pk, sk) != posting.key:
        parts = [getattr(posting.key, f.name) for f in fields(PostingKey)]
        encoded.attributes["key"] = {"B": pack(json.dumps(parts).encode())}
    if posting.beside:
        encoded.attributes["beside"] = {"S": posting.beside}
    return encoded


def decode(item: dict[str, Attribute], fetch: Fetch) -> Posting:
    """The posting of a row. fetch: reads the archive. Raises ValueError for a broken row."""
    values = {
        name: _value(name, item[attribute], fetch)
        for name in FIELDS
        if (attribute := _NAMES.get(name, name)) in item
    }
    for name in FIELDS:
        if name not in values and name not in _DEFAULT:
            values[name] = ""
    beside = item["beside"]["S"] if "beside" in item else ""
    return Posting(key=_posting_key(item), beside=beside, **values)


def _posting_key(item: dict[str, Attribute]) -> PostingKey:
    if "key" in item:
        return kept_key(item)
    key = keys.posting_key(item["PK"]["S"], item["SK"]["S"])
    if key is None:
        raise ValueError(f"the row {item['PK']['S']} {item['SK']['S']} does not tell its key")
    return key


def kept_key(item: dict[str, Attribute]) -> PostingKey:
    """The key of a row that was too long to be told from the row's own keys."""
    return PostingKey(*json.loads(unpack(item["key"]["B"])))


def day_of(posting: Posting) -> Day:
    """The day that an accumulated row waits for."""
    from daybook.domain.day_legs import DayLegs  # noqa: PLC0415 -- with all that makes legs

    currency = DayLegs.from_json(posting.legs).currency
    return Day(posting.key.connection, posting.location, posting.business_date, currency)


def _index1(posting: Posting) -> dict[str, Attribute]:
    if posting.status in DUE:
        assert posting.realm, f"{posting.id} is {posting.status} without a company"
        pk, sk = keys.due(posting.realm), keys.tail(posting.created_at, posting.id)
    elif posting.status in TROUBLE:
        pk = keys.stuck(posting.key.connection, posting.status)
        sk = keys.tail(posting.reason or "", posting.since, posting.id)
    elif posting.open_flags:
        first = posting.open_flags[0]
        pk = keys.stuck(posting.key.connection, "flagged")
        sk = keys.tail(first.name, first.at, posting.id)
    else:
        return {}
    return {"I1PK": {"S": pk}, "I1SK": {"S": sk}}


def _index2(posting: Posting) -> dict[str, Attribute]:
    if not posting.business_date:
        return {}
    if posting.status == "accumulated":
        connection = posting.key.connection
        pk = keys.accumulated(connection, posting.location, posting.business_date)
        sk = keys.tail(posting.written_at, posting.id)
        return {"I2PK": {"S": pk}, "I2SK": {"S": sk}}
    pk = keys.day(posting.key.connection, posting.business_date)
    sk = keys.tail(posting.created_at, posting.id)
    return {"I2PK": {"S": pk}, "I2SK": {"S": sk}}


def _attribute(name: str, value: Any, posting: Posting, encoded: Encoded) -> Attribute:
    match value:
        case int():
            return {"N": str(value)}
        case bytes():
            return body(value, posting.key.connection, encoded.bodies, MAX_BODY_BYTES)
        case str() if name not in _PACKED_TEXT:
            return short_text(name, value)
    if name == "moves":
        return {"S": "\n".join(map(short_move, value))}
    text = json.dumps(_plain(value), ensure_ascii=True, separators=(",", ":")).encode()
    return body(text, posting.key.connection, encoded.bodies, MAX_BODY_BYTES)


def _value(name: str, attribute: Attribute, fetch: Fetch) -> Any:
    ((kind, raw),) = attribute.items()
    if kind == "N":
        return instant_of(int(raw)) if name in INSTANTS else int(raw)
    if name == "moves":
        return tuple(map(long_move, raw.split("\n")))
    if name not in _PACKED_TEXT and not isinstance(_DEFAULT.get(name), bytes | tuple):
        return raw if kind == "S" else text_of(name, raw)
    text = body_of(attribute, fetch)
    if isinstance(_DEFAULT.get(name), bytes):
        return text
    return _rich(name, json.loads(text))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return [
        [row.role, row.key, row.location] if isinstance(row, Missing) else list(row)
        for row in value
    ]


def _rich(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return value
    kind = _KINDS.get(name)
    return tuple(kind(*row) if kind else tuple(row) for row in value)


def body(raw: bytes, connection: str, bodies: dict[str, bytes], limit: int) -> Attribute:
    """A body as an attribute: packed, or above the limit the key under which `bodies` gets it."""
    packed = pack(raw)
    if len(packed) <= limit:
        return {"B": packed}
    key = f"rows/{keys.escaped(connection)}/{hashlib.sha256(raw).hexdigest()}"
    bodies[key] = packed
    return {"S": key}


def body_of(attribute: Attribute, fetch: Fetch) -> bytes:
    """The body again, read from the archive where the attribute is its key."""
    return unpack(attribute["B"] if "B" in attribute else fetch(attribute["S"]))


def delivery_row(row: DeliveryRow) -> Encoded:
    """A delivery as a row, keys included."""
    pk, sk = keys.delivery(row.connection, row.delivery_id)
    encoded = Encoded()
    texts = {
        "PK": pk,
        "SK": sk,
        "delivery": row.delivery_id,
        "connection": row.connection,
        "source": row.source,
        "received": row.received_at,
        "archive_key": row.archive_key,
        "origin": row.origin if row.origin != "webhook" else "",
    }
    encoded.attributes.update({name: {"S": text} for name, text in texts.items() if text})
    encoded.attributes["sha"] = {"B": bytes.fromhex(row.sha256)}
    if row.event is not None:
        encoded.attributes["event"] = {"S": row.event}
    if row.body:
        encoded.attributes["body"] = body(
            row.body, row.connection, encoded.bodies, MAX_RAW_BODY_BYTES
        )
    return encoded


def delivery_of(item: dict[str, Attribute], fetch: Fetch) -> DeliveryRow:
    """The delivery of a row."""
    texts = {name: value["S"] for name, value in item.items() if "S" in value}
    return DeliveryRow(
        connection=texts["connection"],
        delivery_id=texts["delivery"],
        sha256=item["sha"]["B"].hex(),
        source=texts["source"],
        received_at=texts["received"],
        event=texts.get("event"),
        body=body_of(item["body"], fetch) if "body" in item else b"",
        archive_key=texts.get("archive_key", ""),
        origin="pull" if texts.get("origin") == "pull" else "webhook",
    )
