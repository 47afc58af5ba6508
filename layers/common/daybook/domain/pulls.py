"""What a pull keeps: how far each list was read, and what the point of sale was seen to have."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from daybook.domain.posting import instant_text


@dataclass(frozen=True, slots=True)
class PullCursor:
    """How far one list of a connection was read. Instants are RFC 3339 text in UTC.

    seen: the last modification (the vendor's clock, never above ours) up to which every object has
    its row; it never goes back. read_at: our instant at which the last complete reading began: what
    was modified before it has its row, as far as the vendor showed it by then.
    trouble: why it cannot be read, as a sentence with what to do; since: from when.
    number: rises with every write; each write is conditional on the number it read.
    """

    connection: str
    resource: str
    seen: str = ""
    read_at: str = ""
    trouble: str = ""
    since: str = ""
    number: int = 0

    def moved(self, seen: str, read_at: str = "") -> "PullCursor":
        """After more was read: the later of both instants, and no trouble. Two pulls at once may
        each move it: both began at or before it, so that the later end is true for both."""
        return replace(
            self,
            seen=max(self.seen, seen),
            read_at=max(self.read_at, read_at),
            trouble="",
            since="",
            number=self.number + 1,
        )

    def in_trouble(self, text: str, at: datetime) -> "PullCursor":
        """After it could not be read."""
        since = self.since if self.trouble else instant_text(at)
        return replace(self, trouble=text, since=since, number=self.number + 1)


@dataclass(frozen=True, slots=True)
class SeenAtPos:
    """What a pull saw of one object: its newest version there, and the totals stated with it.

    modified: when it was changed there; of two versions the later is kept. location and
    business_date: of its event, as the ledger has them; "" where it has none. stated: amounts as
    text, by the point of sale's own words (`total`).
    """

    connection: str
    object_type: str
    object_id: str
    version: str
    effect: str
    modified: str
    seen_at: str
    kind: str = ""
    location: str = ""
    business_date: str = ""
    stated: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> tuple[str, str, str]:
        """The object."""
        return self.connection, self.object_type, self.object_id

    def same_version(self, version: str, effect: str) -> bool:
        """Whether just this was seen."""
        return (self.version, self.effect) == (version, effect)
