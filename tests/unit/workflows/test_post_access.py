"""Throttles, tokens and companies that refuse: nothing was processed, and nothing is lost."""

import pytest

from daybook.domain.outcome import Outcome
from daybook.workflows.poster import Reconnect, TokenUnavailable
from tests.unit.workflows.office import REALM, sale
from tests.unit.workflows.troubled import answering, faulty, posted_once


def test_a_throttled_batch_goes_again_as_the_same_group_without_a_question() -> None:
    office = faulty("throttle", number=3)
    office.books.failing_probes = 1_000
    office.drain()
    rows = [office.row(one) for one in "123"]
    assert {row.status for row in rows} == {"ready"}
    request_id, b_ids = office.books.requests[0]
    assert [row.b_id for row in rows] == list(b_ids)
    assert {row.request_id for row in rows} == {request_id}
    assert office.slowed == [60]
    office.deliver(sale("4"))
    office.clock.sleep(60)
    office.drain()
    assert office.books.requests[1] == (request_id, b_ids)
    assert office.books.requests[2][1] == ("1",)
    assert posted_once(office, 4)


def test_a_throttle_parks_the_company_for_as_long_as_it_asks() -> None:
    office = faulty("throttle")
    assert office.drain().stopped == "parked"
    realm = office.connections.realm(REALM)
    assert realm is not None
    assert realm.parked_until == "2026-11-20T12:01:00.000Z"
    assert realm.park_reason


def test_an_access_token_that_is_not_taken_is_renewed_once_and_the_request_repeated() -> None:
    office = faulty("unauthorised", number=2)
    office.drain()
    assert office.renewals == [REALM]
    assert office.books.requests[0] == office.books.requests[1]
    assert posted_once(office, 2)


def test_a_renewed_token_that_is_not_taken_either_needs_a_person() -> None:
    office = faulty("unauthorised", "unauthorised", number=2)
    assert office.drain().stopped == "parked"
    realm = office.connections.realm(REALM)
    assert realm is not None
    assert realm.state == "reconnect_needed"
    assert set(office.statuses().values()) == {"ready"}
    assert office.renewals == [REALM]
    office.connections.set_state(REALM, "connected", "")
    office.drain()
    assert posted_once(office, 2)


@pytest.mark.parametrize("error", [Reconnect("gone"), TokenUnavailable("no answer")])
def test_a_token_that_cannot_be_renewed_leaves_the_rows_ready(error: Exception) -> None:
    office = faulty("unauthorised", number=2)
    office.renew_raises = [error]
    assert office.drain().stopped == "parked"
    assert set(office.statuses().values()) == {"ready"}
    office.connections.set_state(REALM, "connected", "")
    office.settle(1)
    assert posted_once(office, 2)


@pytest.mark.parametrize("error", [Reconnect("gone"), TokenUnavailable("no answer")])
def test_no_row_is_claimed_while_there_is_no_token(error: Exception) -> None:
    office = faulty()
    office.books_raise = [error]
    office.drain()
    assert (office.row("1").status, office.row("1").request_id) == ("ready", "")
    realm = office.connections.realm(REALM)
    assert realm is not None
    assert (realm.state == "reconnect_needed") == isinstance(error, Reconnect)


def test_a_company_that_took_the_app_out_is_not_asked_again() -> None:
    lost = Outcome("disconnected", reason="reconnect_needed", text="the app was taken out")
    office = answering(lost)
    assert office.drain().stopped == "parked"
    realm = office.connections.realm(REALM)
    assert realm is not None
    assert (realm.state, realm.park_reason) == ("reconnect_needed", "the app was taken out")
    assert office.row("1").status == "ready"


def test_a_company_that_refuses_everything_for_now_is_parked_and_stays_connected() -> None:
    office = answering(Outcome("disconnected", text="the subscription has ended"))
    assert office.drain().stopped == "parked"
    realm = office.connections.realm(REALM)
    assert realm is not None
    assert (realm.state, realm.park_reason) == ("connected", "the subscription has ended")
    office.clock.sleep(24 * 3600)
    office.drain()
    assert posted_once(office)
