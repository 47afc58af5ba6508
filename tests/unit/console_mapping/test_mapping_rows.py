"""The rows of a mapping in the browser: what is missing, what may be chosen, what is saved."""

import json

from daybook.domain.mapping import AccountRow
from daybook.domain.seen_key import SeenKey
from tests.unit.console_mapping.desk import BEN, Desk
from tests.unit.workflows.office import SHOP, sale

EDIT = f"/mapping/{SHOP}/edit"
SHOES = json.dumps(["sales", "Shoes", ""])


def with_missing() -> Desk:
    desk = Desk.opened()
    desk.office.deliver(sale(key="Shoes"))
    desk.office.mappings.name_keys(SHOP, {("sales", "Shoes"): "All shoes"})
    return desk


def test_what_came_and_has_no_account_is_named_with_its_events() -> None:
    page = with_missing().get(f"/mapping/{SHOP}")
    assert "1 row needs you" in page.text
    assert "All shoes" in page.text
    assert "1 event waits" in page.text


def test_a_role_is_offered_only_the_accounts_that_fit() -> None:
    page = with_missing().get(EDIT)
    cell = page.html.split(f'name="account.{page.number(SHOES)}"')[1].split("</select>")[0]
    assert "4010 Sales:Shoes" in cell
    assert "Checking" not in cell
    assert "Old sales" not in cell
    assert "None (not applicable)" not in cell


def test_a_chosen_account_is_saved_in_a_draft_and_posts_nothing() -> None:
    desk = with_missing()
    page = desk.get(EDIT)
    number = page.number(SHOES)
    sent = {"stamp": page.value("stamp"), f"place.{number}": SHOES, f"account.{number}": "#51"}
    answer = desk.post(EDIT, sent)
    assert "1 row changed" in answer.notice
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    assert draft.mapping.resolve("sales", "Shoes", "1") == AccountRow(
        role="sales", key="Shoes", account="51"
    )
    assert draft.actor == "Ann (ann@shop.example)"
    assert desk.office.mappings.active_version(SHOP) == 1


def test_a_suggestion_is_taken_with_one_button() -> None:
    desk = with_missing()
    page = desk.get(EDIT)
    number = page.number(SHOES)
    sent = {"stamp": page.value("stamp"), f"place.{number}": SHOES, "take": f"{number}|51"}
    assert "1 suggestions taken" in desk.post(EDIT, sent).notice
    all_of_them = {"stamp": desk.get(EDIT).value("stamp"), "do": "take_all"}
    assert desk.post(EDIT, all_of_them).notice == "Nothing was changed."


def test_what_is_typed_and_names_no_account_stays_as_it_was_typed() -> None:
    desk = with_missing()
    page = desk.get(EDIT)
    sent = {"stamp": page.value("stamp"), "place.0": SHOES, "account.0": "Sales"}
    assert "1 row not complete" in desk.post(EDIT, sent).notice
    again = desk.get(EDIT)
    assert "may be 4000 Sales:Hats, 4010 Sales:Shoes" in again.text
    assert again.value(f"account.{again.number(SHOES)}") == "Sales"


def test_an_emptied_row_is_no_row() -> None:
    desk = Desk.opened()
    page, hats = desk.get(EDIT), json.dumps(["sales", "Hats", ""])
    sent = {"stamp": page.value("stamp"), "place.1": hats, "account.1": ""}
    desk.post(EDIT, sent)
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    assert draft.mapping.resolve("sales", "Hats", "1") is None
    assert len(draft.mapping.accounts) == 2


def test_a_row_for_one_location_stands_beside_that_for_all() -> None:
    desk = Desk.opened()
    desk.office.mappings.note_keys(SHOP, [SeenKey("sales", "Hats", "1")])
    page = desk.get(EDIT)
    sent = {
        "stamp": page.value("stamp"), "role.n1": "sales", "key.n1": "Hats", "location.n1": "2",
        "account.n1": "4010",
    }  # fmt: skip
    desk.post(EDIT, sent)
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    found = draft.mapping.resolve("sales", "Hats", "2")
    assert found is not None
    assert (found.location, found.account) == ("2", "51")


def test_two_people_who_edit_are_told_and_nothing_is_lost() -> None:
    desk = with_missing()
    page = desk.get(EDIT)
    number, stamp = page.number(SHOES), page.value("stamp")
    hats = json.dumps(["returns", "Hats", ""])
    desk.seat(BEN).post(EDIT, {"stamp": stamp, "place.1": hats, "account.1": "#51"})
    mine = {"stamp": stamp, f"place.{number}": SHOES, f"account.{number}": "#50"}
    told = desk.post(EDIT, mine)
    assert told.answer.status == 409
    assert "Ben (ben@shop.example) saved the draft" in told.text
    assert "4000 Sales:Hats" in told.text
    again = {name: told.value(name) for name in ("stamp", "place.1", "account.1")}
    assert "1 row changed" in desk.post(EDIT, again).notice
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    shoes = draft.mapping.resolve("sales", "Shoes", "1")
    returns = draft.mapping.resolve("returns", "Hats", "1")
    assert shoes is not None
    assert returns is not None
    assert (shoes.account, returns.account) == ("50", "51")
