"""Looks for customers, vendors and employees in a company, by name or by id.

A display name is unique among the three together, so that whoever has one is found, whatever it is.
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from daybook.domain.directory import NameKind
from daybook.domain.found import Sought, There
from daybook.domain.outcome import FoundParty, ProbeFailed
from daybook.qbo.faults import unknown
from daybook.qbo.found_fields import text
from daybook.qbo.party_bodies import details_in
from daybook.qbo.statements import at_most, one_of

type Pages = Callable[[str, str], Sequence[Mapping[str, Any]]]

_KINDS: Final[tuple[NameKind, ...]] = ("Customer", "Vendor", "Employee")


def find(wanted: Sequence[Sought], pages: Pages) -> dict[Sought, list[There]]:
    """What is there of each party sought: whoever has its name, and the one that is changed.

    pages: the rows of a statement. Raises ProbeFailed.
    """
    sought = [one for one in wanted if one.entity in ("Customer", "Vendor")]
    named = under_names([one.name for one in sought if one.name], pages)
    by_id = _under_ids(sought, pages)
    found: dict[Sought, list[There]] = {}
    for one in sought:
        own = by_id.get((one.entity, one.own))
        others = [there for there in named.get(one.name, ()) if there.qbo_id != one.own]
        found[one] = [*([own] if own else ()), *others]
    return found


def under_names(names: Sequence[str], pages: Pages) -> dict[str, list[FoundParty]]:
    """Whoever has each of the names, letter case apart, inactive ones too. Raises ProbeFailed;
    ValueError for more than 100 names."""
    found: dict[str, list[FoundParty]] = {name: [] for name in names}
    if not found:
        return found
    by_name: dict[str, list[str]] = {}
    for name in found:
        by_name.setdefault(name.casefold(), []).append(name)
    condition = f"DisplayName {one_of(at_most(list(found)))}"
    for kind in _KINDS:
        for party in _parties(kind, condition, pages):
            for name in by_name.get(party.display_name.casefold(), ()):
                found[name].append(party)
    return found


def _under_ids(sought: Sequence[Sought], pages: Pages) -> dict[tuple[str, str], FoundParty]:
    found: dict[tuple[str, str], FoundParty] = {}
    for kind in _KINDS:
        ids = [one.own for one in sought if one.own and one.entity == kind]
        if ids:
            for party in _parties(kind, f"Id {one_of(ids)}", pages):
                found[kind, party.qbo_id] = party
    return found


def _parties(kind: NameKind, condition: str, pages: Pages) -> list[FoundParty]:
    statement = f"SELECT * FROM {kind} WHERE {condition} "  # noqa: S608 -- quoted
    statement += "AND Active IN (true, false) ORDERBY Id"
    try:
        rows = pages(statement, kind)
    except ProbeFailed as failure:
        # Not every user who connects may see the employees (5020).
        if kind == "Employee" and failure.outcome.kind == "refused":
            return []
        raise
    return [party_of(row, kind) for row in rows]


def party_of(row: Mapping[str, Any], kind: NameKind) -> FoundParty:
    """A Customer, Vendor or Employee object. Raises ProbeFailed if it has no id or name."""
    qbo_id, name = row.get("Id"), row.get("DisplayName")
    if not isinstance(qbo_id, str) or not isinstance(name, str):
        raise ProbeFailed(unknown(f"A {kind} without Id or DisplayName."))
    return FoundParty(
        qbo_id,
        kind,
        name,
        text(row, "Notes"),
        active=row.get("Active") is not False,
        sync_token=text(row, "SyncToken"),
        details=details_in(row),
    )
