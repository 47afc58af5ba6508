"""What a browser sends with a form, within bounds."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final
from urllib.parse import parse_qsl

from daybook.console.web import Wrong

MAX_BYTES: Final = 2_500_000
MAX_FIELDS: Final = 20_000

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
    if "\r" in content_type or "\n" in content_type:
        raise Wrong(400, "This form cannot be read")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    parts = message.get_payload() if message.is_multipart() else []
    if not parts or len(parts) > MAX_FIELDS:
        raise Wrong(400, "This form cannot be read")
    pairs: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    for one in parts:
        if not isinstance(one, Message):
            continue
        name = one.get_param("name", header="content-disposition")
        content = one.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if one.get_filename() is not None:
            files[name] = content
        else:
            pairs.append((name, content.decode("utf-8", "replace")))
    return _gathered(pairs), files
