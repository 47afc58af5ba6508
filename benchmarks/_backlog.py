"""A company with a backlog, and the poster that drains it: the real workflow, client and pace.

The ledger is in memory and takes as long for each call as DynamoDB does.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from benchmarks._simulator import Simulator
from benchmarks._tickets import row
from daybook.domain.connection import Connection, Realm
from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.domain.status import DUE
from daybook.qbo.tokens import AppKeys, TokenPair
from daybook.settings import Settings
from daybook.wiring_qbo import QuickBooks
from daybook.workflows.post import drain
from daybook.workflows.poster import Drained
from tests.fakes.connections import FakeConnections
from tests.fakes.ledger import FakeLedger
from tests.fakes.mappings import FakeMappings
from tests.fakes.secrets import FakeSecrets, FakeTokenSecrets

# As template.yaml has the poster.
_INVOCATION_SECONDS = 300.0
_MAX_INVOCATIONS = 100
# One call to DynamoDB, or up to 30 at once by 15 threads.
_CALL_SECONDS, _CALLS_SECONDS = 0.010, 0.025


class Ledger(FakeLedger):
    """The fake that passes the store's contract tests, found by object and by what is due."""

    def __init__(self) -> None:
        super().__init__()
        self._of: defaultdict[tuple[str, str, str], list[PostingKey]] = defaultdict(list)
        self._due: dict[str, Posting] = {}

    def fill(self, rows: Sequence[Posting]) -> None:
        """Rows that came before the clock is looked at."""
        for one in rows:
            super().put(one)
            self._of[one.key.connection, one.key.object_type, one.key.object_id].append(one.key)
            self._due[one.id] = one

    def change(self, before: Posting, after: Posting) -> bool:
        """One conditional write."""
        done = super().change(before, after)
        if done and after.status in DUE:
            self._due[after.id] = after
        elif done:
            self._due.pop(after.id, None)
        return done

    def change_all(self, changes: Sequence[tuple[Posting, Posting]]) -> list[bool]:
        """Many."""
        time.sleep(_CALLS_SECONDS)
        return super().change_all(changes)

    def due(self, realm: str, limit: int) -> list[Posting]:  # noqa: ARG002 -- there is one
        """The oldest first: rows keep the order in which they were put."""
        time.sleep(_CALLS_SECONDS)
        return list(self._due.values())[:limit]

    def of_object(self, connection: str, object_type: str, object_id: str) -> list[Posting]:
        """All rows of one object."""
        return [self.rows[key, ""] for key in self._of[connection, object_type, object_id]]

    def of_objects(self, objects: Sequence[tuple[str, str, str]]) -> list[list[Posting]]:
        """Of many."""
        time.sleep(_CALLS_SECONDS)
        return super().of_objects(objects)


class SlowConnections(FakeConnections):
    """Each call takes its time."""

    def realm(self, realm: str) -> Realm | None:
        """A company."""
        time.sleep(_CALL_SECONDS)
        return super().realm(realm)

    def save_pace(self, realm: str, pace: str, before: str) -> bool:
        """Its pace."""
        time.sleep(_CALL_SECONDS)
        return super().save_pace(realm, pace, before)


class Backlog:
    """One company, connected, with so many tickets to post."""

    def __init__(self, simulator: Simulator, realm: str, entries: int) -> None:
        self.realm = realm
        self.ledger = Ledger()
        self.ledger.fill([row(realm, number) for number in range(entries)])
        self._connections = connections = SlowConnections()
        connections.put(Connection("shop", "canonical", realm))
        connections.put_realm(Realm(realm))
        parts: Any = SimpleNamespace(
            settings=Settings(qbo_url=simulator.url),
            ledger=self.ledger,
            connections=connections,
            mappings=FakeMappings(),
            secrets=FakeSecrets(),
            doorbell=lambda _realm, _hint: None,
        )
        self._quickbooks = QuickBooks(parts, lambda: datetime.now(UTC))
        tokens = FakeTokenSecrets()
        now = datetime.now(UTC)
        access, refresh = simulator.access_token(realm)
        ends = now + timedelta(hours=1)
        pair = TokenPair(access, refresh, ends, ends, realm, connected_at=now)
        tokens.create(realm, pair.to_json())
        vars(self._quickbooks.tokens).update(secrets=tokens, keys=AppKeys("id", "secret"))

    def drain(self) -> None:
        """One invocation after the other, until nothing is due. Raises RuntimeError if it does
        not end."""
        for _ in range(_MAX_INVOCATIONS):
            ends = time.monotonic() + _INVOCATION_SECONDS
            drained = self._invocation(ends)
            if drained.stopped != "time":
                if set(drained.counts) - {"posted"} or drained.stopped != "empty":
                    why = self._connections.companies[self.realm].park_reason
                    raise RuntimeError(f"{self.realm}: {drained.stopped} {why} {drained.counts}")
                return
        raise RuntimeError(f"{self.realm} was not drained in {_MAX_INVOCATIONS} invocations")

    def _invocation(self, ends: float) -> Drained:
        threads = self._quickbooks.threads
        tools = self._quickbooks.poster(lambda: ends - time.monotonic(), threads)
        return drain(self.realm, (), tools)

    def posted_at(self) -> list[datetime]:
        """When each entry was recorded as posted, rising."""
        rows = self.ledger.rows.values()
        return sorted(datetime.fromisoformat(one.since) for one in rows if one.status == "posted")
