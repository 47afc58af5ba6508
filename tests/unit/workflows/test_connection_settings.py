"""A new webhook secret, names, ids."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daybook.workflows.connection_settings import (
    SecretTools,
    check_names,
    rename,
    rotate_secret,
)
from daybook.workflows.operator import NotPossible, Who
from tests.unit.workflows.office import SHOP, Office

ADA = Who("ada", "it leaked")


class Kept:
    """The secrets that were written."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str]] = []

    def __call__(
        self, connection: str, source: str, secret: str, /, before_until: str = ""
    ) -> None:
        self.rows.append((connection, source, secret, before_until))


@pytest.mark.parametrize(("at_once", "until"), [(False, "2026-11-21T12:00:00.000000Z"), (True, "")])
def test_the_secret_before_is_taken_for_a_day_unless_it_is_known_to_others(
    at_once: bool, until: str
) -> None:
    office, kept = Office.opened(), Kept()
    tools = SecretTools(office.operator(), lambda source: f"new-{source}", kept, office.clock)
    assert rotate_secret(SHOP, ADA, tools, at_once=at_once) == "new-canonical"
    ((connection, source, secret, before),) = kept.rows
    assert (connection, source, secret) == (SHOP, "canonical", "new-canonical")
    assert (before[:19], bool(before)) == (until[:19], bool(until))
    (action,) = office.actions.kept
    assert (action.connection, action.action, action.reason) == (SHOP, "rotate secret", "it leaked")
    assert "new-canonical" not in str(action)


def test_a_connection_that_is_not_there_gets_no_secret() -> None:
    office, kept = Office.opened(), Kept()
    tools = SecretTools(office.operator(), lambda source: source, kept, office.clock)
    with pytest.raises(NotPossible):
        rotate_secret("nobody", ADA, tools, at_once=False)
    assert (kept.rows, office.actions.kept) == ([], [])


def test_a_connection_is_renamed_and_keeps_its_company() -> None:
    office = Office.opened()
    before = office.connections.get(SHOP)
    rename(SHOP, "Main Street", "outfitters", ADA, office.operator())
    after = office.connections.get(SHOP)
    assert before is not None
    assert after is not None
    assert (after.name, after.pos_account, after.realm) == (
        "Main Street",
        "outfitters",
        before.realm,
    )
    with pytest.raises(NotPossible):
        rename(SHOP, "x" * 81, "", ADA, office.operator())


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a#b", "x" * 61, "é", "a\n"])
def test_an_id_that_could_break_an_address_or_a_key_is_refused(name: str) -> None:
    with pytest.raises(NotPossible):
        check_names(name, "")


@pytest.mark.parametrize("realm", ["x", "1 ", "-1", "9" * 31, "\u0661"])
def test_a_realm_id_is_digits(realm: str) -> None:
    check_names("shop", "")
    with pytest.raises(NotPossible):
        check_names("shop", realm)


def _tools(office: Office, kept: Kept) -> SecretTools:
    return SecretTools(office.operator(), lambda source: f"new-{source}", kept, office.clock)


def test_a_form_sent_twice_does_not_end_the_secret_that_senders_still_sign_with() -> None:
    office, kept = Office.opened(), Kept()
    rotate_secret(SHOP, ADA, _tools(office, kept), at_once=False)
    office.clock.now += timedelta(seconds=30)
    with pytest.raises(NotPossible, match="at once"):
        rotate_secret(SHOP, ADA, _tools(office, kept), at_once=False)
    assert len(kept.rows) == 1
    rotate_secret(SHOP, ADA, _tools(office, kept), at_once=True)
    assert [row[3] != "" for row in kept.rows] == [True, False]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_secret_is_changed_again_once_nothing_is_lost_by_it(at_once: bool) -> None:
    office, kept = Office.opened(), Kept()
    office.clock.now = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    rotate_secret(SHOP, ADA, _tools(office, kept), at_once=at_once)
    if not at_once:
        office.clock.now += timedelta(hours=23)
        with pytest.raises(NotPossible):
            rotate_secret(SHOP, ADA, _tools(office, kept), at_once=False)
        office.clock.now += timedelta(hours=1)
    rotate_secret(SHOP, ADA, _tools(office, kept), at_once=False)
    assert len(kept.rows) == 2


def test_a_secret_that_could_not_be_written_can_be_tried_again() -> None:
    office, kept = Office.opened(), Kept()

    def fails(*_: str, before_until: str = "") -> None:
        raise ConnectionError(before_until)

    with pytest.raises(ConnectionError):
        rotate_secret(SHOP, ADA, replace(_tools(office, kept), keep=fails), at_once=False)
    office.clock.now += timedelta(seconds=1)
    rotate_secret(SHOP, ADA, _tools(office, kept), at_once=False)
    assert len(kept.rows) == 1
