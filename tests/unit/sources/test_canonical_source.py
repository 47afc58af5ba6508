"""The canonical intake tells a sender everything that is wrong, and takes nothing sloppy."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from daybook.domain.errors import Unreadable
from daybook.domain.event import Body, FinancialEvent, Sale
from daybook.sources import canonical
from daybook.sources.contract import Context, Delivery
from daybook.sources.schema import MAX_FINDINGS, SchemaBroken
from tests.unit.sources.senders import NOW, corpus, raw

EVENT: dict[str, Any] = {
    "object_type": "ticket",
    "object_id": "100245",
    "occurred_at": "2026-11-20T23:41:07Z",
    "location": "100006",
    "currency": "USD",
    "body": {"kind": "sale", "tenders": [{"kind": "cash", "amount": "0.10"}]},
}


def _parse(body: Any) -> list[FinancialEvent]:
    delivery = Delivery("shop", "canonical", raw(body), NOW, {"webhook-id": "msg_1"})
    return [
        event for event in canonical.parse(delivery, Context()) if isinstance(event, FinancialEvent)
    ]


def _findings(body: Any) -> dict[str, str]:
    with pytest.raises(SchemaBroken) as caught:
        _parse(body)
    return dict(caught.value.findings)


def test_one_event_is_read_with_its_defaults() -> None:
    (event,) = _parse(EVENT)
    assert event.name == "ticket/100245/1/post"
    assert event.occurred_at == datetime(2026, 11, 20, 23, 41, 7, tzinfo=UTC)
    assert event.business_date is None
    assert isinstance(event.body, Sale)
    assert event.body.tenders[0].amount == Decimal("0.10")


def test_a_list_keeps_its_order() -> None:
    events = _parse([EVENT | {"object_id": str(number)} for number in range(1_000)])
    assert [event.object_id for event in events] == [str(number) for number in range(1_000)]


@pytest.mark.parametrize("count", [0, 1_001])
def test_a_list_holds_1_to_1000_events(count: int) -> None:
    with pytest.raises(Unreadable, match="1 to 1000"):
        _parse([EVENT] * count)


def test_a_json_number_is_as_exact_as_its_text() -> None:
    body = raw(EVENT).replace(b'"0.10"', b"0.1000000000")
    (event,) = _parse(body.decode())
    assert isinstance(event.body, Sale)
    assert event.body.tenders[0].amount == Decimal("0.1")


def test_every_problem_is_named_at_once() -> None:
    lines = [{"kind": "item", "gross": "1", "discount": "2"}, {"kind": "hat"}]
    findings = _findings(
        EVENT | {"currency": "usd", "till": 1, "body": {"kind": "sale", "lines": lines}}
    )
    assert set(findings) == {"currency", "till", "body.lines.0", "body.lines.1.kind"}
    assert "between 0 and gross" in findings["body.lines.0"]


def test_a_problem_in_a_list_says_which_event() -> None:
    assert list(_findings([EVENT, EVENT | {"currency": None}, []])) == ["1.currency", "2"]


def test_at_most_twenty_problems_are_named() -> None:
    assert len(_findings([EVENT | {"currency": "x", "till": 1}] * 500)) == MAX_FINDINGS


def test_the_text_says_all_problems() -> None:
    with pytest.raises(Unreadable) as caught:
        _parse(EVENT | {"currency": "usd", "till": 1})
    assert caught.value.path == "currency"
    assert "till: " in caught.value.text


@pytest.mark.parametrize(
    "amount", ["1_000", " 12", "+1", "1e3", ".5", "1.", "١", "0.00000000001", "1" * 21, "NaN", True]
)
def test_an_amount_is_plain(amount: object) -> None:
    tender = {"kind": "cash", "amount": amount}
    assert list(_findings(EVENT | {"body": {"kind": "sale", "tenders": [tender]}})) == [
        "body.tenders.0.amount"
    ]


def test_a_number_of_eleven_decimals_is_refused() -> None:
    body = raw(EVENT).replace(b'"0.10"', b"0.00000000001").decode()
    assert list(_findings(body)) == ["body.tenders.0.amount"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("occurred_at", 1614265330),
        ("occurred_at", "1614265330"),
        ("occurred_at", "2026-11-20T23:41:07"),
        ("occurred_at", "2026-11-20"),
        ("business_date", 0),
        ("business_date", 20261120),
        ("business_date", "2026-11-20T00:00:00Z"),
        ("business_date", "2026-11-31"),
    ],
)
def test_a_time_is_rfc_3339_and_a_date_is_a_date(field: str, value: object) -> None:
    assert list(_findings(EVENT | {field: value})) == [field]


@pytest.mark.parametrize("word", ["no", 0, "false"])
def test_only_true_and_false_are_truths(word: object) -> None:
    line = {"kind": "item", "restock": word}
    findings = _findings(EVENT | {"body": {"kind": "sale", "lines": [line]}})
    assert list(findings) == ["body.lines.0.restock"]


def test_an_event_needs_a_date() -> None:
    undated = {name: value for name, value in EVENT.items() if name != "occurred_at"}
    assert "occurred_at or business_date" in _findings(undated)[""]
    (event,) = _parse(undated | {"business_date": "2026-11-20"})
    assert event.business_date == date(2026, 11, 20)


@pytest.mark.parametrize("body", ["1", "null", '"ticket"', "[1]"])
def test_what_is_no_event_is_refused(body: str) -> None:
    assert _findings(body)


def test_what_a_sender_wrote_is_not_repeated_without_end() -> None:
    findings = _findings(EVENT | {"body": {"kind": "x" * 100_000}})
    assert len(findings["body"]) <= 300


def test_a_thousand_broken_events_are_refused_within_a_second() -> None:
    body = raw([{f"f{number}": 1 for number in range(140)}] * 1_000)
    started = time.process_time()
    with pytest.raises(SchemaBroken):
        _parse(body.decode())
    assert time.process_time() - started < 1.0


def test_the_delivery_id_is_the_webhook_id() -> None:
    delivery = Delivery("shop", "canonical", b"{}", NOW, {"webhook-id": "msg_7"})
    assert canonical.delivery_id(delivery) == "msg_7"
    with pytest.raises(Unreadable, match="webhook-id"):
        canonical.delivery_id(replace(delivery, headers={}))


def test_a_canonical_delivery_is_whole() -> None:
    delivery = Delivery("shop", "canonical", raw(EVENT), NOW)
    assert not canonical.needs_fetch(delivery)


def test_the_corpus_holds_every_kind_of_body() -> None:
    schema = TypeAdapter(Body).json_schema()
    kinds = set(schema["discriminator"]["mapping"])
    seen = {
        event.body.kind
        for _, delivery in corpus("canonical")
        for event in canonical.parse(delivery, Context())
        if isinstance(event, FinancialEvent)
    }
    assert seen == kinds
