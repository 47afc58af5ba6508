"""Each family of ledger rows has one owner in each mode, and so posts once."""

from dataclasses import replace

import pytest

from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent
from daybook.domain.families import FAMILIES, Owner, family_of, owner_in, owner_of
from daybook.domain.mapping import Mode
from daybook.domain.translation import journal_entry
from tests.unit.domain.builders import books, event, lines_of

RENTAL = "point_of_rental"
MODES: tuple[Mode, ...] = ("per_event", "day_summary", "document")
# docs/sources/point_of_rental.md: real time, batch, transaction.
TABLE: dict[str, tuple[Owner, Owner, Owner]] = {
    "invoice": ("event", "day", "document"),
    "payment": ("event", "day", "nobody"),
    "card_deposit": ("event", "day", "day"),
    "inventory_value": ("day", "day", "day"),
    "transfer": ("day", "day", "day"),
    "cogs": ("day", "day", "day"),
    "depreciation": ("day", "day", "day"),
    "other": ("day", "day", "day"),
}


def batch(*families: str) -> FinancialEvent:
    rows = [
        {"key": key, "amount": amount, "family": family}
        for family in families
        for key, amount in (("1000", "5.00"), ("1020", "-5.00"))
    ]
    return event({"kind": "gl_batch", "entries": rows})


def test_the_table_has_every_family_and_no_other() -> None:
    assert set(TABLE) == set(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_the_owner_of_the_table_in_each_mode(family: str) -> None:
    assert tuple(owner_of(family, mode) for mode in MODES) == TABLE[family]


def test_no_family_is_made_up() -> None:
    with pytest.raises(AssertionError, match="'tips' is no family"):
        owner_of("tips", "per_event")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("mode", MODES)
def test_rows_make_no_document(family: str, mode: Mode) -> None:
    owner = owner_in(batch(family), RENTAL, mode)
    assert owner == {"document": "nobody"}.get(owner_of(family, mode), owner_of(family, mode))


@pytest.mark.parametrize(
    ("mode", "owner"), [("per_event", "event"), ("day_summary", "day"), ("document", "document")]
)
def test_what_has_no_family_is_owned_as_the_mode_says(mode: Mode, owner: Owner) -> None:
    sale = event({"kind": "sale", "tenders": [{"kind": "cash", "amount": "0"}]})
    for found, source in ((sale, RENTAL), (batch("cogs"), "canonical"), (batch(), RENTAL)):
        assert owner_in(found, source, mode) == owner


def test_a_batch_of_several_families_has_none() -> None:
    assert family_of(batch("cogs"), RENTAL) == "cogs"
    assert family_of(batch("cogs", "invoice"), RENTAL) == ""
    assert family_of(batch(""), RENTAL) == ""
    assert family_of(batch("cogs"), "canonical") == ""


@pytest.mark.parametrize("family", FAMILIES)
def test_only_what_is_an_entry_of_its_own_in_real_time_is_made_one(family: str) -> None:
    rental = replace(books(), source=RENTAL)
    if TABLE[family][0] == "event":
        entry = journal_entry(batch(family), rental)
        assert entry
        assert lines_of(entry) == ["D source_account[1000] 5.00", "C source_account[1020] 5.00"]
        return
    with pytest.raises(Held, match=f"family {family} are posted by the close") as held:
        journal_entry(batch(family), rental)
    assert held.value.problem.code == "setting_needed"
