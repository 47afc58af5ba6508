"""A mapping is checked as a whole before it is in force."""

import pytest

from daybook.domain.connection import Connection
from daybook.workflows.map_accounts import MappingRefused, activate, problems_of
from tests.unit.workflows.office import REALM, SHOP, Office, chart, mapping


def test_every_problem_is_named_at_once() -> None:
    wrong = mapping(
        {"role": "cogs", "key": "Hats", "account": "999"},
        {"role": "tax_liability", "key": "*", "location": "1", "account": "50"},
        {"role": "markdowns", "key": "*", "account": "51"},
    )
    problems = problems_of(wrong, chart(_51=True))
    assert len(problems) == 3
    for part in (
        "cogs, key 'Hats': account 999 is not in the imported chart",
        "tax_liability, key '*' at location 1: account 50 (Account 50) is Income",
        "markdowns, key '*': account 51 (Account 51) is inactive",
    ):
        assert any(part in problem for problem in problems), part


def test_a_mapping_without_problems_has_none() -> None:
    assert problems_of(mapping(), chart()) == ()


def test_none_is_no_account_that_the_chart_could_refuse() -> None:
    stock = [{"role": role, "key": "*", "account": None} for role in ("cogs", "inventory_on_hand")]
    assert problems_of(mapping(*stock), chart()) == ()


@pytest.mark.parametrize("realm", ["", REALM])
def test_without_a_chart_nothing_can_be_checked_and_the_next_step_is_named(realm: str) -> None:
    office = Office()
    with pytest.raises(MappingRefused, match="daybook chart refresh"):
        activate(Connection(SHOP, "canonical", realm), mapping(), "me", office.releaser())
    assert office.mappings.versions(SHOP) == []


def test_a_refused_mapping_leaves_the_one_in_force() -> None:
    office = Office.opened()
    wrong = mapping({"role": "cogs", "key": "*", "account": "999"})
    with pytest.raises(MappingRefused) as refusal:
        activate(Connection(SHOP, "canonical", REALM), wrong, "me", office.releaser())
    assert len(refusal.value.problems) == 1
    assert office.mappings.versions(SHOP) == [1]
    assert office.mappings.active_version(SHOP) == 1


def test_an_activated_mapping_is_the_next_version_and_earlier_ones_stay() -> None:
    office = Office.opened()
    more = {"role": "sales", "key": "Shoes", "account": "51"}
    done = activate(Connection(SHOP, "canonical", REALM), mapping(more), "me", office.releaser())
    assert done.version == office.mappings.active_version(SHOP) == 2
    assert office.mappings.version(SHOP, 1) == mapping()
