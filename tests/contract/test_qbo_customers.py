"""Customers that daybook creates, against the QuickBooks simulator over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from daybook.domain.identity import read_marker
from daybook.domain.new_customer import NewCustomer, as_display_name
from daybook.domain.outcome import BatchItem, Outcome, ProbeFailed
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.documents import body_of
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.tokens import AppKeys, TokenPair, refresh
from daybook.qbo.transport import HttpsSender
from local.qbo_simulator.server import RunningSimulator, running

IDENTITY = "ab" * 32


@pytest.fixture(scope="module")
def started() -> Iterator[RunningSimulator]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator


@pytest.fixture(scope="module")
def company(started: RunningSimulator) -> Iterator[Company]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        endpoints, now = Endpoints.at(started.url), datetime.now(UTC)
        old = TokenPair("", started.new_refresh_token(started.realm), now, now, started.realm)
        token = refresh(endpoints, AppKeys("a", "b"), old, now).access_token
        yield Company(books(started.realm, endpoints.api, HttpsSender(), lambda: token))


def create(company: Company, name: str, request: str, email: str = "") -> Outcome:
    body = body_of(NewCustomer(IDENTITY, name, email, "canonical customer 77"), 1)
    return company.post_batch([BatchItem("1", "Customer", body)], request)["1"]


def test_a_customer_is_created_and_found_again_by_name_and_mark(company: Company) -> None:
    made = create(company, "Grace O'Hopper", "request-1", "grace@example.com")
    assert made.kind == "posted"
    (found,) = company.find_parties(["Grace O'Hopper"])["Grace O'Hopper"]
    assert (found.qbo_id, found.kind, found.active) == (made.qbo_id, "Customer", True)
    mark = read_marker(found.private_note)
    assert mark
    assert mark.entry_id16 == IDENTITY[:16]
    assert found.private_note.startswith("canonical customer 77 ")


def test_a_name_that_is_taken_is_refused_by_that_reason(company: Company) -> None:
    create(company, "Twice", "request-2")
    again = create(company, "TWICE", "request-3")
    assert (again.kind, again.reason) == ("refused", "display_name_taken")


def test_a_vendor_of_the_name_is_found_too(company: Company) -> None:
    vendors = company.books.query("SELECT * FROM Vendor MAXRESULTS 1")["QueryResponse"]["Vendor"]
    name = vendors[0]["DisplayName"]
    (found,) = company.find_parties([name])[name]
    assert (found.kind, found.qbo_id) == ("Vendor", vendors[0]["Id"])


def test_a_name_that_nobody_has_finds_nobody(company: Company) -> None:
    assert company.find_parties(["Nobody"]) == {"Nobody": []}
    assert company.find_parties([]) == {}


def test_a_probe_that_fails_is_no_absence(started: RunningSimulator, company: Company) -> None:
    started.set_faults(
        enforce_limits=False, rules=[{"on": "query", "kind": "http_503_html", "probability": 1}]
    )
    try:
        with pytest.raises(ProbeFailed):
            company.find_parties(["Nobody"])
    finally:
        started.set_faults(enforce_limits=False)


@pytest.mark.parametrize("email", ["no address", "a@b", "x" * 100 + "@example.com", ""])
def test_an_address_that_quickbooks_would_refuse_is_left_out(email: str) -> None:
    assert b"PrimaryEmailAddr" not in body_of(NewCustomer(IDENTITY, "Ada", email), 1)


@pytest.mark.parametrize(
    "name", ["Ada: Lovelace\t& Co\n", "back\\slash", "a\u2028b\x00c", "é" * 600, "'quoted'"]
)
def test_any_name_becomes_one_that_quickbooks_takes(company: Company, name: str) -> None:
    taken = as_display_name(name)
    assert create(company, taken, f"name-{abs(hash(name))}").kind == "posted"
    assert len(company.find_parties([taken])[taken]) == 1


def test_nothing_readable_leaves_no_name() -> None:
    assert as_display_name(" :\t\\ ") == ""
