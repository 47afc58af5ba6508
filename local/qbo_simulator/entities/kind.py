"""What the simulator must know of one kind of object to serve it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from local.qbo_simulator.realm import Json, Posting, Realm


@dataclass(frozen=True)
class Draft:
    """An object as a request wants it to become, before it is checked.

    `body` holds the wanted fields without nulls and empty strings: for a full update only what
    was sent, for a sparse one what was sent laid over what exists.
    """

    realm: Realm
    body: Json
    existing: Json | None
    includes: frozenset[str]
    today: date
    unbalanced_code: str = "2300"
    item_accounts: str = "any"
    duplicate_numbers: str = "refused"

    @property
    def own_id(self) -> str | None:
        """The Id of the object being updated."""
        return None if self.existing is None else str(self.existing["Id"])


def _as_stored(_realm: Realm, row: Json) -> Json:
    return row


def _no_postings(_realm: Realm, _row: Json) -> list[Posting]:
    return []


@dataclass(frozen=True)
class EntityKind:
    """A row of the entity table.

    `accept` checks a draft and returns the fields to store (raises Rejected with every reason);
    None means that the API only reads the kind. `queryable` are the property paths that WHERE and
    ORDERBY take. `counts_total` says whether a query's reply has `totalCount`.
    """

    name: str
    sequence: str
    queryable: frozenset[str]
    accept: Callable[[Draft], Json] | None = None
    present: Callable[[Realm, Json], Json] = _as_stored
    postings: Callable[[Realm, Json], list[Posting]] = _no_postings
    is_transaction: bool = False
    counts_total: bool = False
    sort_key: str = "Name"
    properties: frozenset[str] = field(default_factory=frozenset)

    @property
    def path(self) -> str:
        """The last part of the entity's URL."""
        return self.name.lower()


def words(text: str) -> frozenset[str]:
    """The words of a long list of names."""
    return frozenset(text.split())


ENVELOPE = words("Id SyncToken MetaData domain sparse status CustomField AttachableRef")


def meta_paths(*names: str) -> frozenset[str]:
    """Queryable paths: those given, and the ones that every object has."""
    return frozenset({"Id", "MetaData.CreateTime", "MetaData.LastUpdatedTime", *names})


def prune(value: Any) -> Any:
    """Without nulls and empty strings, which Intuit takes as absent."""
    if isinstance(value, dict):
        kept = ((name, prune(member)) for name, member in value.items())
        return {name: member for name, member in kept if member is not None and member != ""}
    if isinstance(value, list):
        return [prune(member) for member in value]
    return value
