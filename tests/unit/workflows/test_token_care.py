"""Tokens live long: renewed weekly, warned of, and taken up again where newer ones are found."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from daybook.domain.connection import Realm, TokenLife
from daybook.domain.posting import instant_text
from daybook.workflows.poster import Reconnect, TokenUnavailable
from daybook.workflows.token_care import Cared, near_death, refresh_idle
from tests.fakes.clock import START, FakeClock
from tests.fakes.connections import FakeConnections

DAY = timedelta(days=1)


def ago(span: timedelta) -> str:
    return instant_text(START - span)


def ahead(span: timedelta) -> str:
    return instant_text(START + span)


@dataclass
class House:
    """Companies, and what is asked of their tokens."""

    connections: FakeConnections = field(default_factory=FakeConnections)
    renewed: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    alarms: list[tuple[str, str]] = field(default_factory=list)
    raises: dict[str, Exception] = field(default_factory=dict)
    found: dict[str, TokenLife] = field(default_factory=dict)

    def add(self, name: str, **fields: str) -> None:
        row = Realm(name, refreshed_at=ago(DAY), pair="m5")
        self.connections.put_realm(replace(row, **fields))  # type: ignore[arg-type]

    def renew(self, realm: Realm) -> None:
        self.renewed.append(realm.realm)
        self._answer(realm)

    def look(self, realm: Realm) -> None:
        self.looked.append(realm.realm)
        self._answer(realm)

    def _answer(self, realm: Realm) -> None:
        if realm.realm in self.raises:
            raise self.raises[realm.realm]
        if realm.realm in self.found:
            self.connections.tokens_kept(realm.realm, self.found[realm.realm])

    def care(self) -> Cared:
        return refresh_idle(
            connections=self.connections,
            renew=self.renew,
            look=self.look,
            alarm=lambda word, realm: self.alarms.append((word, realm)),
            clock=FakeClock(),
        )


def test_only_a_company_that_was_idle_for_a_week_is_renewed() -> None:
    house = House()
    house.add("used", refreshed_at=ago(6 * DAY))
    house.add("idle", refreshed_at=ago(7 * DAY))
    house.add("unknown", refreshed_at="")
    house.add("gone", refreshed_at="", state="disconnected")
    assert house.care() == Cared(renewed=2)
    assert house.renewed == ["idle", "unknown"]


def test_one_companys_trouble_ends_nothing_but_its_own_turn() -> None:
    house = House()
    for name in ("a", "b", "c"):
        house.add(name, refreshed_at="")
    house.raises = {"a": TokenUnavailable("no answer"), "b": Reconnect("invalid_grant", "m5")}
    assert house.care() == Cared(renewed=1, lost=1, unanswered=1)
    states = [house.connections.companies[name].state for name in ("a", "b", "c")]
    assert states == ["connected", "reconnect_needed", "connected"]
    assert house.alarms == [("reconnect_needed", "b")]


def test_a_refusal_of_tokens_that_a_person_replaced_meanwhile_undoes_nothing() -> None:
    house = House()
    house.add("a", refreshed_at="", pair="m6")
    house.raises = {"a": Reconnect("invalid_grant", "m5")}
    assert house.care() == Cared(back=1)
    assert house.connections.companies["a"].state == "connected"
    assert house.alarms == []


def test_a_company_that_needs_a_reconnect_is_looked_at_and_never_renewed() -> None:
    house = House()
    house.add("a", state="reconnect_needed", refreshed_at="")
    house.add("b", state="reconnect_needed", park_reason="refused")
    house.found = {"b": TokenLife("m6", ago(DAY), ahead(100 * DAY), "")}
    assert house.care() == Cared(back=1)
    assert (house.renewed, house.looked) == ([], ["a", "b"])
    assert house.connections.companies["a"].state == "reconnect_needed"
    again = house.connections.companies["b"]
    assert (again.state, again.park_reason, again.pair) == ("connected", "", "m6")


@pytest.mark.parametrize("trouble", [TokenUnavailable("no"), Reconnect("unreadable")])
def test_a_company_that_cannot_be_looked_at_stays_as_it_is(trouble: Exception) -> None:
    house = House()
    house.add("a", state="reconnect_needed")
    house.raises = {"a": trouble}
    assert house.care() == Cared(unanswered=1)


@pytest.mark.parametrize(
    ("refresh", "hard", "warned"),
    [
        (14 * DAY, 60 * DAY, []),
        (14 * DAY - timedelta(seconds=1), 60 * DAY, [("refresh_token", 13)]),
        (100 * DAY, 60 * DAY - timedelta(seconds=1), [("consent", 59)]),
        (10 * DAY, 10 * DAY, [("consent", 10), ("refresh_token", 10)]),
        (-DAY, 400 * DAY, [("refresh_token", -1)]),
    ],
)
def test_what_ends_soon_is_warned_of(
    refresh: timedelta, hard: timedelta, warned: list[tuple[str, int]]
) -> None:
    house = House()
    house.add("a", refresh_expires_at=ahead(refresh), hard_expires_at=ahead(hard))
    warnings = house.care().warnings
    assert [(one.what, one.days) for one in warnings] == warned
    assert house.alarms == [("token_near_death", "a")] * len(warned)
    assert all("connect the company again" in one.text for one in warnings)


def test_an_end_that_was_never_told_is_not_warned_of() -> None:
    assert near_death([Realm("a")], START) == ()


def test_the_soonest_end_is_told_first_and_a_company_that_left_not_at_all() -> None:
    realms = [
        Realm("a", hard_expires_at=ahead(30 * DAY)),
        Realm("b", hard_expires_at=ahead(3 * DAY)),
        Realm("c", hard_expires_at=ahead(DAY), state="disconnected"),
    ]
    assert [one.realm for one in near_death(realms, START)] == ["b", "a"]


def test_counts_are_told_by_word_without_zeros() -> None:
    house = House()
    house.add("a", refreshed_at="", hard_expires_at=ahead(DAY))
    assert house.care().counts() == {"tokens renewed": 1, "tokens near their end": 1}
