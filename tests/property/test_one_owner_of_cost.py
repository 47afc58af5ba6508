"""Whatever is sent of a shop's sales and shipments, the cost of goods sold is posted once."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.cogs import CogsOwner, cogs_owner
from daybook.domain.day_legs import DayLegs
from daybook.domain.event import FinancialEvent
from daybook.domain.families import BY_FAMILY
from daybook.domain.journal import JournalEntry
from daybook.domain.mapping import Settings
from daybook.domain.sales_documents import stock_beside
from daybook.domain.translation import journal_entry, keys_of
from tests.property.strategies import PROPERTY
from tests.unit.domain.builders import PARTIES, books, item, mapping, sale, stock_move, tender

OWNERS: tuple[CogsOwner, ...] = get_args(CogsOwner.__value__)
costs = st.lists(st.integers(1, 100_000), min_size=1, max_size=5)


def same_goods(cents: list[int]) -> dict[CogsOwner, FinancialEvent]:
    """The same goods as each may state them: sold, shipped, and in a ledger export."""
    amounts = [f"{cost // 100}.{cost % 100:02}" for cost in cents]
    total = f"{sum(cents) // 100}.{sum(cents) % 100:02}"
    rows = [{"key": "cogs", "amount": total}, {"key": "stock", "amount": f"-{total}"}]
    lines = [item("10.00", cost) for cost in amounts]
    return {
        "sale": sale(lines=lines, tenders=[tender(f"{10 * len(cents)}.00")]),
        "shipment": stock_move("shipment", *({"key": "Hats", "cost": one} for one in amounts)),
        "batch": batch(rows),
    }


def batch(rows: list[dict[str, str]]) -> FinancialEvent:
    """Rows of a ledger export."""
    fields = {"object_type": "gl", "object_id": "1", "location": "100006", "currency": "USD"}
    body = {"kind": "gl_batch", "entries": rows}
    return FinancialEvent.model_validate({**fields, "business_date": "2026-11-20", "body": body})


def cost_in(entries: list[JournalEntry | None]) -> int:
    """What entries debit cost of goods sold with, in cents."""
    return sum(
        line.amount if line.side == "debit" else -line.amount
        for entry in entries
        if entry
        for line in entry.lines
        if line.account == "cogs"
    )


ROWS = (
    {"role": "source_account", "key": "cogs", "account": "cogs"},
    {"role": "source_account", "key": "stock", "account": "inventory_on_hand"},
)


@pytest.mark.parametrize("owner", OWNERS)
@PROPERTY
@given(costs)
def test_of_a_sale_and_its_shipment_one_at_most_posts_the_cost(
    owner: CogsOwner, cents: list[int]
) -> None:
    goods, into = same_goods(cents), books(mapping(*ROWS, settings={"cogs_owner": owner}))
    of = {
        name: cost_in([journal_entry(event, into, PARTIES)])
        for name, event in goods.items()
        if name != "batch" or owner == "batch"
    }
    assert {name: cost for name, cost in of.items() if cost} == {owner: sum(cents)}


@pytest.mark.parametrize("owner", OWNERS)
@PROPERTY
@given(costs)
def test_in_a_day_and_beside_a_document_it_is_the_same(owner: CogsOwner, cents: list[int]) -> None:
    goods, into = same_goods(cents), books(mapping(settings={"cogs_owner": owner}))
    counted = {
        name: sum(
            leg.amount
            for leg in DayLegs.of(goods[name], into, PARTIES.parties).legs
            if leg.role == "cogs"
        )
        for name in ("sale", "shipment")
    }
    assert counted == {name: sum(cents) if name == owner else 0 for name in ("sale", "shipment")}
    beside = cost_in([stock_beside(goods["sale"], into, PARTIES)])
    assert beside == (sum(cents) if owner == "sale" else 0)


@pytest.mark.parametrize("owner", OWNERS)
def test_what_another_owns_needs_no_account(owner: CogsOwner) -> None:
    goods = same_goods([4000])
    asking = {
        name
        for name in ("sale", "shipment")
        if any(key.role == "cogs" for key in keys_of(goods[name], owner=owner))
    }
    assert asking == {owner} - {"batch"}


@pytest.mark.parametrize("source", sorted(BY_FAMILY))
def test_a_source_with_a_ledger_of_its_own_has_the_cost_there(source: str) -> None:
    assert cogs_owner(Settings(), source) == "batch"
    assert cogs_owner(Settings(), "canonical") == "sale"
