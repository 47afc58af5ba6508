"""Who a receivable is from and whom a bill is owed: the point of sale's party in QuickBooks.

By a link that a person made; else by the customer that daybook created for it; else by the one
active party of its name in the imported directory. A party is looked up only where a line of the
entry needs it. Where the setting allows it, a customer that is missing becomes a posting of its
own, which the poster sends like any other.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import datetime

from daybook.domain.connection import Connection
from daybook.domain.directory import PartyKind
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent, LedgerBatch, Party
from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.new_customer import NewCustomer, as_display_name
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.status import Status
from daybook.workflows.ports import Ledger, Mappings

_KINDS: tuple[PartyKind, ...] = ("customer", "vendor")
_NEEDED = frozenset({"customer_needed", "vendor_needed"})
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

    used: what was asked for, with "" where nothing was found.
    """

    def __init__(self, event: FinancialEvent, parties: "Parties") -> None:
        self.used: dict[str, str] = {}
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
    """The parties of one connection's company.

    may_create: whether missing customers may be created. created: the postings that were put
    meanwhile, or found ready, and have to be rung for.
    """

    connection: Connection
    ledger: Ledger
    mappings: Mappings
    may_create: bool = False
    created: list[Posting] = field(default_factory=list)

    def find(self, key: str, display_name: str = "") -> str | None:
        """The QBO id of a party. key: as in a decision."""
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
        """Whether a party that a held row waits for is known by now."""
        if row.reason not in _NEEDED:
            return False
        missing = [key for key, found in row.parties if not found]
        names = named_in(row.financial_event()) if missing and row.event else {}
        return any(self.find(key, names[key].display_name) for key in missing if key in names)

    def create_missing(
        self, held: Held, row: Posting, event: FinancialEvent, lookup: Lookup, now: datetime
    ) -> Held:
        """Put a posting for each customer that was not found, where that is allowed; what the
        event is held for, in words that say so."""
        if held.problem.code != "customer_needed" or not self.may_create:
            return held
        kept = self.ledger.get(row.key)
        if kept is not None and kept.status not in _MAY_NEED_IT:
            # The event came again and needs nothing any more.
            return held
        named = named_in(event)
        missing = [key for key, found in lookup.used.items() if not found]
        said = [
            self._create(_parts(key)[1], named[key], row, now)
            for key in missing
            if _parts(key)[0] == "customer" and key in named
        ]
        return Held("customer_needed", " ".join([held.problem.text, *said]))

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
