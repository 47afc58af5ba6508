"""What a delivery costs in a warm webhook, above the call to SQS that keeps it.

    python -m benchmarks.webhook_warm         writes build/bench/webhook_warm.json

The function's own handler, in process. botocore runs whole, and its requests are answered where
they would go out to the network, so that only our own time and botocore's counts.
"""

import base64
import hashlib
import hmac
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict

from benchmarks._page import replace_section
from benchmarks.translation import ticket
from daybook.store import clients

TIMES, WARM_UP = 3_000, 200
MAX_MILLISECONDS_ABOVE = 5.0
OUT = Path("build/bench/webhook_warm.json")
_QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/deliveries"
_KEY = b"a key of the benchmark's own, 32+"
_SECRET = f"whsec_{base64.b64encode(_KEY).decode()}"
_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "DAYBOOK_SECRETS_PREFIX": "daybook/bench",
    "DAYBOOK_DELIVERIES_QUEUE_URL": _QUEUE,
    "DAYBOOK_ARCHIVE_BUCKET": "archive",
    # A line of log is written for each delivery, as on Lambda; nobody reads it here.
    "POWERTOOLS_SERVICE_NAME": "webhook",
}


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_ignored: Any, **_options: Any) -> Iterator[bytes]:
        """All of it."""
        yield self._body


def _answered(request: Any, **_ignored: Any) -> AWSResponse:
    asked = json.loads(request.body)
    if "SecretId" in asked:
        text = json.dumps({"source": "canonical", "secrets": [_SECRET]})
        answer = {"ARN": "arn", "Name": asked["SecretId"], "SecretString": text, "VersionId": "1"}
    else:
        sent = hashlib.md5(asked["MessageBody"].encode(), usedforsecurity=False).hexdigest()
        answer = {"MessageId": "1", "MD5OfMessageBody": sent}
    headers: Any = HeadersDict({"content-type": "application/x-amz-json-1.0"})
    raw: Any = _Raw(json.dumps(answer).encode())
    return AWSResponse(request.url, 200, headers, raw)


def delivery() -> dict[str, Any]:
    """A signed delivery as API Gateway hands it over."""
    body, at = ticket(), str(int(time.time()))
    signed = hmac.new(_KEY, f"msg-1.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "version": "2.0",
        "rawQueryString": "",
        "pathParameters": {"connection": "shop"},
        "headers": {
            "content-type": "application/json",
            "webhook-id": "msg-1",
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        },
        "body": body.decode(),
        "isBase64Encoded": False,
    }


def took(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - began) / 1e6


def main() -> int:
    """1 where the bound is broken."""
    os.environ.update(_ENVIRONMENT)
    answered: Any = _answered
    for client in (clients.sqs(), clients.secrets_manager()):
        client.meta.events.register("before-send", answered)
    from functions.webhook.app import handler  # noqa: PLC0415 -- it reads the environment

    event, sqs = delivery(), clients.sqs()
    answer = handler(event, None)
    assert answer["statusCode"] == 202, answer
    message = json.dumps({"body": event["body"], "more": "x" * 300})

    def send() -> None:
        sqs.send_message(QueueUrl=_QUEUE, MessageBody=message)

    pairs = [(took(send), took(lambda: handler(event, None))) for _ in range(TIMES + WARM_UP)]
    sys.stdout = sys.__stdout__
    sends, handled = zip(*pairs[WARM_UP:], strict=True)
    found = {
        name: {"p50": round(statistics.median(ms), 3), "p99": round(_p99(ms), 3)}
        for name, ms in (("send_message", sends), ("webhook", handled))
    }
    above = round(found["webhook"]["p99"] - found["send_message"]["p99"], 3)
    middle = round(found["webhook"]["p50"] - found["send_message"]["p50"], 3)
    broken = [f"p99 {above} ms above"] if above > MAX_MILLISECONDS_ABOVE else []
    result = {"milliseconds": found, "p50_above": middle, "p99_above": above, "broken": broken}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    replace_section("webhook_warm", _table(found, middle, above))
    print(json.dumps(result, indent=1))
    return 1 if broken else 0


def _p99(values: tuple[float, ...]) -> float:
    return statistics.quantiles(values, n=100)[98]


def _table(found: dict[str, dict[str, float]], middle: float, above: float) -> list[str]:
    peer, own = found["send_message"], found["webhook"]
    return [
        "| | p50, ms | p99, ms |",
        "|---|---|---|",
        f"| `send_message` alone | {peer['p50']} | {peer['p99']} |",
        f"| the webhook, with its `send_message` | {own['p50']} | {own['p99']} |",
        f"| above it, p99 at most {MAX_MILLISECONDS_ABOVE} | {middle} | {above} |",
    ]


if __name__ == "__main__":
    sys.exit(main())
