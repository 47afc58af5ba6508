"""The preview in the browser: entries and documents as an accountant reads them, nothing kept."""

import json

import pytest

from daybook.console.web import Wrong
from tests.unit.console_mapping.desk import Desk
from tests.unit.workflows.office import SHOP, sale


def ask(desk: Desk, body: object, **fields: str) -> str:
    sent = {"connection": SHOP, "text": json.dumps(body), **fields}
    return desk.post("/preview", sent).text


def test_an_entry_is_shown_with_accounts_by_name_and_equal_totals() -> None:
    desk = Desk.opened()
    text = ask(desk, sale())
    assert "1200 Card clearing" in text
    assert "4000 Sales:Hats" in text
    assert text.partition("Again")[0].count("108.25") == 4
    assert desk.office.ledger.rows == {}


def test_what_is_held_names_the_missing_key_and_links_to_its_row() -> None:
    desk = Desk.opened()
    page = desk.post("/preview", {"connection": SHOP, "text": json.dumps(sale(key="Shoes"))})
    assert "sales Shoes at 1 has no account" in page.text
    anchor = page.html.split(f"/console/mapping/{SHOP}/edit#")[1].split('"')[0]
    desk.office.deliver(sale(key="Shoes"))
    assert f'id="{anchor}"' in desk.get(f"/mapping/{SHOP}/edit").html


def test_a_source_and_a_pasted_mapping_need_no_connection() -> None:
    rules = {"accounts": [{"role": "payment_type", "key": "*", "account": "4"},
                          {"role": "sales", "key": "*", "account": "50"}],
             "locations": {"1": {}}}  # fmt: skip
    text = ask(Desk.opened(), sale(), connection="", source="canonical", mapping=json.dumps(rules))
    assert "Journal entry" in text
    assert "#50" in text


def test_a_mode_that_is_asked_for_takes_the_place_of_the_mapping_s() -> None:
    text = ask(Desk.opened(), sale(), mode="day_summary")
    assert "1/2026-11-20/USD/1" in text


def test_the_draft_can_be_tried_before_it_is_in_force() -> None:
    desk, edit = Desk.opened(), f"/mapping/{SHOP}/edit"
    shoes = json.dumps(["sales", "Shoes", ""])
    stamp = desk.get(edit).value("stamp")
    desk.post(edit, {"stamp": stamp, "place.0": shoes, "account.0": "#51"})
    assert "has no account" in ask(desk, sale(key="Shoes"))
    assert "4010 Sales:Shoes" in ask(desk, sale(key="Shoes"), which="draft")


def test_what_is_no_json_is_held_unreadable_and_what_is_too_large_refused() -> None:
    desk = Desk.opened()
    assert "Correct the sender" in desk.post("/preview", {"connection": SHOP, "text": "{"}).text
    with pytest.raises(Wrong, match="too large"):
        desk.post("/preview", {"connection": SHOP, "text": "x" * 1_048_577})


def test_a_bad_mapping_file_is_named_with_its_paths() -> None:
    text = ask(Desk.opened(), sale(), mapping='{"colour": 1}')
    assert "colour" in text
    assert "What it would post" not in text
