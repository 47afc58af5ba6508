"""A key that an event came with, for the report of what a mapping covers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class SeenKey:
    """(role, key, location) of a leg, as the point of sale has it."""

    role: str
    key: str
    location: str
