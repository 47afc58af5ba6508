"""What a proof found: a day of a company as kept, and what the next proof has to know.

A proof compares the ledger with QuickBooks, and with the point of sale where it is pulled. It
reports; in QuickBooks it changes nothing.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal

from daybook.domain.control_totals import Place, Total
from daybook.domain.document_kinds import Entity
from daybook.domain.flags import RAISED_BY_POS, FlagName
from daybook.domain.found import FoundTransaction
from daybook.domain.pos_side import PosDay

type FindingKind = FlagName | Literal["found_late", "orphan_in_qbo", "missing_in_ledger"]

FINDINGS: Final[dict[FindingKind, str]] = {
    "double_in_qbo": "QuickBooks has it more than once, or although the ledger never posted it.",
    "missing_in_qbo": "Posted in the ledger, and QuickBooks has no such entry.",
    "deleted_in_qbo": "Posted, and somebody deleted it in QuickBooks.",
    "edited_in_qbo": "Posted, and its date, lines or mark were changed in QuickBooks.",
    "found_late": "Of unclear outcome, and found in QuickBooks: now recorded as posted.",
    "orphan_in_qbo": "Carries daybook's mark, and the ledger knows nothing of it.",
    "missing_in_ledger": "The point of sale has it, and the ledger has nothing of this version.",
    "missing_at_pos": "In the ledger, and the point of sale's lists do not have it.",
    "total_differs_at_pos": "The point of sale states another total than the event has.",
}
# What a comparison with the point of sale finds.
AT_POS: Final[frozenset[FindingKind]] = RAISED_BY_POS | {"missing_in_ledger"}
MAX_FINDINGS: Final = 500
_MAX_WORDS: Final = 8
# So far back the ranges of ids are remembered: what was deleted later is looked for among these.
MAX_REMEMBERED_DAYS: Final = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. event: as a person types it; "" for an orphan.

    day: the business date; of an orphan the date in QuickBooks. is_new: seen for the first time.
    cleared: a person has seen it and said why it is right.
    """

    kind: FindingKind
    connection: str
    event: str
    posting: str
    location: str
    day: str
    ids: tuple[str, ...]
    text: str
    is_new: bool = True
    cleared: str = ""

    @property
    def what(self) -> str:
        """The same for the same thing, though it may touch several dates."""
        return " ".join([self.kind, self.posting, *self.ids])


@dataclass(frozen=True, slots=True)
class DayProof:
    """The last proof of one date of a company. proved_at: RFC 3339 in UTC. day: ISO.

    reads: requests that it took, of a window of several days on its first. more: findings beyond
    those that are kept. note: what could not be looked at, or "". pos: the third side, by
    connection.
    """

    realm: str
    day: str
    proved_at: str
    reads: int
    totals: tuple[Total, ...] = ()
    findings: tuple[Finding, ...] = ()
    more: int = 0
    note: str = ""
    pos: tuple[PosDay, ...] = ()

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """What nobody has cleared."""
        return tuple(one for one in self.findings if not one.cleared)

    def to_json(self) -> bytes:
        """As kept."""
        row = {
            "realm": self.realm,
            "day": self.day,
            "proved_at": self.proved_at,
            "reads": self.reads,
            "totals": [_total_row(total) for total in self.totals],
            "findings": [_finding_row(one) for one in self.findings],
            "more": self.more,
            "note": self.note,
            "pos": [one.to_row() for one in self.pos],
        }
        return json.dumps(row, separators=(",", ":"), ensure_ascii=True).encode()

    @staticmethod
    def from_json(data: bytes) -> "DayProof":
        """The proof again from `to_json`."""
        row = json.loads(data)
        totals = tuple(Total(Place(*place), sums) for *place, sums in row.pop("totals"))
        findings = tuple(
            Finding(**{**one, "ids": tuple(one["ids"])}) for one in row.pop("findings")
        )
        # Proofs that were kept before there was a third side have none.
        pos = tuple(PosDay.of_row(one) for one in row.pop("pos", ()))
        return DayProof(**row, totals=totals, findings=findings, pos=pos)


def _total_row(total: Total) -> list[Any]:
    place = total.place
    return [place.location, place.currency, place.role, place.key, dict(total.sums)]


def _finding_row(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in Finding.__slots__}


@dataclass(frozen=True, slots=True)
class ProofState:
    """What the next proof of a company has to know.

    changes_until: up to when changes were looked at; "" for never. ranges: the lowest and highest
    QuickBooks id of the postings of each proved date: where to look for an entry of which nothing
    but the id is left. kinds: of the postings of all proved dates, beside journal entries.
    """

    realm: str
    changes_until: str = ""
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    kinds: tuple[Entity, ...] = ()

    def with_kinds(self, kinds: Iterable[Entity]) -> "ProofState":
        """The state after more kinds were met."""
        return replace(self, kinds=tuple(sorted({*self.kinds, *kinds} - {"JournalEntry"})))

    def with_ids(self, day: str, ids: Iterable[str]) -> "ProofState":
        """The state after a date was proved. Ids that are no numbers are left out."""
        numbers = [int(one) for one in ids if one.isascii() and one.isdigit()]
        if not numbers:
            return self
        low, high = self.ranges.get(day, (numbers[0], numbers[0]))
        ranges = {**self.ranges, day: (min(low, *numbers), max(high, *numbers))}
        kept = sorted(ranges)[-MAX_REMEMBERED_DAYS:]
        return replace(self, ranges={one: ranges[one] for one in kept})

    def days_of(self, qbo_id: str) -> list[str]:
        """The dates among whose postings the id may be."""
        if not (qbo_id.isascii() and qbo_id.isdigit()):
            return []
        number = int(qbo_id)
        return [day for day, (low, high) in self.ranges.items() if low <= number <= high]

    def to_json(self) -> bytes:
        """As kept."""
        ranges = {day: list(pair) for day, pair in self.ranges.items()}
        row = {"realm": self.realm, "changes_until": self.changes_until, "ranges": ranges}
        row["kinds"] = list(self.kinds)
        return json.dumps(row, separators=(",", ":")).encode()

    @staticmethod
    def from_json(data: bytes) -> "ProofState":
        """The state again from `to_json`."""
        row = json.loads(data)
        ranges = {day: (low, high) for day, (low, high) in row["ranges"].items()}
        kinds = tuple(row.get("kinds", ()))
        return ProofState(row["realm"], row["changes_until"], ranges, kinds)


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in QuickBooks: daybook's own entries and documents, and the ids of what was
    deleted, whosever.

    is_whole: False if there was more than QuickBooks tells at once.
    """

    entries: tuple[FoundTransaction, ...]
    deleted: frozenset[str]
    is_whole: bool


# `translation` writes the note; a reversal's begins with what it reverses.
_NAMED = re.compile(r"(?:^| \| )((?:(?! \| ).){3,500}?) version ")


def objects_of(private_note: str) -> list[tuple[str, str]]:
    """The objects (type, id) that a note may name: where to look for what its mark belongs to.

    Types and ids may have spaces, so there can be several; the mark tells which it is.
    """
    found = _NAMED.search(private_note)
    words = found[1].split(" ") if found else []
    places = range(1, min(len(words), _MAX_WORDS))
    return [(" ".join(words[:place]), " ".join(words[place:])) for place in places]


def days_of_range(first: date, last: date, most: int) -> list[str]:
    """The dates from first to last. Raises ValueError for a range that is empty or too long."""
    count = (last - first).days + 1
    if not 1 <= count <= most:
        raise ValueError(f"from {first} to {last} is not 1 to {most} days")
    return [date.fromordinal(first.toordinal() + place).isoformat() for place in range(count)]
