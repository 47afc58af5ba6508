"""Text inside the JSON that is sent: quoted, cut to what QuickBooks takes, hashed, marked."""

import hashlib
import json
import re

from daybook.domain.identity import marker

# PrivateNote and Description take 4,000 characters; Java counts one beyond U+FFFF as two.
MAX_TEXT = 4_000
# Control characters, lone surrogates and non-characters are not allowed in XML, which QuickBooks
# speaks inside.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What `json.dumps` of a text calls, without the way there.
quoted_json = json.encoder.encode_basestring


def cut(text: str, limit: int) -> str:
    """The text without characters that QuickBooks refuses, at most `limit` UTF-16 units long."""
    clean = text if text.isprintable() else _NOT_TEXT.sub(_replacement, text)
    if 2 * len(clean) <= limit:
        return clean
    return clean.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", errors="ignore")


def sha_of(content: str) -> str:
    """Hex sha256 of a body's content; the marker has its first eight digits."""
    return hashlib.sha256(content.encode()).hexdigest()


def ref(name: str, value: str) -> str:
    """A reference as a member: `"ItemRef":{"value":"7"}`."""
    return f'"{name}":{{"value":{quoted_json(value)}}}'


def with_private_note(content: str, note: str, entry_id: str, generation: int) -> bytes:
    """A body with its PrivateNote: the note, cut to fit, and the marker, which is never cut."""
    body = content.encode()
    ending = marker(entry_id, generation, hashlib.sha256(body).hexdigest())
    kept = cut(note, MAX_TEXT - len(ending) - 1)
    private_note = f"{kept} {ending}" if kept else ending
    return b'%b,"PrivateNote":%b}' % (body[:-1], quoted_json(private_note).encode())


def _replacement(found: re.Match[str]) -> str:
    return "\ufffd" if found[0] >= "\ud800" else " "
