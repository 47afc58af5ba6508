"""Refreshing what was imported: kept whole, compared with before, and what it mends is released."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from daybook.domain.chart import Account
from daybook.domain.connection import Connection, Realm, TokenLife
from daybook.domain.directory import Directory, Listed
from daybook.domain.imported import Change, Imported
from daybook.workflows.connect import (
    Connector,
    ImportOvertaken,
    Progress,
    Redeemed,
    Refreshed,
    refresh_all,
    refresh_chart,
)
from tests.unit.workflows.office import REALM, SHOP, Office, chart, mapping, sale

AT = "2026-11-20T12:00:00.000Z"


class Gone(Exception):  # noqa: N818 -- the fact
    """The company cannot be reached."""


@dataclass
class Quickbooks:
    """A company's books, as an import finds them. fails: companies that cannot be reached."""

    office: Office
    now: Imported = field(
        default_factory=lambda: Imported(replace(chart(), imported_at=AT), Directory(REALM, 1))
    )
    asked: list[tuple[int, bool]] = field(default_factory=list)
    fails: tuple[str, ...] = ()
    meanwhile: Callable[[], None] = lambda: None

    def import_books(
        self, realm: Realm, version: int, before: Imported | None, progress: Progress
    ) -> Imported:
        if realm.realm in self.fails:
            raise Gone(realm.realm)
        self.asked.append((version, before is None))
        progress(1, 1)
        self.meanwhile()
        return replace(
            self.now,
            chart=replace(self.now.chart, realm=realm.realm, version=version, imported_at=AT),
            directory=replace(self.now.directory, realm=realm.realm, version=version),
            whole=before is None,
        )

    def connector(self) -> Connector:
        office = self.office
        return Connector(
            connections=office.connections,
            mappings=office.mappings,
            releaser=office.releaser(),
            redeem=lambda *_: Redeemed(TokenLife("", "", "")),
            company=lambda realm: realm.company,
            import_books=self.import_books,
            keep_secret=lambda *_: None,
            clock=office.clock,
        )

    def refresh(self, *, only_changes: bool = False) -> Refreshed:
        return refresh_chart(REALM, self.connector(), only_changes=only_changes)

    def account(self, account: Account) -> None:
        """The bookkeeper changes an account."""
        accounts = {**self.now.chart.accounts, account.id: account}
        self.now = replace(self.now, chart=replace(self.now.chart, accounts=accounts))

    def customer(self, customer: Listed) -> None:
        """The bookkeeper enters a customer."""
        directory = replace(self.now.directory, customers={customer.id: customer})
        self.now = replace(self.now, directory=directory)


def opened() -> Quickbooks:
    """A shop whose chart was imported once."""
    quickbooks = Quickbooks(Office.opened())
    quickbooks.refresh()
    return quickbooks


def test_chart_and_directory_are_kept_under_one_version() -> None:
    quickbooks = Quickbooks(Office.opened())
    quickbooks.customer(Listed("58", "Ada"))
    done = quickbooks.refresh()
    mappings = quickbooks.office.mappings
    assert (done.first, done.kept, done.changes) == (True, True, ())
    assert mappings.chart(REALM) == done.imported.chart
    assert mappings.directory(REALM) == done.imported.directory
    assert (done.imported.chart.version, done.imported.directory.version) == (2, 2)


def test_what_changed_since_the_last_import_is_said() -> None:
    quickbooks = opened()
    quickbooks.account(Account("90", "Gift shop", "Income"))
    done = quickbooks.refresh()
    assert (done.first, done.kept) == (False, True)
    assert done.changes == (Change("account", "90", "Gift shop", "added"),)


def test_a_whole_refresh_asks_for_everything_and_always_makes_a_version() -> None:
    quickbooks = opened()
    done = quickbooks.refresh()
    assert quickbooks.asked == [(2, True), (3, True)]
    assert (done.kept, done.changes) == (True, ())
    assert quickbooks.office.mappings.chart_version(REALM) == 3


def test_changes_alone_are_asked_for_and_make_a_version_where_there_are_any() -> None:
    quickbooks = opened()
    same = quickbooks.refresh(only_changes=True)
    assert (same.kept, same.imported.whole, same.imported.chart.version) == (False, False, 2)
    assert quickbooks.office.mappings.chart_version(REALM) == 2
    quickbooks.customer(Listed("58", "Ada"))
    done = quickbooks.refresh(only_changes=True)
    assert quickbooks.asked[1:] == [(3, False), (3, False)]
    assert done.kept
    assert quickbooks.office.mappings.chart_version(REALM) == 3
    directory = quickbooks.office.mappings.directory(REALM)
    assert directory is not None
    assert [row.name for row in directory.named("customer", "ada")] == ["Ada"]


def test_changes_to_nothing_are_an_import_of_everything_that_says_so() -> None:
    quickbooks = Quickbooks(Office.opened())
    done = quickbooks.refresh(only_changes=True)
    assert quickbooks.asked == [(2, True)]
    assert (done.first, done.imported.whole) == (True, True)
    assert "nothing was imported before" in done.imported.note


def test_a_chart_of_accounts_alone_is_nothing_to_compare_with() -> None:
    quickbooks = Quickbooks(Office.opened())
    quickbooks.account(Account("90", "Gift shop", "Income"))
    done = quickbooks.refresh()
    assert (done.first, done.changes) == (True, ())


def test_a_refresh_that_died_between_its_two_writes_does_not_stop_the_next() -> None:
    quickbooks = opened()
    quickbooks.office.mappings.put_directory(Directory(REALM, 3))
    done = quickbooks.refresh()
    assert (done.imported.chart.version, done.imported.directory.version) == (4, 4)
    assert quickbooks.office.mappings.chart_version(REALM) == 4


def test_an_import_that_was_overtaken_is_not_kept() -> None:
    quickbooks = opened()
    newer = Directory(REALM, 3, customers={"58": Listed("58", "Ada")})
    quickbooks.meanwhile = lambda: quickbooks.office.mappings.put_directory(newer)
    with pytest.raises(ImportOvertaken, match="refresh again"):
        quickbooks.refresh()
    assert quickbooks.office.mappings.directory(REALM) == newer
    assert quickbooks.office.mappings.chart_version(REALM) == 2


def test_each_row_of_each_connection_that_a_change_breaks_is_named() -> None:
    quickbooks = opened()
    office = quickbooks.office
    office.connections.put(Connection("second", "canonical", REALM))
    office.connections.put(Connection("elsewhere", "canonical", "99"))
    office.connections.put(Connection("unmapped", "canonical", REALM))
    for name in ("second", "elsewhere"):
        office.mappings.activate(name, office.mappings.put(name, mapping(), "me", ""))
    quickbooks.account(Account("50", "Sales (deleted)", "Income", active=False))
    done = quickbooks.refresh(only_changes=True)
    assert {name for name, _ in done.broken} == {SHOP, "second"}
    assert all("is inactive" in row.text for _, row in done.broken)
    assert "role sales, key 'Hats'" in {row.row for _, row in done.broken}
    again = quickbooks.refresh(only_changes=True)
    assert (again.kept, again.broken) == (False, done.broken)


def test_an_account_of_another_type_is_named_when_it_changes() -> None:
    quickbooks = opened()
    quickbooks.account(Account("50", "Account 50", "Other Income"))
    done = quickbooks.refresh()
    texts = {row.row: row.text for _, row in done.broken}
    assert texts["role sales, key 'Hats'"] == (
        "account 50 (Account 50) was Income and is Other Income now"
    )
    assert [(one.id, one.change) for one in done.changes] == [("50", "retyped")]
    assert "role sales, key 'Hats'" not in {row.row for _, row in quickbooks.refresh().broken}


def test_an_account_made_active_again_releases_what_it_held() -> None:
    quickbooks = opened()
    quickbooks.account(Account("50", "Account 50 (deleted)", "Income", active=False))
    quickbooks.refresh()
    office = quickbooks.office
    office.deliver(sale())
    row = office.row()
    assert row.reason == "inactive_account"
    assert "Change role sales" in row.reason_text
    quickbooks.account(Account("50", "Account 50", "Income"))
    done = quickbooks.refresh(only_changes=True)
    assert (done.released.looked_at, done.released.released) == (1, 1)
    assert office.row().status == "ready"


def test_a_class_made_inactive_holds_and_made_active_releases() -> None:
    quickbooks = opened()
    office = quickbooks.office
    rules = mapping().model_dump(by_alias=True)
    rules["locations"]["1"]["class"] = "5"
    changed = type(mapping()).model_validate(rules)
    office.mappings.activate(SHOP, office.mappings.put(SHOP, changed, "me", ""))

    def retail(*, active: bool) -> None:
        rows = {"5": Listed("5", "Retail", active)}
        quickbooks.now = replace(quickbooks.now, chart=replace(quickbooks.now.chart, classes=rows))

    retail(active=False)
    done = quickbooks.refresh(only_changes=True)
    assert [(row.row, row.text) for _, row in done.broken] == [
        ("locations.1", "class 5 (Retail) is inactive")
    ]
    office.deliver(sale())
    assert (office.row().reason, office.row().status) == ("class_inactive", "held")
    retail(active=True)
    assert quickbooks.refresh(only_changes=True).released.released == 1
    assert office.row().status == "ready"


def test_all_connected_companies_are_refreshed_and_the_trouble_of_one_stops_no_other() -> None:
    quickbooks = opened()
    office = quickbooks.office
    office.connections.put_realm(Realm("1"))
    office.connections.put_realm(Realm("2", state="reconnect_needed"))
    quickbooks.fails = ("1",)
    quickbooks.customer(Listed("58", "Ada"))
    answers = refresh_all(quickbooks.connector(), (Gone,))
    assert set(answers) == {"1", REALM}
    assert isinstance(answers["1"], Gone)
    done = answers[REALM]
    assert isinstance(done, Refreshed)
    assert [one.name for one in done.changes] == ["Ada"]


def test_trouble_that_nobody_expects_is_not_swallowed() -> None:
    quickbooks = opened()
    quickbooks.fails = (REALM,)
    with pytest.raises(Gone):
        refresh_all(quickbooks.connector(), (ConnectionError,))
