"""`daybook smoke`: is a stack well, after it was deployed? Posts nothing to QuickBooks.

What it sends is one signed event of a connection without a company: it is held, and then voided.
"""

import json
import secrets as randomness
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import requests
import typer

from cli.output import WAITS, AsJson, as_json, say, table
from cli.stack import wiring
from daybook.domain.posting import Posting
from daybook.sources import signatures
from daybook.store.secrets import SecretsUnavailable, WebhookSecret
from daybook.wiring import Wiring, now
from daybook.wiring_alarms import AlarmsUnreadable, alarms_of
from daybook.workflows.operator import EventName, NotPossible, Who, name_of
from daybook.workflows.void import void_event

CONNECTION = "daybook-smoke"
OBJECT_TYPE = "smoke_test"
# The command's patience: with a cold start of each function, a delivery takes some seconds.
WAIT_SECONDS = 60
_TIMEOUT_SECONDS = 35
_POLL_SECONDS = 0.5

type Verdict = Literal["ok", "wrong", "note"]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at. note: not wrong, and worth knowing."""

    what: str
    verdict: Verdict
    text: str


def smoke(
    url: Annotated[
        str, typer.Option("--url", help="The API's address; the stack's own if not given.")
    ] = "",
    no_delivery: Annotated[
        bool, typer.Option("--no-delivery", help="Send no test event; needs no secret of its own.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Look whether a deployed stack is well; posts nothing. Ends 2 if anything is wrong."""
    parts = wiring()
    base = (url or parts.settings.console_url).rstrip("/")
    found = list(looked_at(base, parts, time.sleep, deliver=not no_delivery))
    if json:
        as_json([{"what": one.what, "verdict": one.verdict, "text": one.text} for one in found])
    else:
        rows = [[one.what, one.verdict, one.text] for one in found]
        table(f"Smoke test of {parts.settings.stack}", ["what", "", "found"], rows)
    wrong = sum(one.verdict == "wrong" for one in found)
    if wrong:
        say(f"{wrong} of {len(found)} are wrong.")
        raise typer.Exit(WAITS)


def looked_at(
    base: str, parts: Wiring, sleep: Callable[[float], None], *, deliver: bool = True
) -> Iterator[Found]:
    """Everything, one after the other. base: the API's address without a trailing slash."""
    yield _answers(base)
    yield _refuses(base)
    yield _app_keys(parts)
    if deliver:
        yield _delivers(base, parts, sleep)
    yield from _queues(parts)
    yield from _alarms(parts)


def _answers(base: str) -> Found:
    try:
        answer = requests.get(f"{base}/health", timeout=_TIMEOUT_SECONDS)
    except requests.RequestException as failure:
        return Found("console", "wrong", f"{base}/health: {type(failure).__name__}")
    well = answer.status_code == 200
    return Found("console", "ok" if well else "wrong", f"/health answers {answer.status_code}")


def _refuses(base: str) -> Found:
    """An unknown connection is 401: 403 or 404 would be the API's, 5xx a fault of ours."""
    url = f"{base}/webhooks/{CONNECTION}-unknown"
    try:
        status = requests.post(url, data=b"{}", timeout=_TIMEOUT_SECONDS).status_code
    except requests.RequestException as failure:
        return Found("webhook", "wrong", f"{url}: {type(failure).__name__}")
    text = f"an unknown connection is answered {status}"
    return Found("webhook", "ok" if status == 401 else "wrong", text)


def _app_keys(parts: Wiring) -> Found:
    try:
        parts.secrets.intuit_app()
    except SecretsUnavailable as failure:
        name = parts.vault.name("intuit_app")
        return Found("Intuit app", "wrong", f"{failure}; put its keys into the secret {name}")
    return Found("Intuit app", "ok", "client id and secret are filled in")


def _delivers(base: str, parts: Wiring, sleep: Callable[[float], None]) -> Found:
    """A signed event goes through API, queue and translator into the ledger, and is voided."""
    name = f"smoke-{now():%Y%m%d-%H%M%S}-{randomness.token_hex(3)}"
    status = _send(base, _secret(parts), name)
    if status != 202:
        return Found("delivery", "wrong", f"a signed event is answered {status} instead of 202")
    began = time.monotonic()
    row = _row(parts, name, sleep)
    if row is None:
        text = f"not in the ledger after {WAIT_SECONDS} s; read the translator's log"
        return Found("delivery", "wrong", text)
    seconds = time.monotonic() - began
    if (row.status, row.reason) != ("held", "setting_needed"):
        return Found("delivery", "wrong", f"{name} is {row.status} ({row.reason}), not held")
    try:
        event, who = EventName.read(name_of(row)), Who("smoke", "a smoke test")
        void_event(CONNECTION, event, who, parts.jobs.operator)
    except NotPossible as problem:
        return Found("delivery", "wrong", f"{name} could not be voided: {problem}")
    return Found("delivery", "ok", f"in the ledger after {seconds:.1f} s, and voided")


def _secret(parts: Wiring) -> str:
    """The smoke connection's own, made the first time."""
    known = parts.secrets.webhook_secret(CONNECTION, now())
    if known:
        return known.secrets[0]
    secret = signatures.new_secret(randomness.token_bytes(32))
    parts.secrets.put_webhook_secret(CONNECTION, WebhookSecret("canonical", (secret,)))
    return secret


def _send(base: str, secret: str, name: str) -> int | str:
    event = {
        "object_type": OBJECT_TYPE,
        "object_id": name,
        "occurred_at": now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "location": "smoke",
        "currency": "USD",
        "body": {
            "kind": "sale",
            "lines": [{"kind": "item", "key": "smoke", "gross": "0.01"}],
            "tenders": [{"kind": "cash", "key": "cash", "amount": "0.01"}],
        },
    }
    body, moment = json.dumps(event).encode(), int(now().timestamp())
    headers = {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": signatures.sign(secret, name, moment, body),
    }
    url = f"{base}/webhooks/{CONNECTION}"
    try:
        return requests.post(url, data=body, headers=headers, timeout=_TIMEOUT_SECONDS).status_code
    except requests.RequestException as failure:
        return type(failure).__name__


def _row(parts: Wiring, name: str, sleep: Callable[[float], None]) -> Posting | None:
    for _ in range(int(WAIT_SECONDS / _POLL_SECONDS)):
        rows = parts.ledger.of_object(CONNECTION, OBJECT_TYPE, name)
        if rows:
            return rows[0]
        sleep(_POLL_SECONDS)
    return None


def _queues(parts: Wiring) -> Iterator[Found]:
    for name, depth in parts.queue_depths().items():
        text = f"{depth['waiting']} waiting, {depth['dead']} dead letters"
        if depth["dead"]:
            yield Found(name, "wrong", f"{text}: `daybook dlq list {name}`")
        else:
            yield Found(name, "ok", text)


def _alarms(parts: Wiring) -> Iterator[Found]:
    try:
        alarms = alarms_of(parts.settings.stack)
    except AlarmsUnreadable as failure:
        yield Found("alarms", "wrong", f"cannot be read: {failure}")
        return
    if not alarms.names:
        yield Found("alarms", "wrong", "the stack has none")
        return
    if alarms.ringing:
        yield Found("alarms", "wrong", f"ringing: {', '.join(alarms.ringing)}")
    else:
        yield Found("alarms", "ok", f"{len(alarms.names)}, none rings")
    if alarms.told:
        yield Found("mail", "ok", f"{alarms.told} confirmed subscriptions")
    else:
        text = "nobody has confirmed a subscription to the alarms: set AlarmEmail, confirm its mail"
        yield Found("mail", "note", text)
