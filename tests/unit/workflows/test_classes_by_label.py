"""Classes that ledger rows name by a label: by setting, by full name, or created by level."""

from dataclasses import replace
from typing import Any

from daybook.domain.directory import Listed
from tests.unit.workflows.office import SHOP, Office, chart, mapping
from tests.unit.workflows.papers import until_quiet

LABEL = "Store 1:Burbank"


def export(object_id: str = "G-1", label: str = LABEL) -> dict[str, Any]:
    """Two rows of a general ledger, of one class."""
    rows = [
        {"key": "1000", "amount": "5.00", "class": label},
        {"key": "4000", "amount": "-5.00", "class": label},
    ]
    return {
        "object_type": "gl",
        "object_id": object_id,
        "object_version": "1",
        "business_date": "2026-11-20",
        "location": "1",
        "currency": "USD",
        "body": {"kind": "gl_batch", "entries": rows},
    }


def opened(*classes: Listed, **settings: Any) -> Office:
    """Open, with these classes imported and the two accounts mapped."""
    office = Office.opened()
    known = {one.id: one for one in classes}
    whole = replace(chart(2), classes=known, imported_at="2026-11-20T00:00:00Z")
    office.mappings.put_chart(whole)
    rows = [{"role": "source_account", "key": key, "account": one}
            for key, one in (("1000", "4"), ("4000", "50"))]  # fmt: skip
    rules = mapping(*rows, **settings)
    office.mappings.activate(SHOP, office.mappings.put(SHOP, rules, "test", ""))
    return office


def classes_of(office: Office, object_id: str = "G-1") -> set[str | None]:
    """The classes on the lines of an entry."""
    return {line.class_ for line in office.row(object_id).journal().lines}


def test_a_label_is_the_active_class_of_its_full_name() -> None:
    office = opened(Listed("7", "Store 1"), Listed("8", "store 1:BURBANK"))
    office.deliver(export())
    assert (office.row("G-1").status, classes_of(office)) == ("ready", {"8"})


def test_the_setting_goes_before_the_name() -> None:
    office = opened(Listed("8", LABEL), Listed("9", "Other"), classes={LABEL: "9"})
    office.deliver(export())
    assert classes_of(office) == {"9"}


def test_an_inactive_class_is_no_class() -> None:
    office = opened(Listed("8", LABEL, active=False))
    office.deliver(export())
    assert office.row("G-1").reason == "unmapped_class"


def test_without_the_setting_nothing_is_created() -> None:
    office = opened()
    office.deliver(export())
    until_quiet(office)
    assert (office.row("G-1").reason, office.books.sales.classes) == ("unmapped_class", {})


def test_a_class_is_created_below_the_one_above_it_and_its_rows_are_posted() -> None:
    office = opened(create_classes=True)
    office.deliver([export("G-1"), export("G-2")])
    assert office.row("G-1").reason == "class_needed"
    until_quiet(office)
    names = [one.full_name for one in office.books.sales.classes.values()]
    assert names == ["Store 1", "Store 1:Burbank"]
    assert {office.row(one).status for one in ("G-1", "G-2")} == {"posted"}
    assert classes_of(office) == {"K2"}


def test_a_creation_whose_reply_is_lost_is_found_again() -> None:
    office = opened(create_classes=True)
    office.deliver(export())
    office.books.faults.append("lose_reply")
    office.drain()
    office.settle()
    assert len(office.books.sales.classes) == 2
    assert office.row("G-1").status == "posted"
