"""`daybook chart refresh` against a stack in this process and the QuickBooks simulator."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from daybook.domain.connection import Realm
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.functions.deployed import Deployed, deployed

REALM, SHOP = "9341450000000001", "shop"
ROWS = [
    {"role": "sales", "key": "*", "account": "50", "class": "1"},
    {"role": "payment_type", "key": "*", "account": "4"},
]


@pytest.fixture
def qbo() -> Iterator[RunningSimulator]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator


@pytest.fixture
def stack(
    monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator, tmp_path: Path
) -> Iterator[Deployed]:
    """A connected shop with its mapping; its chart is version 1."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with deployed(monkeypatch, QBO_URL=qbo.url) as made:
        keys = json.dumps({"client_id": "a", "client_secret": "b"})
        made.parts.vault.replace(made.parts.vault.name("intuit_app"), keys)
        token = tmp_path / "token"
        token.write_text(qbo.new_refresh_token(REALM))
        connected = daybook(
            "connect", SHOP, "--source", "canonical", "--realm", REALM,
            "--refresh-token", str(token), "--environment", "sandbox",
        )  # fmt: skip
        assert connected.exit_code == 0, connected.stderr
        assert "2 departments" in connected.stderr
        file = tmp_path / "mapping.json"
        file.write_text(json.dumps({"accounts": ROWS}))
        assert daybook("mapping", "activate", SHOP, str(file)).exit_code == 0
        yield made


def daybook(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def refreshed(*arguments: str) -> dict[str, Any]:
    result = daybook("chart", "refresh", *arguments, "--json")
    (answer,) = json.loads(result.stdout)["charts"]
    assert result.exit_code == (2 if answer["broken"] else 0)
    found: dict[str, Any] = answer
    return found


def bookkeeper(qbo: RunningSimulator, kind: str, identity: str, **fields: Any) -> None:
    company = qbo.company(REALM)
    row = company.get(f"{kind.lower()}/{identity}").body[kind]
    body = {"Id": identity, "SyncToken": row["SyncToken"], "sparse": True, **fields}
    assert company.post(kind.lower(), body).status == 200


def test_everything_is_imported_under_the_next_version(stack: Deployed) -> None:
    answer = refreshed(REALM)
    assert answer | {"accounts": 0} == {
        "realm": REALM, "version": 2, "accounts": 0, "classes": 3, "departments": 2,
        "tax_codes": 3, "tax_rates": 1, "customers": 1, "vendors": 1, "items": 1, "employees": 1,
        "whole": True, "note": "", "changes": [], "counted": {}, "broken": [],
        "released": 0, "still_held": 0,
    }  # fmt: skip
    assert stack.parts.mappings.chart_version(REALM) == 2


def test_changes_are_listed_and_customers_counted(stack: Deployed, qbo: RunningSimulator) -> None:
    company = qbo.company(REALM)
    bookkeeper(qbo, "Account", "53", Name="Freight Income")
    for name in ("Ada", "Bo"):
        assert company.post("customer", {"DisplayName": name}).status == 200
    answer = refreshed("--changes")
    assert (answer["whole"], answer["version"]) == (False, 2)
    assert answer["changes"] == [
        {"what": "account", "id": "53", "name": "Freight Income", "change": "renamed",
         "before": "Shipping Income", "after": "Freight Income"}
    ]  # fmt: skip
    assert answer["counted"] == {"customer added": 2}
    directory = stack.parts.mappings.directory(REALM)
    assert directory is not None
    assert len(directory.named("customer", "ada")) == 1


def test_nothing_changed_is_said_and_makes_no_version(stack: Deployed) -> None:
    result = daybook("chart", "refresh", "--changes")
    assert result.exit_code == 0
    assert "Nothing changed." in result.stderr
    assert stack.parts.mappings.chart_version(REALM) == 1


def test_rows_that_a_change_breaks_are_named_and_it_ends_2(
    stack: Deployed, qbo: RunningSimulator
) -> None:
    bookkeeper(qbo, "Account", "4", Active=False)
    bookkeeper(qbo, "Class", "1", Name="Shops")
    result = daybook("chart", "refresh", REALM, "--changes")
    assert result.exit_code == 2
    assert "payment_type" in result.stdout
    assert "inactive" in result.stdout
    answer = refreshed(REALM)
    assert [(row["connection"], row["row"]) for row in answer["broken"]] == [
        (SHOP, "role payment_type, key '*'")
    ]


def test_a_company_that_is_not_there_is_wrong_use_and_the_others_are_done(stack: Deployed) -> None:
    assert daybook("chart", "refresh", "12345").exit_code == 1
    stack.parts.connections.put_realm(Realm("12345", environment="sandbox"))
    result = daybook("chart", "refresh", "--json")
    assert result.exit_code == 1
    assert [one["realm"] for one in json.loads(result.stdout)["charts"]] == [REALM]
    assert "Company 12345:" in result.stderr


def test_help_says_what_the_exit_code_means() -> None:
    text = " ".join(daybook("chart", "refresh", "--help").stdout.split())
    assert "--changes" in text
    assert "Exit code 2" in text
