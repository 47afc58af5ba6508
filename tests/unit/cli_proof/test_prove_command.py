"""`daybook prove` against a stack in this process and the QuickBooks simulator over HTTP."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.workflows import jobs
from daybook.workflows.connect import connect_company, refresh_chart
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.functions.deployed import Deployed, deployed, records
from tests.unit.functions.test_queue_functions import message
from tests.unit.workflows.office import REALM, SHOP, sale

DATES = ("--from", "2026-11-20", "--to", "2026-11-20")
EVENT = "ticket/1001/1/post"
FOUR_HOURS = 4 * 3600


@pytest.fixture
def qbo() -> Iterator[RunningSimulator]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator) -> Iterator[Deployed]:
    with deployed(monkeypatch, QBO_URL=qbo.url, SETTLE_SECONDS="1") as made:
        made.open_shop()
        keys = json.dumps({"client_id": "a", "client_secret": "b"})
        made.parts.vault.replace(made.parts.vault.name("intuit_app"), keys)
        connect_company(REALM, qbo.new_refresh_token(REALM), "sandbox", made.parts.connector)
        refresh_chart(REALM, made.parts.connector)
        yield made


def daybook(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def deliver(stack: Deployed, *events: dict[str, Any]) -> None:
    stack.call("translator", records("translator", message(list(events))))
    ring(stack)


def ring(stack: Deployed) -> None:
    stack.call("poster", records("poster", {"realm": REALM, "hint": []}))


def row(stack: Deployed, object_id: str = "1001") -> Posting:
    found = stack.parts.ledger.get(PostingKey(SHOP, "ticket", object_id, "1"))
    assert found
    return found


def prove(*arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and what was found of the one company."""
    result = daybook("prove", *arguments, "--json")
    (company,) = json.loads(result.stdout)["companies"]
    return result.exit_code, company


def findings(company: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["kind"], one["event"]) for one in company["findings"]]


def twin(qbo: RunningSimulator, qbo_id: str) -> str:
    """The entry once more, as a late request would make it; its id."""
    company = qbo.company(REALM)
    there = company.journal_entry(qbo_id)
    kept = ("TxnDate", "DocNumber", "PrivateNote", "Line", "CurrencyRef")
    body = {name: there[name] for name in kept if name in there}
    return str(company.post("journalentry", body).body["JournalEntry"]["Id"])


def reads(qbo: RunningSimulator) -> int:
    counts = qbo.books(REALM)["requests"]
    return sum(counts.get(name, 0) for name in ("query", "read", "cdc"))


def test_a_clean_company_has_nothing_to_find_and_says_how_many_reads_it_took(
    stack: Deployed, qbo: RunningSimulator
) -> None:
    deliver(stack, sale(), sale("1002"))
    before = reads(qbo)
    code, company = prove(*DATES)
    assert (code, findings(company), company["reads"]) == (0, [], 1)
    assert reads(qbo) - before == 1
    (day,) = company["days"]
    assert [[one["role"], one["ledger"], one["qbo"]] for one in day["totals"]] == [
        [None, 2, 2],
        ["payment_type", "216.50", "216.50"],
    ]
    assert daybook("status").exit_code == 0


def test_what_is_wrong_is_reported_once_each_and_shown_by_status(
    stack: Deployed, qbo: RunningSimulator
) -> None:
    deliver(stack, sale(), sale("1002"), sale("1003"), sale("1004"))
    twin(qbo, row(stack).qbo_id)
    qbo.company(REALM).delete_entry(row(stack, "1002").qbo_id)
    qbo.company(REALM).edit_entry(row(stack, "1003").qbo_id, TxnDate="2026-11-12")
    code, company = prove()
    assert code == 2
    assert sorted(findings(company)) == [
        ("deleted_in_qbo", "ticket/1002/1/post"),
        ("double_in_qbo", EVENT),
        ("edited_in_qbo", "ticket/1003/1/post"),
    ]
    status = daybook("status", "--json")
    assert status.exit_code == 2
    assert json.loads(status.stdout)["flags"] == {
        "deleted_in_qbo": 1, "double_in_qbo": 1, "edited_in_qbo": 1
    }  # fmt: skip
    before = len(qbo.books(REALM)["objects"]["JournalEntry"])
    prove()
    assert len(qbo.books(REALM)["objects"]["JournalEntry"]) == before == 4


def test_a_commit_that_surfaces_hours_late_is_a_double_once_it_was_sent_again(
    stack: Deployed, qbo: RunningSimulator
) -> None:
    late = {"on": "batch", "kind": "commit_then_drop", "times": 1,
            "surfaces_after_seconds": FOUR_HOURS}  # fmt: skip
    qbo.set_faults(rules=[late], requestid="ignored", enforce_limits=False)
    deliver(stack, sale())
    time.sleep(1.1)
    ring(stack)
    assert row(stack).status == "posted"
    assert prove(*DATES)[0] == 0
    qbo.advance(FOUR_HOURS + 1)
    code, company = prove(*DATES)
    assert (code, findings(company)) == (2, [("double_in_qbo", EVENT)])


def test_a_person_clears_a_flag_with_a_reason_and_it_stays_cleared(
    stack: Deployed, qbo: RunningSimulator
) -> None:
    deliver(stack, sale())
    qbo.company(REALM).edit_entry(row(stack).qbo_id, TxnDate="2026-11-12")
    assert prove(*DATES)[0] == 2
    assert daybook("prove", "--clear", SHOP, EVENT).exit_code == 1
    cleared = daybook("prove", "--clear", SHOP, EVENT, "--reason", "asked for", "--actor", "ann")
    assert cleared.exit_code == 0
    assert daybook("status").exit_code == 0
    code, company = prove(*DATES)
    assert (code, findings(company)) == (0, [("edited_in_qbo", EVENT)])
    assert company["findings"][0]["cleared"] == "ann: asked for"
    month = row(stack).created_at[:7]
    (action,) = stack.parts.jobs.actions.of_month(SHOP, month)
    assert (action.actor, action.action, action.reason) == ("ann", "clear_flag", "asked for")
    assert daybook("prove", "--clear", SHOP, EVENT, "--reason", "again").exit_code == 1
    qbo.company(REALM).edit_entry(row(stack).qbo_id, TxnDate="2026-11-13")
    assert prove(*DATES)[0] == 2


def test_the_tables_name_what_is_wrong(stack: Deployed, qbo: RunningSimulator) -> None:
    deliver(stack, sale())
    qbo.company(REALM).delete_entry(row(stack).qbo_id)
    result = CliRunner(env={"COLUMNS": "220"}).invoke(app, ["prove", SHOP, *DATES])
    assert result.exit_code == 2
    assert "deleted_in_qbo" in result.stdout
    assert "108.25" in result.stdout
    last = CliRunner(env={"COLUMNS": "220"}).invoke(app, ["prove", "--last"])
    assert last.exit_code == 0
    assert EVENT in last.stdout


def test_a_proof_as_a_job_keeps_its_progress_and_its_counts_and_tells_of_each_finding(
    stack: Deployed, qbo: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    deliver(stack, sale(), sale("1002"))
    qbo.company(REALM).delete_entry(row(stack, "1002").qbo_id)
    twin(qbo, row(stack).qbo_id)
    stack.waiting("jobs")
    worker = stack.parts.jobs.worker
    job = jobs.start("prove", {"realm": REALM}, worker, actor="ann", reason="")
    for _ in range(5):
        for sent in stack.waiting("jobs"):
            stack.call("sweeper", records("sweeper", sent))
    done = stack.parts.jobs.store.get(job.id)
    assert done
    assert (done.state, done.counts["double_in_qbo"]) == ("done", 1)
    assert done.done == done.total >= 8
    assert done.counts["reads"] >= 2
    assert [flag.name for flag in row(stack).open_flags] == ["double_in_qbo"]
    told = [text for text in caplog.messages if text in ("double_in_qbo", "proof_difference")]
    assert sorted(told) == ["double_in_qbo", "proof_difference"]


def test_a_company_that_cannot_be_read_is_named(stack: Deployed, qbo: RunningSimulator) -> None:
    deliver(stack, sale())
    qbo.set_faults(rules=[{"on": "query", "kind": "http_500"}], enforce_limits=False)
    result = daybook("prove", REALM, *DATES)
    assert result.exit_code == 1
    assert "no whole answer" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("nobody",),
        (SHOP, EVENT),
        ("--from", "2026-11-20"),
        ("--clear", SHOP),
        ("--clear", SHOP, "1001", "--reason", "x"),
        ("--clear", SHOP, EVENT, "--reason", "x"),
        ("--from", "2026-11-20", "--to", "2026-11-19"),
    ],
)
def test_wrong_use_ends_1(stack: Deployed, arguments: tuple[str, ...]) -> None:
    assert daybook("prove", *arguments).exit_code == 1
    assert stack.parts.connections.realms()
