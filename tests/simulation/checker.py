"""At the end of a course: whether every accepted event is posted once, balanced, to the right
company, on the right date, or is visibly stuck with a reason.

The numbers are those of the invariants in docs/testing.md.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from daybook.domain.outcome import ProbeFailed
from daybook.domain.posting import Posting
from daybook.workflows.poster import Reconnect
from daybook.workflows.prove import Proof
from tests.simulation import truth
from tests.simulation.boundary import is_injected
from tests.simulation.company import Entry
from tests.simulation.scenario import Event
from tests.simulation.senders import Senders
from tests.simulation.shop import REALM_OF
from tests.simulation.watcher import Watcher

if TYPE_CHECKING:
    from tests.simulation.world import World

type Thing = tuple[str, str, str]
# What may be left for a person when everything was mended that can be.
LEFT = frozenset({"conflict", "original_unknown"})
# What daybook itself says of an outcome that it will not guess.
LEFT_HARSH = LEFT | {"double_in_qbo", "outcome_unknown", "waits_for_prior"}
_STUCK = frozenset({"held", "failed", "not_started", "ignored"})
_CANARIES = ("Canary", "refresh-9", "access-0", "whsec_", "canary-client-secret")


@dataclass
class Findings:
    """What is wrong, and what was counted."""

    breaches: list[tuple[str, str]] = field(default_factory=list)
    lost: int = 0
    unbalanced: int = 0
    doubled: int = 0
    undetected: int = 0

    def add(self, number: str, text: str) -> None:
        """One more breach."""
        self.breaches.append((number, text))


class Checker:
    """Reads the ledger, the books and what the senders know."""

    def __init__(
        self,
        world: "World",
        senders: Senders,
        watcher: Watcher,
        left: frozenset[str],
        touched: Collection[Thing] = (),
    ) -> None:
        """touched: objects that a person undid, replayed or voided: what stands is theirs to say,
        but it is one version as it was sent, or nothing."""
        self.world, self.senders, self.watcher, self.left = world, senders, watcher, left
        self.touched = frozenset(touched)
        self.rows = list(world.raw.ledger.rows.values())
        self.found = Findings(list(watcher.breaches))
        self.sent: dict[Thing, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
        for delivery in senders.tried:
            for event in delivery.events:
                self.sent[event.thing][event.fields["object_version"]].append(event)

    def check(self) -> Findings:
        """All of it."""
        self._nothing_lost()
        self._nothing_under_way()
        self._nothing_strange()
        self._books_have_rows()
        for thing in sorted(self.sent):
            self._object(thing)
        self._tokens()
        self.found.doubled = len(self.watcher.doubled)
        self.found.unbalanced = sum(number == "I6" for number, _ in self.found.breaches)
        return self.found

    def _nothing_lost(self) -> None:
        """I1: what was acknowledged is in the ledger, under its own key and with its content."""
        known: dict[tuple[str, ...], list[Posting]] = defaultdict(list)
        for row in self.rows:
            if not row.beside and row.key.purpose == "post":
                known[row.key.connection, *_named(row)].append(row)
        beside = {row.event_sha for row in self.rows if row.beside}
        whole = {(row.key.connection, row.delivery) for row in self.rows if not row.event}
        for delivery in self.senders.acknowledged:
            for event in delivery.events:
                if any(_same(row, event) for row in known[event.name]):
                    continue
                there = any(_same(one, event) for one in self.rows if one.event_sha in beside)
                if not there and (event.connection, delivery.message) not in whole:
                    self.found.lost += 1
                    self.found.add("I1", f"{event.name} of {delivery.message} is lost")

    def _nothing_under_way(self) -> None:
        """I2, I11, I25: nothing is on its way any more; what is held may be."""
        for row in self.rows:
            if row.status in ("received", "ready", "sending", "uncertain"):
                self.found.add("I25", f"{row.id} is still {row.status} {row.reason or ''}")
            elif row.status in ("held", "failed") and row.reason not in self.left:
                text = f"{row.id} is {row.status}: {row.reason} {row.reason_text}"
                self.found.add("I25", text)
        for name, queue in self.world.queues.items():
            if queue.dead or (queue.messages and name != "jobs"):
                text = f"{name}: {len(queue.messages)} messages, {len(queue.dead)} dead letters"
                self.found.add("I25", text)

    def _nothing_strange(self) -> None:
        """I0, I21: workers raise only what the world did to them, and no secret."""
        for worker, error in self.world.boundary.raised:
            asked_again = worker.startswith("prove-") and isinstance(error, ProbeFailed | Reconnect)
            if not is_injected(error) and not asked_again:
                self.found.add("I0", f"{worker} raised {type(error).__name__}: {error}")
            if any(word in str(error) for word in _CANARIES):
                self.found.add("I21", f"{worker} tells: {error}")

    def _is_of_its_name(self, row: Posting) -> bool:
        """Whether a customer's creation took one that daybook made for another of the name."""
        if row.entity != "Customer" or not row.entry:
            return False
        name = row.customer().display_name
        return any(
            (one.qbo_id, one.body["DisplayName"]) == (row.qbo_id, name) and one.request_id
            for one in self.world.companies[row.realm].of("Customer")
        )

    def _is_anothers(self, row: Posting) -> bool:
        """Whether a creation has no customer of its own in the books, but one of its name."""
        entries = self.world.companies[row.realm].entries
        own = any(one.mark[0] == row.entry_id[:16] for one in entries if one.request_id)
        return not own and self._is_of_its_name(row)

    def _books_have_rows(self) -> None:
        """I3, I4, I9, I7: each entry in the books is of a row, and says what the row says."""
        by_entry = {(row.realm, row.entry_id[:16]): row for row in self.rows if row.entry_id}
        in_books: set[tuple[str, str]] = set()
        for realm, company in self.world.companies.items():
            for entry in company.entries:
                if not entry.request_id:
                    # Entered by hand.
                    continue
                row = by_entry.get((realm, entry.mark[0]))
                if row is None:
                    self.found.add("I4", f"entry {entry.qbo_id} of {realm} is of no row")
                    continue
                in_books.add((realm, entry.mark[0]))
                self._agree(row, entry)
        for row in self.rows:
            own = row.status in ("posted", "reversed") and row.entry
            there = (row.realm, row.entry_id[:16]) in in_books or self._is_of_its_name(row)
            if own and not there:
                self.found.lost += 1
                self.found.add("I3", f"{row.id} is {row.status} and not in the books")

    def _agree(self, row: Posting, entry: Entry) -> None:
        done = row.status in ("posted", "reversed")
        if not done and row.reason not in self.left:
            if self.watcher.harsh:
                # It surfaced after it had been proven absent: one too many, for the proof to find.
                self.watcher.doubled.add((row.realm, row.entry_id[:16]))
            else:
                self.found.add("I3", f"{row.id} is {row.status} and in the books")
        if row.entity != "JournalEntry":
            return
        if done and row.qbo_id == entry.qbo_id:
            frozen = json.loads(row.entry)
            if frozen["txn_date"] != entry.body["TxnDate"]:
                self.found.add("I10", f"{row.id} stands on {entry.body['TxnDate']}")
            lines = sorted((one[0].title(), one[3], one[4]) for one in frozen["lines"])
            if lines != sorted(map(_line, entry.body["Line"])):
                self.found.add("I7", f"{row.id} is in the books with other lines")

    def _object(self, thing: Thing) -> None:
        """I5, I7, I8, I10, I23: of an object's versions the newest stands, once, as it was sent."""
        rows = [
            row
            for row in self.rows
            if row.key.purpose == "post"
            and not row.beside
            and (row.key.connection, row.key.object_type, row.key.object_id) == thing
        ]
        if not rows:
            return
        live = [
            row
            for row in rows
            if row.status == "posted" and row.entry and row.key.effect != "reverse"
        ]
        if len(live) > 1:
            self.found.add("I5", f"{thing}: {[row.id for row in live]} all stand")
        place = {version: events[0].place for version, events in self.sent[thing].items()}
        newest = max(rows, key=lambda row: (place.get(row.key.version, -1), row.key.revision))
        for row in live:
            self._as_sent(row)
        if thing in self.touched:
            self._balance(thing, live, rows)
            return
        if newest.status not in _STUCK and not self._says(newest, live):
            self.found.add("I8", f"{thing}: {newest.id} is {newest.status}, {live} stand")
        self._balance(thing, live, rows)

    def _says(self, newest: Posting, live: list[Posting]) -> bool:
        """Whether what stands is what the newest version says."""
        standing: truth.Nets = truth.nets_in(self._entry(live[0]).body) if live else {}
        if newest.key.effect == "reverse":
            return not standing
        return standing in [
            {} if event.fields["effect"] == "reverse" else self._nets(event, row)
            for row in (live[:1] or [newest])
            for event in self.sent[_thing(newest)][newest.key.version]
        ]

    def _nets(self, event: Event, row: Posting) -> truth.Nets | None:
        rules = self.world.rules[row.key.connection, row.mapping_version]
        return truth.nets_of(event.fields, rules)

    def _as_sent(self, row: Posting) -> None:
        """I7, I10: a posted row against what its sender sent, by the mapping that it names."""
        entry = self._entry(row)
        events = self.sent[_thing(row)][row.key.version]
        nets = truth.nets_in(entry.body)
        if nets not in [self._nets(event, row) for event in events]:
            self.found.add("I7", f"{row.id} posts {nets}")
        # The date is of the mapping by which the event was first judged.
        days = {
            str(truth.date_of(event.fields, rules))
            for event in events
            for (connection, _), rules in self.world.rules.items()
            if connection == row.key.connection
        }
        at = entry.body["TxnDate"]
        moved = at > row.business_date and f"business date {row.business_date}" in _note(entry)
        if row.business_date not in days or (at != row.business_date and not moved):
            self.found.add("I10", f"{row.id} stands on {at}, not {days}")

    def _entry(self, row: Posting) -> Entry:
        entries = self.world.companies[row.realm].entries
        found = [one for one in entries if one.qbo_id == row.qbo_id and "Line" in one.body]
        return found[0] if found else Entry("", "", b"", {"Line": [], "TxnDate": ""}, *[None] * 3)  # type: ignore[arg-type]

    def _balance(self, thing: Thing, live: list[Posting], rows: list[Posting]) -> None:
        """I8: all entries of the object, reversals too, add up to what stands."""
        marks = {row.entry_id[:16] for row in rows if row.entry_id}
        family = (thing[0], thing[1], thing[2])
        marks |= {
            row.entry_id[:16]
            for row in self.rows
            if row.key.purpose == "reverse"
            and (row.key.connection, row.key.object_type, row.key.object_id) == family
        }
        total: Counter[str] = Counter()
        seen: set[str] = set()
        for entry in self.world.companies[REALM_OF[thing[0]]].of("JournalEntry"):
            if entry.mark[0] in marks and entry.mark[0] not in seen:
                seen.add(entry.mark[0])
                total.update(truth.nets_in(entry.body))
        stands = truth.nets_in(self._entry(live[0]).body) if live else {}
        sums = {account: amount for account, amount in total.items() if amount}
        doubled = {mark for _, mark in self.watcher.doubled}
        unsettled = bool(marks & doubled) or any(
            row.reason in self.left and row.status == "held" for row in rows
        )
        if sums != stands and not unsettled:
            self.found.add("I8", f"{thing}: the books say {sums}, not {stands}")

    def _tokens(self) -> None:
        """I17: the newest refresh token is kept, or a person was asked."""
        for realm, consent in self.world.intuit.consents.items():
            row = self.world.raw.connections.realm(realm)
            assert row
            kept = self.world.raw.tokens.kept(realm)
            if not kept & set(consent.live) and row.state == "connected":
                self.found.add("I17", f"{realm} is connected and has no refresh token that lives")
        if self.world.crowded and not self.watcher.zombies:
            self.found.add("I17", f"{self.world.crowded} refreshes beside another")
        most = max(self.world.intuit.asked.values(), default=0)
        if most > 40:
            self.found.add("I17", f"a refresh token was used {most} times")

    def proof(self, proofs: Sequence[Proof]) -> None:
        """What the proof of the books found: each double, and nothing that is not so."""
        by_id = {row.id: (row.realm, row.entry_id[:16]) for row in self.rows}
        told = {
            by_id[one.posting]
            for proof in proofs
            for one in proof.findings
            if one.kind == "double_in_qbo"
        }
        self.found.undetected = len(self.watcher.doubled - told)
        if self.found.undetected:
            self.found.add("I3", f"{self.watcher.doubled - told} doubled and not found")
        for one in (finding for proof in proofs for finding in proof.findings):
            if one.kind != "double_in_qbo" or by_id[one.posting] not in self.watcher.doubled:
                self.found.add("I4", f"the proof finds {one.kind} {one.posting}: {one.text}")

    def slow(self, realm: str, most: timedelta) -> None:
        """I20: what one company's trouble delays at another. A customer whose name a sibling
        connection's has waits for a probe that finds it, whatever happens elsewhere."""
        for row in self.rows:
            taken = self.watcher.posted_after.get(row.id, timedelta(0))
            if row.realm == realm and taken > most and not self._is_anothers(row):
                self.found.add("I20", f"{row.id} took {taken}")


def _note(entry: Entry) -> str:
    return str(entry.body.get("PrivateNote", ""))


def _named(row: Posting) -> tuple[str, str, str, str]:
    key = row.key
    return key.object_type, key.object_id, key.version, key.effect


def _thing(row: Posting) -> Thing:
    return row.key.connection, row.key.object_type, row.key.object_id


def _line(line: dict[str, Any]) -> tuple[str, str, int]:
    detail = line["JournalEntryLineDetail"]
    amount = truth.cents(line["Amount"])
    return detail["PostingType"], detail["AccountRef"]["value"], amount


def _same(row: Posting, event: Event) -> bool:
    """Whether a row holds what was sent: compared field by field, amounts as numbers."""
    if not row.event:
        return False
    named = (row.key.connection, *_named(row)) == event.name
    return named and _plain(json.loads(row.event)["body"]) == _plain(event.fields["body"])


def _plain(body: dict[str, Any]) -> Any:
    """A body without what says nothing."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: plain(one) for name, one in value.items() if plain(one) not in ("", [], 0)
            }
        if isinstance(value, list):
            return [plain(one) for one in value]
        if isinstance(value, str) and value.replace(".", "").removeprefix("-").isdigit():
            return truth.cents(value)
        return value

    return plain(body)
