"""The proof: what is wrong in QuickBooks is found, once, and nothing there is changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.domain.connection import Realm, RealmState
from daybook.domain.document_kinds import Entity
from daybook.domain.errors import Problem
from daybook.domain.posting import Posting
from daybook.workflows.poster import Reconnect
from daybook.workflows.prove import prove
from daybook.workflows.prover import NotProved
from tests.fakes.audit import FakeAudit
from tests.unit.workflows.audited import DAY, Audited, audited
from tests.unit.workflows.office import REALM, SHOP, sale, void_of


def test_clean_books_have_nothing_to_find_in_two_reads() -> None:
    shop = audited()
    proof = shop.prove()
    assert proof.findings == ()
    assert proof.reads == 2
    assert shop.told == []
    assert all(total.agrees for day in proof.days for total in day.totals)


def test_a_double_is_flagged_and_told_once() -> None:
    shop = audited()
    twin = shop.surface(shop.row())
    assert shop.found() == [("double_in_qbo", "1001")]
    assert shop.flags() == ["double_in_qbo"]
    assert shop.row().status == "posted"
    (flag,) = shop.row().open_flags
    assert flag.qbo_ids == (shop.row().qbo_id, twin)
    again = shop.prove()
    assert [one.is_new for one in again.findings] == [False]
    assert shop.told == [("double_in_qbo", "ticket/1001/1/post")]


def test_a_flag_goes_when_all_is_well_again() -> None:
    shop = audited()
    shop.office.books.delete(shop.surface(shop.row()))
    twin = shop.surface(shop.row())
    shop.prove()
    shop.office.books.delete(twin)
    assert shop.found() == []
    assert shop.row().flags == ()


def test_of_two_equal_entries_the_one_that_is_left_is_the_recorded_one() -> None:
    shop = audited()
    twin = shop.surface(shop.row())
    shop.prove()
    shop.office.books.delete(shop.row().qbo_id)
    assert shop.found() == []
    assert (shop.row().qbo_id, shop.row().flags) == (twin, ())


def test_a_deleted_entry_is_flagged() -> None:
    shop = audited()
    shop.office.books.delete(shop.row("1002").qbo_id)
    assert shop.found() == [("deleted_in_qbo", "1002")]
    assert shop.flags("1002") == ["deleted_in_qbo"]
    assert shop.flags("1001") == []
    shop.office.clock.sleep(40 * 86_400)
    assert [one.is_new for one in shop.prove(DAY).findings] == [False]


def test_what_is_not_there_and_was_not_deleted_is_missing() -> None:
    shop = audited()
    shop.office.books.entries.pop(0)
    assert shop.found() == [("missing_in_qbo", "1001")]
    assert shop.flags() == ["missing_in_qbo"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"TxnDate": "2026-11-19"}, "its date is 2026-11-19, not 2026-11-20"),
        ({"TxnDate": "2026-10-01"}, "its date is 2026-10-01, not 2026-11-20"),
        ({"PrivateNote": "mine now"}, "its note no longer ends in daybook's mark"),
    ],
)
def test_an_edited_entry_is_flagged_with_what_differs(fields: dict[str, str], said: str) -> None:
    shop = audited()
    shop.office.books.edit(shop.row().qbo_id, **fields)
    (finding,) = shop.prove().findings
    assert (finding.kind, finding.ids) == ("edited_in_qbo", (shop.row().qbo_id,))
    assert said in finding.text
    assert shop.flags() == ["edited_in_qbo"]


def test_changed_lines_are_named_and_show_in_the_control_totals() -> None:
    shop = audited()
    books = shop.office.books
    lines = [{**line, "Amount": "109.25"} for line in books.entries[0].body["Line"]]
    books.edit(shop.row().qbo_id, Line=lines)
    proof = shop.prove()
    (finding,) = proof.findings
    assert "it lacks debit 108.25 on account 4" in finding.text
    assert "it has debit 109.25 on account 4" in finding.text
    differing = [total for day in proof.days for total in day.totals if not total.agrees]
    assert [(one.place.role, one.place.key, one.sums) for one in differing] == [
        ("payment_type", "Visa", {"ledger": 12825, "qbo": 12925})
    ]


def test_another_edit_is_a_new_finding_and_the_same_one_is_not() -> None:
    shop = audited()
    for day in ("2026-11-19", "2026-11-19", "2026-11-18"):
        shop.office.books.edit(shop.row().qbo_id, TxnDate=day)
        shop.prove()
    assert [kind for kind, _ in shop.told] == ["edited_in_qbo"] * 2
    assert len(shop.row().flags) == 1


def test_an_entry_of_ours_without_a_row_is_an_orphan() -> None:
    shop = audited()
    row = shop.row("1002")
    del shop.office.ledger.rows[row.key, ""]
    assert shop.found() == [("orphan_in_qbo", "")]


def test_entries_of_others_are_none_of_our_business() -> None:
    shop = audited()
    body = shop.office.books.entries[0].body
    shop.office.books.surface({**body, "PrivateNote": "by hand"})
    assert shop.found() == []


def unclear(shop: Audited) -> Posting:
    """The sale was sent, nothing came back, and QuickBooks did not have it for a day."""
    office = shop.office
    row = shop.row()
    sending = row.moved("sending", office.clock(), request_id="R" * 32, b_id="1")
    uncertain = sending.moved("uncertain", office.clock())
    held = uncertain.held(Problem("outcome_unknown", "No clear answer."), office.clock())
    for before, after in ((row, sending), (sending, uncertain), (uncertain, held)):
        assert office.ledger.change(before, after)
    return held


def test_a_late_commit_of_an_unknown_outcome_is_recorded_as_posted() -> None:
    shop = audited(sale(), post=False)
    twin = shop.surface(unclear(shop))
    assert shop.found() == [("found_late", "1001")]
    assert (shop.row().status, shop.row().qbo_id) == ("posted", twin)
    assert shop.found() == []


def test_a_row_that_is_on_its_way_is_left_to_the_poster() -> None:
    shop = audited(sale(), post=False)
    row = shop.row()
    sending = row.moved("sending", shop.office.clock(), sent_at="2026-11-20T12:00:00.000Z")
    shop.office.ledger.change(row, sending)
    shop.surface(row)
    assert shop.found() == []
    assert shop.row() == sending


def test_what_a_restored_ledger_calls_ready_is_recorded_and_not_sent_again() -> None:
    shop = audited(sale(), post=False)
    shop.surface(shop.row())
    assert shop.found() == [("found_late", "1001")]
    shop.office.drain()
    assert len(shop.office.books.entries) == 1


def test_a_ready_row_of_which_two_are_there_is_held_and_not_sent() -> None:
    shop = audited(sale(), post=False)
    shop.surface(shop.row())
    shop.surface(shop.row())
    assert shop.found() == [("double_in_qbo", "1001")]
    assert (shop.row().status, shop.row().reason) == ("held", "double_in_qbo")
    shop.office.drain()
    assert len(shop.office.books.entries) == 2
    shop.prove()
    assert len(shop.told) == 1


def test_a_held_double_of_which_one_equal_is_left_is_recorded() -> None:
    shop = audited(sale(), post=False)
    twins = [shop.surface(shop.row()) for _ in range(2)]
    shop.prove()
    shop.office.books.delete(twins[0])
    assert shop.found() == [("found_late", "1001")]
    assert shop.row().qbo_id == twins[1]


def test_what_was_superseded_and_turns_up_is_a_double() -> None:
    shop = audited(sale(), post=False)
    row = shop.row()
    after = row.moved("superseded", shop.office.clock())
    shop.office.ledger.change(row, after)
    shop.surface(row)
    assert shop.found() == [("double_in_qbo", "1001")]
    assert shop.flags() == ["double_in_qbo"]


def test_a_reversed_sale_and_its_reversal_are_both_expected() -> None:
    shop = audited(sale())
    shop.office.deliver(void_of())
    shop.office.drain()
    assert [len(shop.office.books.entries), shop.row(purpose="post", effect="post").status] == [
        2, "reversed"
    ]  # fmt: skip
    assert shop.found() == []
    reversal = shop.row(purpose="reverse")
    shop.office.books.delete(reversal.qbo_id)
    assert shop.found() == [("deleted_in_qbo", "1001")]


def next_open_day(shop: Audited, day: str) -> None:
    """The row's entry is posted on another date than its business date."""
    row = shop.row()
    entry = replace(row.journal(), txn_date=DAY + timedelta(days=12))
    assert entry.txn_date.isoformat() == day
    after = replace(row, entry=entry.to_json(), number=row.number + 1)
    assert shop.office.ledger.change(row, after)
    shop.office.drain()


def test_an_entry_on_the_next_open_day_is_not_missing_nor_an_orphan_there() -> None:
    shop = audited(sale(), post=False)
    next_open_day(shop, "2026-12-02")
    assert shop.found(DAY) == []
    assert shop.found(DAY + timedelta(days=12)) == []


def test_an_old_date_is_compared_when_its_entry_changed() -> None:
    shop = audited()
    shop.prove()
    shop.office.clock.sleep(20 * 86_400)
    shop.prove()
    assert DAY.isoformat() not in {day.day for day in shop.prove().days}
    shop.office.books.edit(shop.row().qbo_id, PrivateNote="touched")
    shop.office.books.delete(shop.row("1002").qbo_id)
    kinds = dict(shop.found())
    assert kinds == {"deleted_in_qbo": "1002", "edited_in_qbo": "1001"}


def test_more_changes_than_are_told_widen_the_proof_to_thirty_days() -> None:
    shop = audited()
    shop.prove()
    shop.office.clock.sleep(20 * 86_400)
    shop.office.books.delete(shop.row("1002").qbo_id)
    shop.audit.most_changes = 2
    shop.office.clock.sleep(600)
    proof = shop.prove()
    assert len(proof.days) == 31
    assert [(one.kind, one.ids) for one in proof.findings] == [("deleted_in_qbo", ("2",))]


def test_what_queries_do_not_show_yet_is_read_by_its_id() -> None:
    shop = audited()
    shop.audit.shown = lambda entry: entry.qbo_id != shop.row().qbo_id
    assert shop.found() == []
    shop.office.clock.sleep(3_600)
    assert shop.found() == [("missing_in_qbo", "1001")]


def test_a_row_that_was_posted_while_the_proof_read_is_no_double() -> None:
    shop = audited(sale(), post=False)
    query = shop.audit.entries_dated

    def meanwhile(first: str, last: str, kinds: Sequence[Entity]) -> object:
        shop.office.drain()
        return query(first, last, kinds)

    shop.audit.entries_dated = meanwhile  # type: ignore[method-assign,assignment]
    assert shop.found() == []
    assert shop.row().status == "posted"


def test_a_proof_that_gets_no_answer_says_nothing_and_keeps_nothing() -> None:
    shop = audited()
    shop.office.books.delete(shop.row().qbo_id)
    shop.audit.failing = 1
    with pytest.raises(NotProved, match="no whole answer"):
        shop.prove(DAY)
    assert shop.row().flags == ()
    assert shop.proofs.days == {}


@pytest.mark.parametrize("state", ["reconnect_needed", "disconnected"])
def test_a_company_without_consent_is_not_proved(state: RealmState) -> None:
    shop = audited()
    realm = shop.office.connections.realm(REALM)
    assert realm
    shop.office.connections.put_realm(replace(realm, state=state))
    with pytest.raises(NotProved, match=state):
        shop.prove()
    assert shop.audit.reads == 0


def test_two_connections_of_a_company_are_proved_together() -> None:
    shop = audited()
    other = replace(shop.office.connections.all()[0], id="other")
    shop.office.connections.put(other)
    assert shop.found() == []
    assert {one.id for one in shop.office.connections.all()} == {SHOP, "other"}


def test_days_are_read_together_while_few_happened() -> None:
    shop = audited(*(sale(str(n), occurred_at=f"2026-11-{n}T18:00:00Z") for n in range(10, 21)))
    proof = shop.prove(DAY - timedelta(days=13), DAY)
    assert len(proof.days) == 14
    assert proof.reads == 1
    counted = [total for day in proof.days for total in day.totals if not total.place.role]
    assert [total.sums for total in counted] == [{"ledger": 1, "qbo": 1}] * 11


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="is not 1 to 400 days"):
        audited().prove(DAY, DAY - timedelta(days=1))


def test_the_last_proof_of_each_date_is_kept() -> None:
    shop = audited()
    shop.surface(shop.row())
    shop.prove()
    kept = shop.proofs.last(REALM, 3)
    assert [len(proof.findings) for proof in kept] == [1, 0, 0]
    assert kept[0].day == DAY.isoformat()


def test_a_proof_that_finds_the_consent_ended_says_so_on_the_company() -> None:
    shop = audited()

    def ended(_realm: Realm) -> FakeAudit:
        raise Reconnect("Intuit takes the tokens no longer.")

    with pytest.raises(NotProved, match="takes the tokens no longer"):
        prove(REALM, None, replace(shop.prover(), audit=ended))
    realm = shop.office.connections.realm(REALM)
    assert realm is not None
    assert realm.state == "reconnect_needed"
