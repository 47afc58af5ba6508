"""`daybook connect`, `daybook connections`, `daybook chart refresh`."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daybook.domain.posting import instant_text
from local.qbo_simulator.server import RunningSimulator
from tests.unit.cli.person import connect, daybook
from tests.unit.functions.deployed import Deployed
from tests.unit.workflows.office import REALM, SHOP


def test_connect_takes_the_token_over_imports_the_chart_and_shows_the_secret_once(
    stack: Deployed, token: str
) -> None:
    result = connect(token, "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["id"], answer["source"], answer["realm"]) == (SHOP, "canonical", REALM)
    assert answer["secret"].startswith("whsec_")
    assert answer["secret"] not in result.stderr
    realm = stack.parts.connections.realm(REALM)
    assert realm is not None
    assert (realm.state, bool(realm.company)) == ("connected", True)
    assert stack.parts.mappings.chart_version(REALM) == 1


def test_connecting_again_leaves_the_senders_secret_as_it_is(stack: Deployed, token: str) -> None:
    first = json.loads(connect(token, "--json").stdout)
    again = json.loads(connect(token, "--json").stdout)
    assert again["secret"] is None
    known = stack.parts.secrets.webhook_secret(SHOP, stack.parts.intake.clock())
    assert known is not None
    assert known.secrets == (first["secret"],)


def test_connecting_again_leaves_name_and_account_unless_they_are_given(
    stack: Deployed, token: str
) -> None:
    connect(token, "--name", "Main Street", "--pos-account", "main")
    connect(token)
    again = stack.parts.connections.get(SHOP)
    assert again is not None
    assert (again.name, again.pos_account) == ("Main Street", "main")
    connect(token, "--name", "Corner")
    last = stack.parts.connections.get(SHOP)
    assert last is not None
    assert (last.name, last.pos_account) == ("Corner", "main")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["shop", "--source", "unheard"], "no source"),
        (["shop", "--source", "canonical", "--realm", "12x"], "digits"),
        (["shop", "--source", "canonical", "--environment", "moon"], "sandbox"),
        (["a/b", "--source", "canonical"], "letters"),
        (["shop", "--source", "unleashed", "--pos-token", __file__], "--pos-account"),
    ],
)
def test_wrong_use_of_connect_ends_1_and_says_what_is_wrong(
    stack: Deployed, arguments: list[str], words: str
) -> None:
    result = daybook("connect", *arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert stack.parts.connections.all() == []


def test_of_unleashed_the_account_is_the_api_id_and_the_token_its_key(
    stack: Deployed, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("api-key\n")
    account = ("--pos-account", "api-id", "--pos-token", str(tmp_path / "key"))
    result = daybook("connect", "stock", "--source", "unleashed", *account)
    assert result.exit_code == 0, result.output
    kept = stack.parts.secrets.pos_secret("stock")
    assert kept == {"api_id": "api-id", "api_key": "api-key"}
    assert "api-key" not in result.output


def test_a_token_that_is_not_taken_connects_nothing(stack: Deployed, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_text("no such token")
    result = connect(str(bad))
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert "no such token" not in result.output
    assert stack.parts.connections.all() == []


def test_a_token_of_another_company_is_refused(
    stack: Deployed, tmp_path: Path, qbo: RunningSimulator
) -> None:
    other = tmp_path / "other"
    other.write_text(qbo.new_refresh_token("9341450000000099"))
    result = connect(str(other))
    assert result.exit_code == 1
    assert f"do not open company {REALM}" in result.stderr
    assert stack.parts.connections.all() == []
    realm = stack.parts.connections.realm(REALM)
    assert realm is None or realm.state == "disconnected"


def test_a_connection_stays_with_its_company(stack: Deployed, token: str) -> None:
    connect(token)
    result = daybook("connect", SHOP, "--source", "canonical", "--realm", "77")
    assert result.exit_code == 1
    assert "another id" in result.stderr


def test_connections_lists_them_with_mapping_and_chart(stack: Deployed, token: str) -> None:
    connect(token)
    answer = json.loads(daybook("connections", "--json").stdout)
    (row,) = answer["connections"]
    assert answer["token_near_death"] == []
    assert row.pop("refreshed_at") <= row.pop("connected_at")
    assert row.pop("refresh_expires_at") < row.pop("hard_expires_at")
    assert row | {"company": ""} == {
        "id": SHOP, "source": "canonical", "realm": REALM, "company": "", "state": "connected",
        "mapping": 0, "chart": 1,
    }  # fmt: skip
    assert SHOP in daybook("connections").stdout


def test_tokens_of_another_company_end_nothing_of_one_that_works(
    stack: Deployed, tmp_path: Path, token: str, qbo: RunningSimulator
) -> None:
    connect(token)
    before = stack.parts.connections.realm(REALM)
    other = tmp_path / "other"
    other.write_text(qbo.new_refresh_token("9341450000000099"))
    result = connect(str(other))
    assert result.exit_code == 1
    assert f"do not open company {REALM}" in result.stderr
    assert stack.parts.connections.realm(REALM) == before
    assert daybook("chart", "refresh").exit_code == 0


def test_connections_warns_of_a_consent_that_ends_soon(stack: Deployed, token: str) -> None:
    connect(token)
    realm = stack.parts.connections.realm(REALM)
    assert realm is not None
    ends = stack.parts.intake.clock() + timedelta(days=30, minutes=1)
    stack.parts.connections.put_realm(replace(realm, hard_expires_at=instant_text(ends)))
    shown = daybook("connections")
    assert shown.exit_code == 2
    assert f"The consent of company {REALM} ends in 30 days" in shown.stderr
    told = daybook("connections", "--json")
    assert told.exit_code == 2
    (warning,) = json.loads(told.stdout)["token_near_death"]
    assert (warning["realm"], warning["what"], warning["days"]) == (REALM, "consent", 30)


def test_chart_refresh_imports_the_next_version(stack: Deployed, token: str) -> None:
    connect(token)
    (chart,) = json.loads(daybook("chart", "refresh", "--json").stdout)["charts"]
    assert (chart["realm"], chart["version"], chart["released"]) == (REALM, 2, 0)
    assert chart["accounts"] > 20
    assert daybook("chart", "refresh", "12345").exit_code == 1
