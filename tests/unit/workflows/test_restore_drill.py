"""The restore drill: a ledger of yesterday, books of today; the proof first, then the posters."""

from tests.unit.workflows.audited import Audited, audited
from tests.unit.workflows.office import sale


def restored() -> Audited:
    """Sales 1 and 2 were posted after the instant to which the ledger was taken back, sale 3 came
    after it, sale 4 was not sent yet."""
    shop = audited(sale("1"), sale("2"), sale("4"), post=False)
    office = shop.office
    yesterday = dict(office.ledger.rows)
    office.ledger.rows = {key: row for key, row in yesterday.items() if key[0].object_id != "4"}
    office.deliver(sale("3"))
    office.drain()
    assert len(office.books.entries) == 3
    office.ledger.rows = yesterday
    office.ledger.deliveries.clear()
    return shop


def test_a_proof_before_the_posters_run_finds_what_was_posted_and_nothing_is_doubled() -> None:
    shop = restored()
    assert set(shop.office.statuses().values()) == {"ready"}
    found = {object_id: kind for kind, object_id in shop.found()}
    assert (found["1"], found["2"]) == ("found_late", "found_late")
    assert "orphan_in_qbo" in found.values()
    assert (shop.row("1").status, shop.row("4").status) == ("posted", "ready")
    # The point of sale sends again what came since; once more a proof, then the posters.
    shop.office.deliver(sale("3"))
    assert ("found_late", "3") in shop.found()
    shop.office.drain()
    assert set(shop.office.statuses().values()) == {"posted"}
    assert len(shop.office.books.entries) == 4
    assert shop.found() == []


def test_posters_before_the_proof_would_post_twice_once_intuit_has_forgotten_the_request() -> None:
    shop = restored()
    shop.office.books._replies.clear()
    shop.office.drain()
    assert len(shop.office.books.entries) > 4
    assert {kind for kind, _ in shop.found()} >= {"double_in_qbo"}
