"""The functions as Lambda runs them, over the world's parts: a webhook call, and what each queue
hands on. They do what `functions/*/app.py` and the wiring do, no more."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from daybook.queues import DeliveryMessage, Ring
from daybook.sources.contract import Delivery
from daybook.sources.registry import find
from daybook.sources.signatures import sign
from daybook.sources.strict_json import read_json
from daybook.store.secrets import SecretsUnavailable, WebhookSecret
from daybook.workflows import jobs
from daybook.workflows.post import drain
from daybook.workflows.receive import (
    MAX_INLINE_BYTES,
    Answer,
    Intake,
    Request,
    Unavailable,
    receive,
)
from daybook.workflows.translate_round import Round
from tests.simulation.boundary import Broken, Ended
from tests.simulation.shop import SECRETS

if TYPE_CHECKING:
    from tests.simulation.world import World

# Lambda's time limits, as template.yaml has them.
WEBHOOK_SECONDS, TRANSLATOR_SECONDS, POSTER_SECONDS, SWEEPER_SECONDS = 10, 60, 300, 300
_NOBODY = WebhookSecret("canonical", ("whsec_" + "A" * 43 + "=",))


def signed(world: "World", connection: str, message: str, body: bytes) -> Request:
    """A delivery as its sender signs it now."""
    at = int(world.clock().timestamp())
    headers = {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": sign(SECRETS[connection], message, at, body),
    }
    return Request(connection, None, body, headers, {})


def webhook(world: "World", request: Request) -> Answer:
    """What the sender gets; 502 where the function died, as API Gateway answers."""
    ended = world.boundary.run("receive", WEBHOOK_SECONDS, lambda: receive(request, intake(world)))
    return ended.answer if ended.well else Answer(502, {})


def intake(world: "World") -> Intake:
    """For `receive`."""
    return Intake(
        credential=lambda connection, at, _doubted: _credential(world, connection, at),
        source=find,
        check=read_json,
        stand_in=_NOBODY,
        keep=lambda delivery, sha: _keep(world, delivery, sha),
        clock=world.clock,
    )


def _credential(world: "World", connection: str, at: datetime) -> WebhookSecret | None:
    try:
        found: WebhookSecret | None = world.secrets.webhook_secret(connection, at)
    except SecretsUnavailable as failure:
        raise Unavailable(str(failure)) from failure
    return found


def _keep(world: "World", delivery: Delivery, sha256: str) -> None:
    inline = len(delivery.body) <= MAX_INLINE_BYTES
    key = "" if inline else f"deliveries/{delivery.connection}/{sha256}"
    message = DeliveryMessage(
        delivery.connection,
        delivery.source,
        delivery.received_at,
        sha256,
        delivery.event,
        delivery.headers,
        delivery.query,
        None if key else delivery.body.decode(),
        key,
    )
    try:
        if key:
            world.archive.put(key, delivery.body)
        world.deliveries.send(message)
    except Broken as failure:
        raise Unavailable("not queued") from failure


def ring(realm: str, hint: Sequence[str]) -> str:
    """A doorbell's message."""
    return Ring(realm, tuple(hint)).encode()


def job(kind: str, scope: Mapping[str, Any]) -> str:
    """A message of `jobs`."""
    return json.dumps({"kind": kind, "scope": dict(scope)}, separators=(",", ":"))


def translator(world: "World", bodies: Sequence[str]) -> Sequence[int] | None:
    """A batch of deliveries; the places of those that failed, None if the function died."""

    def work() -> list[int]:
        with world.translators.one() as tools:
            together = Round(tools)
            failed = {
                str(place)
                for place, body in enumerate(bodies)
                if not _translated(world, str(place), body, together)
            }
            together.ring()
            world.boundary.raised += [("translate", one) for one in together.failures.values()]
        return sorted(map(int, failed | together.unrung))

    return _answer(world.boundary.run("translate", TRANSLATOR_SECONDS, work))


def _translated(world: "World", place: str, body: str, together: Round) -> bool:
    """One message."""
    try:
        message = DeliveryMessage.decode(body)
        inline = message.body is not None
        data = (message.body or "").encode() if inline else world.archive.get(message.archive_key)
        delivery = Delivery(
            message.connection, message.source, data, message.received_at, message.headers,
            message.query, message.event,
        )  # fmt: skip
        together.translate(place, delivery, message.archive_key)
    except Exception as error:  # noqa: BLE001 -- the message comes again
        world.boundary.raised.append(("translate", error))
        world.trace.note(f"translate raises {type(error).__name__}: {error}")
        return False
    return True


def poster(world: "World", bodies: Sequence[str]) -> Sequence[int] | None:
    """One ring."""

    def work() -> list[int]:
        rung = Ring.decode(bodies[0])
        with world.stacks.one() as stack:
            drained = drain(rung.realm, rung.hint, stack.poster(world.boundary.remaining))
        world.trace.note(f"drained {rung.realm[-2:]} {drained.stopped} {drained.counts}")
        return []

    return _answer(world.boundary.run("post", POSTER_SECONDS, work))


def sweeper(world: "World", bodies: Sequence[str], tries: int) -> Sequence[int] | None:
    """One message of jobs: an errand of the schedule, or a slice of a job."""
    message = json.loads(bodies[0])
    kind = message["kind"]

    def work() -> list[int]:
        with world.stacks.one() as stack:
            errands = stack.jobs.errands()
            if kind in errands:
                world.trace.note(f"{kind} {dict(errands[kind]())}")
            else:
                done = jobs.run(kind, message.get("scope", {}), stack.jobs.worker, tries=tries)
                world.trace.note(f"{kind} {done.state if done else '-'}")
        return []

    name = "sweep" if kind == "tick" else kind
    return _answer(world.boundary.run(name, SWEEPER_SECONDS, work))


def _answer(ended: Ended) -> Sequence[int] | None:
    return ended.answer if ended.well else None
