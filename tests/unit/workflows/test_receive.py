"""A webhook call: 202 once it is safely queued, else a refusal and nothing kept."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daybook.sources.contract import Delivery
from daybook.sources.registry import find
from daybook.sources.signatures import new_secret, sign
from daybook.sources.strict_json import read_json
from daybook.store.secrets import WebhookSecret
from daybook.workflows.receive import (
    MAX_BODY_BYTES,
    Answer,
    Intake,
    Request,
    Unavailable,
    receive,
)
from tests.unit.workflows.office import sale

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECRET, OLD_SECRET, STAND_IN = (new_secret(letter * 32) for letter in (b"s", b"o", b"x"))
BODY = json.dumps(sale()).encode()


@dataclass
class Gate:
    """An intake over dicts. down: the part that gives no answer."""

    down: str = ""
    kept: list[tuple[Delivery, str]] = field(default_factory=list)
    checked_with: list[tuple[str, ...]] = field(default_factory=list)
    newer: dict[str, WebhookSecret] = field(default_factory=dict)
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def credential(self, connection: str, _now: datetime, doubted: bool) -> WebhookSecret | None:
        self.asked.append((connection, doubted))
        if self.down == "secrets":
            raise Unavailable
        known = {
            "shop": WebhookSecret("canonical", (OLD_SECRET, SECRET)),
            "store": WebhookSecret("heartland", ("h" * 43,)),
        }
        return (known | self.newer if doubted else known).get(connection)

    def keep(self, delivery: Delivery, sha256: str) -> None:
        if self.down == "queue":
            raise Unavailable
        self.kept.append((delivery, sha256))

    def receive(self, request: Request) -> Answer:
        intake = Intake(
            credential=self.credential,
            source=find,
            check=read_json,
            stand_in=WebhookSecret("canonical", (STAND_IN,)),
            keep=self.keep,
            clock=lambda: NOW,
        )
        return receive(request, intake)


def signed(
    body: bytes = BODY, secret: str = SECRET, at: datetime = NOW, connection: str = "shop"
) -> Request:
    seconds = int(at.timestamp())
    headers = {
        "content-type": "application/json",
        "webhook-id": "msg-1",
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(secret, "msg-1", seconds, body),
        "authorization": "Bearer of something",
        "x-forwarded-for": "192.0.2.1",
        "cookie": "a=b",
    }
    return Request(connection, None, body, headers, {"page": "1"})


def test_a_signed_delivery_is_accepted_and_kept_once() -> None:
    gate = Gate()
    assert gate.receive(signed()) == Answer(202, {"accepted": True})
    ((delivery, sha256),) = gate.kept
    assert (delivery.connection, delivery.source, delivery.body) == ("shop", "canonical", BODY)
    assert delivery.received_at == NOW
    assert len(sha256) == 64


def test_only_the_headers_on_the_list_travel_on() -> None:
    gate = Gate()
    gate.receive(signed())
    assert set(gate.kept[0][0].headers) == {"content-type", "webhook-id", "webhook-timestamp"}


def test_a_secret_never_travels_on() -> None:
    gate = Gate()
    secret = "h" * 43
    by_query = Request("store", "cash_paid", b'{"id":1}', {}, {"secret": secret})
    by_header = replace(by_query, headers={"x-daybook-secret": secret}, query={})
    for request in (by_query, by_header, signed()):
        assert gate.receive(request).status == 202
    text = repr(gate.kept)
    assert secret not in text
    assert SECRET not in text
    assert "webhook-signature" not in text


def test_either_of_two_secrets_vouches_while_one_is_replaced() -> None:
    gate = Gate()
    assert gate.receive(signed(secret=OLD_SECRET)).status == 202
    assert gate.receive(signed(secret=SECRET)).status == 202


NEW_SECRET = new_secret(b"n" * 32)


@pytest.mark.parametrize("connection", ["shop", "new shop"])
def test_a_secret_that_was_written_since_vouches_at_once(connection: str) -> None:
    gate = Gate(newer={connection: WebhookSecret("canonical", (NEW_SECRET,))})
    assert gate.receive(signed(secret=NEW_SECRET, connection=connection)).status == 202
    assert gate.asked == [(connection, False), (connection, True)]


def test_known_and_unknown_connections_are_asked_for_alike() -> None:
    gate = Gate()
    for connection in ("shop", "nobody"):
        assert gate.receive(signed(secret=NEW_SECRET, connection=connection)).status == 401
    assert [doubted for _, doubted in gate.asked] == [False, True, False, True]
    assert not gate.kept


def forged() -> dict[str, Request]:
    request = signed()
    headers = dict(request.headers)
    return {
        "another body": replace(request, body=BODY + b" "),
        "another id": replace(request, headers=headers | {"webhook-id": "msg-2"}),
        "another secret": signed(secret=STAND_IN),
        "no signature": replace(request, headers={"content-type": "application/json"}),
        "an empty signature": replace(request, headers=headers | {"webhook-signature": ""}),
        "five minutes and a second old": signed(at=NOW - timedelta(seconds=301)),
        "five minutes and a second ahead": signed(at=NOW + timedelta(seconds=301)),
        "an unknown connection": signed(connection="nobody"),
        "an unknown connection, by the stand-in": signed(secret=STAND_IN, connection="nobody"),
        "an unsigned source without its secret": Request("store", "cash_paid", b"{}", {}, {}),
        "an unsigned source with another": Request(
            "store", "cash_paid", b"{}", {}, {"secret": "x" * 43}
        ),
    }


@pytest.mark.parametrize("name", forged())
def test_what_nobody_vouches_for_is_refused_alike_and_not_kept(name: str) -> None:
    gate = Gate()
    answer = gate.receive(forged()[name])
    assert answer == Answer(401, {"error": "The signature or the connection is not known."})
    assert gate.kept == []


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_time_stamp_within_five_minutes_is_taken(seconds: int) -> None:
    assert Gate().receive(signed(at=NOW + timedelta(seconds=seconds))).status == 202


BAD_BODIES: dict[str, bytes] = {
    "no json": b"hello",
    "nothing": b"",
    "not utf-8": b'{"a":"\xff"}',
    "NaN": BODY.replace(b'"108.25"', b"NaN"),
    "infinity": BODY.replace(b'"108.25"', b"-Infinity"),
    "a key twice": BODY[:-1] + b',"location":"2"}',
    "33 deep": b"[" * 33 + b"]" * 33,
    "a million deep": b"[" * 1_000_000,
    "an empty list": b"[]",
    "an unknown field": BODY[:-1] + b',"colour":"red"}',
    "no events but a text": b'"sale"',
    "1,001 events": b"[" + b",".join([BODY] * 1_001) + b"]",
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_signed_body_that_breaks_the_bounds_is_422_and_not_kept(name: str) -> None:
    gate = Gate()
    answer = gate.receive(signed(BAD_BODIES[name]))
    assert answer.status == 422
    assert answer.body["error"]
    assert gate.kept == []


def test_a_breach_of_the_schema_is_told_with_its_path() -> None:
    event: dict[str, Any] = sale()
    event["body"]["lines"][0]["gross"] = "ten"
    answer = Gate().receive(signed(json.dumps(event).encode()))
    assert answer.status == 422
    assert "lines.0.gross" in str(answer.body)


def test_a_vendors_surprising_body_is_taken_and_left_to_the_translator() -> None:
    gate = Gate()
    request = Request("store", "cash_paid", b'{"surprise":[]}', {}, {"secret": "h" * 43})
    assert gate.receive(request).status == 202
    assert gate.kept[0][0].event == "cash_paid"


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 202), (MAX_BODY_BYTES + 1, 413)])
def test_four_million_bytes_are_taken_and_not_one_more(size: int, status: int) -> None:
    gate = Gate()
    body = BODY + b" " * (size - len(BODY))
    assert gate.receive(signed(body)).status == status
    assert len(gate.kept) == (status == 202)


def test_what_is_too_large_is_413_whoever_sends_it() -> None:
    body = b" " * (MAX_BODY_BYTES + 1)
    assert Gate().receive(Request("nobody", None, body, {}, {})).status == 413


@pytest.mark.parametrize("down", ["secrets", "queue"])
def test_a_fault_of_our_own_is_503_and_never_a_4xx(down: str) -> None:
    gate = Gate(down=down)
    assert gate.receive(signed()).status == 503
    assert gate.kept == []
