"""Books that close unseen, as the functions meet them: refused, asked for, moved; and the daily
care of tokens."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daybook.domain.connection import Realm
from daybook.domain.posting import Posting
from daybook.qbo.tokens import TokenPair
from daybook.queues import DeliveryMessage
from daybook.workflows.connect import connect_company, refresh_chart
from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.functions.deployed import Deployed, deployed, records
from tests.unit.workflows.office import REALM, SHOP, mapping, sale


@pytest.fixture(scope="module")
def qbo() -> Iterator[RunningSimulator]:
    with running() as simulator:
        simulator.set_faults(enforce_limits=False)
        yield simulator


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator) -> Iterator[Deployed]:
    qbo.reset()
    with deployed(monkeypatch, QBO_URL=qbo.url, SETTLE_SECONDS="1") as made:
        made.open_shop(mapping(closed_books="next_open_day"))
        keys = json.dumps({"client_id": "a", "client_secret": "b"})
        made.parts.vault.replace(made.parts.vault.name("intuit_app"), keys)
        connect_company(REALM, qbo.new_refresh_token(REALM), "sandbox", made.parts.connector)
        refresh_chart(REALM, made.parts.connector)
        close(qbo, None)
        yield made


def close(qbo: RunningSimulator, through: str | None) -> None:
    """A person closes the books in QuickBooks."""
    company = qbo.company(REALM)
    company.refresh()
    row = company.get("preferences").body["Preferences"]
    body = {"SyncToken": row["SyncToken"], "sparse": True}
    body["AccountingInfoPrefs"] = {"BookCloseDate": through}
    assert company.post("preferences", body).status == 200


def deliver(stack: Deployed) -> None:
    body = json.dumps(sale())
    message = DeliveryMessage(
        SHOP, "canonical", datetime.now(UTC), "0" * 64, headers={"webhook-id": "m"}, body=body
    )
    stack.call("translator", records("translator", message.encode()))


def work(stack: Deployed, queue: str, function: str) -> int:
    """Hand a queue's messages to its function, until none is left; how many there were."""
    done = 0
    for _ in range(10):
        messages = stack.waiting(queue)
        if not messages:
            return done
        stack.call(function, records(function, *messages))
        done += len(messages)
    raise AssertionError(f"{queue} is never empty")


def only_row(stack: Deployed) -> Posting:
    (row,) = stack.parts.ledger.all_postings()
    return row


def test_books_that_closed_unseen_are_asked_for_and_the_entry_moves(
    stack: Deployed, qbo: RunningSimulator
) -> None:
    deliver(stack)
    close(qbo, "2026-11-22")
    work(stack, "postings", "poster")
    assert (only_row(stack).status, only_row(stack).reason) == ("held", "period_closed")
    stack.call("sweeper", records("sweeper", {"kind": "tick"}))
    assert work(stack, "jobs", "sweeper") == 1
    work(stack, "postings", "poster")
    row = only_row(stack)
    assert (row.status, row.business_date, row.generation) == ("posted", "2026-11-20", 2)
    (entry,) = qbo.books(REALM)["objects"]["JournalEntry"]
    assert entry["TxnDate"] == "2026-11-23"
    assert entry["PrivateNote"].startswith("business date 2026-11-20 | ")


def company(stack: Deployed) -> Realm:
    realm = stack.parts.connections.realm(REALM)
    assert realm is not None
    return realm


def test_a_renewal_is_noted_on_the_companys_row(stack: Deployed) -> None:
    before = company(stack)
    assert before.refreshed_at < before.refresh_expires_at < before.hard_expires_at
    stack.parts.quickbooks.tokens.access(before, force=True)
    assert company(stack).pair > before.pair


def test_the_daily_job_notes_tokens_of_companies_that_were_connected_before(
    stack: Deployed,
) -> None:
    noted = company(stack)
    blank = replace(noted, refreshed_at="", pair="", refresh_expires_at="", hard_expires_at="")
    stack.parts.connections.put_realm(blank)
    stack.call("sweeper", records("sweeper", {"kind": "daily"}))
    after = company(stack)
    assert after == replace(noted, refreshed_at=after.refreshed_at)
    assert after.refreshed_at > noted.refreshed_at
    assert "token_near_death" not in stack.logs.getvalue()


def test_the_daily_job_warns_of_a_consent_that_ends(stack: Deployed) -> None:
    soon = replace(company(stack), hard_expires_at="2020-01-01T00:00:00.000Z")
    stack.parts.connections.put_realm(soon)
    stack.call("sweeper", records("sweeper", {"kind": "daily"}))
    (told,) = [one for one in stack.logs.getvalue().splitlines() if "token_near_death" in one]
    assert json.loads(told)["realm"] == REALM


def test_a_consent_that_ended_is_seen_by_the_daily_job_though_nothing_is_to_be_posted(
    stack: Deployed, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = stack.parts.quickbooks.tokens.secrets
    pair = TokenPair.from_json(secrets.read_current(REALM) or "")
    over = datetime(2020, 1, 1, tzinfo=UTC)
    dead = replace(pair, refresh_token="dead", expires_at=over, generation=pair.generation + 1)
    secrets.create(REALM, dead.to_json())
    stack.call("sweeper", records("sweeper", {"kind": "daily"}))
    assert company(stack).state == "reconnect_needed"
    assert [one.message for one in caplog.records].count("reconnect_needed") == 1
