"""A key that an event came with, for the report of what a mapping covers."""

from typing import NamedTuple


class SeenKey(NamedTuple):
    """(role, key, location) of a leg, as the point of sale has it."""

    role: str
    key: str
    location: str
