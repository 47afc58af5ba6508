"""`daybook pull`, the hour's pulls, and what shows that a point of sale cannot be read."""

import json
from collections.abc import Iterator

import pytest
import requests

from daybook.domain.connection import Connection
from local.pos_simulator.server import Running, running
from local.qbo_simulator.server import RunningSimulator
from tests.unit.alarms.measures import points_of, resources, rings_for
from tests.unit.cli_books.books import Books, answer, daybook, said
from tests.unit.functions.deployed import deployed, records
from tests.unit.workflows.office import REALM, SHOP


@pytest.fixture(scope="module")
def pos() -> Iterator[Running]:
    with running() as here:
        yield here


@pytest.fixture
def branch(monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator, pos: Running) -> Iterator[Books]:
    qbo.reset()
    requests.post(f"{pos.url}/_simulator/reset", timeout=5).raise_for_status()
    with deployed(monkeypatch, QBO_URL=qbo.url, POS_URL=pos.url, SETTLE_SECONDS="1") as stack:
        stack.open_shop()
        made = Connection(SHOP, "heartland", REALM, created_at="2026-11-20T12:00:00Z")
        stack.parts.connections.put(made)
        stack.parts.secrets.put_pos_secret(SHOP, {"token": pos.token})
        yield Books(stack, qbo)


def test_a_pull_by_hand_finds_what_no_webhook_brought(branch: Books) -> None:
    job = answer("pull", SHOP, "--resource", "tickets", "--since", "2026-11-01")["job"]
    assert job["scope"] == {
        "connection": SHOP, "resources": ["tickets"], "since": "2026-11-01T00:00:00.000Z",
    }  # fmt: skip
    branch.sweep()
    result = daybook("jobs", job["id"])
    assert "is done, 1/1: 1 found. tickets: 1 of 1" in said(result)
    (row,) = branch.rows()
    assert (row.key.object_id, row.origin) == ("200041", "pull")
    shown = answer("events", SHOP, row.key.event_name, code=2 if row.status == "held" else 0)
    assert shown["rows"][0]["origin"] == "pull"
    (kept,) = [branch.stack.parts.ledger.delivery(SHOP, row.delivery)]
    assert kept is not None
    assert (kept.origin, json.loads(kept.body)["id"]) == ("pull", 200041)


def test_the_hours_pulls_begin_once_for_whoever_can_be_pulled(branch: Books) -> None:
    parts = branch.stack.parts
    parts.connections.put(Connection("till", "heartland", REALM))
    parts.connections.put(Connection("own", "canonical", REALM))
    for _ in range(2):
        branch.stack.call("sweeper", records("sweeper", {"kind": "pulls"}))
    branch.sweep()
    jobs = [job for job in answer("jobs")["jobs"] if job["kind"] == "pull"]
    assert [(job["scope"]["connection"], job["state"], job["actor"]) for job in jobs] == [
        (SHOP, "done", "schedule")
    ]
    assert len(parts.pulls.store.cursors(SHOP)) == 8


def test_a_token_that_is_refused_is_shown_until_it_is_renewed(branch: Books) -> None:
    parts = branch.stack.parts
    parts.secrets.put_pos_secret(SHOP, {"token": "old"})
    job = answer("pull", SHOP, "--resource", "tickets")["job"]
    branch.sweep()
    failed = daybook("jobs", job["id"])
    assert failed.exit_code == 2
    assert "renew it for this connection" in said(failed)
    (trouble,) = answer("status", code=2)["pulls"]
    assert (trouble["connection"], trouble["resource"]) == (SHOP, "tickets")
    assert "cannot be pulled since" in said(daybook("status"))
    parts.secrets.put_pos_secret(SHOP, {"token": "pos-simulator-token"})
    # What a process knows of a secret it knows for a while.
    told = points_of("sweeper", branch.stack.logs.getvalue())
    alarms = resources("AWS::CloudWatch::Alarm")
    assert rings_for(alarms["PullFailingAlarm"], told)
    assert rings_for(alarms["JobFailedAlarm"], told)


@pytest.mark.parametrize(
    ("arguments", "text_"),
    [
        (["--resource", "sales"], "there is no list sales; there are tickets, invoices"),
        (["--since", "yesterday"], "give 2026-11-20 or"),
        (["--since", "2026-11-20T10:00:00"], "needs its offset"),
        (["--since", "2099-01-01"], "lies ahead"),
    ],
)
def test_what_cannot_be_pulled_is_refused(branch: Books, arguments: list[str], text_: str) -> None:
    result = daybook("pull", SHOP, *arguments)
    assert result.exit_code == 1
    assert text_ in said(result)


def test_a_source_without_an_api_and_a_shop_without_access_are_refused(branch: Books) -> None:
    parts = branch.stack.parts
    parts.connections.put(Connection("own", "canonical", REALM))
    parts.connections.put(Connection("till", "heartland", REALM))
    assert "not pulled" in said(daybook("pull", "own"))
    assert "has no access" in said(daybook("pull", "till"))
