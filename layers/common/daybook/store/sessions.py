"""Who is signed in, and what is good for one use: rows of the connections table that end.

    session      SESSION#<sha256 of its token>    S
    one use      ONCE#<kind>#<sha256>             S      a sign-in or a consent that was begun

Tokens are never kept, only their sha256. These rows, and no others of the table, carry `ends_at`,
by which DynamoDB takes them away some time after they ended; nobody here may delete a row.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

import hmac
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from daybook.domain.posting import instant_text
from daybook.domain.session import LONGEST, Session
from daybook.store import keys
from daybook.store.table import Item, Table

_NAMES: Final = tuple(field.name for field in fields(Session))


class Sessions:
    """The sessions of the connections table. digest: sha256 of the token that the browser has."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def start(self, digest: str, session: Session) -> None:
        """Keep a new session. Raises ValueError for one that is there already."""
        texts = {name: getattr(session, name) for name in _NAMES}
        row = {name: {"S": text} for name, text in texts.items() if text}
        ends = datetime.fromisoformat(session.began_at) + LONGEST
        if self._table.put_new(row | _head(keys.session(digest), ends)) == "refused":
            raise ValueError("this session is there already")

    def get(self, digest: str) -> Session | None:
        """A session that was not ended (strongly consistent); whether it lives is its own word."""
        row = self._table.get(keys.session(digest))
        if row is None or "ended_at" in row:
            return None
        return Session(**{name: _text(row, name) for name in _NAMES})

    def seen(self, digest: str, at: str) -> None:
        """Note that it was used. at: RFC 3339."""
        self._set(digest, seen_at=at)

    def say(self, digest: str, notice: str) -> None:
        """Keep what its next page shows; "" for nothing."""
        self._set(digest, notice=notice)

    def end(self, digest: str, at: str) -> None:
        """It is over for good. at: RFC 3339."""
        self._set(digest, ended_at=at)

    def _set(self, digest: str, **texts: str) -> None:
        self._table.update(
            keys.session(digest), {name: {"S": text} for name, text in texts.items()}
        )


class OneUses:
    """What is good once, for a while, and for its owner only."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(
        self, kind: str, digest: str, owner: str, values: Mapping[str, str], until: datetime
    ) -> None:
        """Keep it. owner: what must be told again when it is taken."""
        row = _head(keys.once(kind, digest), until)
        row |= {"owner": {"S": owner}, "until": {"S": instant_text(until)}}
        row["kept"] = {"M": {name: {"S": text} for name, text in values.items()}}
        self._table.put(row)

    def take(self, kind: str, digest: str, owner: str, now: datetime) -> dict[str, str] | None:
        """What was kept, once; None for what is used, over, unknown or another's."""
        row = self._table.get(keys.once(kind, digest))
        if row is None or not hmac.compare_digest(row["owner"]["S"], owner):
            return None
        if datetime.fromisoformat(row["until"]["S"]) <= now:
            return None
        used = {"used_at": {"S": instant_text(now)}}
        # Where it cannot be told whether it was used, it was.
        if self._table.update(keys.once(kind, digest), used, absent=["used_at"]) != "written":
            return None
        return {name: value["S"] for name, value in row["kept"]["M"].items()}


def _head(key: keys.Key, ends: datetime) -> Item:
    return {
        "PK": {"S": key[0]},
        "SK": {"S": key[1]},
        "ends_at": {"N": str(int(ends.timestamp()))},
    }


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row[name]["S"]) if name in row else ""
