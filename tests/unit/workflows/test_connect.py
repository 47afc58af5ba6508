"""Connecting a company and a point of sale: nothing is said done before it works."""

from dataclasses import dataclass, field

import pytest

from daybook.domain.connection import Connection, Realm, TokenLife
from daybook.domain.directory import Directory
from daybook.domain.imported import Imported
from daybook.workflows.connect import (
    Connector,
    Consent,
    Progress,
    Redeemed,
    WrongCompany,
    connect_by_code,
    connect_company,
    connect_source,
    refresh_chart,
)
from tests.unit.workflows.office import REALM, SHOP, Office, chart, mapping, sale

LIFE = TokenLife(
    "2026-11-20T12:00:00.000000+00:00#000000001",
    "2026-11-20T12:00:00.000Z",
    "2027-03-01T00:00:00.000Z",
    "2031-11-20T00:00:00.000Z",
)


@dataclass
class Intuit:
    """What connecting asks of QuickBooks, and in which order."""

    office: Office
    calls: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    fails: str = ""
    opened: str = ""
    consents: list[Consent] = field(default_factory=list)

    def redeem(self, realm: str, consent: Consent, _environment: str) -> Redeemed:
        self._called("redeem", realm)
        self.consents.append(consent)
        return Redeemed(LIFE, self.opened)

    def company(self, realm: Realm) -> str:
        self._called("company", realm.realm)
        return "Main Street Outfitters"

    def import_books(
        self, realm: Realm, version: int, before: Imported | None, _progress: Progress
    ) -> Imported:
        self._called("chart" if before is None else "changes", realm.realm)
        return Imported(chart(version), Directory(realm.realm, version))

    def _called(self, name: str, realm: str) -> None:
        known = self.office.connections.realm(realm)
        self.calls.append(name)
        self.states.append(known.state if known else "unknown")
        if self.fails == name:
            raise ConnectionError(name)

    def connector(self) -> Connector:
        office = self.office
        return Connector(
            connections=office.connections,
            mappings=office.mappings,
            releaser=office.releaser(),
            redeem=self.redeem,
            company=self.company,
            import_books=self.import_books,
            keep_secret=lambda *secret: self.calls.append(f"secret {' '.join(secret)}"),
            clock=office.clock,
        )


def test_a_company_is_connected_once_its_tokens_are_kept_and_it_answers() -> None:
    intuit = Intuit(Office())
    realm = connect_company(REALM, "token", "sandbox", intuit.connector())
    assert intuit.calls == ["redeem", "company"]
    assert intuit.states == ["unknown", "disconnected"]
    assert intuit.office.connections.realm(REALM) == realm
    assert (realm.state, realm.company, realm.environment) == (
        "connected",
        "Main Street Outfitters",
        "sandbox",
    )
    assert (realm.pair, realm.refreshed_at) == (LIFE.pair, LIFE.refreshed_at)
    assert realm.refresh_expires_at == "2027-03-01T00:00:00.000Z"
    assert realm.hard_expires_at == "2031-11-20T00:00:00.000Z"
    assert realm.connected_at == "2026-11-20T12:00:00.000Z"


def test_a_token_that_is_not_taken_leaves_no_company() -> None:
    intuit = Intuit(Office(), fails="redeem")
    with pytest.raises(ConnectionError):
        connect_company(REALM, "token", "sandbox", intuit.connector())
    assert intuit.office.connections.realm(REALM) is None


def test_a_company_that_does_not_answer_is_not_connected() -> None:
    intuit = Intuit(Office(), fails="company")
    with pytest.raises(ConnectionError):
        connect_company(REALM, "token", "sandbox", intuit.connector())
    realm = intuit.office.connections.realm(REALM)
    assert realm is not None
    assert realm.state == "disconnected"


def test_a_company_that_works_stays_connected_while_another_token_is_tried() -> None:
    office = Office.opened()
    for fails in ("redeem", "company"):
        intuit = Intuit(office, fails=fails)
        with pytest.raises(ConnectionError):
            connect_company(REALM, "token", "production", intuit.connector())
        assert office.connections.realm(REALM) == Realm(REALM, company="Main Street")
        assert set(intuit.states) == {"connected"}


def test_what_the_tokens_opened_is_not_asked_a_second_time() -> None:
    intuit = Intuit(Office.opened(), opened="Main Street Outfitters")
    realm = connect_company(REALM, "token", "production", intuit.connector())
    assert (intuit.calls, realm.company) == (["redeem"], "Main Street Outfitters")


def test_a_code_of_another_company_is_not_redeemed() -> None:
    intuit = Intuit(Office.opened())
    with pytest.raises(WrongCompany, match=f"company {REALM} was to be connected"):
        connect_by_code("77", Consent(code="code"), "production", intuit.connector(), wanted=REALM)
    assert intuit.calls == []


@pytest.mark.parametrize("wanted", ["", REALM])
def test_a_code_of_the_company_that_was_wanted_connects_it(wanted: str) -> None:
    intuit = Intuit(Office())
    consent = Consent(code="code")
    realm = connect_by_code(REALM, consent, "production", intuit.connector(), wanted=wanted)
    assert realm.state == "connected"
    assert intuit.consents == [Consent(code="code")]
    assert "code" not in repr(intuit.consents).replace("code=", "")


def test_connecting_again_ends_the_trouble_and_what_waited_is_sent() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.connections.set_state(REALM, "reconnect_needed", "gone")
    office.connections.park(REALM, "2027-01-01T00:00:00.000Z", "gone")
    realm = connect_company(REALM, "token", "production", Intuit(office).connector())
    assert (realm.parked_until, realm.park_reason) == ("", "")
    office.sweep()
    office.drain()
    assert office.row().status == "posted"


@pytest.mark.parametrize(
    "known", [Connection(SHOP, "canonical", "another"), Connection(SHOP, "heartland", REALM)]
)
def test_a_connection_stays_with_its_company_and_its_source(known: Connection) -> None:
    intuit = Intuit(Office())
    intuit.office.connections.put(known)
    with pytest.raises(WrongCompany, match="another id"):
        connect_source(Connection(SHOP, "canonical", REALM), "secret", intuit.connector())
    assert intuit.calls == []
    assert intuit.office.connections.get(SHOP) == known


def test_a_connection_without_a_company_gets_one_and_what_waited_is_released() -> None:
    office = Office.opened()
    office.connections.put(Connection(SHOP, "canonical"))
    office.deliver(sale())
    assert office.row().reason == "setting_needed"
    intuit = Intuit(office)
    made = connect_source(Connection(SHOP, "canonical", REALM), "s3", intuit.connector())
    assert intuit.calls == ["secret shop canonical s3"]
    assert made.created_at == "2026-11-20T12:00:00.000Z"
    assert office.row().status == "ready"


def test_connecting_again_without_a_secret_leaves_the_one_there_is() -> None:
    intuit = Intuit(Office.opened())
    connect_source(Connection(SHOP, "canonical", REALM), None, intuit.connector())
    assert intuit.calls == []


def test_a_chart_is_imported_under_the_next_version_and_releases_what_waited() -> None:
    office = Office()
    office.connections.put(Connection(SHOP, "canonical", REALM))
    office.connections.put_realm(Realm(REALM))
    office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping(), "me", ""))
    office.deliver(sale())
    told: list[tuple[int, int]] = []
    done = refresh_chart(
        REALM, Intuit(office).connector(), releasing=lambda done, total: told.append((done, total))
    )
    assert (done.released.released, done.released.still_held) == (1, 0)
    assert (done.imported.chart.version, done.first, done.kept) == (1, True, True)
    assert told == [(1, 1)]
    assert office.row().status == "ready"
    again = refresh_chart(REALM, Intuit(office).connector())
    assert again.imported.chart.version == 2


def test_a_chart_of_an_unknown_company_is_not_imported() -> None:
    intuit = Intuit(Office())
    with pytest.raises(LookupError, match="no company"):
        refresh_chart(REALM, intuit.connector())
    assert intuit.calls == []
