"""Queues in memory behind botocore: what is sent, in its order, answered as SQS answers."""

import hashlib
import json
import threading
from collections import defaultdict
from typing import Any, Final

from botocore.awsrequest import AWSRequest, AWSResponse

from benchmarks._dynamo import answered, operation

_KNOWN: Final = {"QueueUrl", "MessageBody", "MessageGroupId", "MessageDeduplicationId"}


class Queues:
    """Every queue by its URL; `before_send` is entered with botocore. Knows SendMessage without a
    delay, anything else is an AssertionError."""

    def __init__(self) -> None:
        self._bodies: dict[str, list[str]] = defaultdict(list)
        self._seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._sent = 0

    def before_send(self, request: AWSRequest, **_: Any) -> AWSResponse:
        """Keep a message instead of sending it."""
        name, asked = operation(request), json.loads(request.body)
        assert name == "SendMessage", name
        assert set(asked) <= _KNOWN, sorted(asked)
        with self._lock:
            self._sent += 1
            return answered(self._kept(asked))

    def _kept(self, asked: dict[str, Any]) -> dict[str, str]:
        url, body = asked["QueueUrl"], asked["MessageBody"]
        assert ("MessageGroupId" in asked) is url.endswith(".fifo"), url
        once = (url, asked.get("MessageDeduplicationId", f"message {self._sent}"))
        if once not in self._seen:
            self._bodies[url].append(body)
        self._seen.add(once)
        digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
        return {"MessageId": str(self._sent), "MD5OfMessageBody": digest}

    def taken(self, url: str) -> list[str]:
        """The bodies that wait in a queue, which is empty then."""
        with self._lock:
            return self._bodies.pop(url, [])
