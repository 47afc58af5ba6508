"""What the ledger shows of a company when the poster looks."""

from dataclasses import dataclass, field

from daybook.domain.posting import Posting

# The object of a point of sale: connection, type, id.
type ObjectName = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Due:
    """rows: ready, sending or uncertain, oldest first. more: whether there may be others.

    families: all rows of each of their objects as they were read with them, where those are few.
    """

    rows: list[Posting]
    more: bool = False
    families: dict[ObjectName, list[Posting]] = field(default_factory=dict)
