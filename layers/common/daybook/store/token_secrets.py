"""A company's tokens in Secrets Manager: a text in the stages AWSCURRENT and AWSPENDING.

A new text becomes AWSPENDING first and then AWSCURRENT, each a call of its own, so that a crash
between the two leaves it where the next reader looks.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from daybook.domain.connection import LeaseGrant
from daybook.store.secrets import SecretsUnavailable, Vault, Version

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

MAX_TRIES = 3
_NAMESPACE = uuid.UUID("6f1dfc1e-41b5-5d9c-9a0a-0d6b6f7a9b51")


class TokenSecrets:
    """The secrets `<prefix>/qbo/<realm>`."""

    def __init__(self, client: "SecretsManagerClient", vault: Vault) -> None:
        self._client = client
        self._vault = vault

    def read_current(self, realm: str) -> str | None:
        """The text in use; None for a company that was never connected."""
        return _text(self._vault.read(self._name(realm)))

    def read_pending(self, realm: str) -> str | None:
        """The text that was written and is not in use yet, or None."""
        return _text(self._vault.read(self._name(realm), "AWSPENDING"))

    def write_pending(self, realm: str, text: str) -> None:
        """Keep a text as pending. Writing the same again does nothing: its version id is made
        of it. Raises SecretsUnavailable."""
        token = _version_id(realm, text)
        written = self._vault.write(
            self._client.put_secret_value,
            SecretId=self._name(realm),
            SecretString=text,
            ClientRequestToken=token,
            VersionStages=["AWSPENDING"],
        )
        # Refused means that the version is there already, and its id says with this content.
        if not written and _text(self._vault.read(self._name(realm), "AWSPENDING")) != text:
            raise SecretsUnavailable("a version exists already and is not the pending one")

    def promote(self, realm: str) -> None:
        """Make what is pending current, and pending no longer. Raises SecretsUnavailable.

        Each step names the version that it takes a stage from, so it fails where another worker
        was faster; then the stages are read again.
        """
        name = self._name(realm)
        for attempt in range(1, MAX_TRIES + 1):
            pending, current = self._vault.read(name, "AWSPENDING"), self._vault.read(name)
            if pending is None:
                return
            try:
                if current is None or current.id != pending.id:
                    remove = {"RemoveFromVersionId": current.id} if current else {}
                    self._stage(name, "AWSCURRENT", MoveToVersionId=pending.id, **remove)
                self._stage(name, "AWSPENDING", RemoveFromVersionId=pending.id)
            except SecretsUnavailable:
                if attempt == MAX_TRIES:
                    raise
            else:
                return

    def _stage(self, name: str, stage: str, **versions: str) -> None:
        self._vault.write(
            self._client.update_secret_version_stage, SecretId=name, VersionStage=stage, **versions
        )

    def create(self, realm: str, text: str) -> None:
        """The first text of a company, or the next one when it is connected again: current at
        once, by one call that reads nothing, so that who may only write can do it."""
        token = _version_id(realm, text)
        if not self._vault.create(self._name(realm), text, token):
            self._vault.write(
                self._client.put_secret_value,
                SecretId=self._name(realm),
                SecretString=text,
                ClientRequestToken=token,
            )

    def _name(self, realm: str) -> str:
        return self._vault.name("qbo", realm)


def _version_id(realm: str, text: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{realm} {hashlib.sha256(text.encode()).hexdigest()}"))


def _text(version: Version | None) -> str | None:
    return version.text if version else None


class LeaseRows(Protocol):
    """Where leases are kept: `connections.Connections`."""

    def acquire(self, realm: str, now: datetime, seconds: int) -> LeaseGrant | None: ...
    def release(self, realm: str, fence: int) -> None: ...


class TokenLease:
    """The lease of a company's tokens, by a clock."""

    def __init__(self, rows: LeaseRows, clock: Callable[[], datetime]) -> None:
        self._rows = rows
        self._clock = clock

    def acquire(self, realm: str, seconds: int) -> LeaseGrant | None:
        """Take the lease; None while another holds it."""
        return self._rows.acquire(realm, self._clock(), seconds)

    def release(self, realm: str, fence: int) -> None:
        """Give it back; nothing happens if another has taken it since."""
        self._rows.release(realm, fence)
