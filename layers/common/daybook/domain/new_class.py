"""A class that QuickBooks does not have yet: posted as a row of its own, once, like an entry."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import NamedTuple

# https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/class: 100
# characters; QuickBooks itself adds "(deleted)" to inactive ones. Five levels at most.
MAX_NAME = 100 - len(" (deleted)")
MAX_LEVELS = 5
# A backslash cannot be asked for by a query; the colon parts the levels.
_NOT_IN_NAMES = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class NewClass:
    """What is created. parent: the QBO id of the class above, "" at the top; full_name: with the
    names above it, `Store 1:Burbank`."""

    entry_id: str
    full_name: str
    parent: str = ""

    @property
    def name(self) -> str:
        """The last part of the full name."""
        return self.full_name.rpartition(":")[2]

    def to_json(self) -> bytes:
        """The class as stored; equal ones give equal bytes."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False).encode()

    @staticmethod
    def from_json(data: bytes) -> "NewClass":
        """The class again from `to_json`."""
        return NewClass(**json.loads(data, parse_float=Decimal))


class MissingClass(NamedTuple):
    """A class to be created next: those above it are there. parent: their id, "" at the top."""

    full_name: str
    parent: str


def as_full_name(label: str) -> str:
    """A label as a class's full name: "Store 1 : Burbank" is "Store 1:Burbank"; "" where nothing
    of it is left, or where it has more levels than QuickBooks takes."""
    readable = "".join(sign if sign.isprintable() else " " for sign in label)
    clean = (_NOT_IN_NAMES.sub(" ", part).strip() for part in readable.split(":"))
    kept = [part[:MAX_NAME].strip() for part in clean if part]
    return ":".join(kept) if len(kept) <= MAX_LEVELS else ""


def next_missing(full_name: str, known: Mapping[str, str]) -> MissingClass | None:
    """What has to be created first so that a class comes to be; None where it is there.

    known: ids by full name. The levels go one after the other: a class cannot be made in the batch
    of its parent. Names differ by more than letter case (QuickBooks ignores it).
    """
    ids = {name.casefold(): found for name, found in known.items()}
    parent, above = "", ""
    for part in full_name.split(":"):
        here = f"{above}:{part}" if above else part
        found = ids.get(here.casefold())
        if found is None:
            return MissingClass(here, parent)
        parent, above = found, here
    return None
