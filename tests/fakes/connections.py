"""Connections, companies and token leases in dicts."""

from dataclasses import replace
from datetime import datetime, timedelta

from daybook.domain.connection import (
    Connection,
    LeaseGrant,
    Realm,
    RealmState,
    TokenLife,
    with_state,
    with_tokens,
)


class FakeConnections:
    """`ports.Connections`."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}
        self.companies: dict[str, Realm] = {}
        self.fences: dict[str, int] = {}
        self.leased_until: dict[str, datetime] = {}

    def get(self, connection: str) -> Connection | None:
        """A connection."""
        return self.connections.get(connection)

    def put(self, connection: Connection) -> None:
        """Write a connection."""
        self.connections[connection.id] = connection

    def all(self) -> list[Connection]:
        """All connections, by id."""
        return [self.connections[name] for name in sorted(self.connections)]

    def realm(self, realm: str) -> Realm | None:
        """A company."""
        return self.companies.get(realm)

    def put_realm(self, realm: Realm) -> None:
        """Write a company."""
        self.companies[realm.realm] = realm

    def realms(self) -> list[Realm]:
        """All companies, by id."""
        return [self.companies[name] for name in sorted(self.companies)]

    def park(self, realm: str, until: str, reason: str, throttled_at: str = "") -> None:
        """Rest until then."""
        self._change(realm, parked_until=until, park_reason=reason, throttled_at=throttled_at)

    def set_state(
        self, realm: str, state: RealmState, reason: str, pair: str | None = None
    ) -> bool:
        """Set the state with its reason, unless newer tokens than the pair's are known."""
        return self._decide(realm, with_state(self.companies[realm], state, reason, pair))

    def tokens_kept(self, realm: str, life: TokenLife) -> bool:
        """Note newer tokens."""
        return self._decide(realm, with_tokens(self.companies[realm], life))

    def _decide(self, realm: str, after: Realm | None) -> bool:
        if after is not None:
            self.companies[realm] = after
        return after is not None

    def save_pace(self, realm: str, pace: str, before: str) -> bool:
        """Keep the rate state if nobody wrote it since it was read."""
        if self.companies[realm].pace != before:
            return False
        self._change(realm, pace=pace)
        return True

    def _change(self, realm: str, **changes: str) -> None:
        self.companies[realm] = replace(self.companies[realm], **changes)  # type: ignore[arg-type]

    def acquire(self, realm: str, now: datetime, seconds: int) -> LeaseGrant | None:
        """Take the token lease, or None while another holds it."""
        until = self.leased_until.get(realm)
        if until is not None and until > now:
            return None
        self.leased_until[realm] = now + timedelta(seconds=seconds)
        self.fences[realm] = self.fences.get(realm, 0) + 1
        return LeaseGrant(self.fences[realm], taken_over=until is not None)

    def release(self, realm: str, fence: int) -> None:
        """Give the lease back, unless another has taken it since."""
        if self.fences.get(realm) == fence:
            self.leased_until.pop(realm, None)
