"""Nothing that belongs to a shop or its customers reaches the logs, whatever happens."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from daybook.domain.errors import Problem
from daybook.sources.signatures import new_secret
from daybook.telemetry import ALLOWED, METRICS
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.alarms.measures import points_of, resources, rings_for
from tests.unit.functions.deployed import SECRET, Deployed, deployed, records, webhook_call
from tests.unit.functions.test_queue_functions import connect, message
from tests.unit.workflows.office import REALM, sale

NAME, MAIL, MEMO, AMOUNT = "Zyxwvut Canary", "canary@example.com", "Canary memo", "7319.46"
BAD_SECRET = new_secret(b"another-planted-secret-of-32-byt")


@dataclass(frozen=True)
class Logged:
    """All that was written, and the tokens that were in use."""

    text: str
    tokens: tuple[str, ...]


@pytest.fixture(scope="module")
def logged() -> Iterator[Logged]:
    seen = io.StringIO()
    # What libraries write goes to the root; the functions have handlers of their own.
    handler = logging.StreamHandler(seen)
    logging.getLogger().addHandler(handler)
    with pytest.MonkeyPatch.context() as patch, running() as qbo:
        qbo.set_faults(enforce_limits=False)
        with deployed(patch, QBO_URL=qbo.url, SETTLE_SECONDS="1") as stack:
            stack.open_shop()
            everything(stack, qbo)
            kept = stack.parts.vault.read(stack.parts.vault.name("qbo", REALM))
            assert kept is not None
            pair = json.loads(kept.text)
            tokens = (pair["access_token"], pair["refresh_token"])
            yield Logged(stack.logs.getvalue() + seen.getvalue(), tokens)
    logging.getLogger().removeHandler(handler)


def canary(object_id: str, **changes: object) -> dict[str, object]:
    customer = {"id": "77", "display_name": NAME, "email": MAIL}
    return sale(object_id, AMOUNT, customer=customer, memo=MEMO, **changes)


def everything(stack: Deployed, qbo: RunningSimulator) -> None:
    """Accepted, refused, held, unreadable, failing, posted, refused by QuickBooks: all the logs."""
    body = json.dumps(canary("1")).encode()
    for call in (
        webhook_call(body),
        webhook_call(body, secret=BAD_SECRET),
        webhook_call(body[:-1]),
        webhook_call(body, connection=NAME),
    ):
        stack.call("webhook", call)
    held, unreadable = canary("2", key="Shoes"), canary("3", colour=NAME)
    broken = json.loads(message(canary("4"), "msg-4"))
    broken |= {"archive_key": f"deliveries/{NAME}"}
    del broken["body"]
    batch = records(
        "translator", message(canary("1"), "msg-1"), message(held, "msg-2"),
        message(unreadable, "msg-3"), broken, f"poison of {NAME}",
    )  # fmt: skip
    stack.call("translator", batch)
    stack.call("translator", batch)
    stack.waiting("postings")
    connect(stack, qbo)
    stack.call("poster", records("poster", {"realm": REALM, "hint": []}))
    stack.call("translator", records("translator", message(canary("5"), "msg-5")))
    qbo.set_faults(rules=[{"on": "batch", "kind": "fault", "code": "6210"}], enforce_limits=False)
    stack.call("poster", records("poster", {"realm": REALM, "hint": []}))
    qbo.set_faults(enforce_limits=False)
    for row in stack.parts.ledger.held("shop"):
        problem = Problem("source_unavailable", f"{NAME} is silent")
        stack.parts.ledger.change(row, row.held(problem, stack.parts.intake.clock()))
    stack.call("sweeper", records("sweeper", {"kind": "tick"}))
    stack.call("end_of_day", {})


def test_no_secret_name_amount_or_text_of_a_customer_is_logged(logged: Logged) -> None:
    planted = (NAME, MAIL, MEMO, AMOUNT, AMOUNT.replace(".", ""), SECRET, BAD_SECRET)
    assert [text for text in (*planted, *logged.tokens) if text in logged.text] == []


def test_each_line_of_ours_is_json_and_says_what_happened(logged: Logged) -> None:
    lines = [json.loads(line) for line in logged.text.splitlines() if line.startswith("{")]
    said = {line["message"] for line in lines}
    assert {"delivery", "translated", "repeated", "drained", "swept", "tick"} <= said
    failed = [line for line in lines if line["message"] == "delivery not translated"]
    assert failed
    assert all(line["error_class"] and line["connection"] == "shop" for line in failed)
    assert {line["status"] for line in lines if line["message"] == "delivery"} == {202, 401, 422}
    assert all("connection" not in line for line in lines if line.get("status") in (401, 422))


def of(logged: Logged, service: str) -> str:
    """A function's own lines."""
    lines = (line for line in logged.text.splitlines() if line.startswith("{"))
    return "\n".join(line for line in lines if json.loads(line)["service"] == service)


def test_what_the_functions_write_is_measured(logged: Logged) -> None:
    measured = {
        service: {point.name for point in points_of(service, of(logged, service))}
        for service in ("webhook", "poster", "sweeper")
    }
    assert measured["webhook"] == {"Deliveries", "Accepted", "Rejected"}
    assert {"Posted", "Held", "SecondsToPosted"} <= measured["poster"]
    # What is not zero: events were held, and nothing else was amiss.
    assert {"Tick", "HeldSeconds"} <= measured["sweeper"]
    assert not measured["sweeper"] & {"UncertainSeconds", "ReconnectNeeded"}


def test_refused_deliveries_ring_and_one_tick_is_not_missing(logged: Logged) -> None:
    alarms = resources("AWS::CloudWatch::Alarm")
    assert rings_for(alarms["SignatureRejectsAlarm"], points_of("webhook", of(logged, "webhook")))
    ticks = points_of("sweeper", of(logged, "sweeper"))
    assert not rings_for(alarms["TickMissingAlarm"], ticks)


def test_a_line_has_only_fields_of_the_list(logged: Logged) -> None:
    usual = {"level", "message", "timestamp", "service", "_aws"}
    lines = [json.loads(line) for line in logged.text.splitlines() if line.startswith("{")]
    assert [set(line) - usual - ALLOWED - set(METRICS) for line in lines] == [set()] * len(lines)
