"""Items and classes that documents and lines need: found, or created as postings of their own.

An item is the one that daybook created for its account; else the service of that name and account
in the imported directory. A class is the one of its full name in the imported chart, else the one
that daybook created. What is missing becomes a row of purpose `create`, sent like any other in a
batch before the document; once it is posted, the row itself is the link.

All is the company's, whichever of its connections needs it first: what one of them creates, the
others find. The row stands under the first of them by id, so that two that want the same at once
put one row.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.document_kinds import Creation, entity_of
from daybook.domain.errors import Held
from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.needs import ItemWanted
from daybook.domain.new_class import NewClass, as_full_name, next_missing
from daybook.domain.new_item import NewItem, item_name
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.workflows.ports import Connections, Ledger, Mappings

# Of a company: the ids of its connections, in their order.
type OfCompany = Callable[[], Sequence[str]]


def item_key(account: str) -> str:
    """How a row names an item among its parties: `item:<account>`."""
    return f"item:{account}"


def class_key(full_name: str) -> str:
    """How a row names a class among its parties: `class:<full name>`."""
    return f"class:{full_name}"


def object_key(connection: str, kind: str, name: str) -> PostingKey:
    """The key of the posting that creates an item (by its account) or a class (by full name);
    connection: the one of the company that it stands under."""
    return PostingKey(connection, kind, name, "1", purpose="create")


def company_of(connection: Connection, connections: Connections) -> OfCompany:
    """The ids of all connections of a connection's company, read once, when first asked for."""
    return cache(
        lambda: sorted(one.id for one in connections.all() if one.realm == connection.realm)
    )


class ItemLookup(Dict[str, str]):
    """The items of one document by account, each looked up when a line asks for it.

    used: what was asked for, by `item_key`, with "" where nothing was found.
    """

    def __init__(self, objects: "ListObjects") -> None:
        self.used: dict[str, str] = {}
        self._objects = objects

    def __getitem__(self, account: str) -> str:
        key = item_key(account)
        if key not in self.used:
            self.used[key] = self._objects.item(account) or ""
        if not self.used[key]:
            raise KeyError(account)
        return self.used[key]

    def __iter__(self) -> Iterator[str]:
        return (key.removeprefix("item:") for key, found in self.used.items() if found)

    def __len__(self) -> int:
        return sum(map(bool, self.used.values()))


class ClassLookup(Dict[str, str]):
    """The classes of a company by label, each looked up when a line asks for it.

    unknown: the labels that were asked for and are no class, in their order. used: where each
    level of theirs that is not there is noted with "".
    """

    def __init__(self, objects: "ListObjects", used: dict[str, str] | None = None) -> None:
        self.unknown: list[str] = []
        self._found: dict[str, str] = {}
        self._used = used if used is not None else {}
        self._objects = objects

    def __getitem__(self, label: str) -> str:
        if label not in self._found and label not in self.unknown:
            found = self._objects.class_of(label)
            if found:
                self._found[label] = found
            else:
                self._note(label)
        return self._found[label]

    def _note(self, label: str) -> None:
        self.unknown.append(label)
        parts = as_full_name(label).split(":")
        for end in range(1, len(parts) + 1):
            self._used[class_key(":".join(parts[:end]))] = ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(slots=True)
class ListObjects:
    """The items and classes of one connection's company.

    company: its connections; none named: this one. created: the postings that were put meanwhile,
    or found ready, and have to be rung for.
    """

    connection: Connection
    ledger: Ledger
    mappings: Mappings
    chart: Chart | None = None
    created: list[Posting] = field(default_factory=list)
    company: OfCompany = tuple

    def item(self, account: str) -> str | None:
        """The QBO id of the service item that sells into an account."""
        own = self.ledger.get(object_key(self.connection.id, "item", account))
        if own and own.qbo_id:
            return own.qbo_id
        directory = self.mappings.directory(self.connection.realm)
        found = directory.service(item_name(account, self.chart), account) if directory else None
        if found:
            return found.id
        made = self._row("item", account)
        return made.qbo_id if made and made.qbo_id else None

    def class_of(self, label: str) -> str | None:
        """The QBO id of the class that a label names: `Store 1:Burbank`."""
        name = as_full_name(label)
        return self._known(name).get(name.casefold()) if name else None

    def create_items(self, wanted: tuple[ItemWanted, ...], row: Posting, now: datetime) -> str:
        """Put a posting for each; what to say of it."""
        return " ".join(
            self._create(
                "item", one.account, NewItem("", one.name, one.account), (row, now), one.name
            )
            for one in wanted
        )

    def create_class(self, label: str, row: Posting, now: datetime) -> Held:
        """Put a posting for the first level of a class that is not there; what the event is held
        for. The next level follows when this one is released."""
        name = as_full_name(label)
        missing = next_missing(name, self._known(name)) if name else None
        if missing is None:
            return Held("unmapped_class", f"Class {label!r} cannot be created under that name.")
        made = NewClass("", missing.full_name, missing.parent)
        said = self._create("class", missing.full_name, made, (row, now), missing.full_name)
        return Held("class_needed", f"QuickBooks has no class {name!r} yet. {said}")

    def _known(self, full_name: str) -> dict[str, str]:
        """Ids by folded name of a class and those above it."""
        chart = self.chart
        known = {
            row.name.casefold(): row.id
            for row in (chart.classes.values() if chart else ())
            if row.active
        }
        parts = full_name.split(":")
        for end in range(1, len(parts) + 1):
            name = ":".join(parts[:end])
            made = self._row("class", name) if name.casefold() not in known else None
            if made and made.qbo_id:
                known[name.casefold()] = made.qbo_id
        return known

    def _row(self, kind: str, name: str) -> Posting | None:
        """The posting that creates an object, whichever connection of the company put it."""
        ids = dict.fromkeys([self.connection.id, *self.company()])
        rows = [self.ledger.get(object_key(one, kind, name)) for one in ids]
        counted = [
            row
            for row in rows
            if row and row.realm == self.connection.realm and row.status != "superseded"
        ]
        return max(counted, key=lambda row: bool(row.qbo_id), default=None)

    def _create(
        self, kind: str, name: str, made: Creation, of: tuple[Posting, datetime], shown: str
    ) -> str:
        creation = self._row(kind, name) or self._put(kind, name, made, of)
        if creation.status == "held":
            return f"It could not be created: {creation.reason_text}"
        if creation.status == "ready":
            self.created.append(creation)
        return f"The {kind} is being created in QuickBooks as {shown!r}."

    def _put(self, kind: str, name: str, made: Creation, of: tuple[Posting, datetime]) -> Posting:
        creation = self._creation(kind, name, made, *of)
        if self.ledger.put(creation) == "created":
            return creation
        return self.ledger.get(creation.key) or creation

    def _creation(
        self, kind: str, name: str, made: Creation, row: Posting, now: datetime
    ) -> Posting:
        key = object_key(min(self.company(), default=self.connection.id), kind, name)
        identity = entry_id(self.connection.realm, key)
        document = replace(made, entry_id=identity)
        text = instant_text(now)
        received = Posting(
            key, "received", row.source, kind, row.location, row.delivery, text, text,
            realm=self.connection.realm, occurred_at=row.occurred_at,
            event_sha=content_sha(identity.encode()), entry=document.to_json(),
            entry_id=identity, entity=entity_of(document),
        )  # fmt: skip
        return received.moved("ready", now)
