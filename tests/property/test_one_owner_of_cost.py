"""Whatever is sent of a shop's sales, shipments and returns, no cost is posted twice or lost."""

from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.books import Books
from daybook.domain.cogs import cogs_owner
from daybook.domain.day_legs import DayLegs
from daybook.domain.event import FinancialEvent
from daybook.domain.families import BY_FAMILY
from daybook.domain.journal import JournalEntry
from daybook.domain.mapping import Settings
from daybook.domain.sales_documents import stock_beside
from daybook.domain.translation import journal_entry, keys_of
from daybook.workflows.documents import has_stock
from tests.property.strategies import PROPERTY
from tests.unit.domain.builders import PARTIES, books, item, mapping, sale, stock_move, tender

type Named = Literal["sale", "shipment", "batch"]

OWNERS: tuple[Named, ...] = ("sale", "shipment", "batch")
costs = st.lists(st.integers(1, 100_000), min_size=1, max_size=5)


def same_goods(cents: list[int]) -> dict[Named, FinancialEvent]:
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


def came_back(cents: list[int], document: str = "credit_note") -> FinancialEvent:
    """Goods that a customer sent back, every second of them broken and not restocked."""
    lines = [
        item("-10.00", f"-{cost // 100}.{cost % 100:02}", restock=place % 2 == 0)
        for place, cost in enumerate(cents)
    ]
    return sale(lines=lines, tenders=[tender(f"-{10 * len(cents)}.00")], document=document)


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
    owner: Named, cents: list[int]
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
def test_in_a_day_and_beside_a_document_it_is_the_same(owner: Named, cents: list[int]) -> None:
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
def test_what_another_owns_needs_no_account(owner: Named) -> None:
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
    assert cogs_owner(Settings(), "unleashed") == "sale"


@PROPERTY
@given(costs)
def test_where_nobody_is_named_an_event_in_own_words_posts_the_cost_that_it_states(
    cents: list[int],
) -> None:
    goods, into = same_goods(cents), books(mapping())
    for name in ("sale", "shipment"):
        assert cost_in([journal_entry(goods[name], into, PARTIES)]) == sum(cents)
        legs = DayLegs.of(goods[name], into, PARTIES.parties).legs
        assert sum(leg.amount for leg in legs if leg.role == "cogs") == sum(cents)
    assert cost_in([stock_beside(goods["sale"], into, PARTIES)]) == sum(cents)
    assert has_stock(goods["sale"], into)


def test_where_nobody_is_named_a_source_that_states_it_twice_posts_it_with_the_sale() -> None:
    goods, into = same_goods([4000]), of_unleashed({})
    assert cost_in([journal_entry(goods["sale"], into, PARTIES)]) == 4000
    assert journal_entry(goods["shipment"], into, PARTIES) is None


def of_unleashed(settings: dict[str, str]) -> Books:
    """Where events of a source post that ships goods out only."""
    return replace(books(mapping(settings=settings)), source="unleashed")


@pytest.mark.parametrize("owner", OWNERS)
@PROPERTY
@given(costs, costs)
def test_what_went_out_less_what_came_back_is_posted_once(
    owner: Named, sold: list[int], returned: list[int]
) -> None:
    into = of_unleashed({"cogs_owner": owner})
    out, back = same_goods(sold), came_back(returned)
    net = sum(sold) - sum(returned[::2])
    wanted = 0 if owner == "batch" else net
    events = [out["sale"], out["shipment"], back]
    assert cost_in([journal_entry(event, into, PARTIES) for event in events]) == wanted
    in_days = [DayLegs.of(event, into, PARTIES.parties) for event in events]
    legs = [leg for day in in_days for leg in day.legs]
    assert sum(leg.amount for leg in legs if leg.role == "cogs") == wanted
    assert sum(leg.amount for leg in legs if leg.role == "inventory_on_hand") == -wanted
    shipped = journal_entry(out["shipment"], into, PARTIES)
    beside = [stock_beside(event, into, PARTIES) for event in (out["sale"], back)]
    assert cost_in([shipped, *beside]) == wanted
    for event, entry in zip((out["sale"], back), beside, strict=True):
        assert entry is None or has_stock(event, into)


@pytest.mark.parametrize("document", ["pos_ticket", "sales_invoice", "refund", "credit_note"])
@PROPERTY
@given(costs)
def test_returns_in_own_words_leave_stock_alone_where_shipments_own_the_cost(
    document: str, cents: list[int]
) -> None:
    into = books(mapping(settings={"cogs_owner": "shipment"}))
    back = came_back(cents, document)
    entry = journal_entry(back, into, PARTIES)
    assert entry is not None
    assert {line.role for line in entry.lines} == {"payment_type", "returns"}
    assert stock_beside(back, into, PARTIES) is None
    assert not has_stock(back, into)
