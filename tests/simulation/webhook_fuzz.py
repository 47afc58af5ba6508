"""Mutated deliveries through the webhook's real handler: what it answers, how fast, on how much.

python -m tests.simulation.webhook_fuzz --bodies 100000             a new seed, printed
python -m tests.simulation.webhook_fuzz --bodies 1 --seed 7 --skip 41   one body of a run again

AWS is three small fakes; verifying, bounding and encoding are the function's own. Most deliveries
are signed as their sender would, so that what is behind the signature is reached.
"""

import argparse
import base64
import ctypes
import gc
import json
import os
import random
import resource
import secrets
import sys
import time
import tracemalloc
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daybook.queues import Deliveries
from daybook.settings import Settings
from daybook.sources.registry import SOURCES
from daybook.store.archive import Archive
from daybook.store.secrets import Secrets
from daybook.wiring import Wiring
from daybook.wiring_console import new_secret
from local.sender import Sample, dated, samples, signed
from tests.simulation.mutations import mutated

LONGEST_SECONDS = 1.0
# What a run may keep beyond what it began with, once it is warm and what is free was given back.
MOST_GROWTH_BYTES = 64 * 1024 * 1024
# And at any moment: bodies of 4 MB come and go, and the C library keeps what they leave for the
# next ones. The function has 512 MB.
MOST_HELD_BYTES = 256 * 1024 * 1024
WARM_AFTER, LOOK_EVERY = 300, 500
_CONTEXT = type("Context", (), {"aws_request_id": "1", "function_name": "webhook"})()


class Sqs:
    """Takes messages as SQS does: up to 1 MiB of the characters that it allows."""

    def __init__(self) -> None:
        self.taken = 0

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> dict[str, str]:  # noqa: N803
        """Count it."""
        assert QueueUrl
        assert 0 < len(MessageBody.encode()) <= 1024 * 1024, "SQS refuses this size"
        assert MessageBody.isascii(), "SQS refuses some characters"
        assert MessageBody.isprintable(), "SQS refuses some characters"
        self.taken += 1
        return {"MessageId": "1"}


class S3:
    """Takes objects and forgets them."""

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        """Nothing is kept."""
        assert Bucket
        assert Body
        assert len(Key.encode()) <= 1024, "S3 refuses this key"


class Shops:
    """The secrets of one connection a source."""

    def __init__(self) -> None:
        self.by_source = {source: new_secret(source) for source in SOURCES}

    def name(self, *parts: str) -> str:
        """As the vault names a secret."""
        return "/".join(parts)

    def read(self, name: str, _stage: str = "") -> Any:
        """The secret of `shop-SOURCE`."""
        source = name.rpartition("/shop-")[2]
        if source not in self.by_source:
            return None
        row = {"source": source, "secrets": [self.by_source[source]]}
        return type("Version", (), {"text": json.dumps(row), "version": "1"})()


@dataclass
class Report:
    """What a run saw. worst: the slowest answer, and which body of the run it was for."""

    seed: int
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    growth_bytes: int = 0
    held_bytes: int = 0
    peak_bytes: int = 0

    @property
    def p99(self) -> float:
        """The 99th percentile of the answers' seconds."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] if self.seconds else 0.0

    def problems(self) -> list[str]:
        """What must not be."""
        found = list(self.broken)
        found += [f"{n} answers {status}" for status, n in self.statuses.items() if status >= 500]
        if self.p99 >= LONGEST_SECONDS:
            found.append(f"p99 is {self.p99:.2f} s")
        if self.growth_bytes > MOST_GROWTH_BYTES:
            found.append(f"memory grew by {self.growth_bytes:,} bytes")
        if self.held_bytes > MOST_HELD_BYTES:
            found.append(f"{self.held_bytes:,} bytes more were held for a time")
        return found

    def text(self) -> str:
        """For people."""
        answers = ", ".join(f"{status}: {n:,}" for status, n in sorted(self.statuses.items()))
        slowest = max(self.seconds, default=0.0)
        grew, held = self.growth_bytes / 2**20, self.held_bytes / 2**20
        most = self.peak_bytes / 2**20
        return (
            f"seed {self.seed}: {len(self.seconds):,} bodies ({answers}); "
            f"p99 {self.p99 * 1000:.1f} ms, slowest {slowest * 1000:.0f} ms; "
            f"memory grew by {grew:.1f} MiB, {held:.1f} MiB more were held for a time, "
            f"one request took {most:.1f} MiB at most"
        )


class Target:
    """The function, as Lambda loads it, over the fakes."""

    def __init__(self) -> None:
        for name in ("SECRETS_PREFIX", "DELIVERIES_QUEUE_URL", "ARCHIVE_BUCKET"):
            os.environ.setdefault(f"DAYBOOK_{name}", "fuzz")
        from functions.webhook import app  # noqa: PLC0415 -- it reads the environment

        self.shops, self.sqs = Shops(), Sqs()
        parts = Wiring(Settings(archive_bucket="fuzz", deliveries_queue_url="fuzz"))
        vars(parts).update(
            secrets=Secrets(self.shops),  # type: ignore[arg-type]
            deliveries=Deliveries(self.sqs, "fuzz"),  # type: ignore[arg-type]
            archive=Archive(S3, "fuzz"),  # type: ignore[arg-type]
        )
        self.app, self._own = app, app._WIRING
        app._WIRING = parts
        self._lines = Path(os.devnull).open("w")  # noqa: SIM115 -- closed with the target
        self._before = [handler.setStream(self._lines) for handler in app._LOG.handlers]  # type: ignore[attr-defined]

    def __enter__(self) -> "Target":
        return self

    def __exit__(self, *_: object) -> None:
        self.app._WIRING = self._own
        for handler, stream in zip(self.app._LOG.handlers, self._before, strict=True):
            handler.setStream(stream)  # type: ignore[attr-defined]
        self._lines.close()

    def call(self, event: dict[str, Any]) -> int:
        """The status of the answer to one request."""
        answer = self.app.handler(event, _CONTEXT)
        assert json.loads(answer["body"]) is not None
        return int(answer["statusCode"])


def fuzz(bodies: int, seed: int, skip: int = 0) -> Report:
    """So many deliveries, each mutated; the same ones for the same seed, but for the clock."""
    report, corpus = Report(seed), [one for source in SOURCES for one in samples(source)]
    with Target() as target:
        start = highest = resident()
        for number in range(skip, skip + bodies):
            draw = random.Random(f"{seed}/{number}")
            sample = draw.choice(corpus)
            event = request(sample, mutated(sample.body.encode(), draw), target.shops, draw)
            _measure(target, event, number, report)
            if number == skip + min(WARM_AFTER, bodies - 1):
                give_back()
                start = highest = resident()
            elif number % LOOK_EVERY == 0:
                highest = max(highest, resident())
        report.held_bytes = highest - start
        give_back()
        report.growth_bytes = max(0, resident() - start)
        report.peak_bytes = _peak(target, corpus, seed)
    return report


def _measure(target: Target, event: dict[str, Any], number: int, report: Report) -> None:
    began = time.perf_counter()
    try:
        report.statuses[target.call(event)] += 1
    except Exception as error:  # noqa: BLE001 -- what the fuzz looks for, told with its number
        report.statuses[500] += 1
        report.broken.append(f"body {number}: {type(error).__name__}: {error}"[:300])
    report.seconds.append(time.perf_counter() - began)


def _peak(target: Target, corpus: list[Sample], seed: int) -> int:
    """The most that one request of the largest size takes, of Python's own memory."""
    draw = random.Random(f"{seed}/peak")
    sample = next(one for one in corpus if one.source == "canonical")
    body = sample.body.encode()
    large = body + b" " * (3_999_000 - len(body))
    event = request(sample, large, target.shops, draw, honest=True)
    tracemalloc.start()
    target.call(event)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def request(
    sample: Sample, body: bytes, shops: Shops, draw: random.Random, *, honest: bool = False
) -> dict[str, Any]:
    """API Gateway's event of a delivery: mostly signed, sometimes wrongly or to another place."""
    how = "signed" if honest else draw.choices(("signed", "forged", "odd"), (12, 1, 2))[0]
    secret = shops.by_source[sample.source] if how != "forged" else new_secret(sample.source)
    headers = {"content-type": "application/json", **sample.headers}
    headers |= _proof(sample, secret, body)
    event: dict[str, Any] = {
        "pathParameters": {"connection": f"shop-{sample.source}"},
        "headers": headers,
        "rawQueryString": "",
    }
    if sample.event:
        event["pathParameters"]["event"] = sample.event
    if how == "odd":
        _odd(event, draw)
    return event | _as_gateway(body, draw)


def _proof(sample: Sample, secret: str, body: bytes) -> dict[str, str]:
    if sample.source == "heartland":
        return {"x-daybook-secret": secret}
    if sample.source == "unleashed":
        return dated(secret, body)
    return signed(secret, sample.headers.get("webhook-id", sample.name), body)


def _odd(event: dict[str, Any], draw: random.Random) -> None:
    noise = "".join(chr(draw.choice((0, 10, 37, 46, 47, 255, 0x2603, 0xD800))) for _ in range(9))
    name = draw.choice([*event["headers"], "webhook-id", "content-type"])
    match draw.randrange(6):
        case 0:
            event["headers"][name] = noise
        case 1:
            event["headers"].pop(name, None)
        case 2:
            event["pathParameters"] = {"connection": noise}
        case 3:
            event["pathParameters"]["event"] = draw.choice(["", noise, "a" * 5_000])
        case 4:
            event["rawQueryString"] = draw.choice(["secret=%", "a=1&" * 40, noise, "%ff=%fe"])
        case 5:
            event["headers"] = None


def _as_gateway(body: bytes, draw: random.Random) -> dict[str, Any]:
    """What is not UTF-8 comes in base64, as does what a binary content type announces."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = ""
    if text and draw.randrange(5):
        return {"body": text, "isBase64Encoded": False}
    encoded = base64.b64encode(body).decode()
    if draw.randrange(200) == 0:
        encoded = encoded[:-1] + "%"
    return {"body": encoded, "isBase64Encoded": True}


def give_back() -> None:
    """Hand to the system what nothing points to any more, where the C library can be told to: what
    is left after that is kept by us (https://man7.org/linux/man-pages/man3/malloc_trim.3.html)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def resident() -> int:
    """The process's memory in bytes, now where the system tells it, else at its most."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def main() -> int:
    """0 if nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.webhook_fuzz")
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--skip", type=int, default=0)
    words = parser.parse_args()
    print(f"webhook fuzz, seed {words.seed}", flush=True)
    report = fuzz(words.bodies, words.seed, words.skip)
    print(report.text())
    print("\n".join(f"BREACH {one}" for one in report.problems()[:20]))
    return 1 if report.problems() else 0


if __name__ == "__main__":
    sys.exit(main())
