"""Connections, companies and token leases: one row each in the connections table.

    connection   CONNECTION   <connection>
    company      REALM        <realm>
    lease        LEASE        <realm>      apart, so that writing a company never touches it

All rows of a kind are one partition, so that listing them is a query; they are few and small.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from daybook.domain.connection import (
    Connection,
    LeaseGrant,
    Realm,
    RealmState,
    TokenLife,
    with_state,
    with_tokens,
)
from daybook.store.keys import Key, escaped
from daybook.store.table import Item, Table, Written

_CONNECTION, _REALM, _LEASE = "CONNECTION", "REALM", "LEASE"
# How often a company's row is read again that another worker changed meanwhile.
_MAX_TRIES = 5
# What the row must still say for a change of its state or tokens to be right.
_DECIDING = ("state", "pair")


class Connections:
    """The connections table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, connection: str) -> Connection | None:
        """A connection as it is now (strongly consistent). A key of no length is refused by
        DynamoDB: nothing has it."""
        item = self._table.get((_CONNECTION, escaped(connection))) if connection else None
        return Connection(**_texts(item, Connection)) if item else None

    def put(self, connection: Connection) -> None:
        """Write a connection, new or known."""
        self._table.put(_item((_CONNECTION, escaped(connection.id)), connection))

    def all(self) -> list[Connection]:
        """All connections, by id."""
        items = self._table.query(_CONNECTION)
        return [Connection(**_texts(item, Connection)) for item in items]

    def realm(self, realm: str) -> Realm | None:
        """A company as it is now (strongly consistent)."""
        item = self._table.get((_REALM, escaped(realm)))
        return Realm(**_texts(item, Realm)) if item else None

    def put_realm(self, realm: Realm) -> None:
        """Write a company, new or known, whole."""
        self._table.put(_item((_REALM, escaped(realm.realm)), realm))

    def realms(self) -> list[Realm]:
        """All companies, by id."""
        return [Realm(**_texts(item, Realm)) for item in self._table.query(_REALM)]

    def park(self, realm: str, until: str, reason: str, throttled_at: str = "") -> None:
        """Send nothing before `until` ("" unparks). LookupError for an unknown company."""
        self._change(realm, parked_until=until, park_reason=reason, throttled_at=throttled_at)

    def set_state(
        self, realm: str, state: RealmState, reason: str, pair: str | None = None
    ) -> bool:
        """Set the state with its reason; False if the company has newer tokens than `pair`.
        LookupError for an unknown company."""
        return self._decide(realm, lambda row: with_state(row, state, reason, pair))

    def tokens_kept(self, realm: str, life: TokenLife) -> bool:
        """Note newer tokens; False if these or newer ones are known. LookupError for an unknown
        company."""
        return self._decide(realm, lambda row: with_tokens(row, life))

    def _decide(self, realm: str, decide: Callable[[Realm], Realm | None]) -> bool:
        """Change a company by what its row says, and only if it still says so."""
        for _ in range(_MAX_TRIES):
            before = self.realm(realm)
            if before is None:
                raise LookupError(f"company {realm} is not known")
            after = decide(before)
            if after is None:
                return False
            if self._replace(before, after):
                return True
        raise TimeoutError(f"company {realm} changed {_MAX_TRIES} times while it was written")

    def _replace(self, before: Realm, after: Realm) -> bool:
        key = (_REALM, escaped(before.realm))
        old, new = _item(key, before), _item(key, after)
        to_set = {name: value for name, value in new.items() if old.get(name) != value}
        gone = [name for name in old if name not in new]
        if not to_set and not gone:
            return True
        known = {name: old[name] for name in _DECIDING if name in old}
        absent = [name for name in _DECIDING if name not in old]
        written = self._table.update(key, to_set, gone, known, absent)
        if written == "unsure":
            return self.realm(before.realm) == after
        return written == "written"

    def save_pace(self, realm: str, pace: str, before: str) -> bool:
        """Keep the rate state's text if it still is as it was read; False if another wrote it
        since. LookupError for an unknown company."""
        known, absent = ({"pace": {"S": before}}, ()) if before else (None, ("pace",))
        key = (_REALM, escaped(realm))
        written = self._table.update(key, {"pace": {"S": pace}}, (), known, absent)
        if written == "written":
            return True
        there = self.realm(realm)
        if there is None:
            raise LookupError(f"company {realm} is not known")
        return written == "unsure" and there.pace == pace

    def _change(self, realm: str, **texts: str) -> None:
        to_set = {name: {"S": text} for name, text in texts.items()}
        if self._table.update((_REALM, escaped(realm)), to_set) != "written":
            raise LookupError(f"company {realm} is not known")

    def acquire(self, realm: str, now: datetime, seconds: int) -> LeaseGrant | None:
        """Take the token lease, or None while another holds it."""
        key = (_LEASE, escaped(realm))
        there = self._table.get(key)
        held_until = there.get("until") if there else None
        if held_until and datetime.fromisoformat(held_until["S"]) > now:
            return None
        fence = int(there["fence"]["N"]) + 1 if there else 1
        until = (now + timedelta(seconds=seconds)).isoformat()
        lease = {"fence": {"N": str(fence)}, "until": {"S": until}}
        written = self._take(key, lease, there)
        if written == "unsure":
            # Another's lease of the same fence would have to end in the same microsecond.
            there = self._table.get(key) or {}
            written = "written" if {n: there.get(n) for n in lease} == lease else "refused"
        return LeaseGrant(fence, held_until is not None) if written == "written" else None

    def _take(self, key: Key, lease: dict[str, Any], there: Item | None) -> Written:
        if there is None:
            return self._table.put_new({"PK": {"S": key[0]}, "SK": {"S": key[1]}, **lease})
        return self._table.update(key, lease, only_if={"fence": there["fence"]})

    def release(self, realm: str, fence: int) -> None:
        """Give the lease back; refused, and rightly, if another has taken it since."""
        key = (_LEASE, escaped(realm))
        self._table.update(key, {}, ["until"], only_if={"fence": {"N": str(fence)}})


def _item(key: Key, row: Connection | Realm) -> Item:
    texts = {field.name: getattr(row, field.name) for field in fields(row)}
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}} | {
        name: {"S": text} for name, text in texts.items() if text
    }


def _texts(item: Item, kind: type[Connection | Realm]) -> dict[str, Any]:
    return {field.name: item[field.name]["S"] for field in fields(kind) if field.name in item}
