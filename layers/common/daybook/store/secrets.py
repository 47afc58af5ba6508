"""Secrets Manager: what vouches for a delivery, opens a point of sale's API, or is a company's
token. Nothing here is ever logged or shown.

    <prefix>/webhook/<connection>   {"source", "secrets": [...]}; several while one is replaced;
                                    "before_until": until then the version before vouches too
    <prefix>/pos/<connection>       an object of texts, as the source's REST client needs
    <prefix>/intuit_app             {"client_id", "client_secret"}
    <prefix>/qbo/<realm>            a company's tokens (`token_secrets`)
"""

import json
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

CACHE_FOR = timedelta(minutes=15)
# Where what is remembered does not vouch for a delivery, it is read again, but not more often.
DOUBTED_FOR = timedelta(minutes=1)
CACHED = 1_024
# What may stand in a secret's name as one part of it; `/` would reach into another kind.
_NAME = re.compile(r"[A-Za-z0-9_.+=@-]{1,100}")


class SecretsUnavailable(Exception):  # noqa: N818 -- a state; a webhook answers it with 503
    """Secrets Manager gave no answer, or one that is no secret of ours. Tells no content."""


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """A connection's source, and the secrets of which any one vouches for a delivery."""

    source: str
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a secret."""

    id: str
    text: str = field(repr=False)


class Vault:
    """Secrets under one prefix. kms_key: the key for new ones; "" for the account's own."""

    def __init__(self, client: "SecretsManagerClient", prefix: str, kms_key: str = "") -> None:
        self._client = client
        self._prefix = prefix
        self._kms = {"KmsKeyId": kms_key} if kms_key else {}

    def name(self, *parts: str) -> str:
        """A secret's full name. ValueError for a part that cannot stand in one."""
        if not all(_NAME.fullmatch(part) for part in parts):
            raise ValueError("a part of a secret's name has characters that it cannot have")
        return "/".join([self._prefix, *parts])

    def read(self, name: str, stage: str = "AWSCURRENT") -> Version | None:
        """A stage of a secret; None if there is none. Raises SecretsUnavailable."""
        try:
            reply = self._client.get_secret_value(SecretId=name, VersionStage=stage)
        except ClientError as error:
            if _code(error) == "ResourceNotFoundException":
                return None
            raise SecretsUnavailable(f"reading a secret failed: {_code(error)}") from error
        except BotoCoreError as error:
            raise SecretsUnavailable(f"reading a secret failed: {type(error).__name__}") from error
        return Version(reply["VersionId"], reply["SecretString"])

    def create(self, name: str, text: str, token: str = "") -> bool:
        """Make a secret; False if the name is taken. Raises SecretsUnavailable."""
        with_token = {"ClientRequestToken": token} if token else {}
        return self.write(
            self._client.create_secret, Name=name, SecretString=text, **self._kms, **with_token
        )

    def replace(self, name: str, text: str) -> None:
        """Make a secret or give it a new current value. Raises SecretsUnavailable."""
        if not self.create(name, text):
            self.write(self._client.put_secret_value, SecretId=name, SecretString=text)

    def write(self, call: Callable[..., Any], **request: Any) -> bool:
        """One writing call; False for ResourceExistsException. Raises SecretsUnavailable."""
        try:
            call(**request)
        except ClientError as error:
            if _code(error) == "ResourceExistsException":
                return False
            raise SecretsUnavailable(f"writing a secret failed: {_code(error)}") from error
        except BotoCoreError as error:
            raise SecretsUnavailable(f"writing a secret failed: {type(error).__name__}") from error
        return True


class Secrets:
    """What the functions read; webhook secrets are remembered for a quarter of an hour, absence
    too: a read costs as much as eight writes of a row."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: OrderedDict[str, tuple[datetime, WebhookSecret | None]] = OrderedDict()

    def webhook_secret(
        self, connection: str, now: datetime, *, doubted: bool = False
    ) -> WebhookSecret | None:
        """The secret of a connection; None only if it has none. Raises SecretsUnavailable.

        doubted: what was known did not vouch for a delivery, so it may have been replaced.
        """
        known = self._known.get(connection)
        if known and now - known[0] < (DOUBTED_FOR if doubted else CACHE_FOR):
            return known[1]
        if not _NAME.fullmatch(connection):
            return None
        secret = self._read_webhook_secret(connection, now)
        self._known[connection] = (now, secret)
        self._known.move_to_end(connection)
        if len(self._known) > CACHED:
            self._known.popitem(last=False)
        return secret

    def _read_webhook_secret(self, connection: str, now: datetime) -> WebhookSecret | None:
        row = self._object("webhook", connection)
        if row is None:
            return None
        found = _webhook_secret(row)
        until = row.get("before_until")
        if isinstance(until, str) and datetime.fromisoformat(until) > now:
            before = self._object("webhook", connection, stage="AWSPREVIOUS")
            if before is not None:
                return replace(found, secrets=found.secrets + _webhook_secret(before).secrets)
        return found

    def put_webhook_secret(
        self, connection: str, secret: WebhookSecret, before_until: str = ""
    ) -> None:
        """Write it; other processes see it when they are shown a delivery that what they know
        does not vouch for, or within a quarter of an hour. before_until: RFC 3339; so long
        what was there before vouches as well, which nobody needs to read for that: Secrets Manager
        keeps the version before as AWSPREVIOUS."""
        row: dict[str, Any] = {"source": secret.source, "secrets": list(secret.secrets)}
        if before_until:
            row["before_until"] = before_until
        self._vault.replace(self._vault.name("webhook", connection), json.dumps(row))
        self._known.pop(connection, None)

    def pos_secret(self, connection: str) -> dict[str, str] | None:
        """What the source's REST client needs; None if there is none."""
        row = self._object("pos", connection)
        return None if row is None else {name: str(value) for name, value in row.items()}

    def put_pos_secret(self, connection: str, values: dict[str, str]) -> None:
        """Write it."""
        self._vault.replace(self._vault.name("pos", connection), json.dumps(values))

    def intuit_app(self) -> tuple[str, str]:
        """Client id and client secret of the Intuit app. SecretsUnavailable if not filled in."""
        match self._object("intuit_app"):
            case {"client_id": str(client_id), "client_secret": str(client_secret)}:
                return client_id, client_secret
        raise SecretsUnavailable("the secret intuit_app has not both client_id and client_secret")

    def _object(self, *parts: str, stage: str = "AWSCURRENT") -> dict[str, Any] | None:
        version = self._vault.read(self._vault.name(*parts), stage)
        if version is None:
            return None
        try:
            row = json.loads(version.text)
        except ValueError:
            # The parser's text would quote the secret.
            raise SecretsUnavailable("a secret is no JSON") from None
        if not isinstance(row, dict):
            raise SecretsUnavailable("a secret is no JSON object")
        return row


def _webhook_secret(row: dict[str, Any]) -> WebhookSecret:
    match row:
        case {"source": str(source), "secrets": [*secrets]} if secrets and all(
            isinstance(secret, str) and secret for secret in secrets
        ):
            return WebhookSecret(source, tuple(secrets))
    raise SecretsUnavailable("a webhook secret has not the fields source and secrets")


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
