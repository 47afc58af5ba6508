"""What AWS would charge for, counted at botocore while the real functions run.

Units of DynamoDB are reckoned from the sizes of the rows before and after, indexes included, as AWS
describes it: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

import functools
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from moto.core.botocore_stubber import BotocoreStubber
from requests.adapters import HTTPAdapter

type Item = Mapping[str, Mapping[str, Any]]

# What each index of the ledger holds of a row beside the keys (template.yaml).
_INDEXES: Final = {"index1": (), "index2": ("legs",)}
_KEYS: Final = {"index1": ("I1PK", "I1SK"), "index2": ("I2PK", "I2SK")}
_MAIN: Final = threading.main_thread()


class Meter:
    """Counts by (part, what); `part` is whoever runs now.

    row: a table's row by its key, as on the wire, empty if there is none.
    """

    def __init__(self, row: Callable[[str, Any], Item]) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        # Which part asks for which table, and puts into or takes from which queue: each needs the
        # key of what it uses every few minutes (`_bill`).
        self.tables: set[tuple[str, str]] = set()
        self.puts: set[tuple[str, str]] = set()
        self.taken: set[tuple[str, str]] = set()
        self.part = ""
        self._row = row
        self._lock = threading.Lock()
        self._stood_in = 0.0

    def aside[R](self, act: Callable[..., R]) -> Callable[..., R]:
        """The same, with its processor time taken off what the functions used."""

        @functools.wraps(act)
        def timed(*given: Any, **named: Any) -> R:
            began = time.thread_time()
            try:
                return act(*given, **named)
            finally:
                with self._lock:
                    self._stood_in += time.thread_time() - began

        return timed

    @contextmanager
    def watching(self, *services: Any) -> Iterator[None]:
        """Count what these clients ask for while the block runs."""
        hooks = {
            "provide-client-params.*.*": self.aside(self._asked),
            "after-call.*.*": self.aside(self._answered),
        }
        for client in services:
            for event, hook in hooks.items():
                client.meta.events.register(event, hook)
        try:
            yield
        finally:
            for client in services:
                for event, hook in hooks.items():
                    client.meta.events.unregister(event, hook)

    @contextmanager
    def invocation(self, part: str) -> Iterator[None]:
        """One invocation: its processor time without AWS's, and its time by the clock."""
        self.part = part
        stood_in, cpu, clock = self._stood_in, time.process_time(), time.perf_counter()
        yield
        stood_in = self._stood_in - stood_in
        self._add("invocations", 1)
        self._add("cpu", time.process_time() - cpu - stood_in)
        self._add("clock", time.perf_counter() - clock - stood_in)
        self.part = ""

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """While the block runs, the time of moto, which has secrets and files, is taken off."""
        before: Any = BotocoreStubber.process_request
        BotocoreStubber.process_request = self.aside(before)  # type: ignore[method-assign]
        try:
            yield
        finally:
            BotocoreStubber.process_request = before  # type: ignore[method-assign]

    @contextmanager
    def bytes_out(self) -> Iterator[None]:
        """While the block runs, what goes out to QuickBooks is counted, headers and body."""
        before: Any = HTTPAdapter.send

        def sent(adapter: Any, request: Any, *given: Any, **named: Any) -> Any:
            head = sum(len(name) + len(value) + 4 for name, value in request.headers.items())
            self._add("bytes_out", head + len(request.body or b""))
            return before(adapter, request, *given, **named)

        HTTPAdapter.send = sent  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            HTTPAdapter.send = before  # type: ignore[method-assign]

    def add(self, part: str, what: str, number: float) -> None:
        """Count something of a part."""
        with self._lock:
            self.counts[part, what] += number  # type: ignore[assignment]

    def takes(self, part: str, queue: str) -> None:
        """A part was given messages of a queue."""
        self.taken.add((part, queue))

    def _add(self, what: str, number: float) -> None:
        if self.part:
            self.add(self.part, what, number)

    def _asked(self, params: dict[str, Any], model: Any, context: Any, **_: Any) -> None:
        alone = threading.current_thread() is _MAIN
        self._add("requests" if alone else "requests_beside", 1)
        if model.name in {"UpdateItem", "PutItem"}:
            key = params.get("Key") or {name: params["Item"][name] for name in ("PK", "SK")}
            context["metered"] = (params["TableName"], key, self._row(params["TableName"], key))
        elif model.name in {"GetItem", "Query", "BatchGetItem"}:
            context["metered"] = _is_strong(params)
        elif model.name in {"SendMessage", "SendMessageBatch"}:
            self._sent(params)
        if self.part and ("TableName" in params or "RequestItems" in params):
            names = params.get("RequestItems") or [params["TableName"]]
            self.tables |= {(self.part, name) for name in names}

    def _sent(self, params: Mapping[str, Any]) -> None:
        entries = params.get("Entries", [params])
        body = sum(len(one["MessageBody"].encode()) for one in entries)
        kind = "sqs_fifo" if "MessageGroupId" in entries[0] else "sqs_standard"
        self._add(kind, math.ceil(body / 65_536))
        if self.part:
            self.puts.add((self.part, params["QueueUrl"]))

    def _answered(self, parsed: dict[str, Any], model: Any, context: Any, **_: Any) -> None:
        service, name = model.service_model.service_name, model.name
        if name in {"UpdateItem", "PutItem"}:
            table, key, before = context["metered"]
            after = self._row(table, key)
            # A condition that does not hold costs what the row that is there would have.
            self._add("writes", write_units(before, after))
            self._add("rows_written", 1)
        elif name in {"GetItem", "Query"}:
            found = parsed.get("Items", [parsed["Item"]] if "Item" in parsed else [])
            self._add("reads", read_units(sum(map(size, found)), strong=context["metered"]))
        elif name == "BatchGetItem":
            rows = [row for found in parsed.get("Responses", {}).values() for row in found]
            one = sum(read_units(size(row), strong=context["metered"]) for row in rows)
            self._add("reads", one)
        elif service == "dynamodb" and self.part:
            raise AssertionError(f"{name} is not reckoned with")
        elif service == "s3":
            # With a bucket key S3 asks for less; how much less is not published.
            self._add("s3_puts" if name == "PutObject" else "s3_gets", 1)
            self._add("key_calls", 1)
        elif service == "secretsmanager":
            self._add("secret_calls", 1)
            self._add("key_calls", 0 if name == "UpdateSecretVersionStage" else 1)


def size(item: Item) -> int:
    """Bytes of a row as DynamoDB counts them; as the store has it, or as on the wire."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(value: Mapping[str, Any]) -> int:
    ((kind, one),) = value.items()
    if kind in {"L", "M"}:
        inner = one if kind == "L" else list(one.values())
        names = 0 if kind == "L" else sum(len(name.encode()) for name in one)
        return 3 + names + sum(1 + _value(each) for each in inner)
    if kind in {"SS", "NS"}:
        return sum(len(each) for each in one)
    if kind == "N":
        return len(one) // 2 + 2
    if kind == "B" and isinstance(one, str):
        return len(one) // 4 * 3 - one.count("=")
    return len(one.encode() if kind == "S" else one) if kind in {"S", "B"} else 1


def write_units(before: Item, after: Item) -> int:
    """Of one write: the table's, by the larger of both, and each index's."""
    units = math.ceil(max(size(before), size(after), 1) / 1024)
    for name, (partition, sort) in _KEYS.items():
        was, now = (_projected(row, name) for row in (before, after))
        if was == now:
            continue
        moved = bool(was and now) and (was[partition], was[sort]) != (now[partition], now[sort])
        each = [math.ceil(size(one) / 1024) for one in (was, now) if one]
        units += sum(each) if moved else max(each)
    return units


def _projected(row: Item, index: str) -> Item:
    if not set(_KEYS[index]) <= set(row):
        return {}
    names = ("PK", "SK", *_KEYS[index], *_INDEXES[index])
    return {name: row[name] for name in names if name in row}


def read_units(found: int, *, strong: bool) -> float:
    """Of one read of so many bytes; what finds nothing costs as much as the smallest."""
    return max(math.ceil(found / 4096), 1) * (1 if strong else 0.5)


def _is_strong(params: Mapping[str, Any]) -> bool:
    tables = params.get("RequestItems", {}).values()
    return bool(params.get("ConsistentRead") or any(one.get("ConsistentRead") for one in tables))
