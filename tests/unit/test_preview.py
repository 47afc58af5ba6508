"""What `daybook preview` shows: entries, held and skipped, in order of input."""

import json
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.mapping import Mapping
from daybook.sources.registry import find
from daybook.workflows.preview import ModeUnavailable, as_json, as_notation, json_text, preview
from tests.unit.domain.builders import mapping

TICKET: dict[str, Any] = {
    "object_type": "ticket",
    "object_id": "1",
    "business_date": "2026-11-20",
    "location": "100006",
    "currency": "USD",
    "body": {
        "kind": "sale",
        "lines": [{"kind": "item", "key": "Hats", "gross": "10.00"}],
        "tenders": [{"kind": "cash", "key": "Cash", "amount": "10.00"}],
    },
}


def ticket(paid: str = "10.00", gross: str = "10.00", **fields: Any) -> dict[str, Any]:
    lines = [{"kind": "item", "key": "Hats", "gross": gross}]
    tenders = [{"kind": "cash", "key": "Cash", "amount": paid}]
    return TICKET | {"body": {"kind": "sale", "lines": lines, "tenders": tenders}} | fields


def shown(*values: Any, rules: Mapping | None = None, source: str = "canonical") -> dict[str, Any]:
    """The preview of one file that holds these values as a list (one value: by itself)."""
    content = values[0] if len(values) == 1 else list(values)
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return as_json(preview([("day.json", data)], find(source), rules or mapping()))


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["event"] for row in rows]


def codes(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["event"], row["code"]) for row in result["held"] + result["skipped"]]


def test_entry_has_the_fields_of_the_contract() -> None:
    rules = mapping(locations={"100006": {"department": "Burbank"}})
    result = shown(ticket(reference="T-1"), rules=rules)
    assert list(result) == ["entries", "documents", "held", "skipped"]
    (entry,) = result["entries"]
    assert entry.pop("doc_number").startswith("T-1-")
    assert entry == {
        "event": "ticket/1/1/post",
        "kind": "sale",
        "txn_date": "2026-11-20",
        "currency": "USD",
        "lines": [
            {
                "side": "debit",
                "role": "payment_type",
                "key": "Cash",
                "account": "payment_type",
                "class": None,
                "department": "Burbank",
                "name": None,
                "amount": "10.00",
            },
            {
                "side": "credit",
                "role": "sales",
                "key": "Hats",
                "account": "sales",
                "class": None,
                "department": "Burbank",
                "name": None,
                "amount": "10.00",
            },
        ],
    }


def test_names_come_from_the_event() -> None:
    owed = ticket(customer={"id": "c-1", "display_name": "Ada Brown"})
    owed["body"]["tenders"][0]["kind"] = "on_account"
    assert shown(owed)["entries"][0]["lines"][0]["name"] == "Ada Brown"
    del owed["customer"]
    assert codes(shown(owed)) == [("ticket/1/1/post", "customer_needed")]


@pytest.mark.parametrize(
    "content",
    [
        TICKET,
        [TICKET],
        [[TICKET]],
        {"headers": {}, "body": TICKET},
        {"headers": {"Webhook-Id": "m"}, "body": [TICKET]},
        {"headers": {}, "body": json.dumps(TICKET)},
        {"body": json.dumps([TICKET])},
        [{"headers": {}, "body": [TICKET]}],
    ],
)
def test_a_file_holds_an_event_a_delivery_or_a_list_of_either(content: Any) -> None:
    assert names(shown(content)["entries"]) == ["ticket/1/1/post"]


def test_entries_stand_in_the_order_of_files_and_of_their_lists() -> None:
    files = [
        ("b.json", json.dumps([ticket(object_id="3"), ticket(object_id="1")]).encode()),
        ("a.json", json.dumps(ticket(object_id="2")).encode()),
    ]
    result = as_json(preview(files, find("canonical"), mapping()))
    assert [name.split("/")[1] for name in names(result["entries"])] == ["3", "1", "2"]


def test_numbers_are_read_exactly_never_through_a_binary_float() -> None:
    body = json.dumps(ticket(paid="@", gross="@")).replace('"@"', "9007199254740.93")
    (entry,) = shown(body.encode())["entries"]
    assert entry["lines"][0]["amount"] == "9007199254740.93"


def test_every_missing_row_is_listed() -> None:
    (held,) = shown(TICKET, rules=Mapping())["held"]
    assert held["code"] == "unmapped_account"
    assert held["missing"] == [
        {"role": "payment_type", "key": "Cash", "location": "100006"},
        {"role": "sales", "key": "Hats", "location": "100006"},
    ]


def test_refused_event_is_held_with_its_path_and_stops_no_other() -> None:
    broken = ticket(object_id="2", colour="red")
    result = shown(ticket(object_id="1"), broken, {"odd": True}, 7, ticket(object_id="3"))
    assert [name.split("/")[1] for name in names(result["entries"])] == ["1", "3"]
    assert [(row["event"], row["code"]) for row in result["held"]] == [
        ("ticket/2/1/post", "unreadable"),
        ("day.json[2]", "unreadable"),
        ("day.json[3]", "unreadable"),
    ]
    assert "colour" in result["held"][0]["text"]
    assert all(row["missing"] == [] for row in result["held"])


@pytest.mark.parametrize(
    "data",
    [b"", b"no json", b'{"a":1', b"\xff\xfe", b"[1,", b"[" * 200_000, b'{"a":1} {"b":2}'],
)
def test_file_that_is_no_json_is_held_as_one_item(data: bytes) -> None:
    result = shown(data)
    assert codes(result) == [("day.json", "unreadable")]
    assert result["entries"] == []


def test_numbers_that_are_none_and_names_that_stand_twice_are_held() -> None:
    text = json.dumps([ticket(object_id="1"), ticket(object_id="2")])
    spoiled = text.replace('"gross": "10.00"', '"gross": NaN', 1)
    assert codes(shown(spoiled.encode())) == [("ticket/1/1/post", "unreadable")]
    twice = text.replace('"currency": "USD"', '"currency": "USD", "currency": "USD"', 1)
    assert codes(shown(twice.encode())) == [("ticket/1/1/post", "unreadable")]


def test_same_event_twice_appears_once() -> None:
    result = shown(TICKET, TICKET, ticket(paid="10.0"))
    assert names(result["entries"]) == ["ticket/1/1/post"]
    assert codes(result) == [("ticket/1/1/post", "duplicate")] * 2


def test_same_key_with_other_content_is_a_conflict() -> None:
    result = shown(TICKET, ticket("20.00", "20.00"))
    assert len(result["entries"]) == 1
    assert codes(result) == [("ticket/1/1/post", "conflict")]


def test_void_ignored_and_not_started_are_skipped() -> None:
    empty = ticket("0", "0")
    assert codes(shown(empty)) == [("ticket/1/1/post", "void")]
    late = mapping(settings={"start_date": "2026-12-01"})
    assert codes(shown(TICKET, rules=late)) == [("ticket/1/1/post", "not_started")]
    other = mapping(settings={"exports": ["deposit"]})
    assert codes(shown(TICKET, rules=other)) == [("ticket/1/1/post", "ignored")]


def test_kind_and_reason_not_to_be_posted_are_ignored() -> None:
    rules = mapping(settings={"do_not_post": [{"kind": "stock_move", "reason": "Opening"}]})
    opening = {"kind": "stock_move", "move": "adjustment", "reason": "Opening",
               "lines": [{"cost": "5"}]}  # fmt: skip
    count = opening | {"reason": "Count"}
    result = shown(
        TICKET | {"body": opening}, TICKET | {"object_id": "2", "body": count}, rules=rules
    )
    assert codes(result) == [("ticket/1/1/post", "ignored")]
    assert names(result["entries"]) == ["ticket/2/1/post"]


def test_thin_delivery_is_held_since_nobody_is_asked() -> None:
    thin = {"id": 1, "type": "Ticket", "status": "complete", "completed?": True,
            "completed_at": "2026-11-20T23:41:07Z", "source_location_id": 100006}  # fmt: skip
    wrapped = {"headers": {}, "event": "sales_transaction_completed", "body": thin}
    assert codes(shown(wrapped, source="heartland")) == [("day.json", "source_unavailable")]


def test_event_option_names_the_kind_of_bodies_that_do_not() -> None:
    cash = {"id": 7, "type": "paid_out", "reason_id": 51, "amount": 20.0, "location_id": 100006,
            "created_at": "2026-11-20T18:17:00Z"}  # fmt: skip
    data = json.dumps([cash, cash | {"id": 8}]).encode()
    rules = mapping(locations={"100006": {"time_zone": "America/Los_Angeles"}})
    result = as_json(preview([("d", data)], find("heartland"), rules, event="cash_paid"))
    assert [entry["kind"] for entry in result["entries"]] == ["cash_movement"] * 2


@pytest.mark.parametrize(
    "settings",
    [
        {"mode": "day_summary"},
        {"modes_by_location": {"100006": [{"from": "2026-01-01", "mode": "day_summary"}]}},
    ],
)
def test_a_day_closes_at_the_end_of_the_input(settings: dict[str, Any]) -> None:
    rules = mapping(settings=settings)
    files = [("d", json.dumps(TICKET).encode()), ("e", json.dumps(TICKET).encode())]
    (entry,) = preview(files, find("canonical"), rules).entries
    alone = preview(files[:1], find("canonical"), rules, mode="per_event").entries[0]
    assert entry.event == f"100006/{entry.txn_date}/USD/1"
    assert [(line.side, line.account, line.amount) for line in entry.lines] == [
        (line.side, line.account, line.amount) for line in alone.lines
    ]


def test_what_was_taken_back_is_in_no_day() -> None:
    rules = mapping(settings={"mode": "day_summary"})
    void = TICKET | {"object_version": "2", "effect": "reverse"}
    files = [("d", json.dumps([TICKET, void]).encode())]
    result = preview(files, find("canonical"), rules)
    assert result.entries == []
    assert [fate.skipped for fate in result.skipped] == ["void", "void"]


def test_a_mode_that_there_is_not_is_refused() -> None:
    with pytest.raises(ModeUnavailable, match="per_event"):
        preview([], find("canonical"), mapping(), mode="weekly")


def test_json_is_one_entry_to_a_line_and_reads_back() -> None:
    result = shown(TICKET, ticket("11.00", object_id="2"))
    text = json_text(result)
    assert json.loads(text) == result
    assert sum(line.lstrip().startswith('{"event"') for line in text.splitlines()) == 2


def test_notation_shows_entries_and_tells_what_is_held_and_skipped() -> None:
    files = [("d", json.dumps([TICKET, TICKET, ticket("9.00", object_id="2")]).encode())]
    text = as_notation(preview(files, find("canonical"), mapping()))
    assert "Assets:Payment-type" in text
    assert "; held ticket/2/1/post: unbalanced" in text
    assert "; duplicate ticket/1/1/post" in text


def test_five_hundred_events_all_balance() -> None:
    events = [ticket(f"{n}.37", f"{n}.37", object_id=str(n)) for n in range(1, 501)]
    result = shown(*events)
    assert len(result["entries"]) == 500
    for entry in result["entries"]:
        sides = {"debit": Decimal(0), "credit": Decimal(0)}
        for line in entry["lines"]:
            sides[line["side"]] += Decimal(line["amount"])
        assert sides["debit"] == sides["credit"] > 0
