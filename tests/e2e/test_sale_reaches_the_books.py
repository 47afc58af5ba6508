"""Deliveries over HTTP, the real template on the emulated AWS, entries in the books."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from cli.main import app
from local.qbo_simulator.client import Company
from local.sender import samples, send
from local.trial_balance import trial_balance
from tests.e2e.bad_input import BODY, bad_input
from tests.e2e.shop import TICK, Shop, archived, opened, sale, sides, tokens

HEARTLAND_MAPPING = Path(__file__).parents[2] / "local" / "mappings" / "heartland.json"


@pytest.fixture(scope="module")
def running() -> Iterator[Shop]:
    with opened(settle_seconds=2) as shop:
        yield shop


@pytest.fixture
def shop(running: Shop) -> Iterator[Shop]:
    running.world.qbo.set_faults()
    yield running
    running.world.qbo.set_faults()
    running.settle()


def test_a_signed_sale_becomes_one_balanced_entry_without_a_question_to_quickbooks(
    shop: Shop,
) -> None:
    before = shop.requests()
    answer = shop.send(sale("e2e-sale"), "m-sale")
    assert (answer.status_code, answer.json()) == (202, {"accepted": True})
    shop.settle()
    row = shop.row("e2e-sale")
    (entry,) = shop.entries("e2e-sale")
    assert (row.status, row.qbo_id) == ("posted", entry["Id"])
    assert sides(entry) == {
        ("Debit", "3"): Decimal("108.25"),
        ("Credit", "51"): Decimal("108.25"),
    }
    assert entry["TxnDate"] == row.business_date == "2026-11-20"
    after = shop.requests()
    assert after["batch"] - before["batch"] == 1
    assert (after["query"], after["read"]) == (before["query"], before["read"])


def test_the_same_delivery_five_times_at_once_posts_once_and_is_counted(shop: Shop) -> None:
    repeats = shop.world.parts.ledger.repeats()
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: shop.send(sale("e2e-five"), "m-five"), range(5)))
    assert {answer.status_code for answer in answers} == {202}
    shop.settle()
    assert shop.row("e2e-five").status == "posted"
    assert len(shop.entries("e2e-five")) == 1
    assert shop.world.parts.ledger.repeats() - repeats == 4


def test_a_return_posts_the_mirrored_entry(shop: Shop) -> None:
    shop.send([sale("e2e-out", "50.00"), sale("e2e-back", "-50.00")], "m-return")
    shop.settle()
    (out,), (back,) = shop.entries("e2e-out"), shop.entries("e2e-back")
    cash = {("Debit", "3"): Decimal("50.00")}, {("Credit", "3"): Decimal("50.00")}
    assert cash[0].items() <= sides(out).items()
    assert cash[1].items() <= sides(back).items()


def test_a_void_takes_the_entry_back(shop: Shop) -> None:
    shop.send(sale("e2e-void"), "m-void-1")
    shop.settle()
    shop.send(sale("e2e-void", object_version="2", effect="reverse"), "m-void-2")
    shop.settle()
    first, second = shop.entries("e2e-void")
    swapped = {"Debit": "Credit", "Credit": "Debit"}
    assert sides(second) == {
        (swapped[side], account): amount for (side, account), amount in sides(first).items()
    }
    assert sorted(row.status for row in shop.rows("e2e-void")) == ["posted", "posted", "reversed"]


def test_a_thin_ticket_is_completed_over_the_point_of_sales_api(shop: Shop) -> None:
    (thin,) = [one for one in samples("heartland") if one.name.endswith("__thin")]
    connection = shop.connection("heartland")
    assert send(shop.world.stack.webhook_url, connection, thin).status_code == 202
    shop.settle()
    object_id = str(json.loads(thin.body)["id"])
    assert shop.row(object_id, "heartland").status == "posted"
    (entry,) = shop.entries(object_id)
    assert sum(sides(entry).values()) > 0
    pos = requests.get(f"{shop.world.stack.environment['DAYBOOK_POS_URL']}/_simulator/requests")
    assert pos.json()[f"GET sales/tickets/{object_id}/lines"] == 1


def test_a_silent_point_of_sale_holds_the_ticket_until_it_answers(shop: Shop) -> None:
    (thin,) = [one for one in samples("heartland") if one.name.endswith("__thin")]
    body = json.loads(thin.body) | {"id": 200042, "public_id": "200042"}
    pos = f"{shop.world.stack.environment['DAYBOOK_POS_URL']}/_simulator"
    full = next(one for one in samples("heartland") if one.name.endswith("__h01_ticket"))
    ticket = json.loads(full.body) | {"id": 200042, "public_id": "200042"}
    requests.put(f"{pos}/objects/sales/tickets/200042", json=ticket).raise_for_status()
    requests.post(f"{pos}/faults", json={"outage": True}).raise_for_status()
    url = f"{shop.world.stack.webhook_url}/webhooks/{shop.connection('heartland').id}/{thin.event}"
    secret = {"secret": shop.connection("heartland").secret}
    assert requests.post(url, params=secret, data=json.dumps(body)).status_code == 202
    shop.settle()
    held = list(shop.world.parts.ledger.held(shop.connection("heartland").id))
    assert "source_unavailable" in {row.reason for row in held}
    requests.post(f"{pos}/faults", json={}).raise_for_status()
    shop.tick_until(lambda: bool(shop.rows("200042", "heartland")))
    shop.settle()
    assert shop.row("200042", "heartland").status == "posted"


def test_bad_input_is_refused_within_a_second_and_nothing_of_it_is_stored(shop: Shop) -> None:
    counts, keys = shop.world.parts.ledger.counts(), archived(shop)
    for name, (status, body, headers) in bad_input(shop).items():
        got, seconds = shop.post(body, headers)
        assert (name, got) == (name, status)
        assert seconds < 1, f"{name}: {seconds:.2f} s"
    got, seconds = shop.post(BODY, shop.proof(BODY, "m-bad"), connection="nobody")
    assert got == 401
    assert seconds < 1
    shop.settle()
    assert shop.world.parts.ledger.counts() == counts
    assert shop.world.parts.ledger.delivery(shop.connection().id, "m-bad") is None
    assert archived(shop) == keys


def test_a_body_of_almost_four_megabytes_goes_through_the_archive(shop: Shop) -> None:
    body = json.dumps(sale("e2e-large")).encode()
    body += b" " * (3_900_000 - len(body))
    status, seconds = shop.post(body, shop.proof(body, "m-large"))
    assert status == 202
    assert seconds < 2
    shop.settle()
    assert shop.row("e2e-large").status == "posted"
    kept = shop.world.parts.ledger.delivery(shop.connection().id, "m-large")
    assert kept is not None
    assert kept.archive_key in archived(shop)
    assert shop.world.parts.archive.get(kept.archive_key) == body


def test_an_expired_access_token_is_renewed_once_and_the_new_pair_is_kept_before_it_is_used(
    shop: Shop,
) -> None:
    shop.world.qbo.set_faults(rotate_refresh_token="always", latency_ms=300)
    before, asked = tokens(shop), shop.requests()
    shop.world.qbo.advance(3_700)
    shop.send(sale("e2e-expired"), "m-expired")
    used_before_kept = []
    for _ in range(500):
        seen = shop.requests()
        if seen["token"] > asked["token"] and tokens(shop) == before:
            used_before_kept.append(seen["batch"])
        if shop.entries("e2e-expired"):
            break
    shop.settle()
    # Between the answer of the token service and the write, nothing reached the company's API.
    assert set(used_before_kept) <= {asked["batch"]}
    assert shop.row("e2e-expired").status == "posted"
    assert len(shop.entries("e2e-expired")) == 1
    after = tokens(shop)
    assert after["refresh_token"] != before["refresh_token"]
    assert after["access_token"] != before["access_token"]
    assert shop.requests()["token"] - asked["token"] == 1
    # Of a grant only the newest refresh token lives: what is kept is what counts.
    shop.world.qbo.set_faults()
    company = Company(shop.world.qbo.url, shop.world.qbo.realm, after["refresh_token"])
    assert company.get(f"companyinfo/{shop.world.qbo.realm}").status == 200


@pytest.mark.parametrize("kind", ["commit_then_drop", "drop", "commit_then_500"])
def test_an_unclear_answer_ends_as_one_entry(shop: Shop, kind: str) -> None:
    shop.world.qbo.set_faults(rules=[{"on": "batch", "kind": kind, "times": 1}])
    name = f"e2e-{kind}"
    shop.send(sale(name), f"m-{kind}")
    shop.tick_until(lambda: bool(shop.rows(name)) and shop.row(name).status == "posted")
    (entry,) = shop.entries(name)
    assert shop.row(name).qbo_id == entry["Id"]


def test_a_throttled_company_is_parked_and_goes_on(shop: Shop) -> None:
    before = shop.requests()
    shop.world.qbo.set_faults(rules=[{"on": "batch", "kind": "http_429", "times": 1}])
    shop.send(sale("e2e-429"), "m-429")
    shop.tick_until(lambda: bool(shop.rows("e2e-429")) and shop.row("e2e-429").status == "posted")
    assert len(shop.entries("e2e-429")) == 1
    after = shop.requests()
    assert after["throttled"] - before["throttled"] == 1
    assert after["query"] == before["query"]


def test_an_unmapped_key_is_held_and_activating_a_mapping_posts_it(
    shop: Shop, tmp_path: Path
) -> None:
    (sample,) = [one for one in samples("heartland") if one.name.endswith("unmapped_item_class")]
    connection = shop.connection("heartland")
    send(shop.world.stack.webhook_url, connection, sample)
    shop.settle()
    object_id = str(json.loads(sample.body)["id"])
    row = shop.row(object_id, "heartland")
    assert (row.status, row.reason) == ("held", "unmapped_account")
    status = CliRunner().invoke(app, ["status", "--json"])
    assert status.exit_code == 2
    found = json.loads(status.stdout)
    assert set(found) == {"stack", "connections", "events", "queues"}
    assert found["events"]["held"] >= 1
    assert {one["state"] for one in found["connections"]} == {"connected"}
    assert found["queues"]["deliveries"] == {"waiting": 0, "dead": 0}
    wanted = json.loads(HEARTLAND_MAPPING.read_text())
    known = {(one["role"], one["key"]): one["account"] for one in wanted["accounts"]}
    wanted["accounts"] += [
        {"role": one.role, "key": one.key, "account": known[one.role, "8"]} for one in row.missing
    ]
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps(wanted))
    done = CliRunner().invoke(app, ["mapping", "activate", connection.id, str(file), "--json"])
    assert json.loads(done.stdout)["released"] == 1, done.output
    shop.settle()
    assert shop.row(object_id, "heartland").status == "posted"
    assert len(shop.entries(object_id)) == 1


def test_no_log_line_has_a_secret_a_token_or_what_belongs_to_a_customer(shop: Shop) -> None:
    customer = {"id": "77", "display_name": "Zyxwvut Canary", "email": "canary@example.com"}
    shop.send(sale("e2e-canary", "7319.46", customer=customer, memo="Canary memo"), "m-canary")
    shop.send(sale("e2e-wrong", colour="Canary colour"), "m-wrong")
    shop.settle()
    shop.world.stack.invoke("sweeper", TICK)
    functions = ("webhook", "translator", "poster", "end_of_day", "sweeper", "console")
    lines = [line for name in functions for line in shop.world.stack.log_lines(name)]
    said = "\n".join(lines)
    pair, connections = tokens(shop), shop.world.connections
    planted = [one.secret for one in connections] + [pair["access_token"], pair["refresh_token"]]
    planted += ["Zyxwvut", "canary@example.com", "Canary", "7319.46", "731946"]
    assert [text for text in planted if text in said] == []
    ours = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"delivery", "translated", "drained", "swept"} <= {line["message"] for line in ours}


def test_the_smoke_test_finds_the_stack_well_and_posts_nothing(shop: Shop) -> None:
    before = shop.requests()
    for options in ([], ["--no-delivery"]):
        done = CliRunner().invoke(app, ["smoke", "--json", *options])
        found = {one["what"]: one for one in json.loads(done.stdout)}
        assert done.exit_code == 0, found
        assert ("delivery" in found) == (not options)
        verdicts = {what: one["verdict"] for what, one in found.items()}
        assert verdicts == dict.fromkeys(found, "ok") | {"mail": "note"}
    shop.settle()
    assert shop.requests() == before
    rows = shop.world.parts.ledger.all_postings()
    sent = [row for row in rows if row.key.connection == "daybook-smoke"]
    assert [(row.status, row.key.object_type) for row in sent] == [("void", "smoke_test")]


def test_in_the_end_the_books_balance_and_nothing_is_a_dead_letter(shop: Shop) -> None:
    shop.settle()
    assert trial_balance(shop.world.qbo).difference == 0
    depths = shop.world.parts.queue_depths()
    assert depths == {
        name: {"waiting": 0, "dead": 0} for name in ("deliveries", "postings", "jobs")
    }
    posted = {row.qbo_id for row in shop.world.parts.ledger.all_postings() if row.qbo_id}
    in_books = {one["Id"] for one in shop.world.qbo.books()["objects"]["JournalEntry"]}
    assert posted == in_books
