"""`daybook mapping show|activate` and `daybook status`."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.person import connect, daybook, mapping_file, translate
from tests.unit.functions.deployed import Deployed
from tests.unit.workflows.office import REALM, SHOP, sale


def test_activate_releases_what_the_mapping_covers_and_ends_2_while_something_is_held(
    stack: Deployed, token: str, tmp_path: Path
) -> None:
    connect(token)
    translate(stack, sale("1"), sale("2", key="Shoes"))
    first = daybook("mapping", "activate", SHOP, mapping_file(tmp_path), "--json")
    assert json.loads(first.stdout) == {
        "version": 1, "looked_at": 2, "released": 1, "still_held": 1
    }  # fmt: skip
    assert first.exit_code == 2
    shoes = {"role": "sales", "key": "Shoes", "account": "51"}
    second = daybook("mapping", "activate", SHOP, mapping_file(tmp_path, shoes))
    assert second.exit_code == 0
    assert "1 held events released" in second.stderr
    assert stack.parts.ledger.counts() == {"ready": 2}


def test_activate_names_every_account_that_cannot_be(
    stack: Deployed, token: str, tmp_path: Path
) -> None:
    connect(token)
    wrong = [
        {"role": "cogs", "key": "*", "account": "99999"},
        {"role": "tax_liability", "key": "*", "account": "50"},
    ]
    result = daybook("mapping", "activate", SHOP, mapping_file(tmp_path, *wrong))
    assert result.exit_code == 1
    said = " ".join(result.stderr.split())
    assert "cogs, key '*': account 99999 is not in the imported chart" in said
    assert "tax_liability, key '*': account 50" in said
    assert stack.parts.mappings.active_version(SHOP) == 0


def test_activate_names_every_field_that_cannot_be(
    stack: Deployed, token: str, tmp_path: Path
) -> None:
    connect(token)
    file = mapping_file(
        tmp_path, {"role": "unheard", "key": "*", "account": "1"}, colour="red",
        settings={"mode": "never"},
    )  # fmt: skip
    result = daybook("mapping", "activate", SHOP, file)
    assert result.exit_code == 1
    for field in ("accounts.2.role", "colour", "settings.mode"):
        assert field in result.stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"accounts":[],"accounts":[]}', ""])
def test_a_file_that_is_no_mapping_is_refused(
    stack: Deployed, token: str, tmp_path: Path, content: str
) -> None:
    connect(token)
    file = tmp_path / "mapping.json"
    file.write_text(content)
    result = daybook("mapping", "activate", SHOP, str(file))
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_activate_without_such_a_file_or_connection_ends_1(
    stack: Deployed, token: str, tmp_path: Path
) -> None:
    connect(token)
    assert daybook("mapping", "activate", SHOP, str(tmp_path / "none")).exit_code == 1
    other = daybook("mapping", "activate", "nobody", mapping_file(tmp_path))
    assert other.exit_code == 1
    assert SHOP in other.stderr


def test_show_gives_the_file_back(stack: Deployed, token: str, tmp_path: Path) -> None:
    connect(token)
    assert daybook("mapping", "show", SHOP).exit_code == 1
    file = mapping_file(tmp_path)
    daybook("mapping", "activate", SHOP, file)
    shown = json.loads(daybook("mapping", "show", SHOP, "--json").stdout)
    assert shown["version"] == 1
    assert shown["mapping"]["accounts"] == json.loads(Path(file).read_text())["accounts"]
    assert "payment_type" in daybook("mapping", "show", SHOP).stdout


def test_status_has_its_fixed_shape(stack: Deployed, token: str) -> None:
    connect(token)
    result = daybook("status", "--json")
    company = stack.parts.connections.realm(REALM)
    assert company is not None
    assert json.loads(result.stdout) == {
        "stack": "daybook-test",
        "connections": [
            {
                "id": SHOP,
                "source": "canonical",
                "realm": REALM,
                "company": company.company,
                "state": "connected",
                "parked_until": None,
            }
        ],
        "events": {},
        "queues": {name: {"waiting": 0, "dead": 0} for name in ("deliveries", "postings", "jobs")},
    }
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("until", "shown"),
    [("2020-01-01T00:00:00.000Z", None), ("2999-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z")],
)
def test_status_shows_a_park_only_while_it_lasts(
    stack: Deployed, token: str, until: str, shown: str | None
) -> None:
    connect(token)
    stack.parts.connections.park(REALM, until, "throttled")
    found = json.loads(daybook("status", "--json").stdout)
    assert found["connections"][0]["parked_until"] == shown


def test_status_ends_2_while_something_is_held(stack: Deployed, token: str) -> None:
    connect(token)
    translate(stack, sale())
    result = daybook("status", "--json")
    assert json.loads(result.stdout)["events"] == {"held": 1}
    assert result.exit_code == 2
    people = daybook("status")
    assert people.exit_code == 2
    assert "waits for a person" in people.stderr


@pytest.mark.parametrize("queue", ["deliveries", "postings", "jobs"])
def test_status_ends_2_while_a_dead_letter_lies(stack: Deployed, queue: str) -> None:
    fifo = {"MessageGroupId": "1", "MessageDeduplicationId": "1"} if queue == "postings" else {}
    stack.aws.sqs.send_message(QueueUrl=stack.urls[f"{queue}-dead"], MessageBody="x", **fifo)  # type: ignore[arg-type]
    result = daybook("status", "--json")
    assert json.loads(result.stdout)["queues"][queue] == {"waiting": 0, "dead": 1}
    assert result.exit_code == 2


def test_status_ends_2_while_a_company_must_be_connected_again(stack: Deployed, token: str) -> None:
    connect(token)
    stack.parts.connections.set_state(REALM, "reconnect_needed", "gone")
    result = daybook("status", "--json")
    assert json.loads(result.stdout)["connections"][0]["state"] == "reconnect_needed"
    assert result.exit_code == 2


def test_a_connection_without_a_company_is_not_connected(stack: Deployed) -> None:
    assert daybook("connect", "store", "--source", "heartland").exit_code == 0
    (row,) = json.loads(daybook("status", "--json").stdout)["connections"]
    assert (row["realm"], row["company"], row["state"]) == (None, None, "not_connected")


def test_without_a_stack_the_next_step_is_named(
    stack: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAYBOOK_STACK")
    monkeypatch.delenv("DAYBOOK_LEDGER_TABLE")
    result = daybook("status")
    assert result.exit_code == 1
    assert "make serve" in " ".join(result.stderr.split())
