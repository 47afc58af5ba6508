"""Parties, items and classes that daybook creates, and changes of parties, that were held for a
name that is another's or for a party that is gone, once the imported lists say otherwise; and how
any refused posting goes again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.directory import Directory, Listed
from daybook.domain.document_kinds import Creation
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer, NewVendor
from daybook.domain.new_item import NewItem
from daybook.domain.posting import Posting
from daybook.workflows.families import is_unclear, object_of
from daybook.workflows.party_postings import pointed_to, update_instead
from daybook.workflows.ports import Ledger, Mappings

_PARTIES = frozenset({"Customer", "Vendor"})
# What the imported lists can mend of a change.
_OF_LISTS = frozenset({"display_name_taken", "customer_needed", "vendor_needed"})


def retry_taken(
    connection: Connection, ledger: Ledger, mappings: Mappings, now: datetime
) -> list[str]:
    """After the company's lists were imported: parties, items and classes whose name is free now
    are ready again (their ids are returned); where an active one has it that serves as well, that
    one is taken instead, and told what the point of sale states of it. So are changes of parties
    that are active again, or may have their new name now."""
    directory = mappings.directory(connection.realm)
    if directory is None:
        return []
    ready = []
    chart = mappings.chart(connection.realm)
    for row in list(ledger.held(connection.id)):
        if row.key.purpose == "update":
            ready += _change_again(row, directory, ledger, now)
            continue
        if row.key.purpose != "create" or row.reason != "display_name_taken":
            continue
        made = row.creation()
        serving = _serving(made, directory, chart)
        if serving is not None:
            ready += _given_way(row, serving, ledger, now)
        elif not _is_listed(made, directory, chart) and ledger.change(row, anew(row, now)):
            ready.append(row.id)
    return ready


def anew(row: Posting, now: datetime) -> Posting:
    """A refused posting as it was, ready to go as a new generation under a new request id."""
    return row.moved(
        "ready",
        now,
        generation=row.generation + 1,
        request_id="",
        b_id="",
        sent_at="",
        first_sent_at="",
        faults=0,
    )


def _given_way(row: Posting, qbo_id: str, ledger: Ledger, now: datetime) -> list[str]:
    """A creation ends where an active party, item or class serves; a party is told what it was to
    say. The ids of the rows that are ready."""
    if row.entity in _PARTIES:
        return [one.id for one in point_to(row, qbo_id, ledger, now)]
    ledger.change(row, row.moved("superseded", now))
    return []


def point_to(creation: Posting, qbo_id: str, ledger: Ledger, now: datetime) -> list[Posting]:
    """What was not sent of a party goes to one that QuickBooks has: its creation as a change of
    that, and changes as they are. The rows that are ready now."""
    ready = []
    # Put first: a death in between leaves the creation, and all this is done again.
    instead = update_instead(creation, qbo_id, now)
    if instead is not None and ledger.put(instead) == "created":
        ready.append(instead)
    ledger.change(creation, creation.moved("superseded", now))
    return [*ready, *changes_to(object_of(creation), qbo_id, ledger, now)]


def changes_to(
    party: tuple[str, str, str], qbo_id: str, ledger: Ledger, now: datetime
) -> list[Posting]:
    """The changes of a party (connection, kind, id at the point of sale) that were not sent yet, as
    changes of another one of QuickBooks, ready."""
    ready = []
    for row in ledger.of_object(*party):
        if row.key.purpose == "update" and row.status in ("ready", "held") and not is_unclear(row):
            if row.status == "ready" and row.change().qbo_id == qbo_id:
                continue
            after = pointed_to(row, qbo_id, now)
            if ledger.change(row, after):
                ready.append(after)
    return ready


def _change_again(row: Posting, directory: Directory, ledger: Ledger, now: datetime) -> list[str]:
    change = row.change()
    rows = directory.customers if change.kind == "customer" else directory.vendors
    there = rows.get(change.qbo_id)
    if row.reason not in _OF_LISTS or there is None or not there.active:
        return []
    others = [
        (one.kind, one.qbo_id)
        for one in directory.named_alike(change.display_name)
        if one.qbo_id != change.qbo_id
    ]
    if row.reason == "display_name_taken" and others:
        return []
    return [row.id] if ledger.change(row, replace(anew(row, now), taken_by=tuple(others))) else []


def _serving(made: Creation, directory: Directory, chart: Chart | None) -> str | None:
    """The active one that the company has already and that does what was to be created; its id."""
    match made:
        case NewCustomer():
            found = directory.named("customer", made.display_name)
        case NewVendor():
            found = directory.named("vendor", made.display_name)
        case NewItem():
            item = directory.service(made.name, made.account)
            found = [item] if item else []
        case NewClass():
            wanted = made.full_name.casefold()
            found = [row for row in _classes(chart) if row.active and row.name.casefold() == wanted]
    return found[0].id if found else None


def _is_listed(made: Creation, directory: Directory, chart: Chart | None) -> bool:
    """Whether the name is another's."""
    match made:
        case NewCustomer() | NewVendor():
            return bool(directory.named_alike(made.display_name))
        case NewItem():
            return _has(made.name, directory.items.values())
        case NewClass():
            return _has(made.full_name, _classes(chart))


def _classes(chart: Chart | None) -> Iterable[Listed]:
    return chart.classes.values() if chart else ()


def _has(name: str, rows: Iterable[Listed]) -> bool:
    wanted = name.casefold()
    return any(row.name.casefold() == wanted for row in rows)
