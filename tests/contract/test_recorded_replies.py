"""Every recorded reply of the real QuickBooks is understood as its index says.

The folder is named by QBO_REPLIES; its index.json is a list of
{file, http_status, content_type, expect: {kind, codes, retryable, items}}.
"""

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from daybook.domain.outcome import BatchItem, Outcome
from daybook.qbo.company import outcomes_of
from daybook.qbo.comparison import content_of
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.faults import classify, of_errors
from daybook.qbo.replies import contents_of, errors_of
from daybook.qbo.tokens import AppKeys, ClientRefused, GrantRefused, TokenPair, refresh
from tests.unit.qbo.one_answer_server import Answer, answering

FOLDER = Path(os.environ.get("QBO_REPLIES", "")) if os.environ.get("QBO_REPLIES") else None

# The index's words -> the outcomes that agree. 6190 is permanent and closes the whole company.
AGREES: dict[str, frozenset[str]] = {
    "permanent": frozenset({"refused", "disconnected"}),
    "auth": frozenset({"unauthorised"}),
    "auth_reconnect": frozenset({"disconnected"}),
    "throttle": frozenset({"throttled"}),
    "transient": frozenset({"uncertain"}),
    "unknown_outcome": frozenset({"uncertain"}),
    "stale": frozenset({"refused"}),
    "closed_period": frozenset({"refused"}),
    "resolve": frozenset({"refused", "uncertain"}),
}
REASONS = {"closed_period": "period_closed", "auth_reconnect": "reconnect_needed"}
# A stale object may be sent again after it was read again: not the same bytes.
SAYS_ANOTHER_THING = frozenset({"stale"})
# Intuit's notifications come to no part of daybook; token replies are OAuth's, not the API's.
ELSEWHERE = ("webhooks/", "tokens/")


def rows(*kinds: str, under: str = "") -> list[Any]:
    """The index's rows of these kinds, or one that is skipped where there is no folder."""
    if FOLDER is None:
        skip = pytest.mark.skip(reason="QBO_REPLIES names no folder of recorded replies")
        return [pytest.param({}, marks=skip)]
    index = json.loads((FOLDER / "index.json").read_bytes())
    return [
        pytest.param(row, id=row["file"])
        for row in index
        if row["expect"]["kind"] in kinds
        and (row["file"].startswith(under) if under else not row["file"].startswith(ELSEWHERE))
    ]


def entries_in(value: Any) -> list[dict[str, Any]]:
    """Every object with journal lines in a reply, whatever it stands in."""
    if isinstance(value, list):
        return [entry for each in value for entry in entries_in(each)]
    if not isinstance(value, dict):
        return []
    if "Line" in value and "Id" in value:
        return [value]
    return [entry for each in value.values() for entry in entries_in(each)]


def body(row: dict[str, Any]) -> bytes:
    assert FOLDER is not None
    return (FOLDER / str(row["file"])).read_bytes()


def understood(row: dict[str, Any]) -> Outcome:
    return classify(row["http_status"], row["content_type"], body(row), {"intuit_tid": "1-tid"})


@pytest.mark.parametrize("row", rows(*AGREES))
def test_fault_is_of_the_kind_that_its_index_says(row: dict[str, Any]) -> None:
    outcome, expected = understood(row), row["expect"]
    kind = expected["kind"]
    assert outcome.kind in AGREES[kind], outcome
    assert outcome.reason == REASONS.get(kind, outcome.reason)
    if expected.get("codes"):
        assert outcome.codes == tuple(expected["codes"])
    if kind not in SAYS_ANOTHER_THING:
        assert outcome.retryable == expected["retryable"]
    assert outcome.text
    assert outcome.intuit_tid == "1-tid"


@pytest.mark.parametrize("row", rows("batch"))
def test_each_item_of_a_batch_is_as_its_index_says(row: dict[str, Any]) -> None:
    document = contents_of(body(row)).document
    assert document is not None
    answers, expected = document["BatchItemResponse"], row["expect"]["items"]
    assert len(answers) == len(expected)
    for answer, item in zip(answers, expected, strict=True):
        if item["ok"]:
            asked = BatchItem(answer["bId"], item["entity"], b"{}")
            outcome = outcomes_of(document, [asked])[asked.b_id]
            assert outcome.kind == ("posted" if "Id" in answer[item["entity"]] else "uncertain")
        else:
            outcome = of_errors(errors_of(answer))
            assert outcome.kind == "refused"
            assert outcome.codes == tuple(item["codes"])


@pytest.mark.parametrize("row", rows("ok"))
def test_success_holds_no_fault_and_is_never_refused(row: dict[str, Any]) -> None:
    assert contents_of(body(row)).errors == ()
    assert understood(row).kind in {"posted", "uncertain"}


@pytest.mark.parametrize("row", rows("ok", under="journalentry/"))
def test_each_entry_that_was_read_back_can_be_compared(row: dict[str, Any]) -> None:
    if "json" not in row["content_type"]:
        assert contents_of(body(row)).document is None
        return
    entries = entries_in(json.loads(body(row), parse_float=Decimal))
    assert entries
    for found in map(content_of, entries):
        sums = dict.fromkeys(("debit", "credit"), 0)
        for side, account, minor, _, _ in found.lines:
            assert account
            sums[side] += minor
        assert sums["debit"] == sums["credit"] > 0


@pytest.mark.parametrize("row", rows("ok", "auth", "auth_reconnect", "permanent", under="tokens/"))
def test_token_reply_is_an_answer_as_its_index_says(
    row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    now = datetime(2026, 11, 20, tzinfo=UTC)
    old = TokenPair("a", "r", now, now, "1")
    with answering(Answer(row["http_status"], body(row))) as server:
        endpoints = Endpoints.at(server.url)
        if row["expect"]["kind"] == "ok":
            assert refresh(endpoints, AppKeys("id", "secret"), old, now).generation == 1
            return
        expected = {"invalid_grant": GrantRefused, "invalid_client": ClientRefused}
        with pytest.raises(expected[row["expect"]["error"]]):
            refresh(endpoints, AppKeys("id", "secret"), old, now)


def test_index_names_no_kind_that_is_not_checked() -> None:
    if FOLDER is None:
        pytest.skip("QBO_REPLIES names no folder of recorded replies")
    index = json.loads((FOLDER / "index.json").read_bytes())
    kinds = {row["expect"]["kind"] for row in index if not row["file"].startswith(ELSEWHERE)}
    assert kinds <= {*AGREES, "batch", "ok"}
