"""Day reports and exports in a preview: second sends, bare files, who posts what."""

import json
from pathlib import Path
from typing import Any

import pytest

from daybook.domain.mapping import Mapping
from daybook.sources.registry import find
from daybook.workflows.preview import as_json, preview
from tests.unit.domain.builders import mapping
from tests.unit.sources.rental import export, pair

SIDES = {"Food": {"side": "credit"}, "Cash": {"side": "debit"}}
STATES = Path(__file__).parents[2] / "local" / "mappings"


def send(sent_at: str, amount: str, **fields: Any) -> dict[str, Any]:
    rows = [{"label": "Food", "amount": amount}, {"label": "Cash", "amount": amount}]
    return {"store_id": "12", "date": "2026-11-20", "sent_at": sent_at, "rows": rows, **fields}


FIRST = send("2026-11-21T01:00:00Z", "100.00")
AGAIN = send("2026-11-21T02:00:00Z", "100.00")
CORRECTED = send("2026-11-21T03:00:00Z", "90.00")


def reported(*bodies: dict[str, Any], **settings: Any) -> dict[str, list[dict[str, Any]]]:
    rules = mapping(settings={"rows": SIDES, **settings})
    files = [("reports.json", json.dumps(bodies).encode())]
    return as_json(preview(files, find("mobipos"), rules))


def ledger(*bodies: Any) -> dict[str, list[dict[str, Any]]]:
    files = [
        (f"{place}", body if isinstance(body, bytes) else json.dumps(body).encode())
        for place, body in enumerate(bodies)
    ]
    rules = mapping(settings={"classes": {"Store 1:Burbank": "5"}})
    return as_json(preview(files, find("point_of_rental"), rules))


def amounts(result: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """The side and amount of Food in each entry."""
    lines = [line for entry in result["entries"] for line in entry["lines"]]
    return [(line["side"], line["amount"]) for line in lines if line["key"] == "Food"]


@pytest.mark.parametrize("second", [AGAIN, CORRECTED])
def test_a_second_send_is_refused_whatever_it_says(second: dict[str, Any]) -> None:
    result = reported(FIRST, second)
    assert amounts(result) == [("credit", "100.00")]
    assert [(row["event"], row["code"]) for row in result["held"]] == [
        (f"day_report/12-2026-11-20-day/{second['sent_at']}/post", "already_sent")
    ]


def test_a_second_send_reverses_and_posts_where_the_setting_says_so() -> None:
    result = reported(FIRST, CORRECTED, second_send="replace")
    assert amounts(result) == [("credit", "100.00"), ("debit", "100.00"), ("credit", "90.00")]
    assert result["held"] == []


def test_a_second_send_that_changes_nothing_replaces_nothing() -> None:
    result = reported(FIRST, AGAIN, second_send="replace")
    assert amounts(result) == [("credit", "100.00")]
    assert [row["code"] for row in result["skipped"]] == ["superseded"]


def test_a_retry_of_the_same_send_is_a_duplicate() -> None:
    result = reported(FIRST, FIRST)
    assert [row["code"] for row in result["skipped"]] == ["duplicate"]
    assert result["held"] == []


def test_a_report_of_another_name_or_date_or_store_is_no_second_send() -> None:
    others = [
        send("2026-11-21T02:00:00Z", "1.00", report="late"),
        send("2026-11-21T02:00:00Z", "2.00", date="2026-11-19"),
        send("2026-11-21T02:00:00Z", "3.00", store_id="14"),
    ]
    assert len(reported(FIRST, *others)["entries"]) == 4


def test_the_first_send_that_was_held_gives_way_to_a_corrected_one() -> None:
    wrong = FIRST | {"rows": [{"label": "Food", "amount": "100.00"}]}
    result = reported(wrong, CORRECTED)
    assert amounts(result) == [("credit", "90.00")]
    assert [row["code"] for row in result["skipped"]] == ["superseded"]


def test_a_family_of_the_day_waits_for_its_close_and_the_others_do_not() -> None:
    result = ledger(export(*pair("invoice"), *pair("card_deposit"), *pair("cogs")))
    posted = [entry["event"].split("/")[1] for entry in result["entries"]]
    assert posted[:2] == ["1-2026-11-20-invoice", "1-2026-11-20-card_deposit"]
    (day,) = [entry for entry in result["entries"] if entry["kind"] == "day_summary"]
    assert day["event"] == "1/2026-11-20/USD/1"
    assert result["held"] == []


def test_a_bare_file_is_previewed_as_it_lies_on_the_disk() -> None:
    text = "Date,Store,Section,Account,Debit,Credit\n"
    text += "11/20/2026,1,Card Deposits,1000,5.00,\n11/20/2026,1,Card Deposits,1020,,5.00\n"
    (entry,) = ledger(text.encode())["entries"]
    assert [line["key"] for line in entry["lines"]] == ["1000", "1020"]
    assert entry["txn_date"] == "2026-11-20"


def test_an_unbalanced_family_stops_no_other() -> None:
    short = [*pair("payment"), {"family": "card_deposit", "account": "1000", "amount": "1"}]
    result = ledger(export(*short))
    assert len(result["entries"]) == 1
    assert [row["code"] for row in result["held"]] == ["family_unbalanced"]


@pytest.mark.parametrize("source", ["mobipos", "point_of_rental"])
def test_the_shops_mapping_posts_most_of_the_samples(source: str) -> None:
    rules = Mapping.model_validate_json((STATES / f"{source}.json").read_bytes())
    samples = Path(__file__).parents[2] / "events" / "webhooks" / source
    files = [(file.name, file.read_bytes()) for file in sorted(samples.glob("*.json"))]
    found = preview(files, find(source), rules)
    assert len(found.entries) >= 5
    assert found.held
