"""Versions, voids and reverses in a preview: what stands in the books for one object."""

from typing import Any

from tests.unit.domain.builders import mapping
from tests.unit.test_preview import codes, names, shown, ticket


def void(version: str = "1", **fields: Any) -> dict[str, Any]:
    return ticket(effect="reverse", object_version=version, **fields)


def amounts(entry: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(line["side"], line["role"], line["amount"]) for line in entry["lines"]]


def test_reverse_of_an_earlier_event_is_its_mirror_on_its_own_date() -> None:
    result = shown(ticket(), void(business_date="2026-11-22"))
    assert names(result["entries"]) == ["ticket/1/1/post", "ticket/1/1/reverse"]
    assert amounts(result["entries"][1]) == [
        ("debit", "sales", "10.00"),
        ("credit", "payment_type", "10.00"),
    ]
    assert [entry["txn_date"] for entry in result["entries"]] == ["2026-11-20", "2026-11-22"]
    assert result["held"] == result["skipped"] == []


def test_reverse_takes_back_what_was_posted_whatever_its_body_says() -> None:
    result = shown(ticket("10.00"), void("2") | {"body": ticket("99.00", "99.00")["body"]})
    assert amounts(result["entries"][1])[0] == ("debit", "sales", "10.00")


def test_reverse_of_an_unknown_object_is_held() -> None:
    assert codes(shown(void())) == [("ticket/1/1/reverse", "original_unknown")]


def test_reverse_that_came_before_its_original_leaves_no_trace_of_both() -> None:
    result = shown(void("2"), ticket())
    assert result["entries"] == result["held"] == []
    assert codes(result) == [("ticket/1/2/reverse", "void"), ("ticket/1/1/post", "void")]


def test_newer_version_reverses_the_older_on_its_date_and_posts_the_new_one() -> None:
    newer = ticket("12.00", "12.00", object_version="2", business_date="2026-11-21")
    result = shown(ticket(), newer)
    assert [(entry["event"], entry["txn_date"]) for entry in result["entries"]] == [
        ("ticket/1/1/post", "2026-11-20"),
        ("ticket/1/1/reverse", "2026-11-20"),
        ("ticket/1/2/post", "2026-11-21"),
    ]


def test_third_version_reverses_the_second_only() -> None:
    versions = [ticket(f"{n}.00", f"{n}.00", object_version=str(n)) for n in (1, 2, 3)]
    assert names(shown(*versions)["entries"]) == [
        "ticket/1/1/post",
        "ticket/1/1/reverse",
        "ticket/1/2/post",
        "ticket/1/2/reverse",
        "ticket/1/3/post",
    ]


def test_version_not_above_the_posted_one_is_superseded() -> None:
    result = shown(ticket(object_version="10"), ticket("9.00", "9.00", object_version="9"))
    assert codes(result) == [("ticket/1/9/post", "superseded")]
    same = shown(ticket(), ticket("9.00", "9.00", effect="replace"))
    assert codes(same) == [("ticket/1/1/replace", "superseded")]


def test_newer_version_that_changes_nothing_in_the_books_is_superseded() -> None:
    result = shown(ticket(), ticket(object_version="2", memo="printed again"))
    assert names(result["entries"]) == ["ticket/1/1/post"]
    assert codes(result) == [("ticket/1/2/post", "superseded")]


def test_newer_version_that_posts_nothing_takes_the_older_back() -> None:
    result = shown(ticket(), ticket("0", "0", object_version="2"))
    assert names(result["entries"]) == ["ticket/1/1/post", "ticket/1/1/reverse"]
    assert codes(result) == [("ticket/1/2/post", "void")]


def test_held_older_version_is_superseded_by_a_newer_one() -> None:
    result = shown(ticket("9.00"), ticket(object_version="2"))
    assert names(result["entries"]) == ["ticket/1/2/post"]
    assert codes(result) == [("ticket/1/1/post", "superseded")]


def test_held_newer_version_leaves_the_older_standing() -> None:
    result = shown(ticket(), ticket("9.00", object_version="2"))
    assert names(result["entries"]) == ["ticket/1/1/post"]
    assert codes(result) == [("ticket/1/2/post", "unbalanced")]


def test_reverse_of_a_held_event_voids_both() -> None:
    result = shown(ticket("9.00"), void("2"))
    assert codes(result) == [("ticket/1/1/post", "void"), ("ticket/1/2/reverse", "void")]


def test_second_reverse_finds_nothing_to_take_back() -> None:
    result = shown(ticket(), void("2"), void("3"))
    assert len(result["entries"]) == 2
    assert codes(result) == [("ticket/1/3/reverse", "void")]


def test_older_version_after_a_void_stays_out_of_the_books() -> None:
    result = shown(ticket(), void("3"), ticket("12.00", "12.00", object_version="2"))
    assert len(result["entries"]) == 2
    assert codes(result) == [("ticket/1/2/post", "superseded")]


def test_versions_that_cannot_be_put_in_order_are_held() -> None:
    result = shown(ticket(object_version="a"), ticket("9.00", "9.00", object_version="b"))
    assert codes(result) == [("ticket/1/b/post", "conflict")]


def test_setting_can_hold_newer_versions() -> None:
    rules = mapping(settings={"newer_version": "hold"})
    result = shown(ticket(), ticket("9.00", "9.00", object_version="2"), rules=rules)
    assert names(result["entries"]) == ["ticket/1/1/post"]
    assert codes(result) == [("ticket/1/2/post", "conflict")]


def test_objects_of_another_type_or_id_do_not_touch_each_other() -> None:
    result = shown(ticket(), ticket(object_id="2"), ticket(object_type="invoice"))
    assert len(result["entries"]) == 3
    assert len({entry["doc_number"] for entry in result["entries"]}) == 3
