"""docs/mapping-file.md: its example is a mapping, and every field and setting stands on it."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from daybook.domain.mapping import AccountRow, LocationRow, Mapping, Settings
from daybook.domain.roles import NONE_ALLOWED
from daybook.workflows.mapping_file import BadMapping, mapping_of

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "mapping-file.md").read_text()


def example() -> Any:
    found = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_example_is_a_mapping() -> None:
    rules = mapping_of(json.dumps(example()).encode())
    row = rules.resolve("sales", "7", "100007")
    assert row
    assert row.account == "80"
    assert rules.locations["100007"].day_close == "00:00"


@pytest.mark.parametrize("model", [AccountRow, LocationRow, Settings])
def test_every_field_is_documented(model: type[AccountRow | LocationRow | Settings]) -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    cells = " ".join(row.split("|")[1] for row in rows)
    for name, field in model.model_fields.items():
        assert f"`{field.alias or name}`" in cells


def test_every_choice_of_a_setting_is_documented_with_its_default_first() -> None:
    rows = {line.split("`")[1]: line for line in PAGE.splitlines() if line.startswith("| `")}
    for name, field in Settings.model_fields.items():
        choices = get_args(field.annotation)
        if choices and all(isinstance(choice, str) for choice in choices):
            documented = re.findall(r"`([^`]+)`", rows[name].split("|")[2])
            assert documented == list(choices)
            assert documented[0] == field.default


def test_every_role_that_may_be_null_is_documented() -> None:
    part = PAGE.partition("Null is allowed")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z_]+)`", part)) == NONE_ALLOWED


def test_every_problem_is_named_with_its_path() -> None:
    broken = example()
    broken["accounts"][0]["role"] = "payment"
    broken["accounts"][2]["account"] = None
    broken["accounts"][3]["colour"] = "red"
    broken["locations"]["100006"]["time_zone"] = "Mars"
    broken["settings"]["mode"] = "hourly"
    with pytest.raises(BadMapping) as refused:
        mapping_of(json.dumps(broken).encode())
    paths = [path for path, _ in refused.value.problems]
    assert paths == [
        "accounts.0.role",
        "accounts.2",
        "accounts.3.colour",
        "locations.100006.time_zone",
        "settings.mode",
    ]


def test_default_mapping_is_an_empty_file() -> None:
    assert mapping_of(b"{}") == Mapping()
