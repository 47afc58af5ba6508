"""Work that Intuit does only hours after its request failed, and queries that lag behind."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.qbo_simulator.client import Company, entry, send
from local.qbo_simulator.server import RunningSimulator, running

FOUR_HOURS = 4 * 3600


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        yield started


@pytest.fixture
def company(simulator: RunningSimulator) -> Company:
    return simulator.company()


def surfaces_late(simulator: RunningSimulator, kind: str = "commit_then_drop", **more: Any) -> None:
    rule = {"on": "batch", "kind": kind, "times": 1, "surfaces_after_seconds": FOUR_HOURS}
    simulator.set_faults(rules=[rule], enforce_limits=False, **more)


def item(number: str = "A-1") -> dict[str, Any]:
    return {"bId": "1", "operation": "create", "JournalEntry": entry(DocNumber=number)}


def numbers(simulator: RunningSimulator) -> list[str]:
    return [one["DocNumber"] for one in simulator.books()["objects"]["JournalEntry"]]


def test_a_dropped_batch_surfaces_hours_later(
    simulator: RunningSimulator, company: Company
) -> None:
    surfaces_late(simulator)
    with pytest.raises(OSError, match="closed connection"):
        company.batch(item(), requestid="r")
    simulator.advance(FOUR_HOURS - 60)
    assert numbers(simulator) == []
    simulator.advance(120)
    assert numbers(simulator) == ["A-1"]


def test_a_500_and_a_single_create_can_surface_late(
    simulator: RunningSimulator, company: Company
) -> None:
    rule = {"on": "journalentry", "kind": "commit_then_500", "surfaces_after_seconds": 60}
    simulator.set_faults(rules=[rule])
    assert company.post("journalentry", entry(DocNumber="A-2"), requestid="r").status == 500
    assert numbers(simulator) == []
    simulator.advance(61)
    assert numbers(simulator) == ["A-2"]


@pytest.mark.parametrize(("requestid", "left"), [("kept", 1), ("ignored", 2)])
def test_what_was_sent_again_meanwhile_is_doubled_unless_the_requestid_is_kept(
    simulator: RunningSimulator, company: Company, requestid: str, left: int
) -> None:
    surfaces_late(simulator, requestid=requestid)
    with pytest.raises(OSError, match="closed connection"):
        company.batch(item(), requestid="r")
    assert company.batch(item(), requestid="r").status == 200
    simulator.advance(FOUR_HOURS + 1)
    assert numbers(simulator) == ["A-1"] * left


def test_late_work_that_is_refused_leaves_nothing_and_breaks_nothing(
    simulator: RunningSimulator, company: Company
) -> None:
    surfaces_late(simulator)
    bad = {"bId": "1", "operation": "create", "JournalEntry": entry(Line=[])}
    with pytest.raises(OSError, match="closed connection"):
        company.batch(bad, requestid="r")
    simulator.advance(FOUR_HOURS + 1)
    assert numbers(simulator) == []
    assert simulator.company().batch(item()).status == 200


def test_a_reset_forgets_what_had_not_surfaced(
    simulator: RunningSimulator, company: Company
) -> None:
    surfaces_late(simulator)
    with pytest.raises(OSError, match="closed connection"):
        company.batch(item(), requestid="r")
    simulator.reset()
    simulator.advance(FOUR_HOURS + 1)
    assert numbers(simulator) == []


def test_only_a_kind_that_commits_can_surface_late(simulator: RunningSimulator) -> None:
    rule = {"on": "any", "kind": "drop", "surfaces_after_seconds": 5}
    answer = send("POST", f"{simulator.url}/_simulator/faults", {"rules": [rule]})
    assert answer.status == 400
    assert "surfaces_after_seconds" in answer.body["error"]


def test_queries_and_change_capture_lag_behind_and_reads_do_not(
    simulator: RunningSimulator, company: Company
) -> None:
    simulator.set_faults(query_lag_seconds=10)
    made = company.post("journalentry", entry(DocNumber="A-3")).body["JournalEntry"]
    statement = "select * from JournalEntry where DocNumber = 'A-3'"
    since = made["MetaData"]["CreateTime"]

    def found() -> tuple[bool, bool]:
        changes = company.get("cdc", entities="JournalEntry", changedSince=since).body
        seen = changes["CDCResponse"][0]["QueryResponse"][0]
        return bool(company.query(statement).body["QueryResponse"]), bool(seen)

    assert found() == (False, False)
    assert company.get(f"journalentry/{made['Id']}").status == 200
    simulator.advance(12)
    assert found() == (True, True)


def test_a_person_edits_and_deletes_an_entry(simulator: RunningSimulator, company: Company) -> None:
    made = company.post("journalentry", entry(DocNumber="A-4")).body["JournalEntry"]
    assert company.edit_entry(made["Id"], TxnDate="2026-11-21").status == 200
    assert company.journal_entry(made["Id"])["TxnDate"] == "2026-11-21"
    assert company.delete_entry(made["Id"]).body["JournalEntry"]["status"] == "Deleted"
    assert numbers(simulator) == []
