"""Sends sample deliveries over HTTP as a point of sale would: signed, now."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from local.shop import ShopConnection

SAMPLES = Path(__file__).resolve().parent.parent / "events" / "webhooks"
_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Sample:
    """A delivery of the corpus: its name, its source, its headers and body as text."""

    name: str
    source: str
    event: str | None
    headers: dict[str, str]
    body: str


def samples(source: str) -> list[Sample]:
    """The corpus of a source, by name."""
    return [_sample(source, path) for path in sorted((SAMPLES / source).glob("*.json"))]


def _sample(source: str, path: Path) -> Sample:
    # Numbers stay as written: json would turn 3.30 into a binary float and lose the digits.
    file = json.loads(path.read_text(), parse_float=_Written, parse_int=_Written)
    body = file["body"]
    text = body if isinstance(body, str) else _dump(body)
    headers = {name.lower(): str(value) for name, value in file.get("headers", {}).items()}
    return Sample(path.stem, source, file.get("event"), headers, text)


class _Written(str):
    """A number as it stands in a file."""


def _dump(value: Any) -> str:
    if isinstance(value, _Written):
        return str(value)
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name)}:{_dump(item)}" for name, item in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_dump, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def send(url: str, connection: ShopConnection, sample: Sample) -> requests.Response:
    """POST one delivery; url: the webhook API's base."""
    path = f"{url}/webhooks/{connection.id}"
    body = sample.body.encode()
    headers = {"content-type": "application/json", **sample.headers}
    if sample.event:
        path += f"/{sample.event}"
    if connection.source == "heartland":
        headers["x-daybook-secret"] = connection.secret
    elif connection.source == "unleashed":
        headers |= dated(connection.secret, body)
    else:
        headers |= signed(connection.secret, headers.get("webhook-id", sample.name), body)
    return requests.post(path, data=body, headers=headers, timeout=_TIMEOUT_SECONDS)


def signed(secret: str, message_id: str, body: bytes) -> dict[str, str]:
    """The headers of the Standard Webhooks scheme (https://www.standardwebhooks.com)."""
    moment = str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{message_id}.{moment}.".encode() + body
    mark = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{mark}",
    }


def dated(secret: str, body: bytes) -> dict[str, str]:
    """The headers of Unleashed's signature: base64 of HMAC-SHA256 over `timestamp.body`."""
    moment = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).digest()
    mark = base64.b64encode(digest).decode()
    return {"x-unleashed-timestamp": moment, "x-unleashed-signature": mark}
