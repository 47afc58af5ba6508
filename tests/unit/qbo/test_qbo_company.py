"""Posting a batch and looking entries up, over a transport written by hand."""

import json
from typing import Any

import pytest

from daybook.domain.outcome import BatchItem, ProbeFailed
from daybook.qbo.company import Company
from daybook.qbo.documents import journal_body
from daybook.qbo.exceptions import (
    DisconnectedError,
    NoReplyError,
    QboError,
    RefusedError,
    ThrottledError,
    UnauthorisedError,
    UncertainError,
)
from daybook.qbo.statements import quoted
from daybook.qbo.transport import HttpReply
from tests.unit.qbo.samples import REALM, FakeIntuit, books_at, created, entry, fault, reply

ITEMS = [
    BatchItem(str(n), "JournalEntry", journal_body(entry(object_id=str(n)), 0))
    for n in range(1, 31)
]


def company(*replies: HttpReply | None) -> tuple[Company, FakeIntuit]:
    intuit = FakeIntuit(replies)
    return Company(books_at(intuit)), intuit


def page(*numbers: str, **fields: Any) -> HttpReply:
    rows = []
    for place, number in enumerate(numbers):
        row: dict[str, Any] = json.loads(journal_body(entry(), 0))
        rows.append(row | {"Id": str(100 + place), "DocNumber": number})
    found: dict[str, Any] = {"JournalEntry": rows, "startPosition": 1, "maxResults": len(rows)}
    return reply({"QueryResponse": (found if rows else {}) | fields})


def test_each_item_has_its_own_outcome_whatever_the_order_of_replies() -> None:
    answers = [created(item) for item in ITEMS]
    answers[4] = fault("6210", "Account Period Closed") | {"bId": "5"}
    answers[7] = fault("6000", "", "Please wait a few minutes and try again.") | {"bId": "8"}
    answers[9] = fault("3001", "message=ThrottleExceeded") | {"bId": "10"}
    answers[11] = {"JournalEntry": {"SyncToken": "0"}, "bId": "12"}
    answers[13] = {"Invoice": {"Id": "5"}, "bId": "14"}
    answers[19] = created(ITEMS[18])
    poster, _ = company(reply({"BatchItemResponse": answers[::-1], "time": "x"}))
    outcomes = poster.post_batch(ITEMS, "R" * 32)
    kinds = {b_id: outcome.kind for b_id, outcome in outcomes.items() if outcome.kind != "posted"}
    assert kinds == {
        "5": "refused",
        "8": "uncertain",
        "10": "throttled",
        "12": "uncertain",
        "14": "uncertain",
        "19": "uncertain",
        "20": "uncertain",
    }
    assert outcomes["1"].qbo_id == "91"
    assert outcomes["5"].reason == "period_closed"
    assert {outcome.intuit_tid for outcome in outcomes.values()} == {"1-tid"}


def test_request_carries_id_version_token_and_exact_bodies() -> None:
    poster, intuit = company(reply({"BatchItemResponse": [created(ITEMS[0])]}))
    poster.post_batch(ITEMS[:1], "R" * 32)
    asked = intuit.asked[0]
    assert (asked.method, asked.url) == (
        "POST",
        f"https://quickbooks.test/v3/company/{REALM}/batch",
    )
    assert asked.query == {"minorversion": "75", "requestid": "R" * 32}
    assert asked.headers["Authorization"] == "Bearer token-of-now"
    assert asked.headers["Accept"] == asked.headers["Content-Type"] == "application/json"
    assert ITEMS[0].body in asked.body
    assert "token-of-now" not in repr(asked)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, "uncertain"),
        (reply({}), "uncertain"),
        (reply({"BatchItemResponse": "x"}), "uncertain"),
        (reply({"BatchItemResponse": [None, 1, {"bId": None}]}), "uncertain"),
        (HttpReply(200, {}, b""), "uncertain"),
        (HttpReply(503, {}, b"<html></html>"), "uncertain"),
        (HttpReply(429, {"Retry-After": "7"}, b"<IntuitResponse/>"), "throttled"),
        (HttpReply(401, {}, b""), "unauthorised"),
        (reply(fault("3100"), 403), "disconnected"),
        (reply(fault("6190"), 200), "disconnected"),
        (reply(fault("2010"), 400), "refused"),
    ],
)
def test_failure_of_the_request_is_that_of_each_item(answer: HttpReply | None, kind: str) -> None:
    poster, _ = company(answer)
    outcomes = poster.post_batch(ITEMS, "R")
    assert list(outcomes) == [item.b_id for item in ITEMS]
    assert {outcome.kind for outcome in outcomes.values()} == {kind}


def test_new_token_is_used_without_a_new_instance() -> None:
    tokens = iter(["old", "new"])
    intuit = FakeIntuit([HttpReply(401, {}, b""), reply({"BatchItemResponse": []})])
    books = books_at(intuit)
    books.access_token = lambda: next(tokens)
    poster = Company(books)
    poster.post_batch(ITEMS, "R")
    poster.post_batch(ITEMS, "R")
    assert [asked.headers["Authorization"] for asked in intuit.asked] == [
        "Bearer old",
        "Bearer new",
    ]
    assert intuit.asked[0].body == intuit.asked[1].body


def test_write_without_a_request_id_is_never_sent() -> None:
    poster, intuit = company()
    with pytest.raises(ValueError, match="request_id"):
        poster.books.create_object("JournalEntry", "{}")
    with pytest.raises(ValueError, match="attachments"):
        poster.books.create_object("JournalEntry", "{}", _file_bytes=b"x", request_id="R")
    assert intuit.asked == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(fault("2030"), 400), RefusedError),
        (reply(fault("3001"), 429), ThrottledError),
        (reply(fault("3200"), 401), UnauthorisedError),
        (reply(fault("3100"), 403), DisconnectedError),
        (reply({}, 500), UncertainError),
        (None, NoReplyError),
    ],
)
def test_read_raises_what_the_reply_means(answer: HttpReply | None, error: type[QboError]) -> None:
    reader, _ = company(answer)
    with pytest.raises(error) as raised:
        reader.books.get_single_object("journalentry", "1")
    if answer is not None:
        assert raised.value.status == answer.status
        assert raised.value.intuit_tid == "1-tid"


def test_error_carries_every_error_of_the_fault() -> None:
    errors = [fault(code)["Fault"]["Error"][0] for code in ("2020", "6140")]
    reader, _ = company(reply({"Fault": {"Error": errors, "type": "ValidationFault"}}, 400))
    with pytest.raises(RefusedError) as raised:
        reader.books.get_single_object("journalentry", "1")
    assert [error.code for error in raised.value.errors] == ["2020", "6140"]


def test_probe_is_one_query_and_absence_is_an_empty_list() -> None:
    prober, intuit = company(page("A-1", "a-1", "B-2"))
    found = prober.find_journal_entries(["A-1", "B-2", "C-3"])
    assert {number: len(entries) for number, entries in found.items()} == {
        "A-1": 2,
        "B-2": 1,
        "C-3": 0,
    }
    (asked,) = intuit.asked
    assert asked.body.decode() == (
        "SELECT * FROM JournalEntry WHERE DocNumber IN ('A-1', 'B-2', 'C-3')"
        " ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"
    )
    assert asked.headers["Content-Type"] == "application/text"


def test_probe_for_nothing_asks_nothing() -> None:
    prober, intuit = company()
    assert prober.find_journal_entries([]) == {}
    assert intuit.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, "uncertain"),
        (HttpReply(401, {}, b""), "unauthorised"),
        (HttpReply(429, {}, b""), "throttled"),
        (reply({}), "uncertain"),
        (reply({"QueryResponse": {"JournalEntry": {}}}), "uncertain"),
        (reply({"QueryResponse": {"JournalEntry": [1]}}), "uncertain"),
        (reply({"QueryResponse": {"JournalEntry": [{"Id": "1"}]}}), "uncertain"),
        (page("A-1", maxResults=2), "uncertain"),
    ],
)
def test_failed_or_incomplete_probe_is_not_absence(answer: HttpReply | None, kind: str) -> None:
    prober, _ = company(answer)
    with pytest.raises(ProbeFailed) as raised:
        prober.find_journal_entries(["A-1"])
    assert raised.value.outcome.kind == kind


def test_probe_reads_every_page_and_gives_up_at_a_bound() -> None:
    full = page(*["A-1"] * 1_000)
    prober, intuit = company(full, page("A-1"))
    assert len(prober.find_journal_entries(["A-1"])["A-1"]) == 1_001
    assert b"STARTPOSITION 1001 " in intuit.asked[1].body
    endless, intuit = company(*[full] * 9)
    with pytest.raises(ProbeFailed):
        endless.find_journal_entries(["A-1"])
    assert len(intuit.asked) == 5


def test_values_are_quoted_and_what_cannot_be_is_refused() -> None:
    assert quoted("O'Neil & Co") == "'O\\'Neil & Co'"
    for value in ("a\\", "a\nb", "a\x00"):
        with pytest.raises(ValueError, match="cannot be queried"):
            quoted(value)
    prober, _ = company()
    with pytest.raises(ValueError, match="101 numbers"):
        prober.find_journal_entries([str(n) for n in range(101)])


def preferences(**accounting: Any) -> HttpReply:
    return reply(
        {
            "Preferences": {
                "AccountingInfoPrefs": {"TrackDepartments": True} | accounting,
                "CurrencyPrefs": {"HomeCurrency": {"value": "CAD"}, "MultiCurrencyEnabled": True},
                "SalesFormsPrefs": {"CustomTxnNumbers": False},
                "OtherPrefs": {
                    "NameValue": [{"Name": "WarnDuplicateJournalNumber", "Value": "true"}]
                },
            }
        }
    )


def test_open_books_have_no_closing_date() -> None:
    reader, _ = company(preferences())
    settings = reader.settings()
    assert settings.close_date is None
    assert settings.fiscal_month == 1
    assert settings.departments
    assert settings.warns_of_journal_numbers
    assert not settings.custom_numbers
    assert not settings.classes_on_lines


@pytest.mark.parametrize(("name", "month"), [("January", 1), ("April", 4), ("December", 12)])
def test_the_fiscal_year_begins_with_the_month_that_is_named(name: str, month: int) -> None:
    reader, _ = company(preferences(FirstMonthOfFiscalYear=name))
    assert reader.settings().fiscal_month == month


@pytest.mark.parametrize(
    "answer",
    [
        reply({}),
        reply({"Preferences": None}),
        reply({"Preferences": {"CurrencyPrefs": {}}}),
        preferences(BookCloseDate="someday"),
        preferences(FirstMonthOfFiscalYear="Juli"),
    ],
)
def test_preferences_that_cannot_be_read_are_never_guessed(answer: HttpReply) -> None:
    reader, _ = company(answer)
    with pytest.raises(UncertainError, match="Preferences"):
        reader.settings()
