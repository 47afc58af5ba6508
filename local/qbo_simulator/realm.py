"""The state of one company: its objects, its running balances, what it remembers of requests."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from local.qbo_simulator.clock import stamp
from local.qbo_simulator.limits import RealmLimits
from local.qbo_simulator.replays import ReplayStore

type Json = dict[str, Any]

COUNTED = ("create", "batch", "batch_items", "query", "read", "token", "throttled")


class Posting(NamedTuple):
    """One effect of a transaction on the ledger; a debit is positive."""

    account: str
    amount: Decimal
    name: str | None = None


class Realm:
    """Tables of objects by Id. Every method is synchronous, so each request sees a whole state."""

    def __init__(self, realm_id: str) -> None:
        self.id = realm_id
        self.singletons: dict[str, Json] = {}
        self.tombstones: dict[tuple[str, str], Json] = {}
        self.postings: dict[tuple[str, str], list[Posting]] = {}
        self.account_balances: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.name_balances: defaultdict[str, Decimal] = defaultdict(Decimal)
        self.requests: Counter[str] = Counter()
        self.replays = ReplayStore()
        self.limits = RealmLimits()
        self._tables: dict[str, dict[str, Json]] = {}
        self._sequences: Counter[str] = Counter()
        self._unseen: set[tuple[str, str]] | None = None

    def find(self, kind: str, identity: str) -> Json | None:
        """The object, or None; what this batch itself has made is not there yet."""
        if self._unseen is not None and (kind, identity) in self._unseen:
            return None
        return self._tables.get(kind, {}).get(identity)

    def rows(self, kind: str, *, with_unseen: bool = False) -> Iterator[Json]:
        """The objects of one kind, in the order in which they were made."""
        hidden = set() if with_unseen or self._unseen is None else self._unseen
        for identity, row in self._tables.get(kind, {}).items():
            if (kind, identity) not in hidden:
                yield row

    def next_id(self, sequence: str) -> str:
        """The next Id of a sequence; transactions of all kinds share one, so do all names."""
        self._sequences[sequence] += 1
        return str(self._sequences[sequence])

    def reserve_ids(self, sequence: str, last: int) -> None:
        """Let the sequence go on after `last`."""
        self._sequences[sequence] = max(self._sequences[sequence], last)

    def put(self, kind: str, row: Json, postings: list[Posting]) -> None:
        """Store a new or changed object with its effect on the ledger."""
        key = (kind, row["Id"])
        table = self._tables.setdefault(kind, {})
        if self._unseen is not None and row["Id"] not in table:
            self._unseen.add(key)
        table[row["Id"]] = row
        self._post(key, postings)

    def remove(self, kind: str, identity: str, now: datetime) -> None:
        """Delete an object, leaving the tombstone that change data capture reports."""
        del self._tables[kind][identity]
        self._post((kind, identity), [])
        self.tombstones[kind, identity] = {
            "domain": "QBO",
            "status": "Deleted",
            "Id": identity,
            "MetaData": {"LastUpdatedTime": stamp(now)},
        }

    def begin_batch(self) -> None:
        """From now on new objects stay out of sight, as inside one of Intuit's batches."""
        self._unseen = set()

    def end_batch(self) -> None:
        """Let everything be seen again."""
        self._unseen = None

    def forget_transactions(self, kinds: frozenset[str]) -> None:
        """Empty the tables of `kinds`, the ledger, the requestid store, limits and counts."""
        for kind in kinds:
            self._tables.pop(kind, None)
        self.tombstones = {key: row for key, row in self.tombstones.items() if key[0] not in kinds}
        self.postings.clear()
        self.account_balances.clear()
        self.name_balances.clear()
        self.requests.clear()
        self.replays = ReplayStore()
        self.limits = RealmLimits()

    def request_counts(self) -> dict[str, int]:
        """How many requests of each sort were handled; the fixed names are always there."""
        return {**dict.fromkeys(COUNTED, 0), **self.requests}

    def _post(self, key: tuple[str, str], postings: list[Posting]) -> None:
        for sign, several in ((-1, self.postings.pop(key, [])), (1, postings)):
            for posting in several:
                self.account_balances[posting.account] += sign * posting.amount
                if posting.name is not None:
                    self.name_balances[posting.name] += sign * posting.amount
        if postings:
            self.postings[key] = postings
