"""`daybook prove` with all sides: documents in the simulator's books, and what a pull saw."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from daybook.domain.connection import Connection
from daybook.domain.identity import PostingKey
from daybook.domain.posting import instant_text
from daybook.domain.pulls import PullCursor, SeenAtPos
from daybook.workflows.connect import connect_company, refresh_chart
from local.qbo_simulator.client import Company
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.functions.deployed import Deployed, deployed, records
from tests.unit.functions.test_queue_functions import message
from tests.unit.workflows.office import REALM, SHOP, mapping, sale
from tests.unit.workflows.papers import DOCUMENTS, ROWS, invoice

DAY = "2026-11-20"
DATES = ("--from", DAY, "--to", DAY)


@pytest.fixture
def qbo() -> Iterator[RunningSimulator]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator


def opened(made: Deployed, qbo: RunningSimulator, **settings: Any) -> None:
    """A shop whose company is the simulator's."""
    made.open_shop(mapping(*ROWS, **settings))
    keys = json.dumps({"client_id": "a", "client_secret": "b"})
    made.parts.vault.replace(made.parts.vault.name("intuit_app"), keys)
    connect_company(REALM, qbo.new_refresh_token(REALM), "sandbox", made.parts.connector)
    refresh_chart(REALM, made.parts.connector)


def deliver(stack: Deployed, *events: dict[str, Any], rings: int = 1) -> None:
    stack.call("translator", records("translator", message(list(events))))
    for _ in range(rings):
        stack.call("poster", records("poster", {"realm": REALM, "hint": []}))


def prove() -> tuple[int, dict[str, Any]]:
    """The exit code, and what was found of the one company."""
    result = CliRunner().invoke(app, ["prove", *DATES, "--json"])
    (company,) = json.loads(result.stdout)["companies"]
    return result.exit_code, company


def findings(company: dict[str, Any]) -> list[tuple[str, str | None]]:
    return sorted((one["kind"], one["event"]) for one in company["findings"])


def qbo_id(stack: Deployed, object_id: str) -> str:
    row = stack.parts.ledger.get(PostingKey(SHOP, "ticket", object_id, "1"))
    assert row
    assert (row.status, row.entity) == ("posted", "Invoice"), row.reason_text
    return row.qbo_id


def there(person: Company, identity: str) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"invoice/{identity}").body["Invoice"]
    return found


def test_documents_that_a_person_deletes_edits_and_copies_are_found(
    monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator
) -> None:
    with deployed(monkeypatch, QBO_URL=qbo.url, SETTLE_SECONDS="1") as stack:
        opened(stack, qbo, **DOCUMENTS)
        deliver(stack, invoice("1"), invoice("2"), invoice("3"), rings=3)
        code, company = prove()
        assert (code, findings(company)) == (0, [])
        person = qbo.company(REALM)
        gone = there(person, qbo_id(stack, "1"))
        assert person.post("invoice", gone, operation="delete").status == 200
        edited = {**there(person, qbo_id(stack, "2")), "TxnDate": "2026-11-12"}
        assert person.post("invoice", edited).status == 200
        copied = there(person, qbo_id(stack, "3"))
        for name in ("Id", "SyncToken", "MetaData", "DocNumber"):
            del copied[name]
        assert person.post("invoice", copied).status == 200
        code, company = prove()
        assert (code, findings(company)) == (
            2,
            [
                ("deleted_in_qbo", "ticket/1/1/post"),
                ("double_in_qbo", "ticket/3/1/post"),
                ("edited_in_qbo", "ticket/2/1/post"),
            ],
        )


def seen(object_id: str, total: str) -> SeenAtPos:
    """A ticket as a pull saw it."""
    at = "2026-11-20T18:00:00.000Z"
    return SeenAtPos(
        SHOP, "ticket", object_id, "1", "post", at, at, "sale", "1", DAY, {"total": total}
    )


def test_what_pulls_saw_is_a_side_of_its_own(
    monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator
) -> None:
    with deployed(monkeypatch, QBO_URL=qbo.url, SETTLE_SECONDS="1") as stack:
        opened(stack, qbo)
        deliver(stack, sale("1", "10.00"), sale("2", "20.00"), sale("3", "30.00"))
        (day,) = prove()[1]["days"]
        assert [one["state"] for one in day["pos"]] == ["not_pulled"]
        parts = stack.parts
        parts.connections.put(
            Connection(SHOP, "heartland", REALM, created_at="2026-11-18T00:00:00.000Z")
        )
        read_at = instant_text(datetime.now(UTC) + timedelta(days=2))
        assert parts.pulls.store.move(None, PullCursor(SHOP, "tickets", read_at, read_at, number=1))
        for one in (seen("1", "10.00"), seen("2", "21.00"), seen("9", "90.00")):
            parts.pulls.store.see(one)
        code, company = prove()
        assert (code, findings(company)) == (
            2,
            [
                ("missing_at_pos", "ticket/3/1/post"),
                ("missing_in_ledger", "ticket/9/1/post"),
                ("total_differs_at_pos", "ticket/2/1/post"),
            ],
        )
        (day,) = company["days"]
        (side,) = day["pos"]
        assert side["state"] == "read"
        (lost, sold) = side["totals"]
        assert (lost["pos"]["objects"], lost["currency"]) == (1, None)
        assert [sold[name]["total"] for name in ("pos", "ledger", "qbo")] == [
            "31.00",
            "60.00",
            "60.00",
        ]
        shown = CliRunner(env={"COLUMNS": "220"}).invoke(app, ["prove", "--last"]).stdout
        assert "3: 31.00, ledger 3: 60.00" in shown
        status = CliRunner().invoke(app, ["status", "--json"])
        assert status.exit_code == 2
        assert json.loads(status.stdout)["flags"] == {
            "missing_at_pos": 1, "missing_in_ledger": 1, "total_differs_at_pos": 1
        }  # fmt: skip
