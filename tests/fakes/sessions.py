"""Sessions and what is good once, in dicts, with the same answers as the real stores."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from daybook.domain.session import Session


class FakeSessions:
    """`store.sessions.Sessions`."""

    def __init__(self) -> None:
        self.rows: dict[str, Session] = {}
        self.ended: set[str] = set()

    def start(self, digest: str, session: Session) -> None:
        """Keep a new session."""
        if digest in self.rows:
            raise ValueError("this session is there already")
        self.rows[digest] = session

    def get(self, digest: str) -> Session | None:
        """A session that was not ended."""
        return None if digest in self.ended else self.rows.get(digest)

    def seen(self, digest: str, at: str) -> None:
        """Note its use."""
        self._change(digest, seen_at=at)

    def say(self, digest: str, notice: str) -> None:
        """Keep what its next page shows."""
        self._change(digest, notice=notice)

    def end(self, digest: str, at: str) -> None:
        """It is over."""
        if digest in self.rows:
            self.ended.add(digest)

    def _change(self, digest: str, **changes: str) -> None:
        if digest in self.rows:
            self.rows[digest] = replace(self.rows[digest], **changes)


class FakeOneUses:
    """`store.sessions.OneUses`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], tuple[str, dict[str, str], datetime]] = {}

    def keep(
        self, kind: str, digest: str, owner: str, values: Mapping[str, str], until: datetime
    ) -> None:
        """Keep it."""
        self.rows[kind, digest] = (owner, dict(values), until)

    def take(self, kind: str, digest: str, owner: str, now: datetime) -> dict[str, str] | None:
        """What was kept, once."""
        row = self.rows.get((kind, digest))
        if row is None or row[0] != owner or row[2] <= now:
            return None
        del self.rows[kind, digest]
        return row[1]
