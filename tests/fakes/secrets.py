"""Secrets in dicts, tokens with the two stages of Secrets Manager."""

from dataclasses import replace
from datetime import datetime

from daybook.store.secrets import WebhookSecret


class FakeSecrets:
    """`store.secrets.Secrets`."""

    def __init__(self) -> None:
        self.webhooks: dict[str, WebhookSecret] = {}
        self.before: dict[str, tuple[WebhookSecret, datetime]] = {}
        self.pos: dict[str, dict[str, str]] = {}
        self.app = ("client-id", "client-secret")

    def webhook_secret(self, connection: str, now: datetime) -> WebhookSecret | None:
        """A connection's source and secrets, or None."""
        there, before = self.webhooks.get(connection), self.before.get(connection)
        if there is None or before is None or before[1] <= now:
            return there
        return replace(there, secrets=there.secrets + before[0].secrets)

    def put_webhook_secret(
        self, connection: str, secret: WebhookSecret, before_until: str = ""
    ) -> None:
        """Write them; what was there before vouches until then."""
        there = self.webhooks.get(connection)
        self.before.pop(connection, None)
        if there is not None and before_until:
            self.before[connection] = (there, datetime.fromisoformat(before_until))
        self.webhooks[connection] = secret

    def pos_secret(self, connection: str) -> dict[str, str] | None:
        """What the source's REST client needs, or None."""
        return self.pos.get(connection)

    def put_pos_secret(self, connection: str, values: dict[str, str]) -> None:
        """Write it."""
        self.pos[connection] = dict(values)

    def intuit_app(self) -> tuple[str, str]:
        """Client id and client secret."""
        return self.app


class FakeTokenSecrets:
    """`store.token_secrets.TokenSecrets`: a text in each of two stages."""

    def __init__(self) -> None:
        self.current: dict[str, str] = {}
        self.pending: dict[str, str] = {}

    def read_current(self, realm: str) -> str | None:
        """The text in use."""
        return self.current.get(realm)

    def read_pending(self, realm: str) -> str | None:
        """The text that was written and is not in use yet."""
        return self.pending.get(realm)

    def write_pending(self, realm: str, text: str) -> None:
        """Keep a text as pending."""
        self.pending[realm] = text

    def promote(self, realm: str, pending: str, current: str | None) -> bool:
        """Make a text current in the place of another, and pending no longer."""
        if self.current.get(realm) not in {pending, current}:
            return False
        self.current[realm] = pending
        if self.pending.get(realm) == pending:
            del self.pending[realm]
        return True

    def create(self, realm: str, text: str) -> None:
        """The first text, or the next one when connected again."""
        self.current[realm] = text
