"""What every store of sessions promises: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from daybook.domain.session import Session
from daybook.store.sessions import OneUses, Sessions
from daybook.store.table import Table
from tests.fakes.aws import in_process
from tests.fakes.sessions import FakeOneUses, FakeSessions

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
AT = "2026-11-20T12:00:00.000Z"
ADA = Session("p-1", "Ada", "admin", "csrf", AT, AT)
D = "a" * 64

type Both = tuple[Sessions | FakeSessions, OneUses | FakeOneUses]


@pytest.fixture(params=["fake", "dynamodb"])
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Both]:
    if request.param == "fake":
        yield FakeSessions(), FakeOneUses()
        return
    with in_process(monkeypatch) as aws:
        table = Table(aws.dynamodb, "connections")
        yield Sessions(table), OneUses(table)


def test_a_session_comes_back_changes_and_ends(stores: Both) -> None:
    sessions, _ = stores
    assert sessions.get(D) is None
    sessions.start(D, ADA)
    assert sessions.get(D) == ADA
    sessions.say(D, "Saved.")
    sessions.seen(D, "2026-11-20T12:05:00.000Z")
    there = sessions.get(D)
    assert there is not None
    assert (there.notice, there.seen_at) == ("Saved.", "2026-11-20T12:05:00.000Z")
    with pytest.raises(ValueError, match="already"):
        sessions.start(D, ADA)
    sessions.end(D, AT)
    assert sessions.get(D) is None


def test_an_ended_session_is_not_brought_back_by_a_late_write(stores: Both) -> None:
    sessions, _ = stores
    sessions.start(D, ADA)
    sessions.end(D, AT)
    sessions.seen(D, "2026-11-20T12:05:00.000Z")
    sessions.say(D, "late")
    assert sessions.get(D) is None
    sessions.say("b" * 64, "nobody")
    assert sessions.get("b" * 64) is None


def test_what_is_good_once_is_taken_once_by_its_owner_in_time(stores: Both) -> None:
    _, once = stores
    until = NOW + timedelta(minutes=10)
    once.keep("consent", D, "owner", {"wanted": ""}, until)
    assert once.take("sign-in", D, "owner", NOW) is None
    assert once.take("consent", D, "other", NOW) is None
    assert once.take("consent", D, "owner", until) is None
    assert once.take("consent", D, "owner", NOW) == {"wanted": ""}
    assert once.take("consent", D, "owner", NOW) is None


def test_only_rows_that_end_carry_what_dynamodb_takes_them_away_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with in_process(monkeypatch) as aws:
        table = Table(aws.dynamodb, "connections")
        Sessions(table).start(D, ADA)
        OneUses(table).keep("consent", D, "owner", {}, NOW)
        rows = aws.dynamodb.scan(TableName="connections")["Items"]
        assert sorted(int(row["ends_at"]["N"]) for row in rows) == [
            int(NOW.timestamp()),
            int((NOW + timedelta(hours=12)).timestamp()),
        ]
        assert D not in {row.get("token", {}).get("S") for row in rows}
