"""The names of a posting: entry id, DocNumber, request id, marker."""

from dataclasses import replace

import pytest

from daybook.domain.identity import (
    Marker,
    PostingKey,
    doc_number,
    entry_id,
    marker,
    read_marker,
    request_id,
)

KEY = PostingKey("shop", "ticket", "100245", "1")


def test_entry_id_is_the_same_each_time_and_64_hex_digits() -> None:
    assert entry_id("realm", KEY) == entry_id("realm", replace(KEY))
    assert len(bytes.fromhex(entry_id("realm", KEY))) == 32


@pytest.mark.parametrize(
    "change",
    [
        {"connection": "other"},
        {"object_type": "invoice"},
        {"object_id": "100246"},
        {"version": "2"},
        {"effect": "reverse"},
        {"purpose": "reverse"},
        {"revision": 1},
        {"part": 1},
    ],
)
def test_every_part_of_the_key_makes_another_entry(change: dict[str, str | int]) -> None:
    assert entry_id("realm", replace(KEY, **change)) != entry_id("realm", KEY)  # type: ignore[arg-type]


def test_another_company_makes_another_entry() -> None:
    assert entry_id("realm", KEY) != entry_id("other", KEY)


def test_parts_cannot_run_into_each_other() -> None:
    assert entry_id("r", PostingKey("a", "b", "cd", "1")) != entry_id(
        "r", PostingKey("a", "bc", "d", "1")
    )


@pytest.mark.parametrize(
    ("readable", "start"),
    [
        ("T-100245", "T-100245-"),
        ("t 100/245", "T100245-"),
        ("ABCDEFGHIJKLMNOPQRSTUVW", "ABCDEFGHIJKLMN-"),
        ("ABCDEFGHIJKLM-99", "ABCDEFGHIJKLM-"),
        ("---", ""),
        ("日本", ""),
        ("", ""),
    ],
)
def test_doc_number_starts_with_what_a_person_knows(readable: str, start: str) -> None:
    number = doc_number(readable, entry_id("realm", KEY))
    assert number.startswith(start)
    assert len(number) == len(start) + 6 <= 21


def test_request_id_depends_on_members_generations_and_order() -> None:
    ids = [
        request_id([("a", 1), ("b", 1)]),
        request_id([("b", 1), ("a", 1)]),
        request_id([("a", 2), ("b", 1)]),
        request_id([("a", 1)]),
    ]
    assert len(set(ids)) == len(ids)
    assert {len(one) for one in ids} == {32}


def test_marker_is_read_back_from_the_end_of_a_note_only() -> None:
    text = marker("0123456789abcdef" * 4, 2, "fedcba98" * 8)
    found = Marker("0123456789abcdef", 2, "fedcba98")
    assert read_marker(f"Ticket 1 | {text}") == found
    assert read_marker(f"{text}\n") == found
    assert read_marker(f"{text} edited") is None
    assert read_marker("by hand") is None
