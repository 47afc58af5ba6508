"""A QuickBooks company behind Intuit's wire: what is posted stays, whatever became of the reply.

Nothing here is daybook's: requests and replies are Intuit's JSON, so that daybook's own client,
fault table and documents stand between. What Intuit does not promise is a switch.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from daybook.qbo.exceptions import NoReplyError
from daybook.qbo.faults import unknown
from daybook.qbo.transport import HttpReply, HttpRequest
from tests.simulation import wire
from tests.simulation.clock import Clock
from tests.simulation.queries import query_of

type Kept = Literal["kept", "10min", "ignored"]
type Scope = Literal["item", "request"]
_MARK = re.compile(r"daybook:([0-9a-f]{16}):(\d+):[0-9a-f]{8}\s*$")
_KEPT_FOR: dict[Kept, timedelta] = {
    "kept": timedelta(days=365),
    "10min": timedelta(minutes=10),
    "ignored": timedelta(0),
}
# https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles
_MOST_BATCHES, _MOST_REQUESTS, _MOST_A_SECOND = 40, 500, 10


@dataclass(slots=True)
class Entry:
    """One object in the books. visible_at: when queries find it; amounts are text."""

    qbo_id: str
    entity: str
    raw: bytes
    body: dict[str, Any]
    at: datetime
    visible_at: datetime
    request_id: str

    @property
    def mark(self) -> tuple[str, str]:
        """Entry id's beginning and generation of the marker, or two empty texts."""
        found = _MARK.search(self.body.get("PrivateNote") or self.body.get("Notes") or "")
        return (found[1], found[2]) if found else ("", "")


@dataclass
class Rules:
    """What Intuit does not promise. faults_kept: whether a request id answers a fault again."""

    kept: Kept = "kept"
    scope: Scope = "item"
    faults_kept: bool = False
    lag_seconds: Callable[[], float] = field(default=lambda: 0.0)


@dataclass(slots=True)
class Sent:
    """One item of a batch as it arrived."""

    b_id: str
    entity: str
    raw: bytes
    body: dict[str, Any]


class Watch:
    """Told of what reaches the company; nothing here, the checker overrides what it looks at."""

    def arrived(self, company: "Company", token: str, kind: str) -> None:
        """A request of a kind: batch, query or other."""

    def replied(self, company: "Company", kind: str) -> None:
        """A request was turned away: http_429, too_fast, or what else `wire` names."""

    def batch(
        self, company: "Company", request_id: str, items: list[Sent], left_at: datetime
    ) -> None:
        """The items of a batch, whatever becomes of it."""

    def committed(self, company: "Company", entry: Entry) -> None:
        """Something is in the books now."""

    def looked_up(self, company: "Company", names: list[str], found: list[Entry]) -> None:
        """A look-up by names was answered."""


def kind_of(request: HttpRequest) -> str:
    """batch, query, cdc, companyinfo: what stands behind the company in the address."""
    return request.url.split("/company/")[1].split("/")[1].split("?")[0]


# What befalls one request, by kind of request; "" for nothing.
type Weather = Callable[["Company", str], str]


@dataclass
class Company:
    """The books. inactive: accounts that take no lines; closed_to: up to and including it.

    ended: the subscription is over. valid: whether an access token opens the company."""

    realm: str
    clock: Clock
    valid: Callable[[str, str], bool]
    rules: Rules = field(default_factory=Rules)
    watch: Watch = field(default_factory=Watch)
    weather: Weather = field(default=lambda _company, _kind: "")
    late_seconds: Callable[[], float] = field(default=lambda: 60.0)
    inactive: set[str] = field(default_factory=set)
    closed_to: date | None = None
    ended: bool = False
    entries: list[Entry] = field(default_factory=list)
    throttled: int = 0
    requests: list[tuple[datetime, str]] = field(default_factory=list)
    _memory: dict[tuple[str, str], tuple[datetime, Any]] = field(default_factory=dict)

    def answer(self, request: HttpRequest, left_at: datetime) -> HttpReply:
        """What Intuit replies. Raises NoReplyError where nothing comes back. left_at: when it was
        sent; what happens meanwhile is the network's doing."""
        kind = kind_of(request)
        token = request.headers["Authorization"].removeprefix("Bearer ")
        weather = self.weather(self, kind)
        if weather == "drop":
            raise NoReplyError(unknown("No reply: dropped."))
        self.watch.arrived(self, token, kind)
        items = wire.items_of(request.body) if kind == "batch" else []
        if items:
            self.watch.batch(self, request.query["requestid"], items, left_at)
        if weather in wire.BEFORE:
            self.watch.replied(self, weather)
            return wire.reply(weather)
        if weather == "unauthorised" or not self.valid(self.realm, token):
            return wire.reply("http_401")
        if self._too_fast(kind):
            self.throttled += 1
            self.watch.replied(self, "too_fast")
            return wire.reply("http_429")
        if self.ended:
            return wire.reply("subscription_ended")
        return self._done(request, kind, items, weather)

    def _done(self, request: HttpRequest, kind: str, items: list[Sent], weather: str) -> HttpReply:
        match kind:
            case "batch":
                return self._batch(items, request.query["requestid"], weather)
            case "query":
                return self._query(request.body.decode())
            case "cdc":
                return self._changes(request.query["changedSince"])
            case "journalentry":
                return self._read(request.url)
        return wire.company_info(self.realm)

    def _too_fast(self, kind: str) -> bool:
        now = self.clock()
        self.requests = [one for one in self.requests if one[0] > now - timedelta(minutes=1)]
        self.requests.append((now, kind))
        batches = sum(one[1] == "batch" for one in self.requests)
        second = sum(one[0] > now - timedelta(seconds=1) for one in self.requests)
        return (
            batches > _MOST_BATCHES
            or len(self.requests) > _MOST_REQUESTS
            or second > _MOST_A_SECOND
        )

    def _batch(self, items: list[Sent], request_id: str, weather: str) -> HttpReply:
        if weather == "late":
            self.clock.after(self.late_seconds(), lambda: self._surface(items, request_id))
            raise NoReplyError(unknown("No reply: late."))
        rows = self._process(items, request_id, weather)
        if weather == "item_missing":
            rows = rows[1:]
        if weather == "lose_reply":
            raise NoReplyError(unknown("No reply: lost."))
        return wire.batch_reply(rows, weather)

    def _surface(self, items: list[Sent], request_id: str) -> None:
        """What was accepted long ago is done now; nobody waits for the answer."""
        self._process(items, request_id, "")

    def _process(self, items: list[Sent], request_id: str, weather: str) -> list[dict[str, Any]]:
        """Commit what is new under the request id; what is known is answered as it was."""
        now = self.clock()
        if self.rules.scope == "request":
            known = self._remembered((request_id, ""), now)
            if known is not None:
                return list(known)
        rows = []
        for item in items:
            key = (request_id, item.b_id)
            row = self._remembered(key, now) if self.rules.scope == "item" else None
            if row is None:
                row = wire.deadlock(item.b_id) if weather == "deadlock" else self._create(item, key)
                if self.rules.faults_kept or "Fault" not in row:
                    self._memory[key] = (now, row)
            rows.append(row)
        if self.rules.faults_kept or all("Fault" not in row for row in rows):
            self._memory[request_id, ""] = (now, rows)
        return rows

    def _remembered(self, key: tuple[str, str], now: datetime) -> Any:
        at, answer = self._memory.get(key, (now, None))
        return answer if now - at < _KEPT_FOR[self.rules.kept] else None

    def _create(self, item: Sent, key: tuple[str, str]) -> dict[str, Any]:
        refusal = self._refusal(item)
        if refusal:
            return wire.fault(item.b_id, refusal)
        now = self.clock()
        qbo_id = str(len(self.entries) + 1)
        visible = now + timedelta(seconds=self.rules.lag_seconds())
        entry = Entry(qbo_id, item.entity, item.raw, item.body, now, visible, key[0])
        self.entries.append(entry)
        self.watch.committed(self, entry)
        return wire.created(item.b_id, item.entity, qbo_id)

    def _refusal(self, item: Sent) -> str:
        if item.entity == "Customer":
            name = item.body["DisplayName"].casefold()
            taken = any(one.body["DisplayName"].casefold() == name for one in self.of("Customer"))
            return "name_taken" if taken else ""
        lines = item.body["Line"]
        used = {line["JournalEntryLineDetail"]["AccountRef"]["value"] for line in lines}
        if used & self.inactive:
            return "inactive_account"
        if self.closed_to and date.fromisoformat(item.body["TxnDate"]) <= self.closed_to:
            return "period_closed"
        sums = {"Debit": Decimal(0), "Credit": Decimal(0)}
        for line in lines:
            sums[line["JournalEntryLineDetail"]["PostingType"]] += Decimal(line["Amount"])
        return "" if sums["Debit"] == sums["Credit"] else "unbalanced"

    def add_customer(self, name: str) -> None:
        """Somebody enters a customer by hand."""
        body = {"DisplayName": name}
        raw, now = json.dumps(body).encode(), self.clock()
        number = str(len(self.entries) + 1)
        self.entries.append(Entry(number, "Customer", raw, body, now, now, ""))

    def of(self, entity: str) -> list[Entry]:
        """What the books hold of one kind, in the order it came."""
        return [one for one in self.entries if one.entity == entity]

    def _query(self, statement: str) -> HttpReply:
        query = query_of(statement)
        now = self.clock()
        found = [one for one in self.entries if one.visible_at <= now and query.takes(one)]
        if query.names:
            self.watch.looked_up(self, list(query.names), found)
        return wire.page(query.entity, [(one.qbo_id, one.raw) for one in found])

    def _changes(self, since: str) -> HttpReply:
        """What was made since an instant; nobody edits or deletes here."""
        at = datetime.fromisoformat(since)
        now = self.clock()
        found = [one for one in self.of("JournalEntry") if one.at >= at and one.visible_at <= now]
        return wire.changes("JournalEntry", [(one.qbo_id, one.raw) for one in found])

    def _read(self, url: str) -> HttpReply:
        """One entry by its id: reads do not lag."""
        wanted = url.rsplit("/", 1)[1]
        found = [one for one in self.of("JournalEntry") if one.qbo_id == wanted]
        return wire.read("JournalEntry", [(one.qbo_id, one.raw) for one in found])
