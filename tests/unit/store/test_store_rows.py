"""Rows: what they hold comes back, and the common one costs one write unit."""

from dataclasses import fields
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.errors import Missing
from daybook.domain.posting import Posting, instant_text
from daybook.domain.status import STATUSES
from daybook.store import packing, rows
from daybook.store.packing import long_move, pack, short_move, unpack
from tests.fakes.archive import FakeArchive
from tests.fakes.postings import AT, short_posting, typical_posting

ONE_WRITE_UNIT = 1_024


def size_of(attributes: dict[str, Any]) -> int:
    """A row's size as DynamoDB counts it: names and values, numbers at half a byte a digit
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
    """
    total = 0
    for name, value in attributes.items():
        ((kind, raw),) = value.items()
        length = (len(raw) + 1) // 2 + 1 if kind == "N" else len(raw)
        total += len(name) + (len(raw.encode()) if kind == "S" else length)
    return total


def test_a_typical_ticket_costs_one_write_unit_in_every_state() -> None:
    ready = typical_posting()
    instant = "2026-11-20T18:22:33.000Z"
    sending = ready.moved(
        "sending", AT, request_id="A" * 32, b_id="30", sent_at=instant, first_sent_at=instant
    )
    posted = sending.moved(
        "posted", AT, qbo_id="123456", intuit_tid="1-65f1a2b3-0123456789abcdef01234567"
    )
    sizes = [size_of(rows.new_row(row).attributes) for row in (ready, sending, posted)]
    print("bytes of a five-line ticket's row, ready, sending, posted:", sizes)  # noqa: T201
    assert max(sizes) < ONE_WRITE_UNIT, sizes


def test_the_row_is_far_smaller_than_its_texts() -> None:
    row = typical_posting()
    assert len(row.event) + len(row.entry) > 1_800
    assert len(pack(row.event)) + len(pack(row.entry)) < 480


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def postings(draw: st.DrawFn) -> Posting:
    values: dict[str, Any] = {}
    for field in fields(Posting):
        if field.name in ("source", "kind", "reason_text", "event_sha", "entry_id", "occurred_at"):
            values[field.name] = draw(texts)
        elif field.default == 0:
            values[field.name] = draw(st.integers(0, 2**40))
        elif field.default == b"":
            values[field.name] = draw(st.binary(max_size=60))
    values["status"] = draw(st.sampled_from(STATUSES))
    values["form"] = draw(st.sampled_from(["", "journal", "sales_receipt"]))
    values["missing"] = tuple(draw(st.lists(st.builds(Missing, texts, texts, texts), max_size=3)))
    values["parties"] = tuple(draw(st.lists(st.tuples(texts, texts), max_size=3)))
    return short_posting(object_id=draw(texts), version=draw(texts), **values)


@given(postings())
def test_any_posting_comes_back(row: Posting) -> None:
    encoded = rows.new_row(row)
    assert encoded.bodies == {}
    assert rows.decode(encoded.attributes, FakeArchive().get) == row


def test_a_body_too_large_for_a_row_is_in_the_archive() -> None:
    row = short_posting(entry=_incompressible(100_000), event=b"small")
    encoded = rows.new_row(row)
    assert size_of(encoded.attributes) < ONE_WRITE_UNIT
    ((key, packed),) = encoded.bodies.items()
    assert encoded.attributes["entry"] == {"S": key}
    assert key.startswith("rows/northgate/")
    archive = FakeArchive()
    archive.put(key, packed)
    assert rows.decode(encoded.attributes, archive.get) == row


def test_five_large_bodies_still_fit_into_one_row() -> None:
    most = _incompressible(rows.MAX_BODY_BYTES - 200)
    text = most.hex()[: rows.MAX_BODY_BYTES]
    row = short_posting(
        status="held",
        reason="unmapped_account",
        event=most,
        entry=most[::-1],
        reason_text=text,
        missing=(Missing(text, "", ""),),
        parties=((text, ""),),
    )
    assert size_of(rows.new_row(row).attributes) < 400 * 1024


def _incompressible(length: int) -> bytes:
    state, out = 12345, bytearray()
    for _ in range(length):
        state = (state * 1103515245 + 12345) % 2**31
        out.append(state >> 16 & 0xFF)
    return bytes(out)


INSTANTS = st.sampled_from(
    ["2026-02-29T00:00:00.000Z", "2026-11-20T24:00:00.000Z", "2026-11-20T18:22:31Z", "0001", "é"]
) | st.datetimes(timezones=st.just(UTC)).map(instant_text)
DIGESTS = st.sampled_from(["A" * 32, "1" * 32, "Z7" * 16, "0f" * 32, "0F" * 32, "f" * 63])


@given(INSTANTS, INSTANTS, DIGESTS, DIGESTS)
def test_texts_of_almost_the_known_form_come_back(
    created: str, sent: str, request: str, entry: str
) -> None:
    row = short_posting(created_at=created, sent_at=sent, request_id=request, entry_id=entry)
    assert rows.decode(rows.new_row(row).attributes, FakeArchive().get) == row


@given(st.binary(max_size=2_000))
def test_packing_loses_nothing(text: bytes) -> None:
    assert unpack(pack(text)) == text


def test_what_was_packed_with_the_first_dictionary_stays_readable() -> None:
    kept = bytes.fromhex("3123ba9832c74c51b500")
    assert unpack(kept) == b'{"object_type":"pos_ticket","object_id":"7","currency":"USD"}'


@pytest.mark.parametrize("broken", [b"9abc", pack(b"some text")[:-2]])
def test_a_broken_packed_text_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="packed"):
        unpack(broken)


def test_every_status_has_a_letter_of_its_own() -> None:
    letters = packing._LETTERS
    assert set(letters) == set(STATUSES)
    assert len(set(letters.values())) == len(letters)


@pytest.mark.parametrize(
    "move",
    ["20261120T182231Z ready>sending", "20261120T182231Z not_started>held", "by hand", "ready>x"],
)
def test_a_move_comes_back(move: str) -> None:
    assert long_move(short_move(move)) == move


def test_a_move_is_ten_characters() -> None:
    assert short_move("20261120T182231Z uncertain>superseded") == "6b008fe7UX"
