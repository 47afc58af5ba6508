"""Posting again what was taken back, and choosing between two contents of one key."""

import pytest

from daybook.workflows.operator import NotPossible, name_of
from daybook.workflows.replay import replay_event
from daybook.workflows.undo import undo_event
from tests.unit.workflows.office import SHOP, Office, amounts, balance, mapping, sale, void_of
from tests.unit.workflows.person import WHO, name, posted, replayed, undone, voided


def test_an_undone_event_is_posted_again_under_the_next_revision() -> None:
    office = posted()
    undone(office)
    replayed(office)
    assert balance(office) == 10825
    again = office.row(purpose="post", revision=1)
    first = office.row(purpose="post", revision=0)
    assert (first.status, again.status) == ("reversed", "posted")
    assert again.entry_id != first.entry_id
    assert again.journal().doc_number != first.journal().doc_number
    assert again.journal().txn_date == first.journal().txn_date


def test_what_is_posted_again_takes_the_mapping_in_force() -> None:
    office = posted()
    undone(office)
    other = mapping({"role": "payment_type", "key": "Visa", "account": "3"})
    office.mappings.activate(SHOP, office.mappings.put(SHOP, other, "test", ""))
    replayed(office)
    again = office.row(purpose="post", revision=1)
    assert {line.account for line in again.journal().lines} == {"3", "50"}
    assert balance(office) == 0


def test_posting_again_twice_posts_once() -> None:
    office = posted()
    undone(office)
    replayed(office)
    assert replayed(office).word == "posted before"
    assert len(amounts(office)) == 3


def test_an_event_is_not_posted_again_before_it_is_taken_back() -> None:
    office = posted()
    undo_event(SHOP, name(), WHO, office.operator())
    connection = office.connections.get(SHOP)
    assert connection is not None
    assert replay_event(connection, name(), WHO, office.operator()).word == "posted before"
    office.drain()
    assert balance(office) == 0


@pytest.mark.parametrize("newer", [sale(version="2", amount="50.00"), void_of(version="2")])
def test_what_the_point_of_sale_replaced_or_took_back_is_not_posted_again(
    newer: dict[str, object],
) -> None:
    office = posted()
    office.deliver(newer)
    office.settle(3)
    before = balance(office)
    with pytest.raises(NotPossible, match=r"took it back|is newer"):
        replayed(office)
    assert balance(office) == before


def test_a_version_that_said_the_same_does_not_keep_the_undone_one_from_being_posted() -> None:
    office = posted()
    office.deliver(sale(version="2"))
    office.drain()
    assert office.row(version="2").status == "superseded"
    undone(office)
    replayed(office)
    assert balance(office) == 10825


def test_a_newer_version_replaces_what_was_posted_again() -> None:
    office = posted()
    undone(office)
    replayed(office)
    office.deliver(sale(version="2", amount="50.00"))
    office.settle(3)
    assert balance(office) == 5000
    assert office.row(purpose="post", revision=1, version="1").status == "reversed"


def test_a_reversing_event_takes_back_what_was_posted_again() -> None:
    office = posted()
    undone(office)
    replayed(office)
    office.deliver(void_of(version="2"))
    office.settle(3)
    assert balance(office) == 0
    assert office.row(effect="reverse").status == "posted"


def test_a_newer_version_overtakes_a_second_posting_that_was_not_sent() -> None:
    office = posted()
    undone(office)
    other = mapping(without=("sales",))
    office.mappings.activate(SHOP, office.mappings.put(SHOP, other, "test", ""))
    replayed(office)
    assert office.row(purpose="post", revision=1).status == "held"
    office.mappings.activate(SHOP, 1)
    office.deliver(sale(version="2", amount="50.00"))
    office.settle(3)
    assert balance(office) == 5000
    assert office.row(purpose="post", revision=1).status == "superseded"


def test_a_delivery_redelivered_after_an_undo_is_a_duplicate() -> None:
    office = posted()
    undone(office)
    again = office.deliver(sale(), "msg-1")
    office.drain()
    assert (again.duplicates, balance(office)) == (1, 0)


def test_a_voided_second_posting_can_be_asked_for_again() -> None:
    office = posted()
    undone(office)
    other = mapping(without=("sales",))
    office.mappings.activate(SHOP, office.mappings.put(SHOP, other, "test", ""))
    replayed(office)
    voided(office)
    office.mappings.activate(SHOP, 1)
    replayed(office)
    assert office.row(purpose="post", revision=2).status == "posted"
    assert balance(office) == 10825


def two_contents() -> tuple[Office, str]:
    """Two contents under one key; the sha of the one that stands beside."""
    office = Office.opened()
    office.deliver(sale(key="Shoes"))
    office.deliver(sale(amount="50.00"))
    (beside,) = [row for row in office.ledger.rows.values() if row.beside]
    return office, beside.beside


def test_of_two_contents_the_second_is_chosen_once_the_first_is_void() -> None:
    office, sha = two_contents()
    with pytest.raises(NotPossible, match="The first content is held: void"):
        replayed(office, content=sha)
    voided(office, effect="post")
    replayed(office, content=sha, effect="post")
    assert balance(office) == 5000
    (beside,) = [row for row in office.ledger.rows.values() if row.beside]
    assert beside.status == "superseded"


def test_of_two_contents_the_second_is_chosen_once_the_first_is_taken_back() -> None:
    office = posted()
    office.deliver(sale(amount="50.00"))
    (beside,) = [row for row in office.ledger.rows.values() if row.beside]
    with pytest.raises(NotPossible, match="The first content is posted: undo"):
        replayed(office, content=beside.beside)
    undone(office)
    replayed(office, content=beside.beside)
    assert balance(office) == 5000


def test_of_two_contents_the_second_can_be_voided() -> None:
    office, sha = two_contents()
    row = voided(office, content=sha)
    assert (row.status, row.beside) == ("void", sha)
    assert name_of(row) == f"ticket/1001/1/post/{sha}"
