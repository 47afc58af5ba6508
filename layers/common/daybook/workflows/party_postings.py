"""The postings of customers and vendors: one that creates a party, one for each change of it.

A party is created once, under the object `customer/<id of the point of sale>`. While that waits,
a newer version of the point of sale's words takes the place of the older in it. Each version that
comes later is a posting of its own, of purpose `update`, which `party_turn` puts in order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from daybook.domain.changed_party import ChangedParty
from daybook.domain.directory import Holder, PartyKind
from daybook.domain.document_kinds import Document, entity_of
from daybook.domain.errors import Problem
from daybook.domain.identity import PostingKey, entry_id
from daybook.domain.new_customer import NewCustomer, NewParty, NewVendor, as_display_name
from daybook.domain.party_details import Details, details_of
from daybook.domain.posting import Posting, content_sha, instant_text
from daybook.domain.versions import compare
from daybook.workflows.families import is_unclear

if TYPE_CHECKING:
    from daybook.domain.bodies import Party, PartyChange

type Holders = Sequence[Holder]

_NEW: dict[PartyKind, type[NewCustomer] | type[NewVendor]] = {
    "customer": NewCustomer,
    "vendor": NewVendor,
}
ENTITY: dict[PartyKind, Literal["Customer", "Vendor"]] = {
    "customer": "Customer",
    "vendor": "Vendor",
}


def creation_key(connection: str, pos_id: str, kind: PartyKind = "customer") -> PostingKey:
    """The key of the posting that creates a party."""
    return PostingKey(connection, kind, pos_id, "1", purpose="create")


def update_key(connection: str, kind: PartyKind, pos_id: str, version: str) -> PostingKey:
    """The key of the posting that tells one version's change of a party."""
    return PostingKey(connection, kind, pos_id, version, purpose="update")


class Stated(NamedTuple):
    """What the point of sale says of a party. name: as QuickBooks takes it, "" for none.

    version: of the event that is about the party itself; "" where a document or entry names it.
    currency: its own, "" for the company's.
    """

    kind: PartyKind
    pos_id: str
    name: str
    email: str = ""
    details: Details = ()
    currency: str = ""
    version: str = ""


def named(kind: PartyKind, party: "Party") -> Stated:
    """As a document or entry names a party."""
    return Stated(kind, party.id, as_display_name(party.display_name), party.email or "")


def stated(body: "PartyChange", version: str, currency: str = "") -> Stated:
    """As an event about the party itself states it."""
    kind: PartyKind = "customer" if body.role == "customer" else "vendor"
    name = as_display_name(body.display_name)
    return Stated(kind, body.id, name, details=details_of(body), currency=currency, version=version)


def creation_of(party: Stated, row: Posting, now: datetime, holders: Holders = ()) -> Posting:
    """The posting that creates a party, for the row that needs or states it; held where others
    have its name. holders: who they are."""
    key = creation_key(row.key.connection, party.pos_id, party.kind)
    identity = entry_id(row.realm, key)
    made = _new(party, identity, f"{row.source} {party.kind} {party.pos_id}")
    received = _received(made, key, row, now)
    return _ready(received, now, holders)


def restated(creation: Posting, party: Stated, now: datetime, holders: Holders) -> Posting:
    """A creation that was not sent yet, in the words of a newer version."""
    old = creation.document()
    assert isinstance(old, NewParty), f"{creation.id} creates no party"
    made = _new(party, creation.entry_id, old.note)
    fresh = replace(
        creation, entry=made.to_json(), generation=creation.generation + 1, request_id="",
        b_id="", sent_at="", first_sent_at="", faults=0,
    )  # fmt: skip
    return _ready(fresh, now, holders)


def update_of(
    party: Stated, qbo_id: str, row: Posting, now: datetime, holders: Holders = ()
) -> Posting:
    """The posting that tells one version's change. qbo_id: "" while the party is being created.
    holders: who else has the name; it matters only if the party is to be renamed."""
    key = update_key(row.key.connection, party.kind, party.pos_id, party.version)
    identity = entry_id(row.realm, key)
    change = ChangedParty(identity, party.kind, party.name, _all_details(party), qbo_id)
    received = _received(change, key, row, now)
    return received.moved("ready", now, taken_by=_as_data(holders))


def update_instead(creation: Posting, qbo_id: str, now: datetime) -> Posting | None:
    """What a creation was to say, as a change of the party that takes its place; None where it
    stated no version: a document named it, no more."""
    made = creation.document()
    if not isinstance(made, NewParty) or not made.version:
        return None
    kind: PartyKind = "customer" if isinstance(made, NewCustomer) else "vendor"
    party = Stated(
        kind, creation.key.object_id, made.display_name, made.email, made.details,
        version=made.version,
    )  # fmt: skip
    return update_of(party, qbo_id, creation, now)


def pointed_to(update: Posting, qbo_id: str, now: datetime) -> Posting:
    """A change that was not sent yet, of the party that a person linked."""
    change = replace(update.change(), qbo_id=qbo_id, sync_token="")
    return update.moved(
        "ready", now, entry=change.to_json(), generation=update.generation + 1, request_id="",
        b_id="", sent_at="", first_sent_at="", faults=0, taken_by=(),
    )  # fmt: skip


def may_be_restated(creation: Posting, version: str) -> bool:
    """Whether nothing of a creation was sent yet, and a version is newer than the one in it.

    Raises Held `conflict` for versions without an order."""
    if creation.status not in ("ready", "held") or is_unclear(creation):
        return False
    unsent = not creation.request_id or creation.reason == "display_name_taken"
    return unsent and not says(creation, version)


def says(creation: Posting, version: str) -> bool:
    """Whether a creation states a version already, or a newer one."""
    made = creation.document()
    assert isinstance(made, NewParty), f"{creation.id} creates no party"
    return bool(made.version) and compare(made.version, version) >= 0


def taken(holders: Holders) -> Problem:
    """Why a party cannot have a name: who has it."""
    told = " ".join(f"{one.kind} {one.qbo_id} has the name {one.name!r}." for one in holders)
    return Problem("display_name_taken", told)


def _all_details(party: Stated) -> Details:
    """An e-mail address that a document names stands beside the details."""
    email = (("email", party.email),) if party.email else ()
    return tuple(sorted({**dict(email), **dict(party.details)}.items()))


def _new(party: Stated, identity: str, note: str) -> NewCustomer | NewVendor:
    return _NEW[party.kind](
        identity, party.name, party.email, note, party.details, party.currency, party.version
    )


def _ready(row: Posting, now: datetime, holders: Holders) -> Posting:
    if not holders:
        return row.moved("ready", now)
    held = row.held(taken(holders), now)
    return replace(held, taken_by=_as_data(holders))


def _as_data(holders: Holders) -> tuple[tuple[str, str], ...]:
    return tuple((one.kind, one.qbo_id) for one in holders)


def _received(document: Document, key: PostingKey, row: Posting, now: datetime) -> Posting:
    """A posting of a party, for the row that needs or states it."""
    text = instant_text(now)
    identity = document.entry_id
    return Posting(
        key, "received", row.source, "party", row.location, row.delivery, text, text,
        realm=row.realm, occurred_at=row.occurred_at, event_sha=content_sha(identity.encode()),
        entry=document.to_json(), entry_id=identity, entity=entity_of(document),
    )  # fmt: skip
