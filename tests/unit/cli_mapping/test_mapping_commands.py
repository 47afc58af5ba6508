"""`daybook mapping` against a stack in this process."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from daybook.domain.connection import Connection, Realm
from daybook.domain.mapping import Mapping
from daybook.domain.seen_key import SeenKey
from local.pos_simulator.server import running
from tests.unit.functions.deployed import Deployed, deployed, records
from tests.unit.functions.test_queue_functions import message
from tests.unit.workflows.office import MAPPING, SHOP, chart, sale

OTHER, LIVE = "live", "9341450000000002"
DAY = ("--from", "2026-11-20", "--to", "2026-11-20")
SHOES = {"role": "sales", "key": "Shoes", "account": "51"}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        made.open_shop()
        yield made


def daybook(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["mapping", *arguments])


def answer(*arguments: str) -> Any:
    return json.loads(daybook(*arguments, "--json").stdout)


def file(folder: Path, *more: dict[str, Any], without: str = "", **changes: Any) -> str:
    rows = [one for one in MAPPING["accounts"] if one["role"] != without]
    path = folder / "mapping.json"
    path.write_text(json.dumps({**MAPPING, "accounts": [*rows, *more], **changes}))
    return str(path)


def translate(stack: Deployed, *events: dict[str, Any]) -> None:
    stack.call("translator", records("translator", message(list(events))))


def said(result: Result) -> str:
    """What it says, however the lines are broken."""
    return " ".join((result.stdout + result.stderr).split())


# --- show, activate ---------------------------------------------------------------------------


def test_versions_are_listed_with_who_when_and_which_is_active(
    stack: Deployed, tmp_path: Path
) -> None:
    assert daybook("activate", SHOP, file(tmp_path, SHOES)).exit_code == 0
    first, second = answer("show", SHOP, "--versions")["versions"]
    assert first == {"version": 1, "active": False, "at": "2026-11-20", "actor": "test"}
    assert (second["version"], second["active"]) == (2, True)
    assert second["actor"]
    assert second["at"].endswith("Z")
    assert "active" in daybook("show", SHOP, "--versions").stdout


def test_an_earlier_version_is_activated_as_a_new_one(stack: Deployed, tmp_path: Path) -> None:
    daybook("activate", SHOP, file(tmp_path, SHOES))
    assert answer("activate", SHOP, "1")["version"] == 3
    store = stack.parts.mappings
    assert store.version(SHOP, 3) == store.version(SHOP, 1)
    assert daybook("activate", SHOP, "9").exit_code == 1


def test_activation_is_refused_by_name_while_something_would_be_held(
    stack: Deployed, tmp_path: Path
) -> None:
    stack.parts.mappings.note_keys(SHOP, [SeenKey("sales", "Hats", "1")])
    poorer = file(tmp_path, without="sales")
    result = daybook("activate", SHOP, poorer)
    assert result.exit_code == 1
    assert "sales 'Hats' at 1: mapped now and not in the new mapping" in said(result)
    assert "--force" in said(result)
    assert stack.parts.mappings.active_version(SHOP) == 1
    assert daybook("activate", SHOP, poorer, "--force").exit_code == 0
    assert stack.parts.mappings.active_version(SHOP) == 2


# --- check ------------------------------------------------------------------------------------


def test_check_names_uncovered_keys_with_names_and_suggestions_and_ends_2(
    stack: Deployed,
) -> None:
    store = stack.parts.mappings
    store.note_keys(SHOP, [SeenKey("markdowns", "7", "1"), SeenKey("payment_type", "2", "1")])
    store.name_keys(SHOP, {("markdowns", "7"): "Account 50", ("location", "1"): "Burbank"})
    result = daybook("check", SHOP, "--json")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    (key,) = found["uncovered"]
    assert (key["key"], key["name"], key["location_name"]) == ("7", "Account 50", "Burbank")
    assert key["suggestions"][0]["account"] == "50"
    assert [one["key"] for one in found["by_default"]] == ["2"]
    assert [one["row"] for one in found["unused"]] == [1, 2]
    people = said(daybook("check", SHOP))
    for part in ("Without an account", "7 Account 50", "1 Burbank", "2 keys came so far"):
        assert part in people


def test_check_ends_0_when_nothing_is_left(stack: Deployed) -> None:
    stack.parts.mappings.note_keys(SHOP, [SeenKey("sales", "Hats", "1")])
    assert daybook("check", SHOP).exit_code == 0


def test_check_of_a_file_names_every_problem_and_ends_2(stack: Deployed, tmp_path: Path) -> None:
    wrong = [
        {"role": "cogs", "key": "*", "account": "999"},
        {"role": "tax_liability", "key": "*", "account": "50"},
    ]
    result = daybook("check", SHOP, file(tmp_path, *wrong))
    assert result.exit_code == 2
    assert "problem: role cogs, key '*': account 999 is not in the imported chart" in said(result)
    assert "problem: role tax_liability, key '*': account 50" in said(result)


def test_check_before_any_mapping_shows_what_an_empty_one_lacks(stack: Deployed) -> None:
    stack.parts.connections.put(Connection("new", "canonical", chart().realm))
    stack.parts.mappings.note_keys("new", [SeenKey("sales", "Hats", "1")])
    result = daybook("check", "new")
    assert result.exit_code == 2
    assert "No mapping is active" in said(result)
    assert "Hats" in said(result)


def test_check_of_what_cannot_be_read_ends_1(stack: Deployed, tmp_path: Path) -> None:
    assert daybook("check", SHOP, str(tmp_path / "none")).exit_code == 1
    assert daybook("check", SHOP, file(tmp_path, colour="red")).exit_code == 1
    assert daybook("check", "nobody").exit_code == 1


# --- diff -------------------------------------------------------------------------------------


def test_diff_shows_changed_entries_line_by_line(stack: Deployed, tmp_path: Path) -> None:
    translate(stack, sale("1"), sale("2"))
    remapped = {"role": "sales", "key": "Hats", "location": "1", "account": "51"}
    path = file(tmp_path, remapped)
    found = answer("diff", SHOP, path, *DAY)
    assert (found["from"], found["to"], found["read"]) == ("2026-11-20", "2026-11-20", 2)
    assert (found["changed"], found["same"], found["complete"]) == (2, 0, True)
    assert [line["account"] for line in found["changes"][0]["lines"]] == ["50", "51"]
    people = daybook("diff", SHOP, path, *DAY)
    assert people.exit_code == 0
    assert "- credit 108.25 sales Hats, 50 Account 50" in said(people)
    assert "+ credit 108.25 sales Hats, 51 Account 51" in said(people)
    assert "2 events read: 0 the same, 2 change" in said(people)


def test_diff_of_two_versions_ends_2_where_events_become_held(
    stack: Deployed, tmp_path: Path
) -> None:
    translate(stack, sale("1"))
    daybook("activate", SHOP, file(tmp_path, without="sales"), "--force")
    result = daybook("diff", SHOP, "1", "2", *DAY)
    assert result.exit_code == 2
    assert "posts -> held unmapped_account" in said(result)
    assert "uncovered: sales 'Hats' at 1; in 1 events" in said(result)
    back = daybook("diff", SHOP, "2", "1", *DAY)
    assert back.exit_code == 0
    assert "covered: sales 'Hats' at 1; in 1 events" in said(back)


def test_diff_says_where_its_bound_ended_it(stack: Deployed, tmp_path: Path) -> None:
    translate(stack, sale("1"), sale("2"))
    result = daybook("diff", SHOP, file(tmp_path), *DAY, "--limit", "1")
    assert "1 events read" in said(result)
    assert "read up to 2026-11-20" in said(result)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-11-21", "--to", "2026-11-20"),
        ("--from", "2020-01-01", "--to", "2026-11-20"),
        ("--from", "yesterday", "--to", "2026-11-20"),
        ("--from", "2026-11-20"),
    ],
)
def test_diff_of_no_range_ends_1(stack: Deployed, arguments: tuple[str, ...]) -> None:
    result = daybook("diff", SHOP, "1", *arguments)
    assert result.exit_code == 1
    assert result.stderr.strip()


# --- copy -------------------------------------------------------------------------------------


def live(stack: Deployed, *without: str) -> None:
    """A second company of the same accounts under other ids, without some."""
    accounts = {
        f"9{one.id}": one._replace(id=f"9{one.id}")
        for one in chart().accounts.values()
        if one.id not in without
    }
    parts = stack.parts
    parts.connections.put_realm(Realm(LIVE, company="Live"))
    parts.connections.put(Connection(OTHER, "canonical", LIVE))
    parts.mappings.put_chart(replace(chart(), realm=LIVE, accounts=accounts))


def test_copy_carries_the_active_mapping_and_puts_it_in_force(stack: Deployed) -> None:
    live(stack)
    result = daybook("copy", SHOP, OTHER, "--activate", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["not_found"], found["version"]) == ([], 1)
    active = stack.parts.mappings.active(OTHER)
    assert active
    assert [row.account for row in active.mapping.accounts] == ["94", "950", "950"]
    assert active.mapping == Mapping.model_validate(found["mapping"])


def test_copy_lists_what_is_not_found_activates_nothing_and_ends_2(
    stack: Deployed, tmp_path: Path
) -> None:
    live(stack, "50")
    written = tmp_path / "carried.json"
    result = daybook("copy", SHOP, OTHER, "--activate", "--output", str(written))
    assert result.exit_code == 2
    assert "left out: role sales, key 'Hats': account Account 50 (Income)" in said(result)
    assert "1 rows carried, 2 things not found" in said(result)
    assert stack.parts.mappings.active_version(OTHER) == 0
    rows = json.loads(written.read_text())["accounts"]
    assert rows == [{"role": "payment_type", "key": "*", "account": "94"}]


def test_copy_without_a_file_prints_the_mapping(stack: Deployed, tmp_path: Path) -> None:
    live(stack)
    printed = tmp_path / "printed.json"
    printed.write_text(daybook("copy", SHOP, OTHER).stdout)
    assert daybook("check", OTHER, str(printed)).exit_code == 0


def test_copy_needs_a_mapping_two_charts_and_a_file_that_can_be_written(
    stack: Deployed, tmp_path: Path
) -> None:
    stack.parts.connections.put(Connection("bare", "canonical", "77"))
    assert "chart of bare" in said(daybook("copy", SHOP, "bare"))
    assert "No mapping is active for connection bare" in said(daybook("copy", "bare", SHOP))
    live(stack)
    result = daybook("copy", SHOP, OTHER, "--output", str(tmp_path / "no" / "where.json"))
    assert result.exit_code == 1
    assert "cannot be written" in said(result)


# --- names ------------------------------------------------------------------------------------


def test_names_are_asked_from_the_point_of_sale_and_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running() as pos, deployed(monkeypatch, POS_URL=pos.url) as stack:
        parts = stack.parts
        parts.connections.put(Connection("store", "heartland", pos_account="main"))
        parts.secrets.put_pos_secret("store", {"token": pos.token})
        result = daybook("names", "store", "--json")
        assert result.exit_code == 0, result.output
        assert {"role": "payment_type", "key": "2", "name": "Visa"} in json.loads(result.stdout)[
            "names"
        ]
        assert parts.mappings.key_names("store")["location", "100006"] == "Store 1"
        assert "Visa" in daybook("names", "store").stdout


def test_names_of_a_silent_or_nameless_source_end_1(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(token="another") as pos, deployed(monkeypatch, POS_URL=pos.url) as stack:
        stack.parts.connections.put(Connection("store", "heartland", pos_account="main"))
        stack.parts.secrets.put_pos_secret("store", {"token": "wrong"})
        refused = daybook("names", "store")
        assert refused.exit_code == 1
        assert "does not take the token" in said(refused)
        stack.parts.connections.put(Connection("own", "canonical"))
        nameless = daybook("names", "own")
        assert nameless.exit_code == 1
        assert "Nothing is read over an API of source canonical" in said(nameless)
