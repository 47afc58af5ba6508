"""Classes and departments that QuickBooks would not take hold the event and name the row."""

from dataclasses import replace
from typing import Any

import pytest

from daybook.domain.chart import Chart
from daybook.domain.directory import Listed
from daybook.domain.errors import Held, Problem
from daybook.domain.event import FinancialEvent
from daybook.domain.mapping import Mapping
from tests.unit.domain.builders import STORE, chart, entry_of, event, item, mapping, sale, tender

TICKET = sale(lines=[item("10", key="Hats")], tenders=[tender("10")])
PLACES = {STORE: {"name": "Burbank", "class": "2", "department": "7"}}


def imported(**changes: Any) -> Chart:
    """Class 2 and department 7 can be used; class 3 and department 8 are inactive."""
    known = replace(
        chart(),
        classes={"2": Listed("2", "Retail"), "3": Listed("3", "Rental", active=False)},
        departments={
            "7": Listed("7", "Store 1:Burbank"),
            "8": Listed("8", "Store 2", active=False),
        },
        imported_at="2026-11-20T12:00:00.000Z",
    )
    return replace(known, **changes)


def held(found: FinancialEvent, rules: Mapping, known: Chart) -> Problem:
    with pytest.raises(Held) as problem:
        entry_of(found, rules, known)
    return problem.value.problem


def test_active_ones_stand_on_every_line() -> None:
    entry = entry_of(TICKET, mapping(locations=PLACES), imported())
    assert entry is not None
    assert {(line.class_, line.department) for line in entry.lines} == {("2", "7")}


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"class": "3"}, "Class 3 (Rental) is inactive. Change role sales, key 'Hats' of"),
        ({"class": "9"}, "Class 9 is not in the imported chart. Change role sales, key 'Hats' of"),
        ({"department": "8"}, "Department 8 (Store 2) is inactive. Change role sales, key 'Hats'"),
        ({"department": "9"}, "Department 9 is not in the imported chart. Change role sales"),
    ],
)
def test_one_on_a_row_names_the_row(row: dict[str, str], text: str) -> None:
    rules = mapping({"role": "sales", "key": "Hats", "account": "sales", **row}, locations=PLACES)
    problem = held(TICKET, rules, imported())
    assert problem.code == "class_inactive"
    assert problem.text.startswith(text)


@pytest.mark.parametrize("place", [{"class": "3"}, {"department": "8"}])
def test_one_of_a_location_names_the_location_once(place: dict[str, str]) -> None:
    problem = held(TICKET, mapping(locations={STORE: place}), imported())
    assert problem.code == "class_inactive"
    assert problem.text.endswith(f"is inactive. Change locations.{STORE} of the mapping.")
    assert problem.text.count("locations.") == 1


def test_a_rows_own_class_stands_before_its_locations() -> None:
    rules = mapping(
        {"role": "sales", "key": "Hats", "account": "sales", "class": "2"},
        {"role": "payment_type", "key": "*", "account": "payment_type", "class": "2"},
        locations={STORE: {"class": "3"}},
    )
    assert entry_of(TICKET, rules, imported()) is not None


def test_one_by_a_label_names_the_label() -> None:
    rows = [{"key": "a", "amount": "5", "class": "Rent"}, {"key": "b", "amount": "-5"}]
    rules = mapping(settings={"classes": {"Rent": "3"}})
    problem = held(event({"kind": "gl_batch", "entries": rows}), rules, imported())
    assert problem.code == "class_inactive"
    assert "Change settings.classes.Rent of the mapping" in problem.text


def test_a_chart_of_accounts_alone_tells_nothing_of_classes() -> None:
    known = imported(classes={}, departments={}, imported_at="")
    assert entry_of(TICKET, mapping(locations=PLACES), known) is not None


def test_an_account_that_cannot_be_used_names_its_row() -> None:
    rules = mapping({"role": "sales", "key": "Hats", "location": STORE, "account": "999"})
    problem = held(TICKET, rules, imported())
    assert problem.code == "inactive_account"
    assert f"Change role sales, key 'Hats' at location {STORE} of the mapping." in problem.text
