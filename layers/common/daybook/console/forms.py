"""What a browser sends with a form, within bounds."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from daybook.console.web import Wrong

MAX_BYTES: Final = 2_500_000
MAX_FIELDS: Final = 20_000
# Of a part's headers. A browser writes quotes and line breaks of a name as %22, %0D, %0A.
MAX_HEAD: Final = 2_000
_BOUNDARY: Final = re.compile(
    r"""; *boundary=(?:"([\w'()+,./:=? -]{1,70})"|([\w'+.-]{1,70})) *(?:;|$)""", re.ASCII
)
_NAME: Final = re.compile(rb'\r\nContent-Disposition: form-data; name="([^"\r\n]*)"', re.IGNORECASE)
_FILE: Final = re.compile(rb'\r\nContent-Disposition: [^\r\n]*"; filename=', re.IGNORECASE)

type Fields = dict[str, list[str]]


def body_of(event: Mapping[str, Any]) -> bytes:
    """The raw body of an HTTP API's event (payload 2.0). Raises Wrong for a very large one."""
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else None
    except (binascii.Error, ValueError):
        raise Wrong(400, "This form cannot be read") from None
    body = text.encode("utf-8", "surrogatepass") if raw is None else raw
    if len(body) > MAX_BYTES:
        raise Wrong(413, "That is too large", f"A form takes {MAX_BYTES:,} bytes.")
    return body


def read_form(content_type: str, body: bytes) -> tuple[Fields, dict[str, bytes]]:
    """Fields and uploaded files of a posted form. Raises Wrong for what is none."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return _multipart(content_type, body)
    if kind != "application/x-www-form-urlencoded":
        raise Wrong(415, "This is no form")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MAX_FIELDS,
            errors="replace",
        )
    except ValueError:
        raise Wrong(400, "This form cannot be read") from None
    return _gathered(pairs), {}


def _gathered(pairs: Sequence[tuple[str, str]]) -> Fields:
    fields: Fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _multipart(content_type: str, body: bytes) -> tuple[Fields, dict[str, bytes]]:
    """As browsers write it (RFC 7578): parts beside each other, none encoded or within another.

    Python's own parser is for mail, and takes minutes for what can be sent here.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise Wrong(400, "This form cannot be read")
    line = rb"\r\n--" + re.escape(boundary[1] or boundary[2]).encode() + rb"(?=\r\n|--)"
    pieces = re.split(line, b"\r\n" + body, maxsplit=MAX_FIELDS + 2)
    # Before the first boundary and behind the last stands nothing of the form.
    if not 2 < len(pieces) <= MAX_FIELDS + 2 or not pieces[-1].startswith(b"--"):
        raise Wrong(400, "This form cannot be read")
    pairs: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, between, content = piece[:MAX_HEAD].partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not between or not name:
            raise Wrong(400, "This form cannot be read")
        content = piece[len(head) + len(between) :]
        if _FILE.search(head):
            files[_text(name[1])] = content
        else:
            pairs.append((_text(name[1]), _text(content)))
    return _gathered(pairs), files


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
