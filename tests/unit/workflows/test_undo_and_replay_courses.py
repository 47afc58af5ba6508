"""Undo, replay, newer versions and reversals in any order: at most one live entry, never two."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.workflows.operator import NotPossible
from tests.unit.workflows.office import Office, amounts, balance, sale, void_of
from tests.unit.workflows.person import replayed, undone, voided

_AMOUNTS = {"1": 1000, "2": 2000, "3": 4000}
_VERSIONS = st.sampled_from(sorted(_AMOUNTS))
_STEPS = st.one_of(
    st.tuples(st.sampled_from(["deliver", "undo", "replay", "void"]), _VERSIONS),
    st.tuples(st.sampled_from(["reverse"]), st.just("3")),
    st.tuples(st.sampled_from(["drain", "lose", "drop"]), st.just("")),
)


def take(office: Office, step: str, version: str) -> None:
    """One thing that happens; what a person asks for may be refused."""
    match step:
        case "deliver":
            office.deliver(sale(version=version, amount=f"{_AMOUNTS[version] // 100}.00"))
        case "reverse":
            office.deliver(void_of(version=version))
        case "lose":
            office.books.faults.append("lose_reply")
        case "drop":
            office.books.faults.append("drop")
        case "drain":
            office.drain()
    with suppress(NotPossible):
        match step:
            case "undo":
                undone(office, version=version, effect="post")
            case "replay":
                replayed(office, version=version, effect="post")
            case "void":
                voided(office, version=version, effect="post")


@settings(max_examples=150, deadline=None)
@given(st.lists(_STEPS, max_size=14))
def test_any_course_leaves_one_live_entry_or_none(course: list[tuple[str, str]]) -> None:
    office = Office.opened()
    for step, version in course:
        take(office, step, version)
    office.books.faults.clear()
    office.settle(8)
    live = [
        row for row in office.ledger.rows.values()
        if row.status == "posted" and row.key.purpose == "post" and row.entry
    ]  # fmt: skip
    assert len(live) <= 1
    assert balance(office) == sum(_AMOUNTS[row.key.version] for row in live)
    assert office.due() == 0
    entries = len(amounts(office))
    sent = [row.qbo_id for row in office.ledger.rows.values() if row.qbo_id and row.entry]
    assert len(sent) == len(set(sent)) == entries


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=5), st.booleans())
def test_undo_and_replay_any_number_of_times(times: int, ends_undone: bool) -> None:
    office = Office.opened()
    take(office, "deliver", "1")
    office.drain()
    for _ in range(times):
        take(office, "undo", "1")
        take(office, "replay", "1")
    if ends_undone:
        take(office, "undo", "1")
    office.settle(2)
    assert balance(office) == (0 if ends_undone else 1000)
    assert len(amounts(office)) == 1 + 2 * times + ends_undone
