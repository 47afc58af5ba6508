"""A delivery as it is kept, and what keeping a row came to."""

from typing import Literal, NamedTuple

# `same`: the key was there with the same content. `conflict`: it was there with another.
type Put = Literal["created", "same", "conflict"]
# How a delivery came: sent by the point of sale, or read over its API.
type Origin = Literal["webhook", "pull"]


class DeliveryRow(NamedTuple):
    """A delivery as kept: its id, content hash and raw body (inline, or a key in the archive)."""

    connection: str
    delivery_id: str
    sha256: str
    source: str
    received_at: str
    event: str | None = None
    body: bytes = b""
    archive_key: str = ""
    origin: Origin = "webhook"
