"""Who a receivable is from and whom a bill is owed: the point of sale's party in QuickBooks.

By a link that a person made; else by the party that daybook created for it; else by the one
active party of its name in the imported directory. A party is looked up only where a line of the
entry needs it. A party that is missing becomes a posting of its own where that is allowed, which
the poster sends like any other; so does what an event says of the party itself.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import datetime

from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.directory import PartyKind
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, LedgerBatch, Party, PartyChange
from daybook.domain.needs import NeedsFirst
from daybook.domain.new_customer import as_display_name
from daybook.domain.posting import Posting
from daybook.domain.status import Status
from daybook.workflows.list_objects import (
    ClassLookup,
    ItemLookup,
    ListObjects,
    OfCompany,
    class_key,
    item_key,
)
from daybook.workflows.party_postings import (
    ENTITY,
    Holders,
    Stated,
    creation_key,
    creation_of,
    may_be_restated,
    named,
    restated,
    says,
    stated,
    update_of,
)
from daybook.workflows.ports import Ledger, Mappings

_KINDS: tuple[PartyKind, ...] = ("customer", "vendor")
_NEEDED = frozenset({"customer_needed", "vendor_needed", "item_needed", "class_needed"})
# How often a creation is restated that another worker changes meanwhile.
_TRIES = 3
# What an event may be whose customer is still of use.
_MAY_NEED_IT: frozenset[Status] = frozenset({"held", "failed", "not_started"})


def party_key(kind: PartyKind, pos_id: str) -> str:
    """How a decision names a party: `customer:<POS id>`."""
    return f"{kind}:{pos_id}"


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
    always is, vendors too. may_classify: whether missing classes may be. chart: by which items are
    named and classes found. trial: nothing is put. created: the postings that were put meanwhile,
    or found ready, and have to be rung for. company: the ids of the company's connections.
    """

    connection: Connection
    ledger: Ledger
    mappings: Mappings
    may_create: bool = False
    created: list[Posting] = field(default_factory=list)
    chart: Chart | None = None
    trial: bool = False
    may_classify: bool = False
    company: OfCompany = tuple

    @property
    def objects(self) -> ListObjects:
        """Items and classes; what is put for them stands in `created` too."""
        return ListObjects(
            self.connection, self.ledger, self.mappings, self.chart, self.created, self.company
        )

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
        creation = self.ledger.get(creation_key(self.connection.id, pos_id, kind))
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
        for each item and vendor that a document lacks; what the event is held for, in words that
        say so."""
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
        kinds = _KINDS if needs is not None else _KINDS[:1]
        said = [
            self._create(named(kind, party), row, now)
            for kind in kinds
            for key, party in named_in(event).items()
            if key.startswith(party_key(kind, "")) and lookup.used.get(key) == ""
        ]
        if needs is not None and needs.items:
            said.append(self.objects.create_items(needs.items, row, now))
        return Held(held.problem.code, " ".join([held.problem.text, *said]))

    def _create_classes(self, labels: Sequence[str], row: Posting, now: datetime) -> Held:
        made = [self.objects.create_class(label, row, now) for label in labels]
        code = next((one.problem.code for one in made if one.problem.code != "class_needed"), None)
        return Held(code or "class_needed", " ".join(one.problem.text for one in made))

    def tell(self, body: PartyChange, row: Posting, now: datetime) -> str:
        """Put the posting for what an event says of a party itself: it is created, or changed; what
        to say of it, "" where there is nothing to do, or in a trial.

        What the point of sale calls inactive is not created, and stays active where it is:
        QuickBooks books away the balance of what is made inactive. Raises Held `conflict` for
        versions without an order.
        """
        kept = self.ledger.get(row.key)
        if self.trial or (kept is not None and kept.status not in _MAY_NEED_IT):
            return kept.reason_text if kept else ""
        party = stated(body, row.key.version, self._currency(body))
        found = self.find(party_key(party.kind, party.pos_id), body.display_name)
        if found is None and not body.active:
            return "It is inactive at the point of sale, and QuickBooks does not have it."
        creation = self.ledger.get(creation_key(self.connection.id, party.pos_id, party.kind))
        if creation and creation.status != "superseded" and says(creation, party.version):
            self._ring(creation)
            return "It stands in QuickBooks so, or is being created."
        if found is None and (said := self._create(party, row, now)):
            return said
        return self._update(party, found or "", row, now)

    def _currency(self, body: PartyChange) -> str:
        """The party's own currency, where the company has others than its home currency."""
        chart = self.chart
        if chart is None or not chart.multicurrency or body.currency == chart.home_currency:
            return ""
        return body.currency or ""

    def _create(self, party: Stated, row: Posting, now: datetime) -> str:
        """What to say of the party's creation; "" where it is on its way in other words, so that a
        change has to follow it."""
        word = party.kind.capitalize()
        if not party.name:
            return f"{word} {party.pos_id} has no name to create it under."
        holders = self._holders(party)
        creation = creation_of(party, row, now, holders)
        if self.ledger.put(creation) != "created":
            creation = self.ledger.get(creation.key) or creation
            if party.version and not says(creation, party.version):
                after = self._restated(creation, party, holders, now)
                if after is None:
                    return ""
                creation = after
        if creation.status == "held":
            return f"It could not be created: {creation.reason_text}"
        if creation.status == "superseded":
            return (
                f"{word} {party.pos_id} was found in QuickBooks once and has another name there by "
                f"now: link it with `daybook link {party.kind}`."
            )
        self._ring(creation)
        return f"{word} {party.pos_id} is being created in QuickBooks as {party.name!r}."

    def _restated(
        self, creation: Posting, party: Stated, holders: Holders, now: datetime
    ) -> Posting | None:
        """A creation that was not sent yet, in newer words; None where it is too late for that."""
        current: Posting | None = creation
        for _ in range(_TRIES):
            if current is None or not may_be_restated(current, party.version):
                break
            after = restated(current, party, now, holders)
            if self.ledger.change(current, after):
                return after
            current = self.ledger.get(creation.key)
        return current if current and current.status == "superseded" else None

    def _update(self, party: Stated, qbo_id: str, row: Posting, now: datetime) -> str:
        update = update_of(party, qbo_id, row, now, self._holders(party, qbo_id))
        if self.ledger.put(update) != "created":
            update = self.ledger.get(update.key) or update
        self._ring(update)
        word = party.kind.capitalize()
        return f"What changed of {word} {party.pos_id} is told to QuickBooks."

    def _holders(self, party: Stated, own: str = "") -> Holders:
        """Who has the party's name in QuickBooks, as far as the last import knows."""
        directory = self.mappings.directory(self.connection.realm) if party.name else None
        alike = directory.named_alike(party.name) if directory else []
        return [one for one in alike if one[:2] != (ENTITY[party.kind], own)]

    def _ring(self, row: Posting) -> None:
        if row.status == "ready":
            self.created.append(row)


def _parts(key: str) -> tuple[PartyKind, str]:
    kind, _, pos_id = key.partition(":")
    return next(one for one in _KINDS if one == kind), pos_id
