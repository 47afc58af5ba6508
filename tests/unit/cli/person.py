"""What a person types, and the files that they name."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from cli.main import app
from tests.unit.functions.deployed import Deployed, records
from tests.unit.functions.test_queue_functions import message
from tests.unit.workflows.office import MAPPING, REALM, SHOP


def daybook(*arguments: str) -> Result:
    """The command's result."""
    return CliRunner().invoke(app, list(arguments))


def connect(token: str, *more: str) -> Result:
    """As a person would, for the first time or again."""
    return daybook(
        "connect", SHOP, "--source", "canonical", "--realm", REALM, "--refresh-token", token,
        "--environment", "sandbox", *more,
    )  # fmt: skip


def mapping_file(folder: Path, *more: dict[str, Any], **changes: Any) -> str:
    """A mapping file for the shop, with more rows or other parts."""
    file = folder / "mapping.json"
    rows = [{**row, "account": "50"} for row in MAPPING["accounts"] if row["role"] == "sales"]
    rows += [{"role": "payment_type", "key": "*", "account": "4"}]
    content = {"accounts": [*rows, *more], "locations": MAPPING["locations"]}
    file.write_text(json.dumps({**content, **changes}))
    return str(file)


def translate(stack: Deployed, *events: dict[str, Any]) -> None:
    """A delivery of events comes."""
    stack.call("translator", records("translator", message(list(events))))
