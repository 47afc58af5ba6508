"""Texts of a known form, kept in fewer bytes: instants, sha256 in hex, request ids.

The attribute's type tells the form, so a text that is not of it stays as it is, and comes back.
"""

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

INSTANTS: Final = frozenset(
    {"created_at", "since", "occurred_at", "sent_at", "first_sent_at", "retry_at", "written_at"}
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_INSTANT = re.compile(r"(19[789]\d|2\d{3})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_HEX: Final = frozenset({"event_sha", "entry_id"})
_SHA256 = re.compile(r"[0-9a-f]{64}")
_BASE32 = re.compile(r"[A-Z2-7]{32}")


def short_text(name: str, text: str) -> dict[str, Any]:
    """A text field as an attribute: N for an instant, B for a digest, else S."""
    if name in INSTANTS and _INSTANT.fullmatch(text):
        since = _milliseconds(text)
        if since is not None:
            return {"N": str(since)}
    if name in _HEX and _SHA256.fullmatch(text):
        return {"B": bytes.fromhex(text)}
    if name == "request_id" and _BASE32.fullmatch(text):
        return {"B": base64.b32decode(text)}
    return {"S": text}


def text_of(name: str, digest: bytes) -> str:
    """The text of a B."""
    return digest.hex() if name in _HEX else base64.b32encode(digest).decode()


def instant_of(since: int) -> str:
    """The text of an instant's N."""
    at = _EPOCH + since * _MILLISECOND
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(text: str) -> int | None:
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
    except ValueError:
        # A day that no calendar has.
        return None
