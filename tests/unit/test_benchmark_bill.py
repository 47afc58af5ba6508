"""What the cost benchmark makes of counts and of the template, by numbers easy to follow."""

from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import _bill, _stack
from benchmarks import _prices as price
from benchmarks._meter import Meter
from daybook.telemetry import METRICS
from daybook.workflows.watch import Watched


def counted(**counts: float) -> Meter:
    """Counts of the translator."""
    meter = Meter(lambda _table, _key: {})
    meter.counts.update({("translator", what): number for what, number in counts.items()})
    return meter


def test_processor_time_is_stretched_by_the_share_of_a_processor_and_waits_are_not() -> None:
    share = _stack.memory()["translator"] / 1_769
    meter = counted(cpu=1.0, clock=5.0, requests=100)
    assert _bill.billed_seconds("translator", meter.counts) == pytest.approx(1 / share + 0.5)


def test_only_the_poster_waits_for_quickbooks() -> None:
    counts = {("poster", "cpu"): 0.0, ("poster", "clock"): 2.0}
    meter = Meter(lambda _table, _key: {})
    meter.counts.update(counts)
    assert _bill.billed_seconds("poster", meter.counts) == pytest.approx(2.0)


def test_a_bill_is_for_a_million_events() -> None:
    sums = _bill.dollars(counted(api_requests=10, writes=40, invocations=1), events=10)
    assert sums["API Gateway"] == 1.0
    assert sums["DynamoDB, writes"] == 2.5
    assert sums["Lambda, requests"] == 0.02
    assert sums["KMS"] == 0


def test_a_table_that_a_function_uses_asks_for_its_key_all_month() -> None:
    meter = counted()
    meter.tables = {("translator", "ledger")}
    meter.puts, meter.taken = {("translator", "postings")}, {("translator", "deliveries")}
    assert _bill.key_requests_a_month(meter) == 720 * (12 + 2 + 1)
    assert _bill.dollars(meter, 10)["KMS"] == round(720 * 15 * price.KEY_REQUEST, 3)


def test_the_idle_cost_is_read_from_the_template() -> None:
    month = _bill.idle()
    alarms = _stack.of_type("AWS::CloudWatch::Alarm")
    assert f"alarms (on {len(alarms) + 1} metrics)" in month
    assert _stack.schedules() == {"sweeper": 8_640 + 720 + 720 + 30, "end_of_day": 2_880}


def test_while_nothing_happens_the_tick_alone_is_measured() -> None:
    assert list(Watched().metrics()) == ["Tick"]
    assert set(Watched(1, 1, 1, 1).metrics()) <= set(METRICS)


def test_the_access_log_line_has_something_for_every_name() -> None:
    line = _stack.access_log_line()
    assert "$context" not in line
    assert '"status":"202"' in line


def test_a_batch_to_a_queue_is_one_request_a_piece_of_64_kb() -> None:
    meter = Meter(lambda _table, _key: {})
    meter.part = "translator"
    entries: list[dict[str, Any]] = [{"MessageBody": "x" * 40_000, "MessageGroupId": "1"}] * 2
    model = SimpleNamespace(name="SendMessageBatch")
    meter._asked({"QueueUrl": "q", "Entries": entries}, model, {})
    assert meter.counts["translator", "sqs_fifo"] == 2
    assert meter.puts == {("translator", "q")}
