"""Translator, poster, sweeper, end of day and console as Lambda calls them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daybook.queues import DeliveryMessage
from daybook.store import clients
from daybook.workflows.connect import connect_company, refresh_chart
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.functions.deployed import Context, Deployed, deployed, records, sample
from tests.unit.workflows.office import REALM, SHOP, mapping, sale


@pytest.fixture(scope="module")
def qbo() -> Iterator[RunningSimulator]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator) -> Iterator[Deployed]:
    qbo.reset()
    with deployed(monkeypatch, QBO_URL=qbo.url, SETTLE_SECONDS="1") as made:
        made.open_shop()
        yield made


def message(event: object, delivery_id: str = "msg-1") -> str:
    body = json.dumps(event)
    return DeliveryMessage(
        SHOP, "canonical", datetime.now(UTC), "0" * 64, headers={"webhook-id": delivery_id},
        body=body,
    ).encode()  # fmt: skip


def connect(stack: Deployed, qbo: RunningSimulator) -> None:
    keys = json.dumps({"client_id": "a", "client_secret": "b"})
    stack.parts.vault.replace(stack.parts.vault.name("intuit_app"), keys)
    connect_company(REALM, qbo.new_refresh_token(REALM), "sandbox", stack.parts.connector)
    refresh_chart(REALM, stack.parts.connector)


def test_a_delivery_becomes_a_row_and_a_ring(stack: Deployed) -> None:
    answer = stack.call("translator", records("translator", message(sale())))
    assert answer == {"batchItemFailures": []}
    (row,) = stack.parts.ledger.all_postings()
    assert row.status == "ready"
    assert stack.waiting("postings") == [{"realm": REALM, "hint": [row.id]}]


def test_ten_deliveries_are_one_ring(stack: Deployed) -> None:
    batch = [message(sale(str(number)), f"msg-{number}") for number in range(10)]
    answer = stack.call("translator", records("translator", *batch))
    assert answer == {"batchItemFailures": []}
    (rung,) = stack.waiting("postings")
    assert sorted(rung["hint"]) == sorted(row.id for row in stack.parts.ledger.all_postings())
    assert len(rung["hint"]) == 10


def test_deliveries_that_were_not_rung_for_come_again(stack: Deployed) -> None:
    held, poison = message(sale("2", key="Shoes"), "msg-2"), "poison"
    batch = records("translator", message(sale("1")), held, poison, message(sale("3"), "msg-3"))
    module = stack.function("translator")

    def broken(_realm: str, _hint: object) -> None:
        raise ConnectionError("SQS does not answer")

    module._WIRING.__dict__["doorbell"] = broken
    answer = module.handler(batch, Context())
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["0", "2", "3"]
    told = [json.loads(one) for one in stack.logs.getvalue().splitlines() if "not rung" in one]
    assert [(one["realm"], one["error_class"]) for one in told] == [(REALM, "ConnectionError")]


def test_what_does_not_fit_into_an_invocation_comes_again(stack: Deployed) -> None:
    left = iter([31_000, 29_000, 29_000])

    class Late(Context):
        @staticmethod
        def get_remaining_time_in_millis() -> int:
            return next(left)

    batch = [message(sale(str(number)), f"msg-{number}") for number in range(4)]
    answer = stack.function("translator").handler(records("translator", *batch), Late())
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["2", "3"]
    assert {row.key.object_id for row in stack.parts.ledger.all_postings()} == {"0", "1"}
    assert len(stack.waiting("postings")) == 1


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        ("per_event", ["PutItem", "BatchGetItem", "PutItem", "SendMessage"]),
        ("day_summary", ["PutItem", "BatchGetItem", "Query", "PutItem", "Query"]),
    ],
)
def test_a_usual_event_asks_aws_for_no_more_than_this(
    stack: Deployed, mode: str, asked: list[str]
) -> None:
    number = stack.parts.mappings.put(SHOP, mapping(mode=mode), "test", "")
    stack.parts.mappings.activate(SHOP, number)
    module, made = stack.function("translator"), list[str]()
    module.handler(records("translator", message(sale("1"))), Context())
    for client in (clients.dynamodb(), clients.sqs()):
        client.meta.events.register("before-send", lambda event_name, **_: made.append(event_name))
    module.handler(records("translator", message(sale("2"), "msg-2")), Context())
    assert [one.rpartition(".")[2] for one in made] == asked


def test_only_the_messages_that_failed_come_again(stack: Deployed) -> None:
    lost = json.loads(message(sale("2"), "msg-2"))
    lost["archive_key"] = "deliveries/shop/not-there"
    del lost["body"]
    batch = records("translator", message(sale("1")), "poison", lost, message(sale("3"), "msg-3"))
    answer = stack.call("translator", batch)
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["1", "2"]
    assert {row.key.object_id for row in stack.parts.ledger.all_postings()} == {"1", "3"}


def test_a_batch_of_which_every_message_failed_is_answered_alike(stack: Deployed) -> None:
    answer = stack.call("translator", records("translator", "poison", "{}"))
    assert [one["itemIdentifier"] for one in answer["batchItemFailures"]] == ["0", "1"]


def test_a_business_problem_is_no_failure(stack: Deployed) -> None:
    answer = stack.call("translator", records("translator", message(sale(key="Shoes"))))
    assert answer == {"batchItemFailures": []}
    assert stack.parts.ledger.counts() == {"held": 1}


def test_a_ring_posts_what_is_due(stack: Deployed, qbo: RunningSimulator) -> None:
    connect(stack, qbo)
    stack.call("translator", records("translator", message([sale("1"), sale("2")])))
    before = qbo.books(REALM)["requests"]
    assert stack.call("poster", records("poster", *stack.waiting("postings"))) is None
    books = qbo.books(REALM)
    posted = {row.qbo_id for row in stack.parts.ledger.all_postings()}
    assert posted == {entry["Id"] for entry in books["objects"]["JournalEntry"]}
    assert len(posted) == 2
    assert books["requests"]["batch"] - before["batch"] == 1
    assert books["requests"]["query"] == before["query"]


def test_a_ring_for_an_unknown_company_is_no_failure(stack: Deployed) -> None:
    assert stack.call("poster", sample("poster")) is None


def test_a_lost_connection_is_no_failure_and_parks_the_company(
    stack: Deployed, qbo: RunningSimulator
) -> None:
    connect(stack, qbo)
    stack.call("translator", records("translator", message(sale())))
    name = stack.parts.vault.name("qbo", REALM)
    stack.aws.secrets_manager.put_secret_value(SecretId=name, SecretString="no tokens")
    assert stack.call("poster", records("poster", {"realm": REALM, "hint": []})) is None
    realm = stack.parts.connections.realm(REALM)
    assert realm is not None
    assert realm.parked_until or realm.state == "reconnect_needed"
    assert stack.parts.ledger.counts() == {"ready": 1}


def test_a_tick_rings_a_company_with_something_due(stack: Deployed) -> None:
    stack.call("translator", records("translator", message(sale())))
    stack.waiting("postings")
    assert stack.call("sweeper", sample("sweeper")) is None
    assert stack.waiting("postings") == [{"realm": REALM, "hint": []}]


@pytest.mark.parametrize("body", [{"kind": "unheard of"}, "no json", {}])
def test_a_job_that_nobody_knows_is_poison(stack: Deployed, body: object) -> None:
    with pytest.raises((ValueError, KeyError)):
        stack.call("sweeper", records("sweeper", body))


def test_a_silent_point_of_sale_is_asked_again_by_the_tick(stack: Deployed) -> None:
    from daybook.domain.errors import Problem  # noqa: PLC0415

    stack.call("translator", records("translator", message("no event")))
    (row,) = stack.parts.ledger.all_postings()
    silent = row.held(Problem("source_unavailable", "no answer"), datetime.now(UTC))
    assert stack.parts.ledger.change(row, silent)
    stack.call("sweeper", sample("sweeper"))
    (again,) = stack.waiting("deliveries")
    assert (again["headers"], again["body"]) == ({"webhook-id": "msg-1"}, '"no event"')


def test_the_end_of_day_counts_what_it_closed(stack: Deployed) -> None:
    none = {"closed": 0, "held": 0, "left": 0, "waiting": 0}
    assert stack.call("end_of_day", sample("end_of_day")) == none


def test_the_console_answers(stack: Deployed) -> None:
    event = sample("console")
    assert stack.call("console", event)["statusCode"] == 200
    front = stack.call("console", _at(event, "/"))
    assert (front["statusCode"], front["headers"]["Location"]) == (303, "/console")
    home = stack.call("console", _at(event, "/console"))
    assert home["headers"]["Location"] == "/console/sign-in?next=%2Fconsole"
    assert stack.call("console", _at(event, "/console/nothing"))["statusCode"] == 404


def _at(event: dict[str, object], path: str) -> dict[str, object]:
    http = {**event["requestContext"]["http"], "path": path}  # type: ignore[index]
    context = {**event["requestContext"], "http": http}  # type: ignore[dict-item]
    return {**event, "rawPath": path, "routeKey": f"GET {path}", "requestContext": context}


@pytest.mark.parametrize("function", ["translator", "poster", "sweeper"])
def test_a_warm_up_without_records_is_answered(stack: Deployed, function: str) -> None:
    stack.call(function, {"Records": []})
