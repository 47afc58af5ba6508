"""The accounting API of one company: /v3/company/{realm}/..."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from aiohttp import web

from local.qbo_simulator import operations
from local.qbo_simulator.batch import run_batch
from local.qbo_simulator.calls import CALL, LATE, SIMULATOR, Call
from local.qbo_simulator.change_capture import run_cdc
from local.qbo_simulator.company_settings import SINGLETONS, read_singleton, update_singleton
from local.qbo_simulator.entities import KIND_BY_PATH
from local.qbo_simulator.entities.kind import EntityKind
from local.qbo_simulator.errors import rejected
from local.qbo_simulator.once import injected_fault, once
from local.qbo_simulator.operations import Context
from local.qbo_simulator.query_results import run_query
from local.qbo_simulator.realm import Json
from local.qbo_simulator.replays import Reply
from local.qbo_simulator.responses import json_reply, service_reply
from local.qbo_simulator.simulator import Simulator
from local.qbo_simulator.trial_balance import trial_balance

_SINGLETON_BY_PATH = {name.lower(): name for name in SINGLETONS}


async def query(request: web.Request) -> web.Response:
    """GET with `?query=` or POST with the statement as body."""
    simulator, call, context = _open(request, "query")
    statement = call.text if request.method == "POST" else call.params.get("query", "")
    reply = Reply({"QueryResponse": run_query(context.realm, statement, context.made_before)})
    return service_reply(reply, simulator.now)


async def batch(request: web.Request) -> web.Response:
    """POST /batch."""
    simulator, call, context = _open(request, "batch", with_faults=False)
    context.realm.requests["batch_items"] += call.items
    body, requestid = _object(call), call.params.get("requestid")
    return _now_or_late(request, context, lambda then: run_batch(simulator, then, body, requestid))


async def cdc(request: web.Request) -> web.Response:
    """GET /cdc."""
    simulator, call, context = _open(request, "cdc")
    entities, since = call.params.get("entities", ""), call.params.get("changedsince", "")
    found = run_cdc(context.realm, entities, since, simulator.now, context.made_before)
    return service_reply(Reply(found), simulator.now)


async def report(request: web.Request) -> web.Response:
    """GET /reports/{name}: the trial balance is the one that there is."""
    simulator, call, context = _open(request, "report")
    name = request.match_info["report"]
    if name.lower() != "trialbalance":
        raise rejected("500", f"Operation report {name} is not supported.")
    # A report is stamped inside its Header, not beside it.
    return json_reply(trial_balance(context.realm, call.params, simulator.now))


async def read(request: web.Request) -> web.Response:
    """GET /{entity}/{id}, and GET /preferences."""
    simulator, _, context = _open(request, "read")
    path = request.match_info["entity"].lower()
    name = _SINGLETON_BY_PATH.get(path)
    if name is not None:
        members = {name: read_singleton(context.realm, name)}
    else:
        kind = _kind(path)
        identity = request.match_info.get("id", "")
        members = {kind.name: operations.read(context, kind, identity)}
    return service_reply(Reply(members), simulator.now)


async def write(request: web.Request) -> web.Response:
    """POST /{entity}: create, update or delete, as the body and `operation` say."""
    call = request[CALL]
    path, body = request.match_info["entity"].lower(), _object(call)
    operation = call.params.get("operation", "").lower()
    if operation == "" or (operation == "update" and "Id" not in body):
        operation = "update" if body.get("Id") or path in _SINGLETON_BY_PATH else "create"
    simulator, call, context = _open(request, operation, with_faults=False)

    def work(then: Context) -> Reply:
        return once(
            simulator,
            then.realm,
            call.params.get("requestid"),
            call.tags,
            (call.text, lambda: _write(then, path, operation, body)),
        )

    return _now_or_late(request, context, work)


def _now_or_late(
    request: web.Request, context: Context, work: Callable[[Context], Reply]
) -> web.Response:
    """The reply to the work; or nothing, where it is to be done only later."""
    simulator, seconds = request.app[SIMULATOR], request.get(LATE)
    if seconds is None:
        return service_reply(work(context), simulator.now)
    due = context.now + timedelta(seconds=seconds)
    simulator.late.add(due, lambda: work(replace(context, now=due)))
    return web.Response()


def _write(context: Context, path: str, operation: str, body: Json) -> Json:
    name = _SINGLETON_BY_PATH.get(path)
    if name is not None and operation == "update":
        return {name: update_singleton(context, name, body)}
    kind = _kind(path)
    if operation == "create":
        return {kind.name: operations.create(context, kind, body)}
    if operation == "update":
        return {kind.name: operations.update(context, kind, body)}
    if operation == "delete":
        return {kind.name: operations.delete(context, kind, body)}
    raise rejected("500", f"Operation {operation} is not supported.")


def _kind(path: str) -> EntityKind:
    kind = KIND_BY_PATH.get(path)
    if kind is None:
        raise rejected("500", f"Operation {path} is not supported.")
    return kind


def _object(call: Call) -> Json:
    if call.problem is not None:
        raise rejected(call.problem)
    if not isinstance(call.body, dict):
        raise rejected("2010", "Property Name:the body must be one JSON object")
    return call.body


def _open(
    request: web.Request, counted: str, *, with_faults: bool = True
) -> tuple[Simulator, Call, Context]:
    """Count the request and give what its handler works with. Raises an injected fault."""
    simulator, call = request.app[SIMULATOR], request[CALL]
    realm = simulator.realm(request.match_info["realm"])
    realm.requests[counted] += 1
    if with_faults:
        refusal = injected_fault(simulator, realm, call.tags)
        if refusal is not None:
            raise refusal
    includes = frozenset(call.params.get("include", "").lower().split(","))
    switches, now = simulator.switches, simulator.now
    lag = timedelta(seconds=switches.query_lag_seconds)
    context = Context(
        realm,
        now,
        includes,
        switches.unbalanced_code,
        switches.item_accounts,
        switches.duplicate_numbers,
        made_before=now.replace(microsecond=0) - lag if lag else None,
    )
    return simulator, call, context
