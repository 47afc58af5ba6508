"""`daybook send` and `daybook link` against a stack in this process."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from daybook.domain.directory import Directory, Listed
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.workflows.party_postings import creation_key, update_key
from tests.unit.functions.deployed import Deployed, deployed, records
from tests.unit.functions.test_queue_functions import message
from tests.unit.workflows.office import REALM, SHOP, mapping, sale

DATES = ("--from", "2026-11-19", "--to", "2026-11-20")
ON_ACCOUNT = {"role": "accounts_receivable", "key": "", "account": "8"}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        made.open_shop()
        yield made


def daybook(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def translate(stack: Deployed, *events: dict[str, Any]) -> None:
    stack.call("translator", records("translator", message(list(events))))


def put_in_force(stack: Deployed, *more: dict[str, Any], **settings: Any) -> None:
    store = stack.parts.mappings
    store.activate(SHOP, store.put(SHOP, mapping(*more, **settings), "test", "2026-11-20"))


def row(stack: Deployed, object_id: str = "1001") -> Posting:
    found = stack.parts.ledger.get(PostingKey(SHOP, "ticket", object_id, "1"))
    assert found
    return found


def said(result: Result) -> str:
    return " ".join((result.stdout + result.stderr).split())


def on_account(object_id: str = "1001", customer: str = "77") -> dict[str, Any]:
    event = sale(object_id, customer={"id": customer, "display_name": "Grace"})
    event["body"]["tenders"] = [{"kind": "on_account", "amount": "108.25"}]
    return event


def list_customers(stack: Deployed, *listed: Listed) -> None:
    customers = {one.id: one for one in listed}
    version = stack.parts.mappings.chart_version(REALM)
    stack.parts.mappings.put_directory(Directory(REALM, version, customers))


# --- send ---------------------------------------------------------------------------------------


def sweep(stack: Deployed) -> None:
    for found in stack.waiting("jobs"):
        stack.call("sweeper", records("sweeper", found))


def job_of(stack: Deployed) -> dict[str, Any]:
    (job,) = json.loads(daybook("jobs", "--json").stdout)["jobs"]
    assert isinstance(job, dict)
    return job


def test_past_events_are_sent_once_by_a_job_and_a_dry_run_sends_none(stack: Deployed) -> None:
    put_in_force(stack, start_date="2026-12-01")
    translate(stack, sale("1"), sale("2", business_date="2026-11-18"))
    dry = daybook("send", SHOP, *DATES, "--dry-run", "--json")
    assert dry.exit_code == 0
    assert json.loads(dry.stdout) == {
        "from": "2026-11-19",
        "to": "2026-11-20",
        "dry_run": True,
        "events": {"ready": 1},
        "reasons": {},
        "skipped": 0,
        "job": None,
    }
    assert row(stack, "1").status == "not_started"
    begun = daybook("send", SHOP, *DATES, "--no-wait", "--reason", "the first month")
    assert begun.exit_code == 0
    assert "is queued, 0/2" in said(begun)
    sweep(stack)
    job = job_of(stack)
    assert (job["state"], job["done"], job["counts"]) == ("done", 2, {"ready": 1})
    assert job["reason"] == "the first month"
    assert (row(stack, "1").status, row(stack, "2").status) == ("ready", "not_started")
    assert row(stack, "1").asked_at
    again = daybook("send", SHOP, *DATES, "--dry-run")
    assert again.exit_code == 0
    assert "nothing. 1 other events" in said(again)


def test_whoever_waits_sees_what_became_of_them(stack: Deployed) -> None:
    put_in_force(stack, start_date="2026-12-01")
    translate(stack, sale("1", key="Boots"), sale("2"))
    with ThreadPoolExecutor(1) as background:
        sweeper = background.submit(_sweep_when_asked, stack)
        result = daybook("send", SHOP, *DATES, "--json")
        sweeper.result()
    assert result.exit_code == 2, result.output
    answer = json.loads(result.stdout)
    assert answer["events"] == {"held": 1, "ready": 1}
    assert answer["reasons"] == {"unmapped_account": 1}
    assert answer["job"] == job_of(stack)["id"]


def _sweep_when_asked(stack: Deployed) -> None:
    for _ in range(100):
        found = stack.waiting("jobs")
        if found:
            stack.call("sweeper", records("sweeper", *found))
            return
        time.sleep(0.05)


def test_what_is_held_meanwhile_ends_with_exit_code_2_and_its_reasons(stack: Deployed) -> None:
    put_in_force(stack, start_date="2026-12-01")
    translate(stack, sale("1", key="Boots"))
    result = daybook("send", SHOP, *DATES, "--dry-run")
    assert result.exit_code == 2
    assert "Held for: 1 unmapped_account" in said(result)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere", *DATES),
        (SHOP, "--from", "2026-11-20", "--to", "2026-11-19"),
        (SHOP, "--from", "yesterday", "--to", "2026-11-19"),
        (SHOP, "--from", "1990-01-01", "--to", "2026-11-19"),
        (SHOP,),
    ],
)
def test_a_wrong_range_or_connection_ends_with_exit_code_1(
    stack: Deployed, arguments: tuple[str, ...]
) -> None:
    assert daybook("send", *arguments).exit_code == 1


# --- link ---------------------------------------------------------------------------------------


def test_a_link_releases_what_waited_for_the_customer(stack: Deployed) -> None:
    put_in_force(stack, ON_ACCOUNT)
    list_customers(stack, Listed("12", "Ada Lovelace"))
    translate(stack, on_account("1"), on_account("2", "78"))
    held = row(stack, "1")
    assert (held.reason, held.parties) == ("customer_needed", (("customer:77", ""),))
    done = daybook("link", "customer", SHOP, "77", "12", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"looked_at": 1, "released": 1, "still_held": 0}
    assert (row(stack, "1").status, row(stack, "2").status) == ("ready", "held")
    assert row(stack, "1").parties == (("customer:77", "12"),)
    assert "0 held events released" in said(daybook("link", "customer", SHOP, "99", "12"))


def test_a_link_to_nobody_ends_with_exit_code_1_and_says_what_to_do(stack: Deployed) -> None:
    before = daybook("link", "customer", SHOP, "77", "12")
    assert before.exit_code == 1
    assert "daybook chart refresh" in said(before)
    list_customers(stack, Listed("13", "Gone", active=False))
    assert "no customer 12" in said(daybook("link", "customer", SHOP, "77", "12"))
    assert "is inactive" in said(daybook("link", "customer", SHOP, "77", "13"))
    assert daybook("link", "employee", SHOP, "77", "13").exit_code == 1
    assert daybook("link", "vendor", "nowhere", "77", "13").exit_code == 1


# --- a creation on its way through the real store -------------------------------------------------


def test_a_creation_is_a_row_that_the_store_keeps_and_finds_due(stack: Deployed) -> None:
    put_in_force(stack, ON_ACCOUNT, create_customers=True)
    translate(stack, on_account())
    ledger = stack.parts.ledger
    creation = ledger.get(creation_key(SHOP, "77"))
    assert creation
    assert (creation.status, creation.entity) == ("ready", "Customer")
    assert creation.customer().display_name == "Grace"
    assert ledger.look(REALM, 120, [creation.id]).rows == [creation]
    assert ledger.due(REALM, 10) == [creation]
    assert ledger.counts() == {"held": 1}
    list_customers(stack, Listed("12", "Ada Lovelace"))
    assert daybook("link", "customer", SHOP, "77", "12").exit_code == 0
    superseded = ledger.get(creation.key)
    assert superseded
    assert superseded.status == "superseded"
    assert row(stack).status == "ready"


def test_the_keys_of_events_are_kept_by_the_translator(stack: Deployed) -> None:
    translate(stack, sale("1", key="Boots"))
    seen = [(one.role, one.key) for one in stack.parts.mappings.seen_keys(SHOP)]
    assert seen == [("payment_type", "Visa"), ("sales", "Boots")]


def party(version: str, **fields: Any) -> dict[str, Any]:
    body = {"kind": "party", "role": "supplier", "id": "9", "display_name": "Hats", **fields}
    return {**sale("9", version=version), "object_type": "supplier", "body": body}


def test_a_supplier_whose_name_is_taken_is_shown_with_the_others_kind_and_id_and_linked(
    stack: Deployed,
) -> None:
    put_in_force(stack, mode="document")
    people = {"40": Listed("40", "Hats")}
    vendors = {"31": Listed("31", "Hats & Co")}
    stack.parts.mappings.put_directory(Directory(REALM, 2, people, vendors=vendors))
    translate(stack, party("1", phone="555 1"))
    shown = daybook("events", SHOP)
    assert shown.exit_code == 2
    assert "vendor/9/1/post (create)" in said(shown)
    (one,) = json.loads(daybook("events", SHOP, "--json").stdout)["events"]
    assert (one["reason"], one["taken_by"]) == (
        "display_name_taken",
        [{"type": "Customer", "id": "40"}],
    )
    assert "40 is the customer Hats" in said(daybook("link", "supplier", SHOP, "9", "40"))
    assert "1 held events released" in said(daybook("link", "supplier", SHOP, "9", "31"))
    change = stack.parts.ledger.get(update_key(SHOP, "vendor", "9", "1"))
    assert change
    assert (change.status, change.change().qbo_id) == ("ready", "31")
    assert change.change().details == (("phone", "555 1"),)
