"""Connecting a company in the browser: the state, the code, the company that was meant."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from daybook.console import cookies
from daybook.console.web import Role
from daybook.domain.connection import Connection, Realm, TokenLife
from daybook.domain.job import Job
from daybook.settings import Settings
from daybook.workflows import connect
from daybook.workflows.connect import Connector, Consent, Redeemed
from daybook.workflows.jobs import Worker
from tests.fakes.jobs import FakeJobStore
from tests.unit.console.visits import URL, Visits, console_parts, visits
from tests.unit.workflows.office import REALM, SHOP, Office

OTHER = "9341450000000002"
LIFE = TokenLife("2026#1", "2026-11-20T12:00:00.000Z", "2027-03-01T12:00:00.000Z")


class Intuit:
    """What it was asked. opens: the companies whose tokens it gives."""

    def __init__(self) -> None:
        self.consents: list[tuple[str, Consent, str]] = []
        self.trouble: Exception | None = None

    def redeem(self, realm: str, consent: Consent, environment: str) -> Redeemed:
        if self.trouble:
            raise self.trouble
        self.consents.append((realm, consent, environment))
        return Redeemed(LIFE, "Northgate Books")

    @staticmethod
    def authorise_url(environment: str, redirect_uri: str, state: str) -> str:
        query = urlencode({"redirect_uri": redirect_uri, "state": state})
        return f"https://appcenter.intuit.com/connect/oauth2?{query}"


@pytest.fixture
def intuit() -> Intuit:
    return Intuit()


@pytest.fixture
def office() -> Office:
    return Office.opened()


@pytest.fixture
def here(intuit: Intuit, office: Office) -> Visits:
    browser = visits()
    worker = Worker(
        FakeJobStore(), lambda *_: None, {"refresh_chart": _never, "disconnect": _never},
        browser.clock, lambda: "abcdef",
    )  # fmt: skip
    operator = replace(office.operator(), clock=browser.clock)
    known: dict[str, Any] = {
        "authorise_url": intuit.authorise_url,
        "refresh": lambda realm, who: Job(f"refresh_chart-{realm}", "refresh_chart", {}, "", ""),
        "trouble": (connect.WrongCompany, ConnectionError),
        "sources": ("canonical", "heartland"),
    }
    browser.parts = SimpleNamespace(
        settings=Settings(console_url=URL),
        console=console_parts(browser.clock, **known),
        connections=office.connections,
        jobs=SimpleNamespace(operator=operator, worker=worker, store=worker.jobs),
        connector=Connector(
            office.connections, office.mappings, office.releaser(), intuit.redeem,
            lambda realm: "Northgate Books", _no_import, lambda *_: None, browser.clock,
        ),
    )  # fmt: skip
    return browser.signed_in("admin")


def _never(_job: Any, _left: Any) -> Any:
    raise AssertionError("no job runs here")


def _no_import(*_: Any) -> Any:
    raise AssertionError("the job imports")


def begun(here: Visits, realm: str = "", environment: str = "sandbox") -> str:
    """The state with which a person is sent to Intuit."""
    seen = here.post("/console/companies/connect", {"environment": environment, "realm": realm})
    assert seen.status == 303
    query = parse_qs(urlsplit(seen.to).query)
    assert query["redirect_uri"] == [f"{URL}/console/companies/callback"]
    return query["state"][0]


def back(here: Visits, state: str, realm: str = REALM, **more: str) -> Any:
    query = {"code": "AB11", "state": state, "realmId": realm, **more}
    return here.get(f"/console/companies/callback?{urlencode(query)}")


def actions(office: Office) -> list[tuple[str, str, str]]:
    return [(one.connection, one.action, one.actor) for one in office.actions.kept]


def test_a_company_is_connected_with_the_code_and_its_lists_are_imported(
    here: Visits, intuit: Intuit, office: Office
) -> None:
    seen = back(here, begun(here), OTHER)
    assert seen.to == f"/console/companies/{OTHER}?job=refresh_chart-{OTHER}"
    consent = Consent(code="AB11", redirect_uri=f"{URL}/console/companies/callback")
    assert intuit.consents == [(OTHER, consent, "sandbox")]
    company = office.connections.realm(OTHER)
    assert company is not None
    assert (company.state, company.environment) == ("connected", "sandbox")
    assert actions(office) == [(f"company:{OTHER}", "connect", "ada@example.com (id-admin)")]


def test_a_state_is_good_once_so_the_code_is_exchanged_once(here: Visits, intuit: Intuit) -> None:
    state = begun(here)
    assert len(state) >= 43
    assert back(here, state).status == 303
    assert back(here, state).status == 400
    assert len(intuit.consents) == 1


@pytest.mark.parametrize("wrong", ["forged", "none", "late", "another session", "after signing in"])
def test_a_consent_that_this_session_did_not_begin_is_not_used(
    here: Visits, intuit: Intuit, wrong: str
) -> None:
    state = begun(here)
    match wrong:
        case "forged":
            state = "A" * 43
        case "none":
            state = ""
        case "late":
            here.later(minutes=10)
        case "another session":
            here.signed_in("admin", "mallory@example.com")
        case "after signing in":
            here.jar[cookies.SESSION] = "new"
            here.signed_in("admin")
    assert back(here, state).status == 400
    assert intuit.consents == []


@pytest.mark.parametrize("role", ["anyone", "viewer", "operator"])
def test_only_an_admin_connects(here: Visits, intuit: Intuit, role: Role) -> None:
    state = begun(here)
    here.jar.clear()
    if role != "anyone":
        here.signed_in(role)
    assert back(here, state).status in (303, 403)
    assert here.post("/console/companies/paste", {"realm": REALM}).status in (401, 403)
    assert intuit.consents == []


def test_another_company_than_the_one_that_was_meant_is_refused_before_the_code_is_used(
    here: Visits, intuit: Intuit
) -> None:
    seen = back(here, begun(here, realm=REALM), OTHER)
    assert seen.status == 409
    assert OTHER in seen.text
    assert REALM in seen.text
    assert intuit.consents == []


@pytest.mark.parametrize(
    ("realm", "more"),
    [
        (REALM, {"error": "access_denied"}),
        (REALM, {"code": ""}),
        (REALM, {"code": "a" * 513}),
        ("", {}),
        ("93414x", {}),
        ("9" * 31, {}),
        ("../qbo/1", {}),
    ],
)
def test_an_answer_of_intuit_that_cannot_be_one_does_nothing(
    here: Visits, intuit: Intuit, realm: str, more: dict[str, str]
) -> None:
    assert back(here, begun(here), realm, **more).status == 400
    assert intuit.consents == []


def test_a_pasted_token_is_taken_over_and_shown_nowhere(
    here: Visits, intuit: Intuit, office: Office
) -> None:
    form = {"realm": OTHER, "refresh_token": "RT1-planted", "environment": "production"}
    seen = here.post("/console/companies/paste", form)
    assert seen.status == 303
    assert intuit.consents == [(OTHER, Consent(refresh_token="RT1-planted"), "production")]
    intuit.trouble = ConnectionError("Intuit did not answer.")
    failed = here.post("/console/companies/paste", form)
    assert (failed.status, "did not answer" in failed.text) == (502, True)
    assert "RT1-planted" not in f"{seen.raw}{failed.raw}{office.actions.kept}"


@pytest.mark.parametrize("form", [{"realm": "x"}, {"realm": REALM}, {"environment": "x"}])
def test_a_paste_that_lacks_something_is_refused(here: Visits, form: dict[str, str]) -> None:
    full = {"refresh_token": "RT1", "realm": REALM, "environment": "sandbox"}
    lacking = {**full, **form} if form != {"realm": REALM} else {**form, "refresh_token": ""}
    assert here.post("/console/companies/paste", lacking).status == 400


def test_people_are_sent_to_intuit_and_nowhere_else(here: Visits) -> None:
    here.parts.console.authorise_url = lambda *_: "https://appcenter.intuit.com.evil.example/x"
    assert here.post("/console/companies/connect", {"environment": "sandbox"}).status == 500
    assert [type(failure) for _, failure in here.troubles] == [AssertionError]


def test_disconnecting_takes_a_reason_stops_posting_at_once_and_has_the_tokens_revoked(
    here: Visits, office: Office
) -> None:
    path = f"/console/companies/{REALM}/disconnect"
    assert here.post(path).status == 400
    company = office.connections.realm(REALM)
    assert company is not None
    assert company.state == "connected"
    seen = here.post(path, {"reason": "sold"})
    assert seen.status == 303
    company = office.connections.realm(REALM)
    assert company is not None
    assert company.state == "disconnected"
    job = here.parts.jobs.store.get(parse_qs(urlsplit(seen.to).query)["job"][0])
    assert (job.kind, job.scope, job.reason) == ("disconnect", {"realm": REALM}, "sold")
    assert here.post(path, {"reason": "again"}).status == 409


@pytest.mark.parametrize(
    ("address", "to"),
    [
        (f"/console/companies/launch?realmId={REALM}", f"/console/companies/{REALM}"),
        ("/console/companies/launch?realmId=1", "/console/companies"),
        ("/console/companies/launch?realmId=//evil", "/console/companies"),
        ("/console/companies/launch", "/console/companies"),
    ],
)
def test_intuits_launch_address_leads_to_the_company(here: Visits, address: str, to: str) -> None:
    assert here.get(address).to == to


@pytest.mark.parametrize("page", ["disconnected", "reconnect"])
def test_intuits_other_addresses_show_a_page_and_change_nothing(
    here: Visits, office: Office, page: str
) -> None:
    before = office.connections.realm(REALM)
    seen = here.get(f"/console/companies/{page}?realmId={REALM}")
    assert (seen.status, f'value="{REALM}"' in seen.html) == (200, True)
    assert here.get(f"/console/companies/{page}?realmId=<b>").status == 200
    assert office.connections.realm(REALM) == before
    assert actions(office) == []


def test_a_hostile_company_name_is_shown_inert(here: Visits, office: Office) -> None:
    name = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    office.connections.put_realm(Realm(OTHER, name))
    office.connections.put(Connection(SHOP, "canonical", OTHER, name=name))
    seen = here.get(f"/console/companies/reconnect?realmId={OTHER}")
    assert "<script>alert" not in seen.html
    assert "<img" not in seen.html
    assert "alert(1)" in seen.html
