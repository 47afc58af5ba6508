"""Batches, and what a requestid promises in each of its modes."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.qbo_simulator.client import Answer, Company, entry, line
from local.qbo_simulator.server import RunningSimulator, running


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.fixture
def company(simulator: RunningSimulator) -> Company:
    return simulator.company()


def create(b_id: str, **fields: Any) -> dict[str, Any]:
    return {"bId": b_id, "operation": "create", "JournalEntry": entry(**fields)}


def bad(b_id: str) -> dict[str, Any]:
    lines = [line("Debit", "1", 10), line("Credit", "50", 9)]
    return {"bId": b_id, "operation": "create", "JournalEntry": entry(Line=lines)}


def items(answer: Answer) -> dict[str, Any]:
    return {item["bId"]: item for item in answer.body["BatchItemResponse"]}


def ids(answer: Answer) -> list[str]:
    return [item["JournalEntry"]["Id"] for item in answer.body["BatchItemResponse"]]


def entries(simulator: RunningSimulator) -> int:
    return len(simulator.books()["objects"]["JournalEntry"])


def test_items_are_answered_one_by_one_with_http_200(company: Company) -> None:
    answer = company.batch(create("1"), bad("2"), {"bId": "3", "Query": "select * from Class"})
    assert (answer.status, set(answer.body)) == (200, {"BatchItemResponse", "time"})
    told = items(answer)
    assert list(told["1"])[-1] == "bId"
    assert told["2"]["Fault"]["Error"][0]["code"] == "2300"
    assert told["2"]["Fault"]["type"] == "ValidationFault"
    assert len(told["3"]["QueryResponse"]["Class"]) == 3


def test_update_and_delete_go_through_a_batch(company: Company) -> None:
    row = company.post("journalentry", entry()).body["JournalEntry"]
    sparse = {"Id": row["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    told = items(company.batch({"bId": "u", "operation": "update", "JournalEntry": sparse}))
    assert told["u"]["JournalEntry"]["SyncToken"] == "1"
    stale = {"bId": "s", "operation": "delete", "JournalEntry": row}
    gone = {"bId": "d", "operation": "delete", "JournalEntry": {**row, "SyncToken": "1"}}
    told = items(company.batch(stale, gone, {**gone, "bId": "again"}))
    assert told["s"]["Fault"]["Error"][0]["code"] == "5010"
    assert told["d"]["JournalEntry"] == {"domain": "QBO", "status": "Deleted", "Id": row["Id"]}
    assert told["again"]["Fault"]["Error"][0]["code"] == "610"


def test_more_than_30_items_is_1040_and_does_nothing(
    simulator: RunningSimulator, company: Company
) -> None:
    answer = company.batch(*[create(str(n)) for n in range(31)])
    assert (answer.status, answer.codes) == (400, ["1040"])
    assert entries(simulator) == 0
    assert len(ids(company.batch(*[create(str(n)) for n in range(30)]))) == 30


def test_items_of_one_batch_cannot_see_each_other(company: Company) -> None:
    customer = {"bId": "1", "operation": "create", "Customer": {"DisplayName": "New"}}
    named = {"EntityRef": {"value": "101"}}
    lines = [line("Debit", "7", 10, Entity=named), line("Credit", "50", 10)]
    query = {"bId": "3", "Query": "select * from Customer where DisplayName = 'New'"}
    told = items(company.batch(customer, create("2", Line=lines), query))
    assert told["1"]["Customer"]["Id"] == "101"
    assert told["2"]["Fault"]["Error"][0]["code"] == "2500"
    assert told["3"]["QueryResponse"] == {}
    assert items(company.batch(create("2", Line=lines)))["2"]["JournalEntry"]["Id"]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"bId": "1", "operation": "create", "Nonsense": {}}, "2000"),
        ({"bId": "1", "operation": "void", "JournalEntry": {}}, "500"),
        ({"bId": "1", "JournalEntry": {}}, "500"),
        ({"bId": "1", "operation": "create", "JournalEntry": []}, "2010"),
        ({"bId": "1", "Query": "select"}, "4000"),
    ],
)
def test_bad_items_fault_by_themselves(company: Company, item: Any, code: str) -> None:
    told = items(company.batch(item, create("2")))
    assert told["1"]["Fault"]["Error"][0]["code"] == code
    assert "JournalEntry" in told["2"]


def test_an_empty_batch_is_refused(company: Company) -> None:
    assert company.batch().codes == ["2020"]


def test_same_requestid_replays_the_first_reply(
    simulator: RunningSimulator, company: Company
) -> None:
    first = company.post("journalentry", entry(), requestid="r1")
    again = company.post("journalentry", entry(), requestid="r1")
    assert again.body["JournalEntry"] == first.body["JournalEntry"]
    assert entries(simulator) == 1
    assert simulator.books()["requests"]["replayed"] == 1


def test_requestid_belongs_to_its_realm(simulator: RunningSimulator, company: Company) -> None:
    company.post("journalentry", entry(), requestid="r1")
    other = simulator.company("42").post("journalentry", entry(), requestid="r1")
    assert other.status == 200
    assert len(simulator.books("42")["objects"]["JournalEntry"]) == 1


def test_a_changed_body_under_one_requestid_is_replayed_and_counted(
    simulator: RunningSimulator, company: Company
) -> None:
    company.post("journalentry", entry(DocNumber="A"), requestid="r1")
    again = company.post("journalentry", entry(DocNumber="B"), requestid="r1")
    assert again.body["JournalEntry"]["DocNumber"] == "A"
    assert simulator.books()["requests"]["requestid_body_changed"] == 1


def test_batch_items_are_kept_one_by_one(simulator: RunningSimulator, company: Company) -> None:
    first = company.batch(create("1"), create("2"), requestid="r")
    more = company.batch(create("2"), create("3"), requestid="r")
    assert ids(more)[0] == ids(first)[1]
    assert entries(simulator) == 3


def test_request_scope_answers_with_the_whole_first_reply(simulator: RunningSimulator) -> None:
    simulator.set_faults(requestid_scope="request", enforce_limits=False)
    company = simulator.company()
    first = company.batch(create("1"), bad("2"), requestid="r")
    again = company.batch(create("7"), create("8"), requestid="r")
    assert again.body["BatchItemResponse"] == first.body["BatchItemResponse"]
    assert entries(simulator) == 1
    company.batch(bad("1"), requestid="nothing done")
    assert items(company.batch(create("1"), requestid="nothing done"))["1"]["JournalEntry"]


def test_10min_forgets_after_ten_minutes(simulator: RunningSimulator) -> None:
    simulator.set_faults(requestid="10min", enforce_limits=False)
    company = simulator.company()
    company.post("journalentry", entry(), requestid="r")
    simulator.advance(590)
    company.post("journalentry", entry(), requestid="r")
    assert entries(simulator) == 1
    simulator.advance(20)
    company.post("journalentry", entry(), requestid="r")
    assert entries(simulator) == 2


def test_ignored_writes_every_time(simulator: RunningSimulator) -> None:
    simulator.set_faults(requestid="ignored", enforce_limits=False)
    company = simulator.company()
    for _ in range(2):
        company.batch(create("1"), requestid="r")
    assert entries(simulator) == 2


def test_faults_are_forgotten_unless_they_are_cached(simulator: RunningSimulator) -> None:
    company = simulator.company()
    company.batch(bad("1"), requestid="a")
    assert "JournalEntry" in items(company.batch(create("1"), requestid="a"))["1"]
    simulator.set_faults(faults_cached=True, enforce_limits=False)
    company.batch(bad("1"), requestid="b")
    told = items(company.batch(create("1"), requestid="b"))["1"]
    assert told["Fault"]["Error"][0]["code"] == "2300"


def test_a_key_of_more_than_50_characters_is_6000(company: Company) -> None:
    assert company.post("journalentry", entry(), requestid="r" * 50).status == 200
    answer = company.post("journalentry", entry(), requestid="r" * 51)
    assert answer.codes == ["6000"]
    assert "more than 50 characters in the request_id field" in answer.text
    assert "which is 51 characters" in answer.text


def test_the_bid_counts_toward_the_50_characters(company: Company) -> None:
    told = items(company.batch(create("b" * 18), create("b" * 19), requestid="r" * 32))
    assert "JournalEntry" in told["b" * 18]
    assert told["b" * 19]["Fault"]["Error"][0]["code"] == "6000"
    assert "which is 51 characters" in told["b" * 19]["Fault"]["Error"][0]["Detail"]
