"""`daybook preview` on the command line: exit codes, streams and usage errors."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.preview import preview
from tests.unit.domain.builders import mapping
from tests.unit.test_preview import TICKET, ticket

app = typer.Typer()
app.command()(preview)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "mapping.json"
    file.write_text(mapping().model_dump_json(by_alias=True))
    return file


def run(rules: Path, *content: Any, source: str = "canonical", more: tuple[str, ...] = ()) -> Any:
    files = []
    for number, value in enumerate(content):
        file = rules.with_name(f"delivery{number}.json")
        file.write_text(json.dumps(value))
        files.append(str(file))
    options = ["--source", source, "--mapping", str(rules), *more]
    return CliRunner().invoke(app, [*options, *files])


def test_ends_0_where_nothing_is_held(rules: Path) -> None:
    result = run(rules, TICKET, [TICKET])
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["entries"]) == 1
    assert result.stderr == ""


def test_ends_2_where_something_is_held_and_still_shows_all(rules: Path) -> None:
    result = run(rules, TICKET, ticket("9.00", object_id="2"))
    assert result.exit_code == 2
    shown = json.loads(result.stdout)
    assert (len(shown["entries"]), len(shown["held"])) == (1, 1)


def test_beancount_format_prints_the_notation(rules: Path) -> None:
    result = run(rules, TICKET, more=("--format", "beancount"))
    assert result.exit_code == 0
    assert result.stdout.startswith("2026-11-20 open Assets:Payment-type")


def test_dash_reads_standard_input(rules: Path) -> None:
    options = ["--source", "canonical", "--mapping", str(rules), "-"]
    result = CliRunner().invoke(app, options, input=json.dumps(TICKET))
    assert result.exit_code == 0


def test_all_problems_of_all_options_are_named_and_end_1(rules: Path) -> None:
    rules.write_text('{"accounts": [{"role": "sale", "key": "*", "account": "1"}], "extra": 1}')
    options = ["--source", "nobody", "--mapping", str(rules)]
    result = CliRunner().invoke(app, [*options, str(rules.with_name("missing.json"))])
    assert result.exit_code == 1
    assert result.stdout == ""
    for word in ("nobody", "accounts.0.role", "extra", "missing.json"):
        assert word in result.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"accounts": 1}', '{"a": NaN}'])
def test_mapping_that_is_none_ends_1(rules: Path, text: str) -> None:
    rules.write_text(text)
    result = run_with(rules)
    assert result.exit_code == 1
    assert "mapping.json" in result.stderr


def run_with(rules: Path) -> Any:
    delivery = rules.with_name("delivery.json")
    delivery.write_text(json.dumps(TICKET))
    options = ["--source", "canonical", "--mapping", str(rules), str(delivery)]
    return CliRunner().invoke(app, options)


def test_location_that_stands_twice_in_the_mapping_is_named(rules: Path) -> None:
    rules.write_text('{"locations": {"1": {}, "1": {}}}')
    result = run_with(rules)
    assert result.exit_code == 1
    assert "1 stands twice" in result.stderr


def test_a_mode_that_there_is_not_ends_1_or_2_and_names_those_there_are(rules: Path) -> None:
    result = run(rules, TICKET, more=("--mode", "weekly"))
    assert result.exit_code != 0
    assert "per_event" in result.stderr
