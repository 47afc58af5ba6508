"""Looks on while a world runs, and notes every breach at the moment it happens.

The numbers are those of the invariants in docs/testing.md. What it knows of states, claims and
tokens it keeps in its own words.
"""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from daybook.domain.posting import Posting
from tests.simulation.company import Company, Entry, Sent, Watch
from tests.simulation.shop import REALM_OF, ROUNDING

if TYPE_CHECKING:
    from tests.simulation.world import World

_SETTLE = timedelta(seconds=150)
# A little less than the 60 s that are asked for: the next may be on its way a moment early.
_REST = timedelta(seconds=55)
MOST_IN_FLIGHT = 4
MOST_ROUNDED = Decimal("0.05")
_SEND_WITHIN = timedelta(seconds=21)
# What may become of what; read off the design, not off `domain.status`.
_FIRST = "ready accumulated held void ignored not_started superseded failed"
_WAYS: Final = {
    "received": _FIRST,
    "accumulated": "accumulated held posted",
    "ready": "ready sending held void superseded posted",
    "sending": "sending posted uncertain ready held",
    "uncertain": "uncertain sending posted held ready",
    "held": _FIRST + " uncertain posted",
    "failed": _FIRST,
    "not_started": _FIRST,
    "posted": "posted reversed",
    "reversed": "reversed",
    "superseded": "superseded",
    "void": "void",
    "ignored": "ignored",
}
type Claim = tuple[str, int]


class Caught(BaseException):
    """A breach, where one is enough."""


class Watcher(Watch):
    """breaches: (invariant, what happened), in order. doubled: entry ids that stand twice.

    zombies: some workers stand still for longer than the rules of time can hold. harsh: doubles
    may happen. stops: the first breach ends the course.
    """

    def __init__(
        self, world: "World", *, zombies: bool = False, harsh: bool = False, stops: bool = False
    ) -> None:
        self.world = world
        self.zombies, self.harsh, self.stops = zombies, harsh, stops
        self.breaches: list[tuple[str, str]] = []
        self.claims: dict[tuple[str, str, str], tuple[Claim, datetime]] = {}
        self.sent: set[tuple[str, str]] = set()
        self.resting: dict[str, tuple[datetime, int]] = {}
        self.bytes: dict[tuple[str, str, str], bytes] = {}
        self.copies: Counter[tuple[str, str]] = Counter()
        self.doubled: set[tuple[str, str]] = set()
        self.probes: dict[tuple[str, str], list[tuple[datetime, bool]]] = defaultdict(list)
        self.ready_at: dict[str, datetime] = {}
        self.posted_after: dict[str, timedelta] = {}
        world.raw.ledger.told = self.row
        for company in world.companies.values():
            company.watch = self

    def breach(self, number: str, text: str) -> None:
        """Note one."""
        self.world.trace.note(f"BREACH {number} {text}")
        self.breaches.append((number, text))
        if self.stops:
            raise Caught(f"{number} {text}")

    # The ledger.
    def row(self, before: Posting | None, after: Posting) -> None:
        """A row was written."""
        self.world.trace.note(
            f"row {after.id} {before.status if before else '-'}>{after.status} {after.reason or ''}"
        )
        # What failed was not understood: it has words and no code.
        told = after.reason_text and (after.reason or after.status == "failed")
        if after.status in ("held", "failed") and not told:
            self.breach("I11", f"{after.id} is {after.status} without a reason")
        if after.realm and REALM_OF[after.key.connection] != after.realm:
            self.breach("I9", f"{after.id} is of company {after.realm}")
        if before is not None:
            self._moved(before, after)
        if after.status == "sending" and (before is None or after.fence != before.fence):
            self._claimed(before, after)
        self._timed(before, after)

    def _moved(self, before: Posting, after: Posting) -> None:
        if after.status not in _WAYS[before.status].split():
            self.breach("I12", f"{after.id} goes from {before.status} to {after.status}")
        if after.number <= before.number:
            self.breach("I12", f"{after.id} does not rise")
        if before.qbo_id and after.qbo_id != before.qbo_id:
            self.breach("I12", f"{after.id} changes its QuickBooks id")
        claimed = after.status == "sending" and before.status != "sending"
        if after.fence != before.fence + claimed and before.status != "sending":
            self.breach("I12", f"{after.id}: fence {before.fence} to {after.fence}")
        if after.status == "reversed":
            reversal = self.world.raw.ledger.rows.get((after.key.reversal(), ""))
            if reversal is None or not self.copies[reversal.realm, reversal.entry_id[:16]]:
                self.breach("I12", f"{after.id} is reversed by nothing")
        same = after.generation == before.generation
        if before.sent_at and same and after.entry != before.entry and after.sent_at:
            self.breach("I14", f"{after.id} changes its entry after it was sent")

    def _claimed(self, before: Posting | None, after: Posting) -> None:
        """I13: the claim is kept before the request; I15: nobody sends twice without looking."""
        place = (after.realm, after.request_id, after.b_id)
        claim = (after.entry_id[:16], after.generation)
        known = self.claims.get(place)
        if known and known[0] != claim:
            self.breach("I5", f"{after.id} takes another's place in {after.request_id}")
        if known is None and place[:2] in self.sent:
            self.breach("I5", f"{after.id} joins {after.request_id}, which was sent already")
        self.claims[place] = (claim, self.world.clock())
        if before is None:
            return
        same = before.generation == after.generation
        if same and before.request_id not in ("", after.request_id):
            self.breach("I14", f"{after.id} goes again under another request id")
        if self.zombies or self.harsh:
            return
        if before.status == "ready":
            if self.copies[after.realm, claim[0]]:
                self.breach("I15", f"{after.id} is claimed although it is in the books")
            return
        name = _name_of(after)
        since = datetime.fromisoformat(before.sent_at) + _SETTLE
        looked = self.probes[after.realm, name]
        if not any(at >= since and not there for at, there in looked):
            self.breach("I15", f"{after.id} goes again, and nobody looked for {name}")

    def _timed(self, before: Posting | None, after: Posting) -> None:
        if after.status == "ready" and (before is None or before.status != "ready"):
            self.ready_at[after.id] = self.world.clock()
        elif after.status == "posted" and after.id in self.ready_at:
            self.posted_after[after.id] = self.world.clock() - self.ready_at[after.id]

    # The company.
    def arrived(self, company: Company, token: str, kind: str) -> None:
        """I18: a token is kept before it is used."""
        worker = self.world.boundary.worker
        # A consent that a person brings to a company that has tokens must open it first: tokens of
        # another company would take the place of what works.
        if worker and worker.workflow == "connect":
            return
        self._rests(company)
        if token not in self.world.raw.tokens.durable:
            self.breach("I18", f"{token} is used and was not kept")

    def replied(self, company: Company, kind: str) -> None:
        """I19: nobody asks too fast, or while a rest was asked for."""
        if kind == "too_fast" and not self.zombies:
            self.breach("I19", f"{company.realm} is asked more than Intuit takes")
        if kind in ("http_429", "too_fast"):
            self.resting.setdefault(company.realm, (self.world.clock(), 0))

    def _rests(self, company: Company) -> None:
        since, asked = self.resting.get(company.realm, (None, 0))
        if since is None:
            return
        if self.world.clock() - since > _REST:
            del self.resting[company.realm]
            return
        self.resting[company.realm] = (since, asked + 1)
        # Those that were in flight together hear of it one after the other.
        if asked + 1 > MOST_IN_FLIGHT and not self.zombies:
            self.breach("I19", f"{company.realm} is asked during its rest")

    def batch(
        self, company: Company, request_id: str, items: list[Sent], left_at: datetime
    ) -> None:
        """I13, I14: what is sent was claimed, under this id, in this place, with these bytes."""
        now = self.world.clock()
        self.sent.add((company.realm, request_id))
        for item in items:
            place = (company.realm, request_id, item.b_id)
            mark = Entry("", item.entity, b"", item.body, now, now, "").mark
            claim = self.claims.get(place)
            if claim is None or (claim[0][0], str(claim[0][1])) != mark:
                self.breach("I13", f"{mark} was sent in {request_id}.{item.b_id} without a claim")
            elif left_at - claim[1] > _SEND_WITHIN and not self.zombies:
                self.breach("I13", f"{mark} was sent {left_at - claim[1]} after its claim")
            for name in (place, (company.realm, *mark)):
                if self.bytes.setdefault(name, item.raw) != item.raw:
                    self.breach("I14", f"{mark} was sent with other bytes")

    def committed(self, company: Company, entry: Entry) -> None:
        """I3: once; I6, I16: balanced, each line above zero, and rounded by cents alone."""
        name = (company.realm, entry.mark[0])
        if not entry.mark[0]:
            self.breach("I4", f"{entry.qbo_id} has no marker")
        self.copies[name] += 1
        self.world.trace.note(f"committed {entry.qbo_id} {entry.mark}")
        if self.copies[name] > 1:
            self.doubled.add(name)
            if not self.harsh:
                self.breach("I3", f"{entry.mark} stands {self.copies[name]} times")
        if entry.entity == "JournalEntry":
            self._balanced(entry)

    def _balanced(self, entry: Entry) -> None:
        total = rounding = Decimal(0)
        for line in entry.body["Line"]:
            amount = Decimal(line["Amount"])
            if amount <= 0 or amount.as_tuple().exponent != -2:
                self.breach("I6", f"{entry.qbo_id} has a line of {amount}")
            debit = line["JournalEntryLineDetail"]["PostingType"] == "Debit"
            signed = amount if debit else -amount
            total += signed
            if line["JournalEntryLineDetail"]["AccountRef"]["value"] == ROUNDING:
                rounding += signed
        if total:
            self.breach("I6", f"{entry.qbo_id} is off by {total}")
        if abs(rounding) > MOST_ROUNDED:
            self.breach("I16", f"{entry.qbo_id} rounds by {rounding}")

    def looked_up(self, company: Company, names: list[str], found: list[Entry]) -> None:
        """What a probe saw, by name."""
        seen = {one.body.get("DocNumber") or one.body.get("DisplayName", "") for one in found}
        for name in names:
            self.probes[company.realm, name].append((self.world.clock(), name in seen))


def _name_of(row: Posting) -> str:
    if row.entity == "JournalEntry":
        return row.journal().doc_number
    return row.customer().display_name
