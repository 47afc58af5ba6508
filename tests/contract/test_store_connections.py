"""What every store of connections promises: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daybook.domain.connection import Connection, LeaseGrant, Realm, TokenLife
from daybook.workflows.ports import Connections
from tests.fakes.aws import in_process
from tests.fakes.connections import FakeConnections

NOW = datetime(2026, 11, 20, 12, 0, 0, 123, tzinfo=UTC)
COMPANY = Realm("4620", "Northgate Books", "sandbox", pace="{}", connected_at="2026-11-20T00:00Z")


@pytest.fixture(params=["fake", "dynamodb"])
def connections(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connections]:
    if request.param == "fake":
        yield FakeConnections()
        return
    with in_process(monkeypatch) as aws:
        yield aws.connections()


def test_a_connection_comes_back_and_can_be_written_again(connections: Connections) -> None:
    shop = Connection("northgate", "heartland", "", "Northgate", "northgate", "2026-11-20T00:00Z")
    connections.put(shop)
    assert connections.get("northgate") == shop
    connections.put(replace(shop, realm="4620", name=""))
    assert connections.get("northgate") == replace(shop, realm="4620", name="")
    assert connections.get("other") is None


def test_all_connections_and_companies_are_listed_by_id(connections: Connections) -> None:
    assert connections.all() == []
    assert connections.realms() == []
    for name in ("b", "a"):
        connections.put(Connection(name, "canonical"))
        connections.put_realm(Realm(name))
    connections.acquire("c", NOW, 120)
    assert [one.id for one in connections.all()] == ["a", "b"]
    assert [one.realm for one in connections.realms()] == ["a", "b"]


def test_a_company_comes_back(connections: Connections) -> None:
    connections.put_realm(COMPANY)
    assert connections.realm("4620") == COMPANY
    assert connections.realm("1") is None


def test_parking_state_and_pace_change_nothing_else(connections: Connections) -> None:
    connections.put_realm(COMPANY)
    at = "2026-11-20T12:59:00.000Z"
    connections.park("4620", "2026-11-20T13:00:00.000Z", "asked to slow down", at)
    assert connections.save_pace("4620", '{"rate":500}', COMPANY.pace)
    parked = replace(
        COMPANY,
        parked_until="2026-11-20T13:00:00.000Z",
        park_reason="asked to slow down",
        throttled_at=at,
        pace='{"rate":500}',
    )
    assert connections.realm("4620") == parked
    connections.set_state("4620", "reconnect_needed", "revoked")
    assert connections.realm("4620") == replace(
        parked, state="reconnect_needed", park_reason="revoked"
    )
    connections.park("4620", "", "")
    unparked = replace(
        parked, state="reconnect_needed", parked_until="", park_reason="", throttled_at=""
    )
    assert connections.realm("4620") == unparked


LIFE = TokenLife(
    "2026-11-20#2", "2026-11-20T12:00:00.000Z", "2027-02-28T12:00:00.000Z", "2031-11-20T00:00Z"
)


def test_newer_tokens_are_noted_and_older_ones_are_not(connections: Connections) -> None:
    connections.put_realm(COMPANY)
    assert connections.tokens_kept("4620", LIFE)
    noted = connections.realm("4620")
    assert noted == replace(
        COMPANY,
        pair=LIFE.pair,
        refreshed_at=LIFE.refreshed_at,
        refresh_expires_at=LIFE.refresh_expires_at,
        hard_expires_at=LIFE.hard_expires_at,
    )
    assert not connections.tokens_kept("4620", LIFE)
    assert not connections.tokens_kept("4620", LIFE._replace(pair="2026-11-20#1"))
    assert connections.realm("4620") == noted


def test_an_end_of_consent_that_is_not_told_again_stays(connections: Connections) -> None:
    connections.put_realm(COMPANY)
    connections.tokens_kept("4620", LIFE)
    connections.tokens_kept("4620", LIFE._replace(pair="2026-11-20#3", hard_expires_at=""))
    row = connections.realm("4620")
    assert row is not None
    assert (row.pair, row.hard_expires_at) == ("2026-11-20#3", "2031-11-20T00:00Z")


def test_newer_tokens_end_the_want_of_a_reconnect(connections: Connections) -> None:
    connections.put_realm(COMPANY)
    assert connections.set_state("4620", "reconnect_needed", "refused", LIFE.pair)
    assert not connections.tokens_kept("4620", LIFE)
    lost = connections.realm("4620")
    assert lost is not None
    assert (lost.state, lost.park_reason, lost.pair) == ("reconnect_needed", "refused", LIFE.pair)
    assert connections.tokens_kept("4620", LIFE._replace(pair="2026-11-20#3"))
    back = connections.realm("4620")
    assert back is not None
    assert (back.state, back.park_reason) == ("connected", "")


def test_newer_tokens_do_not_connect_what_was_disconnected(connections: Connections) -> None:
    connections.put_realm(replace(COMPANY, state="disconnected"))
    connections.tokens_kept("4620", LIFE)
    row = connections.realm("4620")
    assert row is not None
    assert (row.state, row.pair) == ("disconnected", LIFE.pair)


def test_a_late_refusal_of_older_tokens_does_not_undo_a_reconnect(
    connections: Connections,
) -> None:
    connections.put_realm(replace(COMPANY, pair="2026-11-20#2"))
    before = connections.realm("4620")
    assert not connections.set_state("4620", "reconnect_needed", "late", "2026-11-20#1")
    assert not connections.set_state("4620", "reconnect_needed", "late", "")
    assert connections.realm("4620") == before
    assert connections.set_state("4620", "reconnect_needed", "now", "2026-11-20#2")
    assert connections.set_state("4620", "disconnected", "by a person")


def test_a_pace_is_kept_only_over_the_one_that_was_read(connections: Connections) -> None:
    connections.put_realm(replace(COMPANY, pace=""))
    assert connections.save_pace("4620", "a", "")
    assert not connections.save_pace("4620", "b", "")
    assert connections.save_pace("4620", "c", "a")
    assert not connections.save_pace("4620", "d", "a")
    assert connections.realm("4620") == replace(COMPANY, pace="c")


def test_an_unknown_company_cannot_be_changed(connections: Connections) -> None:
    with pytest.raises(LookupError):
        connections.park("1", "2026-11-20T13:00:00.000Z", "text")
    with pytest.raises(LookupError):
        connections.set_state("1", "disconnected", "text")
    with pytest.raises(LookupError):
        connections.save_pace("1", "{}", "")
    with pytest.raises(LookupError):
        connections.tokens_kept("1", LIFE)
    with pytest.raises(LookupError):
        connections.set_state("1", "reconnect_needed", "text", "pair")
    assert connections.realms() == []


def test_one_holds_the_lease_until_it_is_given_back(connections: Connections) -> None:
    assert connections.acquire("4620", NOW, 120) == LeaseGrant(1)
    assert connections.acquire("4620", NOW + timedelta(seconds=119), 120) is None
    assert connections.acquire("other", NOW, 120) == LeaseGrant(1)
    connections.release("4620", 1)
    assert connections.acquire("4620", NOW, 120) == LeaseGrant(2)


def test_a_lease_that_ran_out_is_taken_over_and_said_to_be(connections: Connections) -> None:
    connections.acquire("4620", NOW, 120)
    late = NOW + timedelta(seconds=120)
    assert connections.acquire("4620", late, 120) == LeaseGrant(2, taken_over=True)
    assert connections.acquire("4620", late, 120) is None


def test_an_old_holder_cannot_give_back_the_lease_of_the_next(connections: Connections) -> None:
    connections.acquire("4620", NOW, 120)
    late = NOW + timedelta(seconds=121)
    connections.acquire("4620", late, 120)
    connections.release("4620", 1)
    assert connections.acquire("4620", late, 120) is None


def test_giving_back_twice_or_what_was_never_held_does_nothing(connections: Connections) -> None:
    connections.release("4620", 1)
    connections.acquire("4620", NOW, 120)
    connections.release("4620", 1)
    connections.release("4620", 1)
    assert connections.acquire("4620", NOW, 120) == LeaseGrant(2)


def test_writing_a_company_leaves_its_lease_alone(connections: Connections) -> None:
    connections.acquire("4620", NOW, 120)
    connections.put_realm(COMPANY)
    assert connections.acquire("4620", NOW, 120) is None
