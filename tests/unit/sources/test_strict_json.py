"""Strict, bounded reading of JSON and forms: exact, and quick to refuse what is made to hurt."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daybook.domain.errors import Unreadable
from daybook.sources import strict_json
from daybook.sources.strict_json import read_form, read_json

MEGABYTES_4 = 4_000_000


def _path_of(body: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_json(body)
    return caught.value.path


def test_numbers_are_exact() -> None:
    value = read_json(
        b'{"a": 0.1, "b": 8.250, "c": 100245, "d": -1e-20, "e": 12345678901234567890}'
    )
    assert value == {
        "a": Decimal("0.1"),
        "b": Decimal("8.250"),
        "c": 100245,
        "d": Decimal("-1e-20"),
        "e": 12345678901234567890,
    }
    assert str(value["b"]) == "8.250"


_EXACT_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**19), 10**19)
    | st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00")), inner
        )
    ),
    max_leaves=20,
)


# The first text reads all of Unicode.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=_EXACT_JSON, ascii_only=st.booleans())
def test_what_json_writes_is_read_back(value: Any, ascii_only: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"lines": [{"qty": 1}, {"qty": NaN}]}', "lines.1.qty"),
        (b'{"lines": [{"qty": 1e21}]}', "lines.0.qty"),
        (b'{"lines": [{"qty": 123456789012345678901}]}', "lines.0.qty"),
        (b'{"lines": [{"qty": 1.23456789012345678901}]}', "lines.0.qty"),
        (b'{"lines": [{"a": 1, "a": 1}]}', "lines.0"),
        (b'{"a": {"b": "\\ud800"}}', "a.b"),
        (b'{"a": {"b": "x\\u0000"}}', "a.b"),
        (b"[1, Infinity]", "1"),
        (b'{"a": 1,', "character 8"),
        (b'"\xed\xa0\x80"', "byte 1"),
    ],
)
def test_what_is_refused_is_named_by_its_path(body: bytes, path: str) -> None:
    assert _path_of(body) == path


def test_a_name_with_half_a_surrogate_is_refused_in_printable_words() -> None:
    assert _path_of(b'{"\\ud800": 1}') == "\\ud800"


def test_a_refusal_before_a_syntax_error_needs_no_path() -> None:
    assert _path_of(b'{"a": NaN, ') == ""


def test_a_surrogate_pair_is_one_character() -> None:
    assert read_json(b'"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize(
    "number", ["12345678901234567890", "-1234567890.1234567890", "1e20", "1E-20"]
)
def test_numbers_at_the_bound_are_read(number: str) -> None:
    assert read_json(number.encode()) == Decimal(number)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_32_levels_are_read_and_33_are_not(opening: bytes, closing: bytes) -> None:
    assert read_json(opening * 32 + b"1" + closing * 32)
    with pytest.raises(Unreadable, match="32 levels"):
        read_json(opening * 33 + b"1" + closing * 33)


def test_brackets_in_text_are_no_levels() -> None:
    value = ["[{" * 500, '\\"[[' * 500, {"a": "]" * 99}]
    assert read_json(json.dumps(value).encode()) == value


def test_as_many_names_and_values_as_the_bounds_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "MAX_KEYS", 3)
    monkeypatch.setattr(strict_json, "MAX_VALUES", 9)
    assert read_json(b'{"a": ":,[", "b": 1, "c": [1, 2, 3]}')
    with pytest.raises(Unreadable, match="3 names"):
        read_json(b'{"a": 1, "b": 1, "c": 1, "d": 1}')
    with pytest.raises(Unreadable, match="9 values"):
        read_json(b"[1, 2, 3, 4, 5, 6, 7, 8, 9]")


def test_a_ticket_of_5000_lines_is_within_the_bounds() -> None:
    line = {f"field_{number}": number for number in range(25)}
    assert len(read_json(json.dumps({"lines": [line] * 5_000}).encode())["lines"]) == 5_000


@pytest.mark.parametrize(
    "body",
    [
        b"[" * MEGABYTES_4,
        b"[]," * (MEGABYTES_4 // 3),
        b'"' + b'\\"' * (MEGABYTES_4 // 2),
        b'""' * (MEGABYTES_4 // 2),
        b'{"a":' * (MEGABYTES_4 // 5),
        b'[{"a":1,"a":1}' + b',{"a":1}' * 100_000 + b"]",
        b'["' + b"\\ud800" * (MEGABYTES_4 // 6) + b'"]',
        b"[" + b"9" * MEGABYTES_4 + b"]",
        b"[1e" + b"9" * MEGABYTES_4 + b"]",
        b"[0." + b"9" * MEGABYTES_4 + b"]",
        b"-" * MEGABYTES_4,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_made_to_hurt_is_refused_within_a_second(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(Unreadable):
        read_json(body)
    assert time.process_time() - started < 1.0


def test_a_form_is_read_once_and_whole() -> None:
    assert read_form(b"a=1&b=caf%C3%A9+au+lait&c=") == {"a": "1", "b": "café au lait", "c": ""}


@pytest.mark.parametrize(
    "body", [b"", b"a", b"a=1&a=2", b"a=%FF", b"\xff=1", b"a=%00", b"&".join([b"a=1"] * 1_001)]
)
def test_a_bad_form_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_form(body)
