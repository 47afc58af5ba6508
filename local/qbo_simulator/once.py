"""Does one piece of work for one requestid, or repeats what was answered to it before."""

from collections.abc import Callable

from local.qbo_simulator.errors import Rejected, rejected
from local.qbo_simulator.realm import Json, Realm
from local.qbo_simulator.replays import MAX_REQUESTID, Reply
from local.qbo_simulator.simulator import Simulator


def fault_reply(refusal: Rejected) -> Reply:
    """A refusal as the members of a reply."""
    return Reply({"Fault": refusal.as_json()}, refusal.status, is_fault=True)


def injected_fault(simulator: Simulator, realm: Realm, tags: frozenset[str]) -> Rejected | None:
    """The fault that a rule puts in the place of the work, or None."""
    rule = simulator.injector.service(tags)
    if rule is None:
        return None
    realm.requests["injected"] += 1
    return rejected(rule.code)


def once(
    simulator: Simulator,
    realm: Realm,
    key: str | None,
    tags: frozenset[str],
    work: tuple[str, Callable[[], Json]],
) -> Reply:
    """The reply to `work` (its request as text, and what does it), kept under `key`."""
    request, run = work
    if key is not None and len(key) > MAX_REQUESTID:
        return fault_reply(_too_long(key))
    before = replayed(simulator, realm, key, request)
    if before is not None:
        return before
    reply = _attempt(simulator, realm, tags, run)
    if key is not None and (not reply.is_fault or simulator.switches.faults_cached):
        realm.replays.keep(key, request, reply, simulator.now)
    return reply


def replayed(simulator: Simulator, realm: Realm, key: str | None, request: str) -> Reply | None:
    """What was answered under `key` before. A different request gets it too, and is counted."""
    if key is None:
        return None
    if realm.replays.is_other_request(key, request):
        realm.requests["requestid_body_changed"] += 1
    reply = realm.replays.find(key, simulator.switches.requestid, simulator.now)
    if reply is not None:
        realm.requests["replayed"] += 1
    return reply


def _attempt(
    simulator: Simulator, realm: Realm, tags: frozenset[str], run: Callable[[], Json]
) -> Reply:
    refusal = injected_fault(simulator, realm, tags)
    if refusal is not None:
        return fault_reply(refusal)
    try:
        return Reply(run())
    except Rejected as refused:
        return fault_reply(refused)


def _too_long(key: str) -> Rejected:
    return rejected(
        "6000",
        "Business Validation Error: You cannot enter more than 50 characters in the request_id "
        f"field. You tried entering {key[:10]}..., which is {len(key)} characters.",
    )
