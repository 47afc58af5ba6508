"""A company that rests: for how long, why, and that nobody else rests with it."""

from dataclasses import replace
from typing import Any

import pytest

from daybook.domain.connection import Connection, Realm
from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting
from daybook.workflows.ports import BooksOfRealm
from daybook.workflows.post import drain
from daybook.workflows.poster import Reconnect, TokenUnavailable
from tests.fakes.books import FakeBooks, Fault
from tests.unit.workflows.office import REALM, Office, read_entry, sale
from tests.unit.workflows.troubled import answering, faulty, posted_once

OTHER = "9341450000000002"


def throttled(office: Office, times: int, seconds: float) -> list[tuple[str, str]]:
    """So many 429s in a row, so long apart; what was told of the company."""
    alarms: list[tuple[str, str]] = []
    tools = replace(
        office.poster(), alarm_of_company=lambda word, realm: alarms.append((word, realm))
    )
    for _ in range(times):
        office.books.faults.append("throttle")
        drain(REALM, (), tools)
        office.clock.sleep(seconds)
    return alarms


def company(office: Office) -> Realm:
    realm = office.connections.realm(REALM)
    assert realm is not None
    return realm


def test_throttles_without_a_clear_answer_for_ten_minutes_are_the_apps_monthly_cap() -> None:
    office = faulty()
    assert throttled(office, 5, 150) == [("monthly_cap", REALM)]
    realm = company(office)
    assert realm.parked_until == "2026-11-20T13:10:00.000Z"
    assert realm.park_reason.startswith("monthly_cap: ")
    assert office.row("1").status == "ready"


def test_the_monthly_cap_ends_with_a_clear_answer() -> None:
    office = faulty()
    throttled(office, 5, 150)
    office.clock.sleep(3_600)
    office.drain()
    assert posted_once(office)
    realm = company(office)
    assert (realm.parked_until, realm.park_reason, realm.throttled_at) == ("", "", "")


def test_each_hour_that_the_monthly_cap_lasts_is_told_of() -> None:
    office = faulty()
    throttled(office, 5, 150)
    office.clock.sleep(3_600)
    assert throttled(office, 2, 3_601) == [("monthly_cap", REALM)] * 2


def test_many_throttles_within_a_moment_are_not_the_monthly_cap() -> None:
    office = faulty()
    assert throttled(office, 8, 61) == []
    assert company(office).park_reason == "QuickBooks asked to slow down"


def test_throttles_with_clear_answers_between_are_not_the_monthly_cap() -> None:
    office = faulty()
    for number in range(8):
        assert throttled(office, 1, 600) == []
        office.drain()
        office.deliver(sale(f"more-{number}"))
    assert len(company(office).throttled_at.split()) == 0


def test_a_longer_rest_is_not_cut_short_by_a_shorter_one() -> None:
    office = answering(Outcome("disconnected", text="the subscription has ended"))
    office.drain()
    until = company(office).parked_until
    tools = office.poster()
    from daybook.workflows import rest  # noqa: PLC0415

    rest.park(company(office), 60, "shorter", tools)
    assert company(office).parked_until == until
    assert company(office).park_reason == "the subscription has ended"


class TwoCompanies:
    """The office's company and another, each with its own QuickBooks and some sales."""

    def __init__(self) -> None:
        self.office = faulty(number=40)
        self.books = FakeBooks(read_entry)
        self.office.connections.put(Connection("other", "canonical", OTHER))
        self.office.connections.put_realm(Realm(OTHER))
        for row in list(self.office.ledger.rows.values()):
            self._put(replace(row, key=replace(row.key, connection="other"), realm=OTHER))

    def _put(self, row: Posting) -> None:
        self.office.ledger.rows[row.key, ""] = row

    def drain(self, realm: str) -> str:
        """Ring one of the two."""

        def opened(which: Realm) -> BooksOfRealm:
            if which.realm == REALM:
                return self.office._open(which)
            return self.books

        return drain(realm, (), replace(self.office.poster(), books=opened)).stopped


TROUBLES: list[tuple[str, list[Fault | None], list[Exception]]] = [
    ("a throttle", ["throttle"], []),
    ("unclear answers", ["drop", "lose_reply"], []),
    ("a lost consent", ["disconnect"], []),
    ("no tokens", [], [TokenUnavailable("no answer")]),
    ("refused tokens", [], [Reconnect("gone")]),
]


@pytest.mark.parametrize(("faults", "errors"), [one[1:] for one in TROUBLES])
def test_a_company_in_trouble_leaves_the_others_alone(faults: Any, errors: Any) -> None:
    both = TwoCompanies()
    both.office.books.faults.extend(faults)
    both.office.books_raise.extend(errors)
    assert both.drain(REALM) == "parked"
    assert both.drain(OTHER) == "empty"
    assert len(both.books.entries) == 40
    other = both.office.connections.realm(OTHER)
    assert other is not None
    assert (other.state, other.parked_until, other.park_reason) == ("connected", "", "")
    assert both.drain(REALM) == "parked"
