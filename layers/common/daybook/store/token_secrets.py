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

    def promote(self, realm: str, pending: str, current: str | None) -> bool:
        """Make a text that was written as pending current, and pending no longer.

        current: the text that it takes the place of. False, and nothing done, where another one is
        current by now, or where it was not written. Raises SecretsUnavailable.

        Each step names the version that it takes a stage from, so it fails where another worker
        was faster. Versions are named by their texts, so nothing is read for that; what is refused
        is looked at, as a text may have been written by hand, under another name.
        """
        name = self._name(realm)
        there = "" if current is None else _version_id(realm, current)
        chosen = _version_id(realm, pending)
        for attempt in range(1, MAX_TRIES + 1):
            try:
                self._move(name, there, chosen)
            except SecretsUnavailable:
                if attempt == MAX_TRIES:
                    raise
            else:
                return True
            left, now = self._vault.read(name, "AWSPENDING"), self._vault.read(name)
            is_left = left is not None and left.text == pending
            if _text(now) == pending:
                if not is_left:
                    return True
            elif _text(now) != current or not is_left:
                return False
            there, chosen = now.id if now else "", left.id if left else ""
        raise AssertionError("the last try returns or raises")

    def _move(self, name: str, there: str, chosen: str) -> None:
        if there != chosen:
            remove = {"RemoveFromVersionId": there} if there else {}
            self._stage(name, "AWSCURRENT", MoveToVersionId=chosen, **remove)
        self._stage(name, "AWSPENDING", RemoveFromVersionId=chosen)

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
