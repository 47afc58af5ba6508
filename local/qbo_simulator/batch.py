"""POST /batch: up to 30 operations, each answered for itself.

https://blogs.intuit.com/2023/07/19/building-smarter-with-intuit-batch-without-a-scratch: items
are correlated by bId only, one item's fault leaves the others alone, and no item sees what an
earlier one of the same batch has made.
"""

from collections.abc import Callable
from typing import Any

from local.qbo_simulator import operations
from local.qbo_simulator.entities import KIND_BY_PATH
from local.qbo_simulator.entities.kind import EntityKind
from local.qbo_simulator.errors import rejected
from local.qbo_simulator.exact_json import dumps
from local.qbo_simulator.limits import MAX_BATCH_ITEMS
from local.qbo_simulator.once import once, replayed
from local.qbo_simulator.operations import Context
from local.qbo_simulator.query_results import run_query
from local.qbo_simulator.realm import Json
from local.qbo_simulator.replays import Reply
from local.qbo_simulator.simulator import Simulator

type _Operation = Callable[[Context, EntityKind, Json], Json]

_OPERATIONS: dict[str, _Operation] = {
    "create": operations.create,
    "update": operations.update,
    "delete": operations.delete,
}
_NOT_ENTITIES = frozenset({"bId", "operation", "optionsData", "Query"})


def items_of(body: Any) -> list[Json]:
    """The items of a batch body, as far as it has any."""
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def entity_of(item: Json) -> str | None:
    """The name of the member that holds an item's object, as written."""
    return next((name for name in item if name not in _NOT_ENTITIES), None)


def item_tags(item: Json) -> frozenset[str]:
    """The words by which fault rules find an item."""
    subject = "query" if "Query" in item else (entity_of(item) or "").lower()
    return frozenset({"any", "batch", subject})


def run_batch(simulator: Simulator, context: Context, body: Any, requestid: str | None) -> Reply:
    """`BatchItemResponse` for each item. Raises Rejected 1040 when there are too many."""
    items = items_of(body)
    if not items:
        raise rejected("2020", "Required parameter BatchItemRequest is missing in the request")
    if len(items) > MAX_BATCH_ITEMS:
        detail = f"The batch limit is {MAX_BATCH_ITEMS} items. Supplied items:{len(items)}"
        raise rejected("1040", detail)
    if simulator.switches.requestid_scope == "request" and requestid is not None:
        return _whole_batch_once(simulator, context, items, requestid)
    replies = _run_items(simulator, context, items, requestid)
    return _batch_reply(items, replies)


def _whole_batch_once(
    simulator: Simulator, context: Context, items: list[Json], requestid: str
) -> Reply:
    """One reply for the requestid, whatever its items; kept unless nothing at all was done."""
    realm, request = context.realm, dumps(items)
    before = replayed(simulator, realm, requestid, request)
    if before is not None:
        return before
    replies = _run_items(simulator, context, items, None)
    reply = _batch_reply(items, replies)
    if simulator.switches.faults_cached or not all(one.is_fault for one in replies):
        realm.replays.keep(requestid, request, reply, simulator.now)
    return reply


def _run_items(
    simulator: Simulator, context: Context, items: list[Json], requestid: str | None
) -> list[Reply]:
    realm = context.realm
    realm.begin_batch()
    try:
        return [
            once(
                simulator,
                realm,
                None if requestid is None else requestid + str(item.get("bId", "")),
                item_tags(item),
                (dumps(item), lambda item=item: _work(context, item)),  # type: ignore[misc]
            )
            for item in items
        ]
    finally:
        realm.end_batch()


def _batch_reply(items: list[Json], replies: list[Reply]) -> Reply:
    answered = [
        {**reply.members, "bId": str(item.get("bId", ""))}
        for item, reply in zip(items, replies, strict=True)
    ]
    return Reply({"BatchItemResponse": answered})


def _work(context: Context, item: Json) -> Json:
    if "Query" in item:
        return {"QueryResponse": run_query(context.realm, str(item["Query"]), context.made_before)}
    name = entity_of(item) or ""
    kind = KIND_BY_PATH.get(name.lower())
    operation = _OPERATIONS.get(str(item.get("operation", "")).lower())
    if kind is None:
        raise rejected("2000", f"Object Name : {name} is unsupported or invalid")
    if operation is None:
        raise rejected("500", f"Operation {item.get('operation')} is not supported.")
    body = item[name]
    if not isinstance(body, dict):
        raise rejected("2010", f"Property Name:{name} specified is unsupported or invalid")
    return {kind.name: operation(context, kind, body)}
