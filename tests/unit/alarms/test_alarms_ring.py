"""Each alarm of the template is tripped: by the log line of the code path, or by a series of AWS's.

What is written here is what CloudWatch would read: the real line, the template's own filter, the
template's own alarm. AWS's metrics are given as series.
"""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from daybook.domain.connection import Realm
from daybook.telemetry import METRICS, line, logger, measured
from daybook.wiring_proof import _tell
from daybook.wiring_qbo import _alarm, _alarm_of_company
from daybook.workflows.post import drain
from daybook.workflows.poster import Poster
from daybook.workflows.watch import watch
from tests.fakes.books import Committed, FakeBooks
from tests.unit.alarms.measures import STACK, points_of, resources, rings, rings_for
from tests.unit.workflows.audited import audited
from tests.unit.workflows.office import REALM, SHOP, Office, read_entry, sale
from tests.unit.workflows.papers import invoice, until_quiet
from tests.unit.workflows.papers import office as in_documents
from tests.unit.workflows.pos_sides import proved
from tests.unit.workflows.troubled import faulty

ALARMS = resources("AWS::CloudWatch::Alarm")
type Periods = Sequence[Sequence[float] | None]


@contextmanager
def written(*services: str) -> Iterator[io.StringIO]:
    """What these loggers write."""
    text = io.StringIO()
    handlers = [handler for name in services for handler in logger(name).handlers]
    before = [handler.setStream(text) for handler in handlers]  # type: ignore[attr-defined]
    yield text
    for handler, stream in zip(handlers, before, strict=True):
        handler.setStream(stream)  # type: ignore[attr-defined]


class Telling(Office):
    """An office whose alarms are the poster's own log lines."""

    def poster(self) -> Poster:
        return replace(super().poster(), alarm=_alarm, alarm_of_company=_alarm_of_company)


def telling(office: Office) -> Telling:
    return Telling(**{name: getattr(office, name) for name in office.__dataclass_fields__})


# --- What a code path says, by the alarm that it rings.


def double() -> None:
    office = telling(faulty("lose_reply"))
    office.drain()
    office.books.entries.append(Committed("2", office.books.entries[0].body))
    office.settle(1)
    assert office.row("1").reason == "double_in_qbo"


class Meanwhile(FakeBooks):
    """While a request is on its way, another worker settles its row."""

    office: Office
    as_posted: bool

    def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
        outcomes = super().post_batch(items, request_id)
        row = self.office.row()
        now = self.office.clock()
        settled = (
            row.moved("posted", now, qbo_id="77")
            if self.as_posted
            else replace(row, status="void", number=row.number + 1)
        )
        self.office.ledger.rows[row.key, ""] = settled
        return outcomes


def meanwhile(*, as_posted: bool) -> None:
    books = Meanwhile(read_entry)
    books.as_posted = as_posted
    books.office = office = telling(Office.opened(books=books))
    office.deliver(sale())
    office.drain()


def other_total() -> None:
    office = telling(in_documents())
    office.books.sales.added_tax += Decimal(1)
    office.deliver(invoice())
    until_quiet(office)


def monthly_cap() -> None:
    office = telling(faulty())
    for _ in range(5):
        office.books.faults.append("throttle")
        drain(REALM, (), office.poster())
        office.clock.sleep(150)


def edited() -> None:
    shop = audited()
    shop.told.clear()
    prover = replace(shop.prover(), tell=_tell)
    shop.prover = lambda: prover  # type: ignore[method-assign]
    entry = shop.office.books.entries[0]
    entry.body["TxnDate"] = "2026-11-19"
    assert "edited_in_qbo" in [kind for kind, _ in shop.found()]


def lost_here() -> None:
    shop = proved()
    seen = shop.branch.pulls.objects[SHOP, "ticket", "1"]
    shop.branch.pulls.see(replace(seen, object_id="9"))
    assert [one.kind for one in shop.prove(_tell).findings] == ["missing_in_ledger"]


WORDS: dict[str, tuple[str, Callable[[], None]]] = {
    "DoubleInQboAlarm": ("poster", double),
    "TwoIdsAlarm": ("poster", lambda: meanwhile(as_posted=True)),
    "OutOfTurnAlarm": ("poster", lambda: meanwhile(as_posted=False)),
    "TotalDiffersAlarm": ("poster", other_total),
    "MonthlyCapAlarm": ("poster", monthly_cap),
    "ProofDifferencesAlarm": ("sweeper", edited),
    "PosDifferencesAlarm": ("sweeper", lost_here),
    "PullFailingAlarm": (
        "sweeper",
        lambda: line(logger("sweeper"), "pull_failing", connection=SHOP, count=3),
    ),
    "JobFailedAlarm": (
        "sweeper",
        lambda: line(logger("sweeper"), "job", event_kind="undo", status="failed"),
    ),
}


@pytest.mark.parametrize("alarm", WORDS)
def test_what_the_code_says_rings_its_alarm_and_no_other(alarm: str) -> None:
    function, says = WORDS[alarm]
    with written("poster", "proof", "sweeper") as text:
        says()
    points = points_of(function, text.getvalue())
    ringing = {name for name in WORDS if rings_for(ALARMS[name], points)}
    assert ringing == {alarm}


@pytest.mark.parametrize("alarm", WORDS)
def test_a_log_of_other_lines_rings_no_alarm(alarm: str) -> None:
    with written("poster", "sweeper") as text:
        line(logger("poster"), "drained", posted=30, status="empty")
        line(logger("sweeper"), "job", event_kind="daily", status="done")
    for function in ("poster", "sweeper"):
        assert not rings_for(ALARMS[alarm], points_of(function, text.getvalue()))


# --- What the tick measures.


def held(office: Office) -> None:
    office.deliver(sale(key="Boots"))


def unclear(office: Office) -> None:
    office.deliver(sale())
    office.books.faults.append("drop")
    office.drain()


def lost(office: Office) -> None:
    office.connections.set_state(REALM, "reconnect_needed", "")


def near_death(office: Office) -> None:
    ends = "2026-12-01T00:00:00.000Z"
    office.connections.put_realm(Realm(REALM, refresh_expires_at=ends))


MEASURED: dict[str, tuple[Callable[[Office], None], int]] = {
    "HeldTooLongAlarm": (held, 3_600),
    "UncertainTooLongAlarm": (unclear, 1_800),
    "ReconnectNeededAlarm": (lost, -1),
    "TokenNearDeathAlarm": (near_death, -1),
}


def tick(office: Office) -> dict[str, int]:
    return watch(office.ledger, office.connections, office.clock()).metrics()


def ringing(metrics: dict[str, int]) -> set[str]:
    with written("sweeper") as text:
        measured(logger("sweeper"), STACK, "swept", metrics, event_kind="tick", count=0)
    points = points_of("sweeper", text.getvalue())
    return {name for name in MEASURED if rings_for(ALARMS[name], points)}


@pytest.mark.parametrize("alarm", MEASURED)
def test_what_the_tick_measures_rings_its_alarm_and_no_other(alarm: str) -> None:
    happens, after_seconds = MEASURED[alarm]
    office = Office.opened()
    happens(office)
    office.clock.sleep(max(after_seconds, 0))
    assert ringing(tick(office)) == ({alarm} if after_seconds < 0 else set())
    office.clock.sleep(1)
    assert ringing(tick(office)) == {alarm}


def test_a_quiet_office_rings_nothing() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    office.clock.sleep(10 * 3_600)
    assert ringing(tick(office)) == set()
    assert tick(office) == {"Tick": 1}


@pytest.mark.parametrize("alarm", MEASURED)
def test_what_is_over_is_silent_and_silence_ends_its_alarm(alarm: str) -> None:
    assert ALARMS[alarm]["TreatMissingData"] == "notBreaching"
    assert ALARMS[alarm]["Period"] >= 2 * 300, "a tick of five minutes may come late"
    assert of(alarm, [10_000])
    assert not of(alarm, [10_000], None)


def test_what_waits_in_a_backlog_is_not_unclear() -> None:
    office = Office.opened()
    office.deliver(sale())
    office.clock.sleep(10 * 3_600)
    assert ringing(tick(office)) == set()


# --- What AWS measures, and what is missing when nothing runs: series of periods.


def of(alarm: str, *periods: Sequence[float] | None) -> bool:
    """Whether the alarm rings when its metric has these values in its last periods."""
    one = ALARMS[alarm]
    resolved = points_metric(one)
    return rings(one, {resolved: periods})


def points_metric(alarm: dict[str, Any]) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    def name(value: Any) -> str:
        if isinstance(value, str):
            return value
        target = value.get("Ref") or value["Fn::GetAtt"][0]
        return STACK if target == "AWS::StackName" else str(target)

    dimensions = tuple((one["Name"], name(one["Value"])) for one in alarm.get("Dimensions", ()))
    return name(alarm["Namespace"]), alarm["MetricName"], dimensions


SERIES: dict[str, tuple[Periods, Periods]] = {
    "TickMissingAlarm": ([[1], None, None, None], [None, None, [1]]),
    "EndOfDayMissingAlarm": ([[1], None, None, None], [[0], [0], [1]]),
    "DeliveriesDeadLettersAlarm": ([[0, 1]], [[0]]),
    "PostingsDeadLettersAlarm": ([[1]], [None]),
    "JobsDeadLettersAlarm": ([[3]], [[0]]),
    "SchedulesDeadLettersAlarm": ([[1]], [[0]]),
    "DeliveriesAgeAlarm": ([[900]] * 5, [[901]] * 4 + [[899]]),
    "PostingsAgeAlarm": ([[3_600]] * 5, [[7_200]] * 4 + [[0]]),
    "JobsAgeAlarm": ([[3_600]] * 5, [None, *([[3_600]] * 4)]),
    "ApiFaultsAlarm": ([[2, 3]], [[4]]),
}


@pytest.mark.parametrize("alarm", SERIES)
def test_a_series_rings_its_alarm(alarm: str) -> None:
    loud, silent = SERIES[alarm]
    assert of(alarm, *loud)
    assert not of(alarm, *silent)


@pytest.mark.parametrize(
    ("rejected", "deliveries", "loud"),
    [(2, 100, True), (1, 100, False), (0, 500, False), (3, 3, True), (0, 0, False)],
)
def test_more_than_one_refused_delivery_in_a_hundred_rings(
    rejected: int, deliveries: int, loud: bool
) -> None:
    with written("webhook") as text:
        for number in range(deliveries):
            line(logger("webhook"), "delivery", status=401 if number < rejected else 202)
    points = points_of("webhook", text.getvalue())
    assert rings_for(ALARMS["SignatureRejectsAlarm"], points) is loud
    accepted = sum(point.value for point in points if point.name == "Accepted")
    assert accepted == deliveries - rejected


def test_every_alarm_is_tripped_by_a_test() -> None:
    assert {*WORDS, *MEASURED, *SERIES, "SignatureRejectsAlarm"} == set(ALARMS)


# --- What a mail says, and where it goes.


@pytest.mark.parametrize("alarm", ALARMS)
def test_the_mail_says_what_happened_and_what_to_do(alarm: str) -> None:
    one = ALARMS[alarm]
    assert one["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    text = one["AlarmDescription"]
    assert 60 <= len(text) <= 1_024
    to_do = ("daybook ", "Look at", "look at", "docs/operations.md")
    assert any(word in text for word in to_do)


def test_the_dashboard_shows_metrics_that_exist() -> None:
    (board,) = resources("AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(board["DashboardBody"]["Fn::Sub"])["widgets"]
    shown = {
        (metric[0], metric[1])
        for widget in widgets
        for metric in widget["properties"]["metrics"]
        if metric[0] == "${AWS::StackName}"
    }
    ours = {name for _, name in shown}
    assert {
        "Accepted", "Rejected", "Posted", "Held", "Uncertain", "HeldSeconds", "UncertainSeconds",
        "SecondsToPosted", "Throttled", "Words",
    } <= ours  # fmt: skip
    filtered = {
        made["MetricName"]
        for one in resources("AWS::Logs::MetricFilter").values()
        for made in one["MetricTransformations"]
    }
    assert ours <= set(METRICS) | filtered
