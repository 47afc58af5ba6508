"""From mapped legs to lines: one line for each (role, key, account, class, department, name)."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Protocol

from daybook.domain.books import Books, Decision
from daybook.domain.errors import Held, Problem
from daybook.domain.event import FinancialEvent, Party
from daybook.domain.journal import Line, Name, Place
from daybook.domain.legs import Leg
from daybook.domain.mapping import AccountRow
from daybook.domain.roles import PAYABLE, RECEIVABLE
from daybook.domain.row_names import class_label_name, location_name, row_name
from daybook.domain.standing import Spot

# QuickBooks takes 4,000 characters in a line's Description.
MAX_DESCRIPTION = 4_000

# What the legs of a spot say beyond its line's own words, each text once.
type Memos = dict[Spot, dict[str, None]]
_ORDER = attrgetter("order")


class NamesParties(Protocol):
    """What says whose receivable or payable a leg is: an event, or what was kept of one."""

    @property
    def customer(self) -> Party | None: ...
    @property
    def supplier(self) -> Party | None: ...


def net_lines(
    pairs: Iterable[tuple[Leg, AccountRow]],
    event: FinancialEvent,
    books: Books,
    decision: Decision,
) -> list[Line]:
    """The lines of an entry in their order; what nets to zero is gone.

    Raises Held, naming all of them, for accounts that cannot be used and for customers, vendors
    and classes that are not known.
    """
    sums: dict[Spot, int] = {}
    memos: Memos = {}
    problems: list[Problem] = []
    standing = books.mapping.standing(books.chart)
    for leg, row in pairs:
        spot = None if leg.class_label else standing.spots.get(leg[:3])
        if spot is None:
            try:
                place = place_of(leg, row, event, books, decision)
            except Held as held:
                problems.append(held.problem)
                continue
            spot = standing.spot_of(place)
            # Where a leg without a name stands, the next one of its kind stands too.
            if place[5] is None and not leg.class_label:
                standing.spots[leg[:3]] = spot
        sums[spot] = sums.get(spot, 0) + leg.amount
        if leg.memo:
            memos.setdefault(spot, {})[leg.memo] = None
    if problems:
        raise Held(problems[0].code, " ".join(dict.fromkeys(one.text for one in problems)))
    names = (spot.place[5] for spot, amount in sums.items() if amount)
    if len({name.kind for name in names if name}) > 1:
        raise Held(
            "setting_needed",
            "The entry would hold both accounts receivable and accounts payable, which "
            "QuickBooks does not allow in one entry. Map one of them to another account.",
        )
    return _lines(sums, event, memos)


def known_lines(legs: Iterable[Leg], event: FinancialEvent, books: Books) -> list[Line] | None:
    """The lines of an entry as `net_lines` gives them, where it found the place of every leg
    before, in whatever event; else None."""
    known = books.mapping.standing(books.chart).spots
    sums: dict[Spot, int] = {}
    memos: Memos = {}
    for role, key, location, amount, _, _, label, _, _, memo in legs:
        spot = known.get((role, key, location))
        if spot is None or label:
            return None
        sums[spot] = sums.get(spot, 0) + amount
        if memo:
            memos.setdefault(spot, {})[memo] = None
    return _lines(sums, event, memos)


def _lines(sums: dict[Spot, int], event: FinancialEvent, memos: Memos) -> list[Line]:
    """A line for each spot whose sum is not zero: debits first, then by their order."""
    reference = event.reference or event.object_id
    debits = sorted([spot for spot, amount in sums.items() if amount > 0], key=_ORDER)
    credits_ = sorted([spot for spot, amount in sums.items() if amount < 0], key=_ORDER)
    lines = []
    for spot in debits + credits_:
        role, key, account, class_, department, name = spot.place
        amount = sums[spot]
        side = "debit" if amount > 0 else "credit"
        words = f"{spot.words} {reference}"
        if spot in memos:
            words = "; ".join((words, *memos[spot]))
        said = words[:MAX_DESCRIPTION]
        # As `Line(...)`, which goes by way of its defaults and takes as long again.
        row = (side, role, key, account, abs(amount), class_, department, name, said)
        lines.append(tuple.__new__(Line, row))
    return lines


def place_of(
    leg: Leg, row: AccountRow, event: NamesParties, books: Books, decision: Decision
) -> Place:
    """Where a leg stands in the books: what is equal here is one line. Raises Held."""
    assert row.account is not None
    kind = _control_kind(row, row.account, books)
    name = _name(kind, leg, row, event, decision) if kind else None
    return (leg.role, leg.key, row.account, *dimensions(leg, row, books), name)


def dimensions(leg: Leg, row: AccountRow, books: Books) -> tuple[str | None, str | None]:
    """Class and department of a line: the row's own, else its location's; a class that the event
    names by its label comes first. Raises Held for what QuickBooks would not take."""
    location = books.mapping.locations.get(leg.location)
    class_ = _labelled_class(leg, books) or row.class_ or (location.class_ if location else None)
    department = row.department or (location.department if location else None)
    if books.chart is None:
        return class_, department
    refusal = None
    # A class found by its name is active; one that was created is not imported yet.
    if class_ and not _is_found_by_name(leg, books):
        refusal = books.chart.class_refusal(class_)
    if refusal:
        own = class_label_name(leg.class_label) if leg.class_label else ""
        raise _inactive(refusal, own or (row_name(row) if row.class_ else ""), leg)
    refusal = books.chart.department_refusal(department) if department else None
    if refusal:
        raise _inactive(refusal, row_name(row) if row.department else "", leg)
    return class_, department


def _inactive(refusal: str, row: str, leg: Leg) -> Held:
    where = row or location_name(leg.location)
    text = f"{refusal[0].upper()}{refusal[1:]}. Change {where} of the mapping."
    return Held("class_inactive", text)


def _labelled_class(leg: Leg, books: Books) -> str | None:
    if not leg.class_label:
        return None
    known = books.mapping.settings.classes.get(leg.class_label)
    if known is None:
        known = books.classes.get(leg.class_label)
    if known is None:
        raise Held(
            "unmapped_class", f"Class {leg.class_label!r} is not in the mapping's settings.classes."
        )
    return known


def _is_found_by_name(leg: Leg, books: Books) -> bool:
    return bool(leg.class_label) and leg.class_label not in books.mapping.settings.classes


def _control_kind(row: AccountRow, account: str, books: Books) -> str | None:
    """Whether the account needs a customer or a vendor; by the role where there is no chart."""
    if books.chart is None:
        return {"accounts_receivable": "customer", "accounts_payable": "vendor"}.get(row.role)
    refusal = books.chart.refusal(row.role, account)
    if refusal:
        text = f"{refusal[0].upper()}{refusal[1:]}. Change {row_name(row)} of the mapping."
        raise Held("inactive_account", text)
    kind = books.chart.accounts[account].type
    return {RECEIVABLE: "customer", PAYABLE: "vendor"}.get(kind)


def _name(kind: str, leg: Leg, row: AccountRow, event: NamesParties, decision: Decision) -> Name:
    if kind == "customer":
        party = leg.customer_id or (event.customer.id if event.customer else "")
        found = decision.parties.get(f"customer:{party}") if party else row.customer
        if found:
            return Name("customer", found)
        raise Held("customer_needed", _nobody("customer", party))
    party = event.supplier.id if event.supplier else ""
    found = decision.parties.get(f"vendor:{party}") if party else row.vendor
    if found:
        return Name("vendor", found)
    raise Held("vendor_needed", _nobody("supplier", party))


def _nobody(word: str, party: str) -> str:
    if party:
        return f"The {word} {party} is not linked to one in QuickBooks."
    return f"A line needs a {word}; the event names none and the mapping has no standing one."
