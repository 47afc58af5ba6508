"""What holds of a preview whatever the files hold."""

import json
from typing import Any

from beancount import loader
from hypothesis import assume, given
from hypothesis import strategies as st

from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.notation import journal
from daybook.domain.translation import journal_entry
from daybook.sources.registry import find
from daybook.workflows.preview import as_json, as_notation, json_text, preview
from daybook.workflows.preview_input import items_of
from tests.property.strategies import PROPERTY, events, totals
from tests.unit.domain.builders import PARTIES, books, mapping
from tests.unit.test_preview import ticket

RULES = mapping()
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["headers", "body", "event", "object_type", "object_id", "kind", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
steps = st.lists(
    st.tuples(
        st.integers(1, 4), st.sampled_from(["post", "post", "reverse", "replace"]),
        st.sampled_from(["0", "5.00", "7.00"]), st.booleans(),
    ),
    max_size=7,
)  # fmt: skip


@PROPERTY
@given(st.one_of(st.binary(max_size=60), anything.map(lambda value: json.dumps(value).encode())))
def test_no_content_of_a_file_stops_a_preview(data: bytes) -> None:
    for source in ("canonical", "heartland"):
        result = preview([("file", data)], find(source), RULES)
        for fate in result.fates:
            assert bool(fate.entries) or bool(fate.problem) or bool(fate.skipped)
        assert json.loads(json_text(as_json(result))) == as_json(result)


@PROPERTY
@given(st.lists(events("USD"), max_size=5))
def test_each_event_of_a_list_meets_one_fate_in_order(found: list[FinancialEvent]) -> None:
    data = b"[" + b",".join(event.to_json() for event in found) + b"]"
    result = preview([("file", data)], find("canonical"), RULES)
    assert [fate.event for fate in result.fates] == [event.name for event in found]


@PROPERTY
@given(anything)
def test_a_list_in_a_file_is_cut_into_its_own_bytes(value: Any) -> None:
    assume(not (isinstance(value, dict) and "body" in value))  # A wrapper, opened up.
    listed = [value, {"x": value}]
    items = items_of("file", json.dumps(listed, indent=1).encode(), split_lists=False)
    bodies = [json.loads(item.body) for item in items]
    assert json.dumps(bodies) == json.dumps(listed)


@PROPERTY
@given(steps)
def test_one_object_is_never_in_the_books_twice(
    moves: list[tuple[int, str, str, bool]],
) -> None:
    deliveries = [
        ticket(
            gross if paid else "1.00", gross, object_version=str(version), effect=effect,
        )
        for version, effect, gross, paid in moves
    ]  # fmt: skip
    data = json.dumps(deliveries).encode()
    result = preview([("file", data)], find("canonical"), RULES)
    possible: list[Any] = [{}]
    for delivery in deliveries:
        try:
            entry = journal_entry(FinancialEvent.model_validate(delivery), books(RULES), PARTIES)
        except Held:
            continue
        possible.append(totals([entry]))
    assert totals(result.entries) in possible
    identities = [entry.entry_id for entry in result.entries]
    assert len(set(identities)) == len(identities)


@PROPERTY
@given(st.lists(events("USD"), max_size=3))
def test_beancount_loads_any_entries_without_an_error(found: list[FinancialEvent]) -> None:
    entries = []
    for event in found:
        try:
            entry = journal_entry(event, books(RULES), PARTIES)
        except Held:
            continue
        entries += [entry] if entry else []
    loaded, errors, _ = loader.load_string(journal(entries))
    assert not errors
    assert sum(type(one).__name__ == "Transaction" for one in loaded) == len(entries)


@PROPERTY
@given(st.lists(events("USD"), max_size=3))
def test_notation_of_a_preview_is_a_file_that_beancount_loads(found: list[FinancialEvent]) -> None:
    data = b"[" + b",".join(event.to_json() for event in found) + b"]"
    text = as_notation(preview([("file", data)], find("canonical"), RULES))
    assert not loader.load_string(text)[1]
