"""The client against the QuickBooks simulator over HTTP: batches, probes, replays, the chart."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from daybook.domain.chart import Chart
from daybook.domain.identity import request_id
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.outcome import BatchItem, ProbeFailed
from daybook.qbo.chart import import_books
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.comparison import is_same
from daybook.qbo.documents import journal_body
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.exceptions import DisconnectedError, UnauthorisedError
from daybook.qbo.lists import Reader
from daybook.qbo.tokens import AppKeys, TokenPair, refresh
from daybook.qbo.transport import HttpsSender
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.qbo.samples import entry

KEYS = AppKeys("app-id", "app-secret")


@pytest.fixture(scope="module")
def started() -> Iterator[RunningSimulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def simulator(started: RunningSimulator) -> RunningSimulator:
    started.reset()
    started.set_faults(enforce_limits=False)
    return started


@pytest.fixture
def company(simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    return company_of(simulator, simulator.realm, new_token(simulator))


def new_token(simulator: RunningSimulator) -> str:
    now = datetime.now(UTC)
    token = simulator.new_refresh_token(simulator.realm)
    old = TokenPair("", token, now, now, simulator.realm)
    return refresh(Endpoints.at(simulator.url), KEYS, old, now).access_token


def company_of(simulator: RunningSimulator, realm: str, token: str) -> Company:
    return Company(books(realm, Endpoints.at(simulator.url).api, HttpsSender(), lambda: token))


def chart_of(company: Company, version: int = 1) -> Chart:
    # Limits are off here, so nothing needs to be waited for.
    reader = Reader(company, lambda _seconds: None)
    return import_books(reader, version, datetime.now(UTC)).chart


def accounts_of(company: Company) -> tuple[str, str]:
    """A bank account and an income account of the company."""
    chart = chart_of(company)
    by_type = {account.type: account.id for account in chart.accounts.values() if account.active}
    return by_type["Bank"], by_type["Income"]


def entries(company: Company, count: int, minor: int = 10825) -> list[JournalEntry]:
    bank, income = accounts_of(company)
    return [
        entry(
            Line("debit", "payment_type", "cash", bank, minor + number, description='"Till" 1 é🎉'),
            Line("credit", "sales", "shoes", income, minor + number),
            object_id=f"T{number}",
            note="till 1",
        )
        for number in range(count)
    ]


def items_of(sent: list[JournalEntry]) -> list[BatchItem]:
    return [
        BatchItem(str(place), "JournalEntry", journal_body(one, 0))
        for place, one in enumerate(sent, 1)
    ]


def id_of(sent: list[JournalEntry]) -> str:
    return request_id((one.entry_id, 0) for one in sent)


def journals(simulator: RunningSimulator) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = simulator.books()["objects"].get("JournalEntry", [])
    return rows


def test_thirty_entries_are_posted_by_one_request_and_found_again(
    company: Company, simulator: RunningSimulator
) -> None:
    sent = entries(company, 30)
    before = simulator.books()["requests"]
    outcomes = company.post_batch(items_of(sent), id_of(sent))
    after = simulator.books()["requests"]
    assert {outcome.kind for outcome in outcomes.values()} == {"posted"}
    assert all(outcome.intuit_tid for outcome in outcomes.values())
    assert after["batch"] - before["batch"] == 1
    assert after["query"] + after["read"] == before["query"] + before["read"]
    found = company.find_journal_entries([one.doc_number for one in sent])
    for place, one in enumerate(sent, 1):
        (in_books,) = found[one.doc_number]
        assert in_books.qbo_id == outcomes[str(place)].qbo_id
        assert is_same(in_books, one, 0)
        assert not is_same(in_books, one, 1)


def test_same_request_again_posts_nothing_and_answers_the_same(
    company: Company, simulator: RunningSimulator
) -> None:
    sent = entries(company, 3)
    first = company.post_batch(items_of(sent), id_of(sent))
    again = company.post_batch(items_of(sent), id_of(sent))
    assert {b_id: one.qbo_id for b_id, one in first.items()} == {
        b_id: one.qbo_id for b_id, one in again.items()
    }
    assert len(journals(simulator)) == 3


def test_lost_reply_is_uncertain_found_by_the_probe_and_never_doubled(
    company: Company, simulator: RunningSimulator
) -> None:
    sent = entries(company, 5)
    rule = {"on": "batch", "kind": "commit_then_drop", "times": 1}
    simulator.set_faults(enforce_limits=False, rules=[rule])
    outcomes = company.post_batch(items_of(sent), id_of(sent))
    assert {outcome.kind for outcome in outcomes.values()} == {"uncertain"}
    found = company.find_journal_entries([one.doc_number for one in sent])
    assert all(is_same(found[one.doc_number][0], one, 0) for one in sent)
    assert {
        outcome.kind for outcome in company.post_batch(items_of(sent), id_of(sent)).values()
    } == {"posted"}
    assert len(journals(simulator)) == 5


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"kind": "drop"}, "uncertain"),
        ({"kind": "http_500"}, "uncertain"),
        ({"kind": "commit_then_500"}, "uncertain"),
        ({"kind": "http_503_html"}, "uncertain"),
        ({"kind": "empty_200"}, "uncertain"),
        ({"kind": "http_429"}, "throttled"),
        ({"kind": "http_429", "shape": "gateway", "retry_after_seconds": 17}, "throttled"),
        ({"kind": "http_429", "shape": "service"}, "throttled"),
        ({"kind": "fault", "code": "6210"}, "refused"),
        ({"kind": "fault", "code": "6000"}, "uncertain"),
        ({"kind": "fault", "code": "6190"}, "disconnected"),
    ],
)
def test_failure_has_its_meaning(
    company: Company, simulator: RunningSimulator, rule: dict[str, Any], kind: str
) -> None:
    sent = entries(company, 2)
    simulator.set_faults(enforce_limits=False, rules=[{"on": "batch"} | rule])
    outcomes = company.post_batch(items_of(sent), id_of(sent))
    assert {outcome.kind for outcome in outcomes.values()} == {kind}
    wait = rule.get("retry_after_seconds", 60) if kind == "throttled" else 0
    assert {outcome.retry_after_seconds for outcome in outcomes.values()} == {wait}


def test_one_bad_item_does_not_stop_its_siblings(company: Company) -> None:
    bank, income = accounts_of(company)
    receivable = next(
        account.id
        for account in chart_of(company).accounts.values()
        if account.type == "Accounts Receivable"
    )

    def against(account: str, number: int) -> JournalEntry:
        return entry(
            Line("debit", "accounts_receivable", "", account, 500),
            Line("credit", "sales", "", income, 500),
            object_id=f"B{number}",
        )

    sent = [against(account, n) for n, account in enumerate((bank, "999999", receivable, bank))]
    outcomes = company.post_batch(items_of(sent), id_of(sent))
    assert [outcomes[b_id].kind for b_id in "1234"] == ["posted", "refused", "refused", "posted"]
    assert outcomes["2"].reason == "inactive_account"
    assert outcomes["3"].reason == "customer_needed"


def test_expired_token_is_unauthorised_and_the_same_request_goes_with_a_new_one(
    company: Company, simulator: RunningSimulator
) -> None:
    sent = entries(company, 1)
    simulator.advance(3_700)
    refused = company.post_batch(items_of(sent), id_of(sent))
    assert refused["1"].kind == "unauthorised"
    with pytest.raises(ProbeFailed) as raised:
        company.find_journal_entries(["A"])
    assert raised.value.outcome.kind == "unauthorised"
    with pytest.raises(UnauthorisedError):
        company.company_name()
    token = new_token(simulator)
    company.books.access_token = lambda: token
    assert company.post_batch(items_of(sent), id_of(sent))["1"].kind == "posted"


def test_token_of_another_company_is_disconnected(
    company: Company, simulator: RunningSimulator
) -> None:
    other = company_of(simulator, "4620816365000000000", company.books.access_token())
    with pytest.raises(DisconnectedError):
        other.settings()


def test_chart_is_imported_whole(company: Company) -> None:
    chart = chart_of(company, 3)
    assert len(chart.accounts) > 10
    assert (chart.version, chart.home_currency, chart.close_date) == (3, "USD", None)
    assert chart.company
    assert {"Bank", "Income", "Accounts Receivable"} <= {
        account.type for account in chart.accounts.values()
    }
    assert all(account.id == key for key, account in chart.accounts.items())


def test_entry_changed_by_a_person_is_told_from_ours(company: Company) -> None:
    sent = entries(company, 1)
    company.post_batch(items_of(sent), id_of(sent))
    (one,) = sent
    (found,) = company.find_journal_entries([one.doc_number])[one.doc_number]
    changed = {
        "Id": found.qbo_id,
        "SyncToken": "0",
        "sparse": True,
        "TxnDate": date(2026, 11, 21).isoformat(),
    }
    company.books.make_request(
        "POST",
        f"{company.books.api_url}/company/{company.books.company_id}/journalentry",
        str(changed).replace("'", '"').replace("True", "true"),
        request_id="by-hand",
    )
    (edited,) = company.find_journal_entries([one.doc_number])[one.doc_number]
    assert not is_same(edited, one, 0)
