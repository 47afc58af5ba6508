"""Bodies are exact, the same each time, and hold what the entry holds."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.domain.identity import read_marker
from daybook.domain.journal import JournalEntry, Line, Name
from daybook.domain.money import to_text
from daybook.domain.outcome import BatchItem
from daybook.qbo.body_text import cut
from daybook.qbo.comparison import content_of, is_same
from daybook.qbo.documents import batch_body, content_sha, journal_body
from tests.unit.qbo.samples import CUSTOMER, credit, debit, entry


def read(body: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(body, parse_float=Decimal)
    return document


def test_body_is_the_shortest_that_intuit_documents() -> None:
    posted = entry(
        debit(10825, class_="5", department="2", name=CUSTOMER, description='A "shoe"'),
        credit(10825),
        note="till 1",
    )
    sha8 = content_sha(posted)[:8]
    assert journal_body(posted, 3).decode() == (
        '{"TxnDate":"2026-11-20","DocNumber":"1-ABCDEF","CurrencyRef":{"value":"USD"},"Line":['
        '{"Description":"A \\"shoe\\"","Amount":108.25,"DetailType":"JournalEntryLineDetail",'
        '"JournalEntryLineDetail":{"PostingType":"Debit","AccountRef":{"value":"35"},'
        '"ClassRef":{"value":"5"},"DepartmentRef":{"value":"2"},'
        '"Entity":{"Type":"Customer","EntityRef":{"value":"58"}}}},'
        '{"Amount":108.25,"DetailType":"JournalEntryLineDetail",'
        '"JournalEntryLineDetail":{"PostingType":"Credit","AccountRef":{"value":"79"}}}],'
        f'"PrivateNote":"till 1 daybook:{posted.entry_id[:16]}:3:{sha8}"}}'
    )


@pytest.mark.parametrize(
    ("currency", "minor", "text"),
    [
        ("JPY", 1_080, b'"Amount":1080,'),
        ("USD", 5, b'"Amount":0.05,'),
        ("USD", 10**15 + 1, b'"Amount":10000000000000.01,'),
        ("KWD", 1_234, b'"Amount":1.234,'),
    ],
)
def test_amounts_have_exactly_the_digits_of_their_currency(
    currency: str, minor: int, text: bytes
) -> None:
    body = journal_body(entry(debit(minor), credit(minor), currency=currency), 0)
    assert body.count(text) == 2


def test_rate_stands_only_on_entries_in_another_currency() -> None:
    assert "ExchangeRate" not in read(journal_body(entry(), 0))
    foreign = entry(currency="EUR", exchange_rate="1.0E-2")
    assert b'"ExchangeRate":0.010,' in journal_body(foreign, 0)


def test_vendor_is_written_as_a_vendor() -> None:
    line = read(journal_body(entry(debit(1), credit(1, name=Name("vendor", "9"))), 0))["Line"][1]
    assert line["JournalEntryLineDetail"]["Entity"] == {
        "Type": "Vendor",
        "EntityRef": {"value": "9"},
    }


def test_long_note_is_cut_and_its_marker_never() -> None:
    posted = entry(note="é🎉" * 3_000)
    note = read(journal_body(posted, 12))["PrivateNote"]
    found = read_marker(note)
    assert len(note.encode("utf-16-le")) // 2 in {3_999, 4_000}
    assert found is not None
    assert (found.entry_id16, found.generation) == (posted.entry_id[:16], 12)
    assert found.content_sha8 == content_sha(posted)[:8]


def test_note_and_generation_do_not_change_the_content() -> None:
    assert content_sha(entry(note="a")) == content_sha(entry(note="b"))
    assert content_sha(entry()) != content_sha(entry(debit(1), credit(1)))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x00b\tc\nd\x7fe\x85f", "a b c d e f"),
        ("lone \ud83d surrogate \uffff", "lone \ufffd surrogate \ufffd"),
        ("🎉", "🎉"),
    ],
)
def test_characters_that_quickbooks_refuses_are_replaced(text: str, clean: str) -> None:
    assert cut(text, 4_000) == clean
    body = journal_body(entry(debit(1, description=text), credit(1), note=text), 0)
    assert read(body)["Line"][0]["Description"] == clean


@settings(deadline=None)
@given(st.text(max_size=40), st.integers(0, 50))
def test_cut_text_never_exceeds_its_limit_and_is_a_beginning(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short.encode("utf-16-le")) <= 2 * limit
    assert cut(text, 1_000).startswith(short)


def lines_of(side: str) -> st.SearchStrategy[list[Line]]:
    ids = st.none() | st.integers(1, 99).map(str)
    names = st.none() | st.builds(
        Name, st.sampled_from(["customer", "vendor"]), st.integers(1, 99).map(str)
    )
    return st.lists(
        st.builds(
            Line,
            st.just(side),
            st.just("payment_type" if side == "debit" else "sales"),
            st.text(max_size=5),
            st.integers(1, 999).map(str),
            st.integers(1, 10**12),
            ids,
            ids,
            names,
            st.text(max_size=30),
        ),
        min_size=1,
        max_size=6,
    )


def balanced(debits: list[Line], credits_: list[Line], currency: str, note: str) -> JournalEntry:
    difference = sum(line.amount for line in debits) - sum(line.amount for line in credits_)
    filler = {True: [credit(difference)] if difference else [], False: [debit(-difference)]}
    return entry(*debits, *credits_, *filler[difference >= 0], currency=currency, note=note)


ENTRIES = st.builds(
    balanced,
    lines_of("debit"),
    lines_of("credit"),
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.text(max_size=60),
)


@settings(deadline=None)
@given(ENTRIES, st.integers(0, 99))
def test_body_reads_back_as_the_same_lines(posted: JournalEntry, generation: int) -> None:
    body = journal_body(posted, generation)
    assert body == journal_body(posted, generation)
    document = read(body)
    assert len(document["Line"]) == len(posted.lines)
    for row, line in zip(document["Line"], posted.lines, strict=True):
        detail = row["JournalEntryLineDetail"]
        assert str(row["Amount"]) == to_text(line.amount, posted.currency)
        assert detail["PostingType"].lower() == line.side
        assert detail["AccountRef"]["value"] == line.account
        assert detail.get("ClassRef", {}).get("value") == line.class_
        assert detail.get("DepartmentRef", {}).get("value") == line.department
        party = detail.get("Entity")
        assert (party and (party["Type"].lower(), party["EntityRef"]["value"])) == (
            line.name and (line.name.kind, line.name.id)
        )
    assert is_same(content_of(document | {"Id": "1"}), posted, generation)
    assert not is_same(content_of(document | {"Id": "1"}), posted, generation + 1)


def test_batch_wraps_bodies_byte_for_byte() -> None:
    bodies = [journal_body(entry(object_id=str(n)), 0) for n in range(30)]
    items = [BatchItem(str(n + 1), "JournalEntry", body) for n, body in enumerate(bodies)]
    whole = batch_body(items)
    assert all(body in whole for body in bodies)
    rows = read(whole)["BatchItemRequest"]
    assert [row["bId"] for row in rows] == [str(n) for n in range(1, 31)]
    assert {row["operation"] for row in rows} == {"create"}
    assert [row["JournalEntry"] for row in rows] == [read(body) for body in bodies]


@pytest.mark.parametrize("b_ids", [[], ["1", "1"], [str(n) for n in range(31)]])
def test_what_makes_no_batch_is_refused_here(b_ids: list[str]) -> None:
    with pytest.raises(ValueError, match="1 to 30 items"):
        batch_body([BatchItem(b_id, "JournalEntry", b"{}") for b_id in b_ids])
