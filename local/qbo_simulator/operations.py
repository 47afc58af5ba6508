"""Create, read, update and delete of any kind of object."""

from dataclasses import dataclass
from datetime import datetime

from local.qbo_simulator.clock import stamp
from local.qbo_simulator.entities.checks import books_open
from local.qbo_simulator.entities.kind import Draft, EntityKind, prune
from local.qbo_simulator.entities.structure import check_structure
from local.qbo_simulator.errors import Faults, rejected
from local.qbo_simulator.fault_texts import DELETED, MADE_INACTIVE
from local.qbo_simulator.realm import Json, Realm

_ENVELOPE = ("domain", "sparse", "Id", "SyncToken", "MetaData")


@dataclass(frozen=True)
class Context:
    """Where and when an operation happens, and what the request's `include` asks for.

    made_before: queries do not find yet what was made from then on.
    """

    realm: Realm
    now: datetime
    includes: frozenset[str] = frozenset()
    unbalanced_code: str = "2300"
    item_accounts: str = "any"
    duplicate_numbers: str = "refused"
    made_before: datetime | None = None


def create(context: Context, kind: EntityKind, body: Json) -> Json:
    """A new object. Raises Rejected."""
    _check_structure(body)
    fields = _accepted(context, kind, prune(body), None)
    moment = stamp(context.now)
    row = {
        "domain": "QBO",
        "sparse": False,
        "Id": context.realm.next_id(kind.sequence),
        "SyncToken": "0",
        "MetaData": {"CreateTime": moment, "LastUpdatedTime": moment},
        **fields,
    }
    return _stored(context, kind, row)


def update(context: Context, kind: EntityKind, body: Json) -> Json:
    """A changed object: sparse keeps what was not sent, full sets it to null. Raises Rejected."""
    _check_structure(body)
    existing = _current(context, kind, body)
    if kind.is_transaction:
        faults = Faults()
        books_open(context.realm, existing["TxnDate"], faults)
        faults.raise_if_any()
    is_sparse = body.get("sparse") in (True, "true")
    fields = _accepted(context, kind, prune({**existing, **body} if is_sparse else body), existing)
    row = {
        **{name: existing[name] for name in _ENVELOPE},
        "SyncToken": str(int(existing["SyncToken"]) + 1),
        "MetaData": {**existing["MetaData"], "LastUpdatedTime": stamp(context.now)},
        **fields,
    }
    return _stored(context, kind, row)


def delete(context: Context, kind: EntityKind, body: Json) -> Json:
    """Delete a transaction; the reply is its tombstone. List objects are made inactive instead."""
    _check_structure(body)
    if not kind.is_transaction:
        raise rejected("500", f"Operation delete is not supported for {kind.name}.")
    existing = _current(context, kind, body)
    faults = Faults()
    books_open(context.realm, existing["TxnDate"], faults)
    faults.raise_if_any()
    context.realm.remove(kind.name, existing["Id"], context.now)
    return {"domain": "QBO", "status": "Deleted", "Id": existing["Id"]}


def read(context: Context, kind: EntityKind, identity: str) -> Json:
    """One object by Id. Raises Rejected 2030 for a bad Id, 610 for one that is not there."""
    row = context.realm.find(kind.name, identity)
    if row is None:
        check_id(identity)
        raise rejected("610", DELETED if kind.is_transaction else MADE_INACTIVE)
    return kind.present(context.realm, row)


def check_id(identity: str) -> None:
    """Raises Rejected 2030 unless `identity` is a whole number."""
    if not identity.isdecimal():
        raise rejected("2030", f"Id should be a valid number. Supplied value:{identity}")


def _check_structure(body: Json) -> None:
    faults = Faults()
    check_structure(body, faults)
    faults.raise_if_any()


def _current(context: Context, kind: EntityKind, body: Json) -> Json:
    """The object that an update or delete means, checked against its SyncToken."""
    if kind.accept is None:
        raise rejected("500", f"Operation is not supported for {kind.name}.")
    identity = str(body.get("Id") or "")
    if identity == "":
        raise rejected("2020", "Required parameter Id is missing in the request", "Id")
    check_id(identity)
    existing = context.realm.find(kind.name, identity)
    if existing is None:
        raise rejected("610", DELETED if kind.is_transaction else MADE_INACTIVE)
    token = body.get("SyncToken")
    if token is None or token == "":
        raise rejected(
            "2020", "Required parameter SyncToken is missing in the request", "SyncToken"
        )
    if str(token) != existing["SyncToken"]:
        raise rejected("5010")
    return existing


def _accepted(context: Context, kind: EntityKind, body: Json, existing: Json | None) -> Json:
    if kind.accept is None:
        raise rejected("500", f"Operation is not supported for {kind.name}.")
    draft = Draft(
        realm=context.realm,
        body=body,
        existing=existing,
        includes=context.includes,
        today=context.now.date(),
        unbalanced_code=context.unbalanced_code,
        item_accounts=context.item_accounts,
        duplicate_numbers=context.duplicate_numbers,
    )
    return kind.accept(draft)


def _stored(context: Context, kind: EntityKind, row: Json) -> Json:
    context.realm.put(kind.name, row, kind.postings(context.realm, row))
    return kind.present(context.realm, row)
