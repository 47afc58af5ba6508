"""The names of a posting: all computed, so that doing a thing twice names it the same.

Limits of QuickBooks: DocNumber 21 characters, requestid 50 (joined with a batch item's id)
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/journalentry
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

type Effect = Literal["post", "reverse", "replace"]
# create: a party, item or class that QuickBooks does not have yet; update: what changed of a party.
# close: a part of a closed business day.
type Purpose = Literal["post", "reverse", "create", "update", "close"]

_COMPACT = json.JSONEncoder(separators=(",", ":")).encode
# What `json.dumps` of a text calls, without the way there.
_quoted = json.encoder.encode_basestring_ascii
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_NOT_READABLE = re.compile(r"[^A-Z0-9-]")


@dataclass(frozen=True, slots=True, order=True)
class PostingKey:
    """What makes one posting: an effect of a version of an object, posted or reversed.

    purpose `create`: the party itself, as QuickBooks gets it; `update`: what a version changed of
    it; `close`: a part of a closed business day. None is an event of the point of sale.
    revision rises each time a reversed posting is posted again; part numbers a split posting.
    """

    connection: str
    object_type: str
    object_id: str
    version: str
    effect: str = "post"
    purpose: str = "post"
    revision: int = 0
    part: int = 0

    @property
    def event_name(self) -> str:
        """`object_type/object_id/version/effect`, as people see it."""
        return f"{self.object_type}/{self.object_id}/{self.version}/{self.effect}"

    def reversal(self) -> "PostingKey":
        """The posting that takes this one back."""
        return replace(self, purpose="reverse")


def entry_id(realm: str, key: PostingKey) -> str:
    """The entry's id: 64 hex digits of the realm and the whole posting key."""
    version = (key.object_type, key.object_id, key.version, key.effect)
    texts = (realm, key.connection, *version, key.purpose)
    # The bytes of the compact JSON of a list of them all.
    parts = f"[{','.join(map(_quoted, texts))},{key.revision},{key.part}]"
    return hashlib.sha256(parts.encode()).hexdigest()


def doc_number(readable: str, entry: str) -> str:
    """A DocNumber of at most 21 characters: what a person knows, then six of the entry's id."""
    known = _NOT_READABLE.sub("", readable.upper())[:14].strip("-")
    # The first thirty bits in base32: five for each of six characters.
    bits = int(entry[:8], 16) >> 2
    tail = "".join([_BASE32[bits >> shift & 31] for shift in (25, 20, 15, 10, 5, 0)])
    return f"{known}-{tail}" if known else tail


def request_id(members: Iterable[tuple[str, int]]) -> str:
    """The id of one batch: 32 characters of its planned (entry id, generation), in order."""
    planned = _COMPACT(list(members)).encode()
    return _base32(hashlib.sha256(planned).digest())[:32]


def marker(entry: str, generation: int, content_sha: str) -> str:
    """What ends a PrivateNote, so that an entry found in QuickBooks names its origin and content.

    content_sha: hex sha256 of the entry's body without its PrivateNote.
    """
    return f"daybook:{entry[:16]}:{generation}:{content_sha[:8]}"


_MARKER = re.compile(r"daybook:([0-9a-f]{16}):(\d+):([0-9a-f]{8})\s*$")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker as read back from a PrivateNote."""

    entry_id16: str
    generation: int
    content_sha8: str


def read_marker(private_note: str) -> Marker | None:
    """The marker that ends a note, or None where the note is not daybook's."""
    found = _MARKER.search(private_note)
    return Marker(found[1], int(found[2]), found[3]) if found else None


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")
