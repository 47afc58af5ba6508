"""Proof that a delivery comes from who shares a secret with us. Raw bytes, constant time.

Standard Webhooks, `v1` (https://github.com/standard-webhooks/standard-webhooks, spec):
    signed text = webhook-id "." webhook-timestamp "." body
    webhook-signature = "v1," base64(HMAC-SHA256(key, signed text)), several apart by spaces
    secret = "whsec_" base64(key), key of 24 to 64 bytes
Shared secret: the secret itself in the query (`?secret=`) or the header `x-daybook-secret`, for
senders that sign nothing. It proves who sends, not what was sent.

Dated HMAC (Unleashed):
    signature = base64(HMAC-SHA256(the secret's text, timestamp "." body)); Unix seconds

Several secrets may be valid at once, so that a secret is changed without losing a delivery.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from daybook.domain.errors import Unreadable
from daybook.sources.contract import BadSignature, Delivery

TOLERANCE_SECONDS = 300
MIN_KEY_BYTES = 24
MAX_KEY_BYTES = 64
MAX_CANDIDATES = 16
MAX_ID_LENGTH = 256
SECRET_HEADER = "x-daybook-secret"  # noqa: S105 -- a header's name
SECRET_PREFIX = "whsec_"  # noqa: S105 -- the scheme's prefix

_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def secret_key(secret: str) -> bytes:
    """The key of a Standard Webhooks secret, with or without prefix and padding.

    Raises ValueError if it is empty, no base64, or not 24 to 64 bytes long.
    """
    encoded = secret.strip().removeprefix(SECRET_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is whsec_ and base64") from None
    if not MIN_KEY_BYTES <= len(key) <= MAX_KEY_BYTES:
        raise ValueError(f"a webhook secret holds {MIN_KEY_BYTES} to {MAX_KEY_BYTES} bytes")
    return key


def new_secret(random_bytes: bytes) -> str:
    """A Standard Webhooks secret of 24 to 64 random bytes. Raises ValueError on another number."""
    secret = SECRET_PREFIX + base64.b64encode(random_bytes).decode()
    secret_key(secret)
    return secret


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` of a message at a Unix time. Raises ValueError on a bad secret."""
    return "v1," + _signature(secret_key(secret), message_id, str(timestamp), body).decode()


def verify_standard_webhooks(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime
) -> None:
    """Raise BadSignature unless one secret signed the body within 300 seconds of now, inclusive.

    Signatures of other versions are skipped; a secret that is malformed vouches for nothing.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ", MAX_CANDIDATES)
    if not 0 < len(message_id) <= MAX_ID_LENGTH:
        raise BadSignature("webhook-id is missing or too long")
    _check_fresh(timestamp, now)
    if len(given) > MAX_CANDIDATES:
        raise BadSignature(f"webhook-signature lists more than {MAX_CANDIDATES}")
    candidates = [_bytes(one[3:].rstrip("=") + "=") for one in given if one.startswith("v1,")]
    expected = [
        _signature(key, message_id, timestamp, body) for key in map(_usable_key, secrets) if key
    ]
    if not _any_equal(expected, candidates):
        raise BadSignature("no v1 signature is right for any of the secrets")


def verify_dated_hmac(
    signature: str, timestamp: str, body: bytes, secrets: Sequence[str], now: datetime
) -> None:
    """Raise BadSignature unless one secret signed timestamp and body within 300 seconds of now."""
    _check_fresh(timestamp, now)
    signed = timestamp.encode() + b"." + body
    digests = [hmac.digest(_bytes(secret), signed, "sha256") for secret in secrets if secret]
    expected = [base64.b64encode(digest) for digest in digests]
    if not _any_equal(expected, [_bytes(signature.rstrip("=") + "=")]):
        raise BadSignature("the signature is missing, or right for none of the secrets")


def _check_fresh(timestamp: str, now: datetime) -> None:
    if not _TIMESTAMP.fullmatch(timestamp):
        raise BadSignature("the timestamp is missing or no number of seconds")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise BadSignature("the timestamp is more than 5 minutes from now")


def message_id_of(delivery: Delivery) -> str:
    """The `webhook-id`, which the scheme keeps over retries. Raises Unreadable without one."""
    message_id = delivery.headers.get("webhook-id", "")
    if not message_id:
        raise Unreadable("headers.webhook-id", "is missing; name each delivery, as the scheme says")
    return message_id


def verify_shared_secret(
    headers: Mapping[str, str], query: Mapping[str, str], secrets: Sequence[str]
) -> None:
    """Raise BadSignature unless the header, or without it the query, holds one of the secrets."""
    given = headers.get(SECRET_HEADER) or query.get("secret") or ""
    # Digests have one length, so that time does not tell the secret's.
    digest = hashlib.sha256(_bytes(given)).digest()
    expected = [hashlib.sha256(_bytes(secret)).digest() for secret in secrets if secret]
    if not given or not _any_equal(expected, [digest]):
        raise BadSignature("the shared secret is missing or wrong")


def _usable_key(secret: str) -> bytes | None:
    try:
        return secret_key(secret)
    except ValueError:
        return None


def _signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    signed = b".".join((_bytes(message_id), timestamp.encode(), body))
    return base64.b64encode(hmac.digest(key, signed, "sha256"))


def _any_equal(expected: Sequence[bytes], given: Sequence[bytes]) -> bool:
    """Whether any pair is equal; every pair is compared, so that time does not tell which."""
    found = False
    for right in expected:
        for candidate in given:
            found |= hmac.compare_digest(right, candidate)
    return found


def _bytes(text: str) -> bytes:
    # Header and query values may hold anything, lone surrogates too.
    return text.encode("utf-8", "surrogatepass")
