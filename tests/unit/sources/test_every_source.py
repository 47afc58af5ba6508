"""What every source owes: forged deliveries are refused, no body breaks it, retries are known."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.errors import Unreadable
from daybook.domain.event import FinancialEvent
from daybook.sources import registry
from daybook.sources.contract import BadSignature, Context, Delivery, Ignored
from daybook.sources.registry import SOURCES, UnknownSource, find
from tests.unit.sources.senders import (
    NOW,
    OTHER_SECRET,
    SECRET,
    SENDERS,
    corpus,
    sample,
)

every_source = pytest.mark.parametrize("source", sorted(SOURCES))
every_sample = pytest.mark.parametrize(
    ("source", "name"), [(source, name) for source in SOURCES for name, _ in corpus(source)]
)

HOSTILE_BODIES = {
    "empty": b"",
    "no JSON": b"<html>",
    "half": b'{"id": 1',
    "more after the end": b"{} {}",
    "not UTF-8": b'{"id": "\xff"}',
    "UTF-16": '{"id": 1}'.encode("utf-16"),
    "byte-order mark": b'\xef\xbb\xbf{"id": 1}',
    "NaN": b'{"id": 1, "total": NaN}',
    "Infinity": b'{"id": 1, "total": -Infinity}',
    "duplicate name": b'{"id": 1, "id": 2}',
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "lone surrogate": b'{"id": "\\ud800"}',
    "NUL": b'{"id": "\\u0000"}',
    "long number": b'{"id": ' + b"9" * 5_000 + b"}",
    "huge exponent": b'{"total": 1e999999999}',
}


def _example(source: str) -> Delivery:
    return sample(source, SENDERS[source].example)


def _refused(delivery: Delivery, secrets: Sequence[str] = (SECRET,)) -> None:
    with pytest.raises(BadSignature):
        find(delivery.source).verify(delivery, secrets, NOW)


def test_each_source_has_a_sender_here() -> None:
    assert set(SENDERS) == set(SOURCES)


def test_an_unknown_source_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownSource, match=r"square.*canonical"):
        find("square")


def test_loading_the_sources_loads_no_pydantic() -> None:
    # The webhook's cold start: verifying needs no models.
    layer = Path(registry.__file__).parents[2]
    check = "import sys, daybook.sources.registry; sys.exit('pydantic' in sys.modules)"
    environment = {"PYTHONPATH": str(layer)}
    done = subprocess.run([sys.executable, "-c", check], check=False, env=environment)
    assert done.returncode == 0


@every_source
def test_a_proven_delivery_is_taken(source: str) -> None:
    find(source).verify(_example(source), [SECRET], NOW)


@every_source
def test_either_secret_is_taken_while_one_replaces_the_other(source: str) -> None:
    find(source).verify(_example(source), [OTHER_SECRET, SECRET], NOW)
    find(source).verify(_example(source), ["", SECRET], NOW)


@every_source
@pytest.mark.parametrize("secrets", [[], [""], ["", ""], [OTHER_SECRET]])
def test_no_secret_and_the_wrong_secret_vouch_for_nothing(source: str, secrets: list[str]) -> None:
    _refused(_example(source), secrets)


@every_source
def test_an_unproven_delivery_is_refused(source: str) -> None:
    _refused(replace(_example(source), headers={}, query={}))


@every_source
@pytest.mark.parametrize("junk", ["", " ", "\x00", "é" * 9, "\ud800", "v1", "v1,", ",", "9" * 999])
def test_a_hostile_header_or_query_is_refused_not_a_crash(source: str, junk: str) -> None:
    delivery = _example(source)
    for header in SENDERS[source].proof_headers:
        _refused(replace(delivery, headers={**delivery.headers, header: junk}))
    if delivery.query:
        _refused(replace(delivery, query={"secret": junk}))
        _refused(replace(delivery, query={}, headers={"x-daybook-secret": junk}))


@every_source
def test_each_header_of_the_proof_is_needed(source: str) -> None:
    delivery = _example(source)
    for header in SENDERS[source].proof_headers:
        fewer = {name: value for name, value in delivery.headers.items() if name != header}
        _refused(replace(delivery, headers=fewer))


@pytest.mark.parametrize("source", [name for name in SENDERS if SENDERS[name].covers_body])
def test_a_changed_body_is_refused_where_the_proof_covers_it(source: str) -> None:
    delivery = _example(source)
    _refused(replace(delivery, body=delivery.body + b" "))


@every_source
def test_a_retry_keeps_its_delivery_id(source: str) -> None:
    delivery = _example(source)
    retried = SENDERS[source].send(delivery, SECRET, NOW.replace(minute=59))
    assert find(source).delivery_id(retried) == find(source).delivery_id(delivery)


@every_source
@pytest.mark.parametrize("body", HOSTILE_BODIES.values(), ids=HOSTILE_BODIES)
def test_a_hostile_body_is_unreadable(source: str, body: bytes) -> None:
    delivery = replace(_example(source), body=body)
    assert not find(source).needs_fetch(delivery)
    with pytest.raises(Unreadable):
        find(source).parse(delivery, Context())


@every_source
@given(body=st.binary(max_size=200))
def test_any_bytes_are_read_or_unreadable(source: str, body: bytes) -> None:
    _parse_or_unreadable(replace(_example(source), body=body))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@every_source
@given(data=st.data())
def test_any_sample_with_any_part_replaced_is_read_or_unreadable(
    source: str, data: st.DataObject
) -> None:
    samples = [delivery for _, delivery in corpus(source)]
    delivery = data.draw(st.sampled_from(samples))
    body = _with_a_part_replaced(json.loads(delivery.body), data)
    _parse_or_unreadable(replace(delivery, body=json.dumps(body).encode()))


def _with_a_part_replaced(value: Any, data: st.DataObject) -> Any:
    if isinstance(value, dict) and value and data.draw(st.integers(0, 5)):
        name = data.draw(st.sampled_from(sorted(value)))
        return value | {name: _with_a_part_replaced(value[name], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 5)):
        place = data.draw(st.integers(0, len(value) - 1))
        changed = _with_a_part_replaced(value[place], data)
        return [*value[:place], changed, *value[place + 1 :]]
    return data.draw(_JSON)


def _parse_or_unreadable(delivery: Delivery) -> None:
    source = find(delivery.source)
    source.needs_fetch(delivery)
    with suppress(Unreadable):
        parsed = source.parse(delivery, Context())
        assert all(isinstance(one, FinancialEvent | Ignored) for one in parsed)


@every_sample
def test_each_sample_is_proven_and_readable_or_thin(source: str, name: str) -> None:
    delivery = sample(source, name)
    find(source).verify(delivery, [SECRET], NOW)
    assert find(source).needs_fetch(delivery) == name.endswith("thin")
    if not name.endswith("thin"):
        assert find(source).parse(delivery, Context())


@every_sample
def test_each_event_is_the_same_after_it_was_stored(source: str, name: str) -> None:
    delivery = sample(source, name)
    parsed = [] if name.endswith("thin") else find(source).parse(delivery, Context())
    events = [event for event in parsed if isinstance(event, FinancialEvent)]
    assert [FinancialEvent.from_json(event.to_json()) for event in events] == events
