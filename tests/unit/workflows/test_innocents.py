"""One odd row, item or company does not stop what stands beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import pytest

from daybook.domain.connection import Connection, Realm
from daybook.domain.outcome import BatchItem, Outcome, Outcomes
from daybook.domain.reversal import reversal_of
from daybook.workflows.ports import BooksOfRealm
from daybook.workflows.post import drain
from daybook.workflows.release import OddRows, release
from daybook.workflows.window import DUE_AT_ONCE
from tests.fakes.books import FakeBooks
from tests.unit.workflows.office import (
    REALM,
    SHOP,
    Office,
    chart,
    mapping,
    read_entry,
    sale,
    void_of,
)
from tests.unit.workflows.troubled import answering, posted_once

CONNECTION = Connection(SHOP, "canonical", REALM)
REFUSED = Outcome("refused", reason="qbo_refused", text="2010 The request is not valid.")


class PoisonedBooks(FakeBooks):
    """Refuses every request that has one certain entry among its items, as a whole."""

    def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes:
        """As Intuit answers a body that one item makes unreadable: 400, and nothing of it done."""
        if any(b'"T-7-' in item.body for item in items):
            self.requests.append((request_id, tuple(item.b_id for item in items)))
            return dict.fromkeys((item.b_id for item in items), REFUSED)
        return super().post_batch(items, request_id)


def test_a_request_refused_for_one_of_its_items_holds_that_one_alone() -> None:
    office = Office.opened(books=PoisonedBooks(read_entry))
    office.deliver([sale(str(number)) for number in range(1, 31)])
    office.drain()
    held = [row.key.object_id for row in office.ledger.rows.values() if row.status == "held"]
    assert held == ["7"]
    assert len(office.books.entries) == 29
    assert len(office.books.requests) == 31


def test_a_request_of_one_that_is_refused_is_held_at_once() -> None:
    office = answering(REFUSED)
    office.drain()
    assert (office.row("1").status, office.row("1").reason) == ("held", "qbo_refused")
    assert len(office.books.requests) == 1


def test_what_is_sent_alone_after_a_refusal_is_found_again_when_its_reply_is_lost() -> None:
    office = Office.opened(books=PoisonedBooks(read_entry))
    office.deliver([sale("6"), sale("7"), sale("8")])
    office.books.faults.append("lose_reply")
    office.drain()
    office.settle(2)
    assert [office.row(one).status for one in "678"] == ["posted", "held", "posted"]
    assert len(office.books.entries) == 2


def test_a_held_row_that_cannot_be_judged_does_not_keep_the_others_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office.opened()
    office.deliver([sale(one, key="Shoes") for one in "123"])
    _break(office, "1")
    _activate_shoes(office)
    with pytest.raises(OddRows):
        release(CONNECTION, "mapping", office.releaser())
    assert [office.row(one).status for one in "123"] == ["held", "ready", "ready"]
    assert len(office.doorbell.rung[-1][1]) == 2


def test_a_row_that_cannot_be_read_does_not_keep_the_tick_from_ringing() -> None:
    office = Office.opened()
    office.deliver([sale("1", key="Shoes"), sale("2", key="Shoes"), sale("3")])
    _break(office, "1")
    _activate_shoes(office)
    office.doorbell.rung.clear()
    with pytest.raises(OddRows):
        office.sweep()
    assert (REALM, ()) in office.doorbell.rung
    assert office.row("2").status == "ready"


def _activate_shoes(office: Office) -> None:
    shoes = {"role": "sales", "key": "Shoes", "account": "51"}
    office.mappings.activate(SHOP, office.mappings.put(SHOP, mapping(shoes), "me", ""))


def _break(office: Office, object_id: str) -> None:
    """Its event cannot be read any more."""
    row = office.row(object_id)
    broken = replace(row, event=b"{", number=row.number + 1)
    assert office.ledger.change(row, broken)


def test_a_reversal_that_was_refused_goes_again_when_its_account_is_active_again() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    office.deliver(void_of())
    number = _reversal_number(office)
    office.books.refusals[number] = Outcome("refused", reason="inactive_account", text="610")
    office.drain()
    assert office.row(purpose="reverse").reason == "inactive_account"
    office.mappings.put_chart(chart(2, _4=True))
    release(CONNECTION, "chart", office.releaser())
    assert office.row(purpose="reverse").status == "held"
    office.books.refusals.clear()
    office.mappings.put_chart(chart(3))
    office.doorbell.rung.clear()
    release(CONNECTION, "chart", office.releaser())
    assert office.doorbell.rung
    office.drain()
    office.settle(2)
    assert office.statuses() == {
        "1001/1/post/post": "reversed",
        "1001/1/post/reverse": "posted",
        "1001/2/reverse/post": "posted",
    }
    assert len(office.books.entries) == 2


def _reversal_number(office: Office) -> str:
    row = office.row(effect="post")
    return reversal_of(row.journal(), row.realm, row.key).doc_number


def test_a_window_full_of_unclear_rows_does_not_keep_a_new_one_waiting() -> None:
    office = Office.opened()
    office.deliver([sale(str(number)) for number in range(DUE_AT_ONCE)])
    now = office.clock()
    for row in list(office.ledger.rows.values()):
        sent = row.moved(
            "sending", now, request_id="R" + row.key.object_id, b_id="1",
            sent_at=now.isoformat(), first_sent_at=now.isoformat(),
        )  # fmt: skip
        assert office.ledger.change(row, sent)
    office.clock.sleep(1)
    office.deliver(sale("new"))
    office.drain()
    assert office.row("new").status == "posted"


def test_a_request_is_not_repeated_under_a_claim_that_a_slow_renewal_made_old() -> None:
    class WatchedBooks(FakeBooks):
        ages: ClassVar[list[float]] = []

        def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes:
            claimed = datetime.fromisoformat(office.row("1").sent_at)
            self.ages.append((office.clock() - claimed).total_seconds())
            return super().post_batch(items, request_id)

    books = WatchedBooks(read_entry)
    office = Office.opened(books=books)
    office.deliver(sale("1"))
    books.faults.append("unauthorised")
    poster = office.poster()

    def slowly(realm: Realm) -> BooksOfRealm:
        office.clock.sleep(60)
        return poster.renew(realm)

    drain(REALM, (), replace(poster, renew=slowly))
    assert books.ages == [0, 0]
    assert posted_once(office)


def test_what_a_mixed_answer_said_is_posted_is_not_sent_again_with_a_new_token() -> None:
    class MixedBooks(FakeBooks):
        def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes:
            first = not self.requests
            found = super().post_batch(items[:1] if first else items, request_id)
            rest = {item.b_id: Outcome("unauthorised", codes=("3200",)) for item in items}
            return {**rest, **found}

    office = Office.opened(books=MixedBooks(read_entry))
    office.deliver([sale("1"), sale("2")])
    office.drain()
    assert office.books.requests[1][1] == ("2",)
    assert posted_once(office, 2)


def test_more_overtaken_rows_than_any_window_holds_do_not_end_the_drain() -> None:
    office = Office.opened()
    office.deliver(sale("0"))
    first = office.row("0")
    for number in range(1, 16 * DUE_AT_ONCE // 2):
        old = replace(first, key=replace(first.key, object_id=str(number)))
        new = replace(old, key=replace(old.key, version="2"), qbo_id="9")
        office.ledger.rows[old.key, ""] = old
        office.ledger.rows[new.key, ""] = replace(new, status="posted")
    office.clock.sleep(1)
    office.deliver(sale("new"))
    office.drain()
    assert office.row("new").status == "posted"
    assert office.due() == 0
    assert len(office.books.entries) == 2
