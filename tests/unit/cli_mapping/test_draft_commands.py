"""`daybook mapping draft` against a stack in this process: the console's draft, from a terminal."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from daybook.workflows.drafts import working
from tests.unit.functions.deployed import Deployed, deployed, records
from tests.unit.functions.test_queue_functions import message
from tests.unit.workflows.office import MAPPING, SHOP, sale

SHOES = {"role": "sales", "key": "Shoes", "account": "51"}
ANN, BEN = ("--actor", "ann"), ("--actor", "ben")


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    monkeypatch.setattr("cli.jobs.POLL_SECONDS", 0.02)
    with deployed(monkeypatch) as made:
        made.open_shop()
        yield made


def daybook(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["mapping", "draft", *arguments])


def said(result: Result) -> str:
    return " ".join((result.stdout + result.stderr).split())


def file(folder: Path, *more: dict[str, Any]) -> str:
    path = folder / "mapping.json"
    path.write_text(json.dumps({**MAPPING, "accounts": [*MAPPING["accounts"], *more]}))
    return str(path)


def test_a_draft_is_saved_shown_and_posts_nothing(stack: Deployed, tmp_path: Path) -> None:
    assert daybook("show", SHOP).exit_code == 1
    saved = daybook("save", SHOP, file(tmp_path, SHOES), *ANN)
    assert "Draft 1 is saved" in said(saved)
    shown = json.loads(daybook("show", SHOP, "--json").stdout)
    assert (shown["draft"], shown["actor"], shown["in_force"]) == (1, "ann", 1)
    assert shown["changes"] == ["added: role sales, key 'Shoes'"]
    assert stack.parts.mappings.active_version(SHOP) == 1
    copy = tmp_path / "copy.json"
    assert daybook("show", SHOP, "--output", str(copy)).exit_code == 0
    assert json.loads(copy.read_text()) == shown["mapping"]


def test_who_saves_second_is_told_of_the_first(stack: Deployed, tmp_path: Path) -> None:
    mapping = file(tmp_path, SHOES)
    daybook("save", SHOP, mapping, *ANN)
    refused = daybook("save", SHOP, "1", *BEN)
    assert refused.exit_code == 1
    assert "Draft 1 by ann is open" in said(refused)
    assert daybook("save", SHOP, "1", "--over", "1", *BEN).exit_code == 0
    late = daybook("discard", SHOP, "1", *ANN)
    assert (late.exit_code, "Draft 2 by ben" in said(late)) == (1, True)
    assert daybook("discard", SHOP, "2", *BEN).exit_code == 0
    assert working(SHOP, stack.parts.mappings).draft is None
    assert daybook("discard", SHOP, "2", *BEN).exit_code == 1


def test_a_draft_is_put_in_force_by_a_job_with_a_reason_and_releases(
    stack: Deployed, tmp_path: Path
) -> None:
    stack.call("translator", records("translator", message([sale(key="Shoes")])))
    daybook("save", SHOP, file(tmp_path, SHOES), *ANN)
    assert "Say why" in said(daybook("activate", SHOP, "1", *ANN))
    done = activated(stack, "activate", SHOP, "1", "--reason", "shoes are sold", *ANN)
    assert done.exit_code == 0, done.output
    assert "Version 2 is active. 1 held events released, 0 still held." in said(done)
    assert working(SHOP, stack.parts.mappings).draft is None
    (action,) = json.loads(CliRunner().invoke(app, ["actions", "--json"]).stdout)["actions"]
    assert (action["action"], action["actor"], action["reason"]) == (
        "activate", "ann", "shoes are sold",
    )  # fmt: skip


def test_a_draft_that_would_hold_what_posts_today_is_refused_by_name(
    stack: Deployed, tmp_path: Path
) -> None:
    stack.call("translator", records("translator", message([sale()])))
    path = tmp_path / "poor.json"
    rows = [row for row in MAPPING["accounts"] if row["role"] != "sales"]
    path.write_text(json.dumps({**MAPPING, "accounts": rows}))
    daybook("save", SHOP, str(path), *ANN)
    refused = activated(stack, "activate", SHOP, "1", "--reason", "less", *ANN)
    assert refused.exit_code == 1
    assert "sales" in said(refused)
    assert "--force" in said(refused)
    assert stack.parts.mappings.active_version(SHOP) == 1


def activated(stack: Deployed, *arguments: str) -> Result:
    """The command, while the sweeper works on its job."""
    results: list[Result] = []
    command = threading.Thread(target=lambda: results.append(daybook(*arguments)))
    command.start()
    while command.is_alive():
        for found in stack.waiting("jobs"):
            stack.call("sweeper", records("sweeper", found))
        command.join(0.02)
    return results[0]
