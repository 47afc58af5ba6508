"""A QuickBooks company in process that can be told to fail: for the simulation and workflow tests.

It keeps what matters of Intuit's behaviour: a request id with an item's id is remembered, and the
same pair answers the first result again; an entry exists once committed, whatever became of the
reply; items of one batch succeed or fail each on its own; no two parties have one name.
"""

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from daybook.domain.found import Sought, There
from daybook.domain.outcome import (
    BatchItem,
    Found,
    FoundEntry,
    FoundParties,
    FoundParty,
    Outcome,
    Outcomes,
    ProbeFailed,
)
from daybook.qbo.party_bodies import details_in
from tests.fakes.clock import START
from tests.fakes.purchase_books import PURCHASE_FORMS, FakePurchases
from tests.fakes.sales_books import FakeSales

# What happens to a request: `lose_reply` commits and answers nothing clear, `drop` never arrives.
type Fault = Literal["lose_reply", "drop", "throttle", "unauthorised", "disconnect"]
type Reader = Callable[[str, dict[str, Any]], FoundEntry]


@dataclass(frozen=True, slots=True)
class Committed:
    """An entry in the books: its id, the body as posted or edited, and when that was."""

    qbo_id: str
    body: dict[str, Any]
    at: datetime = START


class FakeBooks:
    """`ports.BooksOfRealm`. faults: what befalls the next requests, in order; refusals: by
    DocNumber or DisplayName, the outcome of an item. read: makes a found entry of (id, body).
    parties: the customers and vendors, by id. sales: its sales forms, items and classes.
    purchases: its bills and alike.
    deleted: when an entry was, by its id."""

    def __init__(self, read: Reader, clock: Callable[[], datetime] = lambda: START) -> None:
        self.entries: list[Committed] = []
        self.deleted: dict[str, datetime] = {}
        self.clock = clock
        self.parties: dict[str, FoundParty] = {}
        self.sales = FakeSales()
        self.purchases = FakePurchases()
        self.requests: list[tuple[str, tuple[str, ...]]] = []
        self.faults: deque[Fault | None] = deque()
        self.failing_probes = 0
        self.refusals: dict[str, Outcome] = {}
        self._replies: dict[tuple[str, str], Outcome] = {}
        self._read = read

    def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes:
        """Commit each item once per (request id, item id)."""
        assert 1 <= len(items) <= 30
        self.requests.append((request_id, tuple(item.b_id for item in items)))
        fault = self.faults.popleft() if self.faults else None
        if fault in ("drop", "throttle", "unauthorised", "disconnect"):
            return {item.b_id: _WHOLE[fault] for item in items}
        self.sales.begin_batch()
        outcomes = {item.b_id: self._commit(item, request_id) for item in items}
        if fault == "lose_reply":
            return {item.b_id: _WHOLE["lose_reply"] for item in items}
        return outcomes

    def _commit(self, item: BatchItem, request_id: str) -> Outcome:
        place = (request_id, item.b_id)
        if place not in self._replies:
            body = json.loads(item.body, parse_float=str)
            refusal = self.refusals.get(body.get("DocNumber") or body.get("DisplayName", ""))
            self._replies[place] = refusal or self._added(item.entity, body)
        return self._replies[place]

    def _added(self, entity: str, body: dict[str, Any]) -> Outcome:
        match entity:
            case "JournalEntry":
                return self._add(body)
            case "Customer" | "Vendor":
                return self._change_party(body) if "Id" in body else self._add_named(entity, body)
        if entity in PURCHASE_FORMS:
            return self.purchases.add(entity, body)
        return self.sales.add(entity, body)

    def _add(self, body: dict[str, Any]) -> Outcome:
        qbo_id = str(len(self.entries) + len(self.deleted) + 1)
        self.entries.append(Committed(qbo_id, body, self.clock()))
        return Outcome("posted", qbo_id=qbo_id, sync_token="0", intuit_tid=f"tid-{qbo_id}")

    def surface(self, body: dict[str, Any]) -> str:
        """An entry turns up, as if its request had been done late; its id."""
        return self._add(body).qbo_id

    def edit(self, qbo_id: str, **fields: Any) -> None:
        """A person changes fields of an entry."""
        self.entries = [
            Committed(qbo_id, {**one.body, **fields}, self.clock()) if one.qbo_id == qbo_id else one
            for one in self.entries
        ]

    def delete(self, qbo_id: str) -> None:
        """A person deletes an entry."""
        self.entries = [one for one in self.entries if one.qbo_id != qbo_id]
        self.deleted[qbo_id] = self.clock()

    def found(self, entry: Committed) -> FoundEntry:
        """An entry as it is found."""
        return self._read(entry.qbo_id, entry.body)

    def _add_named(self, entity: Literal["Customer", "Vendor"], body: dict[str, Any]) -> Outcome:
        name = body["DisplayName"]
        if self._is_taken(name):
            return Outcome("refused", reason="display_name_taken", text="6240 the name is taken")
        notes, details = body.get("Notes", ""), details_in(body)
        number = f"{entity[0]}{len(self.parties) + 1}"
        return self.add_party(
            FoundParty(number, entity, name, notes, sync_token="0", details=details)
        )

    def _is_taken(self, name: str, own: str = "") -> bool:
        wanted = name.casefold()
        rows = self.parties.values()
        return any(one.display_name.casefold() == wanted and one.qbo_id != own for one in rows)

    def _change_party(self, body: dict[str, Any]) -> Outcome:
        """A sparse update: what is not in it stays."""
        before = self.parties[body["Id"]]
        name = body.get("DisplayName", before.display_name)
        if body["SyncToken"] != before.sync_token:
            return Outcome("refused", reason="qbo_refused", text="5010 stale", codes=("5010",))
        if self._is_taken(name, before.qbo_id):
            return Outcome("refused", reason="display_name_taken", text="6240 the name is taken")
        details = {**dict(before.details), **dict(details_in(body))}
        token = str(int(before.sync_token or "0") + 1)
        return self.add_party(
            replace(
                before, display_name=name, sync_token=token, details=tuple(sorted(details.items()))
            )
        )

    def add_party(self, party: FoundParty) -> Outcome:
        """The company has one more customer or vendor, or one that changed."""
        self.parties[party.qbo_id] = party
        return Outcome("posted", qbo_id=party.qbo_id, sync_token=party.sync_token)

    def find_parties(self, display_names: Sequence[str]) -> FoundParties:
        """The customers and vendors of these names. Raises ProbeFailed while told to."""
        self._may_fail()
        return {
            name: [
                one
                for one in self.parties.values()
                if one.display_name.casefold() == name.casefold()
            ]
            for name in display_names
        }

    def find(self, wanted: Sequence[Sought]) -> dict[Sought, list[There]]:
        """What is there of each posting sought. Raises ProbeFailed while told to."""
        self._may_fail()
        return {one: self._found(one) for one in wanted}

    def _found(self, wanted: Sought) -> list[There]:
        match wanted.entity:
            case "JournalEntry":
                return [*self.find_journal_entries([wanted.name])[wanted.name]]
            case "Customer" | "Vendor":
                own = self.parties.get(wanted.own)
                named = self.find_parties([wanted.name])[wanted.name] if wanted.name else ()
                return [*([own] if own else []), *(one for one in named if one != own)]
        if wanted.entity in PURCHASE_FORMS:
            return self.purchases.found(wanted)
        return self.sales.found(wanted)

    def _may_fail(self) -> None:
        if self.failing_probes:
            self.failing_probes -= 1
            raise ProbeFailed(Outcome("uncertain", text="no answer"))

    def find_journal_entries(self, doc_numbers: Sequence[str]) -> Found:
        """What is in the books under these numbers. Raises ProbeFailed while told to."""
        self._may_fail()
        return {
            number: [
                self._read(entry.qbo_id, entry.body)
                for entry in self.entries
                if entry.body.get("DocNumber") == number
            ]
            for number in doc_numbers
        }


_WHOLE: dict[Fault, Outcome] = {
    "drop": Outcome("uncertain", text="no connection", retryable=True),
    "lose_reply": Outcome("uncertain", text="the reply was lost", retryable=True),
    "throttle": Outcome("throttled", codes=("3001",), retry_after_seconds=60, retryable=True),
    "unauthorised": Outcome("unauthorised", codes=("3200",)),
    "disconnect": Outcome("disconnected", text="the company disconnected the app"),
}
