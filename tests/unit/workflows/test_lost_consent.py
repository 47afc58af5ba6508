"""Lost consent stops one company until newer tokens come; late word of older ones stops nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from daybook.domain.connection import Realm, TokenLife
from daybook.domain.outcome import BatchItem, Outcomes
from daybook.workflows.poster import Reconnect
from tests.fakes.books import FakeBooks
from tests.unit.workflows.office import REALM, Office, read_entry, sale

NEWER = TokenLife("m2", "2026-11-20T12:00:00.000Z", "2027-02-28T12:00:00.000Z")


@dataclass
class Meanwhile(FakeBooks):
    """A company during whose first request something else happens."""

    happens: Callable[[], None]

    def __post_init__(self) -> None:
        FakeBooks.__init__(self, read_entry)

    def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes:
        happens, self.happens = self.happens, lambda: None
        happens()
        return super().post_batch(items, request_id)


def company(office: Office) -> Realm:
    realm = office.connections.realm(REALM)
    assert realm is not None
    return realm


def known(office: Office, **fields: str) -> None:
    """What the company's row says of its tokens."""
    office.connections.put_realm(replace(company(office), **fields))  # type: ignore[arg-type]


def test_a_refused_pair_stops_the_company_and_raises_an_alarm() -> None:
    office = Office.opened()
    known(office, pair="m1")
    office.deliver(sale())
    office.books_raise = [Reconnect("invalid_grant", "m1")]
    assert office.drain().stopped == "parked"
    assert (company(office).state, company(office).pair) == ("reconnect_needed", "m1")
    assert office.company_alarms == ["reconnect_needed"]
    office.settle(2)
    assert office.row().status == "ready"
    assert office.company_alarms == ["reconnect_needed"]


def test_newer_tokens_than_the_refused_ones_set_it_going_again() -> None:
    office = Office.opened()
    known(office, pair="m1")
    office.deliver(sale())
    office.books_raise = [Reconnect("invalid_grant", "m1")]
    office.drain()
    assert office.connections.tokens_kept(REALM, NEWER)
    office.settle(1)
    assert office.row().status == "posted"


def test_a_late_word_of_older_tokens_does_not_undo_a_reconnect() -> None:
    office = Office.opened()
    known(office, pair="m2")
    office.deliver(sale())
    office.books_raise = [Reconnect("invalid_grant", "m1")]
    assert office.drain().stopped == "parked"
    assert company(office).state == "connected"
    assert office.company_alarms == []
    office.settle(1)
    assert office.row().status == "posted"


def test_tokens_that_were_lost_by_hand_do_not_make_the_poster_ask_for_ever() -> None:
    office = Office.opened()
    known(office, pair="m2")
    office.deliver(sale())
    office.books_raise = [Reconnect("invalid_grant", "m1") for _ in range(50)]
    office.drain()
    assert len(office.books_raise) == 49


def test_a_refusal_of_the_company_does_not_undo_a_reconnect_that_came_meanwhile() -> None:
    office = Office.opened()
    known(office, pair="m1", connected_at="2026-01-01T00:00:00.000Z")

    def reconnects() -> None:
        known(office, pair="m2", connected_at="2026-11-20T12:00:00.000Z")

    office.books = Meanwhile(reconnects)
    office.books.faults.extend(["unauthorised", "unauthorised"])
    office.deliver(sale())
    office.drain()
    assert company(office).state == "connected"
    office.settle(1)
    assert office.row().status == "posted"


def test_a_renewal_on_the_way_does_not_hide_that_the_company_refuses() -> None:
    office = Office.opened()
    known(office, pair="m1")
    office.books = Meanwhile(lambda: _ignored(office.connections.tokens_kept(REALM, NEWER)))
    office.books.faults.extend(["unauthorised", "unauthorised"])
    office.deliver(sale())
    office.drain()
    assert (company(office).state, company(office).pair) == ("reconnect_needed", "m2")


def _ignored(_value: object) -> None:
    """Only done for its effect."""
