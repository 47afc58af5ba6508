"""Every way in which the simulator can be told to fail, and what it leaves behind."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest

from local.qbo_simulator.client import Company, entry, send
from local.qbo_simulator.server import RunningSimulator, running


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running() as started:
        yield started


@pytest.fixture
def company(simulator: RunningSimulator) -> Company:
    return simulator.company()


def fail(simulator: RunningSimulator, on: str, kind: str, **rule: Any) -> None:
    simulator.set_faults(rules=[{"on": on, "kind": kind, **rule}], enforce_limits=False)


def entries(simulator: RunningSimulator) -> int:
    return len(simulator.books()["objects"]["JournalEntry"])


def batch_of(size: int) -> list[dict[str, Any]]:
    return [{"bId": str(n), "operation": "create", "JournalEntry": entry()} for n in range(size)]


@pytest.mark.parametrize(("kind", "left"), [("commit_then_drop", 1), ("drop", 0)])
def test_dropped_connection_has_no_answer(
    simulator: RunningSimulator, company: Company, kind: str, left: int
) -> None:
    fail(simulator, "journalentry", kind, times=1)
    with pytest.raises(OSError, match="closed connection"):
        company.post("journalentry", entry(), requestid="r")
    assert entries(simulator) == left
    assert company.post("journalentry", entry(), requestid="r").status == 200
    assert entries(simulator) == 1


@pytest.mark.parametrize(("kind", "left"), [("commit_then_500", 1), ("http_500", 0)])
def test_500_with_and_without_commit(
    simulator: RunningSimulator, company: Company, kind: str, left: int
) -> None:
    fail(simulator, "journalentry", kind)
    answer = company.post("journalentry", entry())
    assert (answer.status, answer.codes) == (500, ["10000"])
    assert answer.body["Fault"]["type"] == "SystemFault"
    assert entries(simulator) == left


def test_503_is_html_and_commits_nothing(simulator: RunningSimulator, company: Company) -> None:
    fail(simulator, "any", "http_503_html")
    answer = company.post("journalentry", entry())
    assert answer.status == 503
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<html>")
    assert entries(simulator) == 0


def test_empty_200_commits_and_says_nothing(simulator: RunningSimulator, company: Company) -> None:
    fail(simulator, "batch", "empty_200")
    answer = company.batch(*batch_of(2))
    assert (answer.status, answer.text) == (200, "")
    assert entries(simulator) == 2


def test_429_is_xml_by_default(simulator: RunningSimulator, company: Company) -> None:
    fail(simulator, "journalentry", "http_429")
    answer = company.post("journalentry", entry())
    assert answer.status == 429
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert "Retry-After" not in answer.headers
    root = ElementTree.fromstring(answer.text)
    space = {"f": "http://schema.intuit.com/finance/v3"}
    fault, error = root.find("f:Fault", space), root.find("f:Fault/f:Error", space)
    assert fault is not None
    assert error is not None
    assert (fault.get("type"), error.get("code")) == ("SERVICE", "3001")
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    assert error.findtext("f:Message", None, space) == message
    assert simulator.books()["requests"]["throttled"] == 1


@pytest.mark.parametrize(("shape", "key"), [("service", "Fault"), ("gateway", "fault")])
def test_429_can_take_the_other_shapes(
    simulator: RunningSimulator, company: Company, shape: str, key: str
) -> None:
    fail(simulator, "any", "http_429", shape=shape, retry_after_seconds=7)
    answer = company.post("journalentry", entry())
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert key in answer.body


@pytest.mark.parametrize(
    ("code", "status"),
    [("6000", 400), ("610", 400), ("6210", 400), ("6190", 200), ("10000", 500), ("120", 500)],
)
def test_service_fault_stands_in_for_the_work(
    simulator: RunningSimulator, company: Company, code: str, status: int
) -> None:
    fail(simulator, "journalentry", "fault", code=code)
    answer = company.post("journalentry", entry())
    assert (answer.status, answer.codes) == (status, [code])
    assert entries(simulator) == 0


@pytest.mark.parametrize(("code", "status"), [("3200", 401), ("3100", 403), ("3001", 429)])
def test_gateway_codes_take_the_gateway_shape(
    simulator: RunningSimulator, company: Company, code: str, status: int
) -> None:
    fail(simulator, "journalentry", "fault", code=code)
    answer = company.post("journalentry", entry())
    assert (answer.status, answer.body["fault"]["error"][0]["code"]) == (status, code)


def test_fault_on_a_batch_strikes_items(simulator: RunningSimulator, company: Company) -> None:
    fail(simulator, "batch", "fault", code="6000", times=2)
    told = company.batch(*batch_of(5)).body["BatchItemResponse"]
    assert [sorted(item)[0] for item in told] == ["Fault"] * 2 + ["JournalEntry"] * 3
    assert entries(simulator) == 3


def test_rule_on_an_entity_finds_its_items_and_batches(
    simulator: RunningSimulator, company: Company
) -> None:
    other = {"bId": "c", "operation": "create", "Customer": {"DisplayName": "A"}}
    fail(simulator, "journalentry", "fault", code="6000")
    told = company.batch(other, *batch_of(1)).body["BatchItemResponse"]
    assert ["Customer" in told[0], "Fault" in told[1]] == [True, True]
    fail(simulator, "journalentry", "http_500")
    assert company.batch({**other, "Customer": {"DisplayName": "B"}}).status == 200
    assert company.batch(*batch_of(1)).status == 500


def test_rule_on_query_leaves_writes_alone(simulator: RunningSimulator, company: Company) -> None:
    fail(simulator, "query", "fault", code="4002")
    assert company.query("select * from Class").codes == ["4002"]
    item = {"bId": "q", "Query": "select * from Class"}
    assert "Fault" in company.batch(item).body["BatchItemResponse"][0]
    assert company.post("journalentry", entry()).status == 200


def test_injected_fault_is_replayed_only_when_faults_are_cached(
    simulator: RunningSimulator, company: Company
) -> None:
    rule = {"on": "journalentry", "kind": "fault", "code": "6000", "times": 1}
    simulator.set_faults(rules=[rule])
    assert company.post("journalentry", entry(), requestid="a").codes == ["6000"]
    assert company.post("journalentry", entry(), requestid="a").status == 200
    simulator.set_faults(rules=[rule], faults_cached=True)
    assert company.post("journalentry", entry(), requestid="b").codes == ["6000"]
    assert company.post("journalentry", entry(), requestid="b").codes == ["6000"]


def outcomes(simulator: RunningSimulator, company: Company, seed: int) -> list[int]:
    rule = {"on": "journalentry", "kind": "http_500", "probability": 0.4}
    simulator.set_faults(seed=seed, rules=[rule], enforce_limits=False)
    return [company.post("journalentry", entry()).status for _ in range(40)]


def test_same_seed_fails_the_same_requests(simulator: RunningSimulator, company: Company) -> None:
    first = outcomes(simulator, company, 7)
    assert set(first) == {200, 500}
    assert outcomes(simulator, company, 7) == first
    assert outcomes(simulator, company, 8) != first


def test_new_faults_replace_all_rules_and_switches(simulator: RunningSimulator) -> None:
    simulator.set_faults(rules=[{"on": "any", "kind": "drop"}], latency_ms=5)
    shown = simulator.set_faults(requestid="ignored")
    assert (shown["rules"], shown["latency_ms"], shown["requestid"]) == ([], 0, "ignored")
    answer = send("GET", f"{simulator.url}/_simulator/faults")
    assert answer.body == shown


@pytest.mark.parametrize(
    "body",
    [
        {"requestid": "for ever"},
        {"nonsense": 1},
        {"rules": [{"on": "batch", "kind": "explode"}]},
        {"rules": [{"kind": "drop"}]},
        {"rules": [{"on": "any", "kind": "drop", "probability": 2}]},
        {"latency_ms": -1},
        {"faults_cached": "yes"},
        [],
    ],
)
def test_bad_switches_are_named_and_change_nothing(simulator: RunningSimulator, body: Any) -> None:
    before = send("GET", f"{simulator.url}/_simulator/faults").body
    answer = send("POST", f"{simulator.url}/_simulator/faults", body)
    assert answer.status == 400
    assert answer.body["error"]
    assert send("GET", f"{simulator.url}/_simulator/faults").body == before


def test_every_response_carries_a_tid_of_its_own(
    simulator: RunningSimulator, company: Company
) -> None:
    fail(simulator, "vendor", "http_429")
    answers = [
        company.get("account/1"),
        company.get("account/999"),
        company.get("vendor/1"),
        company.request("PUT", "journalentry", entry()),
        company.get("no/such/page"),
        send("GET", f"{simulator.url}/.well-known/openid_configuration/"),
    ]
    tids = {answer.headers["intuit_tid"] for answer in answers}
    assert len(tids) == len(answers)


def test_latency_grows_with_the_items_and_holds_nobody_up(simulator: RunningSimulator) -> None:
    simulator.set_faults(latency_ms=100, latency_per_item_ms=50)
    companies = [simulator.company(str(n)) for n in range(1, 5)]
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.batch(*batch_of(4)), companies))
    took = time.monotonic() - begun
    assert {answer.status for answer in answers} == {200}
    # 300 ms each; one after the other they would take 1.2 s.
    assert 0.3 <= took < 1.1


def test_a_write_of_one_object_takes_the_time_of_one_item(simulator: RunningSimulator) -> None:
    company = simulator.company()
    simulator.set_faults(latency_per_item_ms=150)
    begun = time.monotonic()
    assert company.post("journalentry", entry()).status == 200
    assert time.monotonic() - begun >= 0.15
