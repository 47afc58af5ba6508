"""Who a receivable is from and whom a bill is owed: the point of sale's party in QuickBooks.

By a link that a person made; else by the customer that daybook created for it; else by the one
active party of its name in the imported directory. A party is looked up only where a line of the
entry needs it. Where the setting allows it, a customer that is missing becomes a posting of its
own, which the poster sends like any other.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import datetime

from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.directory import PartyKind
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, LedgerBatch, Party
from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.needs import NeedsFirst
from daybook.domain.new_customer import NewCustomer, as_display_name
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.status import Status
from daybook.workflows.list_objects import (
    ClassLookup,
    ItemLookup,
    ListObjects,
    class_key,
    item_key,
)
from daybook.workflows.ports import Ledger, Mappings

_KINDS: tuple[PartyKind, ...] = ("customer", "vendor")
_NEEDED = frozenset({"customer_needed", "vendor_needed", "item_needed", "class_needed"})
# What an event may be whose customer is still of use.
_MAY_NEED_IT: frozenset[Status] = frozenset({"held", "failed", "not_started"})


def party_key(kind: PartyKind, pos_id: str) -> str:
    """How a decision names a party: `customer:<POS id>`."""
    return f"{kind}:{pos_id}"


def creation_key(connection: str, pos_id: str) -> PostingKey:
    """The key of the posting that creates a customer."""
    return PostingKey(connection, "customer", pos_id, "1", purpose="create")


def named_in(event: FinancialEvent) -> dict[str, Party]:
    """Every party that an event names, by its key in a decision."""
    customers = [event.customer]
    if isinstance(event.body, LedgerBatch):
        customers += [row.customer for row in event.body.entries]
    found = {party_key("customer", one.id): one for one in customers if one}
    if event.supplier:
        found[party_key("vendor", event.supplier.id)] = event.supplier
    return found


class Lookup(Dict[str, str]):
    """The parties of one event, each looked up when a line asks for it.

    used: what was asked for, with "" where nothing was found; classes, by label, stand in it only
    where they are not there. sold_on: the items that a document of
    it sells on, by account; they stand in `used` as well.
    """

    def __init__(self, event: FinancialEvent, parties: "Parties") -> None:
        self.sold_on = ItemLookup(parties.objects)
        self.used: dict[str, str] = self.sold_on.used
        self.classes = ClassLookup(parties.objects, self.used)
        self._event = event
        self._parties = parties

    def __getitem__(self, key: str) -> str:
        if key not in self.used:
            party = named_in(self._event).get(key)
            self.used[key] = self._parties.find(key, party.display_name if party else "") or ""
        if not self.used[key]:
            raise KeyError(key)
        return self.used[key]

    def __iter__(self) -> Iterator[str]:
        return (key for key, found in self.used.items() if found)

    def __len__(self) -> int:
        return sum(map(bool, self.used.values()))


@dataclass(slots=True)
class Parties:
    """The parties of one connection's company, and the items that documents sell on.

    may_create: whether missing customers of journal entries may be created; what a document needs
    always is. may_classify: whether missing classes may be. chart: by which items are named and
    classes found. trial: nothing is put. created: the postings that were put meanwhile, or found
    ready, and have to be rung for.
    """

    connection: Connection
    ledger: Ledger
    mappings: Mappings
    may_create: bool = False
    created: list[Posting] = field(default_factory=list)
    chart: Chart | None = None
    trial: bool = False
    may_classify: bool = False

    @property
    def objects(self) -> ListObjects:
        """Items and classes; what is put for them stands in `created` too."""
        return ListObjects(self.connection, self.ledger, self.mappings, self.chart, self.created)

    def find(self, key: str, display_name: str = "") -> str | None:
        """The QBO id of a party. key: as in a decision; or of an item, as a row names it."""
        if key.startswith(item_key("")):
            return self.objects.item(key.removeprefix(item_key("")))
        if key.startswith(class_key("")):
            return self.objects.class_of(key.removeprefix(class_key("")))
        kind, pos_id = _parts(key)
        linked = self.mappings.linked(self.connection.id, kind, pos_id)
        if linked:
            return linked
        if kind == "customer":
            creation = self.ledger.get(creation_key(self.connection.id, pos_id))
            if creation and creation.qbo_id:
                return creation.qbo_id
        name = as_display_name(display_name)
        directory = self.mappings.directory(self.connection.realm) if name else None
        found = directory.named(kind, name) if directory else []
        return found[0].id if len(found) == 1 else None

    def any_found(self, row: Posting) -> bool:
        """Whether a party or item that a held row waits for is known by now."""
        if row.reason not in _NEEDED:
            return False
        missing = [key for key, found in row.parties if not found]
        names = named_in(row.financial_event()) if missing and row.event else {}
        return any(
            self.find(key, names[key].display_name if key in names else "")
            for key in missing
            if key in names or key.startswith((item_key(""), class_key("")))
        )

    def create_missing(
        self, held: Held, row: Posting, event: FinancialEvent, lookup: Lookup, now: datetime
    ) -> Held:
        """Put a posting for each customer or class that was not found, where that is allowed, and
        for each item that a document lacks; what the event is held for, in words that say so."""
        needs = held.needs if isinstance(held, NeedsFirst) else None
        of_class = held.problem.code == "unmapped_class" and self.may_classify
        of_customer = held.problem.code == "customer_needed" and self.may_create
        if self.trial or not (needs is not None or of_class or of_customer):
            return held
        kept = self.ledger.get(row.key)
        if kept is not None and kept.status not in _MAY_NEED_IT:
            # The event came again and needs nothing any more.
            return held
        if of_class:
            return self._create_classes(lookup.classes.unknown, row, now)
        named = named_in(event)
        missing = [key for key, found in lookup.used.items() if not found]
        said = [
            self._create(_parts(key)[1], named[key], row, now)
            for key in missing
            if key.startswith(party_key("customer", "")) and key in named
        ]
        if needs is not None and needs.items:
            said.append(self.objects.create_items(needs.items, row, now))
        return Held(held.problem.code, " ".join([held.problem.text, *said]))

    def _create_classes(self, labels: Sequence[str], row: Posting, now: datetime) -> Held:
        made = [self.objects.create_class(label, row, now) for label in labels]
        code = next((one.problem.code for one in made if one.problem.code != "class_needed"), None)
        return Held(code or "class_needed", " ".join(one.problem.text for one in made))

    def create_customer(self, party: Party, row: Posting, now: datetime) -> str:
        """Put a posting for a customer that an event itself is about; what to say of it, "" in a
        trial."""
        return "" if self.trial else self._create(party.id, party, row, now)

    def _create(self, pos_id: str, party: Party, row: Posting, now: datetime) -> str:
        name = as_display_name(party.display_name)
        if not name:
            return f"Customer {pos_id} has no name to create it under."
        creation = _creation(pos_id, name, party.email or "", row, now)
        if self.ledger.put(creation) != "created":
            creation = self.ledger.get(creation.key) or creation
        if creation.status == "held":
            return f"It could not be created: {creation.reason_text}"
        if creation.status == "ready":
            self.created.append(creation)
        return f"Customer {pos_id} is being created in QuickBooks as {name!r}."


def _parts(key: str) -> tuple[PartyKind, str]:
    kind, _, pos_id = key.partition(":")
    return next(one for one in _KINDS if one == kind), pos_id


def _creation(pos_id: str, name: str, email: str, row: Posting, now: datetime) -> Posting:
    key = creation_key(row.key.connection, pos_id)
    identity = entry_id(row.realm, key)
    body = NewCustomer(identity, name, email, f"{row.source} customer {pos_id}").to_json()
    text = instant_text(now)
    received = Posting(
        key, "received", row.source, "party", row.location, row.delivery, text, text,
        realm=row.realm, occurred_at=row.occurred_at, event_sha=content_sha(identity.encode()),
        entry=body, entry_id=identity, entity="Customer",
    )  # fmt: skip
    return received.moved("ready", now)
