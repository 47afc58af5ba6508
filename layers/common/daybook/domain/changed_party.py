"""What a point of sale changed of a customer or supplier that QuickBooks has: a sparse update."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from daybook.domain.directory import PartyKind
from daybook.domain.party_details import Details


@dataclass(frozen=True, slots=True)
class ChangedParty:
    """One version's change, told to one party of QuickBooks; what is not stated stays.

    display_name: as the point of sale names it by now. rename: whether that is told too, because
    the point of sale changed it; where it did not, whatever name people gave it in QuickBooks
    stays. qbo_id: "" while the party is still being created. sync_token: as read just before.
    """

    entry_id: str
    kind: PartyKind
    display_name: str
    details: Details = ()
    qbo_id: str = ""
    rename: bool = False
    sync_token: str = ""

    @property
    def states_nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.rename and not self.details

    def to_json(self) -> bytes:
        """As stored; equal ones give equal bytes."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False).encode()

    @staticmethod
    def from_json(data: bytes) -> "ChangedParty":
        """Again from `to_json`."""
        return ChangedParty.of(json.loads(data, parse_float=Decimal))

    @staticmethod
    def of(fields: Mapping[str, Any]) -> "ChangedParty":
        """Of the fields of its JSON."""
        details = tuple((name, text) for name, text in fields["details"])
        return ChangedParty(**{**fields, "details": details})
