"""What AWS charges for what was counted, by the list prices, for a million events; and idle."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from benchmarks import _prices as price
from benchmarks._meter import Meter
from benchmarks._stack import memory, of_type, schedules, watched_metrics

# Lambda gives a whole processor at so much memory.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
WHOLE_PROCESSOR_MB: Final = 1_769
# What a request to AWS waits for; of those that run beside each other, thirty by fifteen threads.
WAIT_SECONDS: Final = 0.005
WAIT_BESIDE_SECONDS: Final = 0.025 / 30
_MONTH_HOURS: Final = 30 * 24
# DynamoDB asks for the key of a table once in five minutes for each caller with traffic.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
_TABLE_KEYS_AN_HOUR: Final = 12
# SQS asks anew after KmsDataKeyReusePeriodSeconds, an hour: twice for who puts, once for who takes.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
_PUTTING, _TAKING = 2, 1
# Lambda looks into a queue by five readers that wait 20 s each.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_READERS, _LOOK_SECONDS = 5, 20
# What a tick asks of tables: connections and ledger, and the mappings where something waits.
_TICK_SECONDS, _TICK_TABLES = 0.5, 3
# Sent while nothing happens: the tick itself. What is zero is not sent (workflows/watch.py).
_IDLE_METRICS: Final = 1
# The app's, the sign-in's, one company's tokens, one connection's.
_OWN_SECRETS: Final = 2


def billed_seconds(part: str, counts: Mapping[tuple[str, str], float]) -> float:
    """What invocations last on Lambda: slower than here by the share of a processor, with what
    they wait for QuickBooks (by the clock here) and for AWS (where memory answers at once)."""
    cpu, clock = counts[part, "cpu"], counts[part, "clock"]
    waits = counts[part, "requests"] * WAIT_SECONDS
    waits += counts[part, "requests_beside"] * WAIT_BESIDE_SECONDS
    waited_here = max(clock - cpu, 0) if part == "poster" else 0
    return cpu * max(WHOLE_PROCESSOR_MB / memory()[part], 1) + waited_here + waits


def key_requests_a_month(meter: Meter) -> float:
    """What tables and queues ask of the key while there is traffic in every hour of a month."""
    queues = _PUTTING * len(meter.puts) + _TAKING * len(meter.taken)
    return _MONTH_HOURS * (_TABLE_KEYS_AN_HOUR * len(meter.tables) + queues)


def dollars(meter: Meter, events: int) -> dict[str, float]:
    """USD for a million events that come within a month, by service."""
    each: Counter[str] = Counter()
    for (_, what), number in meter.counts.items():
        each[what] += number
    gigabytes = sum(
        billed_seconds(part, meter.counts) * megabytes / 1024
        for part, megabytes in memory().items() if meter.counts[part, "invocations"]
    )  # fmt: skip
    sums = {
        "API Gateway": each["api_requests"] * price.API_REQUEST,
        "Lambda, requests": each["invocations"] * price.LAMBDA_REQUEST,
        "Lambda, time": gigabytes * price.LAMBDA_GIGABYTE_SECOND,
        "SQS": each["sqs_standard"] * price.SQS_STANDARD + each["sqs_fifo"] * price.SQS_FIFO,
        "DynamoDB, writes": each["writes"] * price.DYNAMODB_WRITE,
        "DynamoDB, reads": each["reads"] * price.DYNAMODB_READ,
        "Logs": each["log_bytes"] * price.LOG_BYTE,
        "S3, Secrets Manager": each["s3_puts"] * price.S3_PUT + each["s3_gets"] * price.S3_GET
        + each["secret_calls"] * price.SECRET_CALL,
        "KMS": each["key_calls"] * price.KEY_REQUEST
        + key_requests_a_month(meter) * price.KEY_REQUEST * events / price.MILLION,
    }  # fmt: skip
    return {name: round(one * price.MILLION / events, 3) for name, one in sums.items()}


def idle() -> dict[str, float]:
    """USD a month where nothing happens, for one company with one connection, by the template."""
    secrets = len(of_type("AWS::SecretsManager::Secret")) + _OWN_SECRETS
    ticks, seconds = schedules(), memory()
    took = sum(
        number * _TICK_SECONDS * seconds[part] / 1024 for part, number in ticks.items()
    )  # fmt: skip
    looks = _READERS * _MONTH_HOURS * 3_600 / _LOOK_SECONDS
    return {
        "key": price.KEY_MONTH,
        f"secrets ({secrets})": round(secrets * price.SECRET_MONTH, 2),
        f"alarms (on {watched_metrics()} metrics)": round(watched_metrics() * price.ALARM_MONTH, 2),
        f"metrics ({_IDLE_METRICS})": round(_IDLE_METRICS * price.METRIC_MONTH, 2),
        "dashboard": price.DASHBOARD_MONTH,
        "looking into queues": round(looks * _looking(), 2),
        "ticks": round(sum(ticks.values()) * (price.SCHEDULED_CALL + price.LAMBDA_REQUEST)
                       + took * price.LAMBDA_GIGABYTE_SECOND, 2),
        "requests to the key": round(_idle_keys(ticks) * price.KEY_REQUEST, 2),
    }  # fmt: skip


def _looking() -> float:
    """What one look into each queue of a function costs."""
    kinds = [
        price.SQS_FIFO if queue.get("FifoQueue") else price.SQS_STANDARD
        for queue in of_type("AWS::SQS::Queue").values() if "RedrivePolicy" in queue
    ]  # fmt: skip
    return sum(kinds)


def _idle_keys(ticks: Mapping[str, int]) -> float:
    """The ticks' tables, and the queue of jobs: put into by the schedules, taken from by one."""
    most = _MONTH_HOURS * _TABLE_KEYS_AN_HOUR
    tables = sum(min(number, most) * _TICK_TABLES for number in ticks.values())
    return tables + _MONTH_HOURS * (_PUTTING + _TAKING)
