"""The part of the wiring that only the console has: sessions, the secret of its client, consent."""

import json
import secrets as randomness
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from daybook.domain.connection import Connection
from daybook.domain.job import Job
from daybook.qbo.exceptions import QboError
from daybook.qbo.token_protocol import ReconnectNeeded
from daybook.qbo.tokens import TokenError
from daybook.sources import signatures
from daybook.store import clients
from daybook.store.proofs import Proofs
from daybook.store.secrets import SecretsUnavailable, WebhookSecret
from daybook.store.sessions import OneUses, Sessions
from daybook.store.table import Table
from daybook.wiring_pos import CLIENTS, secret_of
from daybook.workflows.connect import ImportOvertaken, WrongCompany
from daybook.workflows.connection_settings import SECRET_BYTES, SecretTools
from daybook.workflows.jobs import start
from daybook.workflows.operator import Who

if TYPE_CHECKING:
    from daybook.settings import Settings
    from daybook.sources.contract import Source
    from daybook.store.archive import Archive
    from daybook.store.secrets import Secrets, Vault
    from daybook.wiring_jobs import JobParts
    from daybook.wiring_qbo import QuickBooks

# What reaching a company or its tokens may raise; its text may be shown.
TROUBLE: tuple[type[Exception], ...] = (
    WrongCompany,
    ImportOvertaken,
    TokenError,
    ReconnectNeeded,
    QboError,
    SecretsUnavailable,
)


class Parts(Protocol):
    """The other parts of the stack that this one is made from."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def vault(self) -> "Vault": ...
    @property
    def secrets(self) -> "Secrets": ...
    @property
    def archive(self) -> "Archive": ...
    @property
    def quickbooks(self) -> "QuickBooks": ...
    @property
    def jobs(self) -> "JobParts": ...


def new_secret(source: str) -> str:
    """A webhook secret in the form that the source's senders expect."""
    if source in ("heartland", "unleashed"):
        return randomness.token_urlsafe(SECRET_BYTES)
    return signatures.new_secret(randomness.token_bytes(SECRET_BYTES))


class ConsoleParts:
    """What the console needs beside what everything needs."""

    # Sources that are also read over an API of their own.
    with_api = frozenset(CLIENTS)
    trouble = TROUBLE

    def __init__(self, parts: Parts, clock: Callable[[], datetime]) -> None:
        self._parts = parts
        self.clock = clock

    @cached_property
    def _table(self) -> Table:
        return Table(clients.dynamodb(), self._parts.settings.connections_table)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self._table)

    @cached_property
    def once(self) -> OneUses:
        """What was begun and is good for one use."""
        return OneUses(self._table)

    @cached_property
    def proofs(self) -> Proofs:
        """Proofs, to be read."""
        ledger = Table(clients.dynamodb(), self._parts.settings.ledger_table)
        return Proofs(ledger, self._parts.archive)

    @cached_property
    def secret_tools(self) -> SecretTools:
        """For `rotate_secret`."""
        return SecretTools(self._parts.jobs.operator, new_secret, self.keep_secret, self.clock)

    def keep_secret(
        self, connection: str, source: str, secret: str, before_until: str = ""
    ) -> None:
        """Write a connection's webhook secret; nothing is read. Raises SecretsUnavailable."""
        kept = WebhookSecret(source, (secret,))
        self._parts.secrets.put_webhook_secret(connection, kept, before_until)

    def keep_pos_secret(self, connection: Connection, token: str) -> None:
        """Write what opens a point of sale's API. Raises SecretsUnavailable."""
        values = secret_of(connection.source, connection.pos_account, token)
        self._parts.secrets.put_pos_secret(connection.id, values)

    def authorise_url(self, environment: str, redirect_uri: str, state: str) -> str:
        """Where a person consents at Intuit. Raises SecretsUnavailable."""
        return self._parts.quickbooks.tokens.authorise_url(environment, redirect_uri, state)

    def refresh(self, realm: str, who: Who) -> Job:
        """Have a company's lists imported: one job a minute, whoever asks."""
        name = f"refresh_chart-{realm}-{self.clock():%Y%m%d-%H%M}"
        return start(
            "refresh_chart", {"realm": realm}, self._parts.jobs.worker,
            actor=who.actor, reason=who.reason, job_id=name,
        )  # fmt: skip

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The names of all sources."""
        from daybook.sources.registry import SOURCES  # noqa: PLC0415

        return tuple(SOURCES)

    @staticmethod
    def source(name: str) -> "Source":
        """The source of this name. Raises UnknownSource (a LookupError)."""
        from daybook.sources.registry import find  # noqa: PLC0415

        return find(name)

    def client_secret(self) -> str:
        """The console's own secret at the OpenID provider; "" for a client without one."""
        version = self._parts.vault.read(self._parts.vault.name("sign_in"))
        if version is None or not version.text:
            return ""
        try:
            row = json.loads(version.text)
        except ValueError:
            # The parser's text would quote the secret.
            raise SecretsUnavailable("the secret sign_in is no JSON") from None
        secret = row.get("client_secret", "") if isinstance(row, dict) else None
        if not isinstance(secret, str):
            raise SecretsUnavailable("the secret sign_in has no text client_secret")
        return secret
