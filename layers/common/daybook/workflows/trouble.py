"""What waits for a person, gathered: companies, reasons, flags, findings of the last proofs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from daybook.domain.connection import Connection, Realm
from daybook.domain.errors import Missing
from daybook.domain.proof import Finding
from daybook.domain.shelf import Pile, Shelf
from daybook.workflows.ports import Connections, Shelves
from daybook.workflows.prover import Proofs

# So many rows of a pile are read to name what the mapping lacks.
MAX_SAMPLED: Final = 20
MAX_SAMPLES: Final = 6
PROVED_DATES: Final = 7
# Held for these, a row names what is missing.
_NAMES_KEYS: Final = frozenset({"unmapped_account", "none_unbalances", "unmapped_class"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pile with what its newest rows lack: (role, key, location), each once."""

    pile: Pile
    connection: Connection
    missing: tuple[Missing, ...] = ()


def companies_in_trouble(realms: Iterable[Realm], now: str) -> list[Realm]:
    """Companies that are parked, need a reconnect or are disconnected. now: RFC 3339."""
    return [one for one in realms if one.state != "connected" or one.parked_until > now]


def piles(connections: Sequence[Connection], shelves: Shelves) -> dict[str, list[Waiting]]:
    """What waits by kind: `held`, `failed`, `flagged`; the oldest pile first."""
    found: dict[str, list[Waiting]] = {"held": [], "failed": [], "flagged": []}
    samples = 0
    for one in connections:
        for kind in ("held", "failed", "flagged"):
            for pile in shelves.piles(one.id, kind):
                missing: tuple[Missing, ...] = ()
                if pile.reason in _NAMES_KEYS and samples < MAX_SAMPLES:
                    missing, samples = _missing(pile, shelves), samples + 1
                found[kind].append(Waiting(pile, one, missing))
    for waiting in found.values():
        waiting.sort(key=lambda each: each.pile.oldest)
    return found


def _missing(pile: Pile, shelves: Shelves) -> tuple[Missing, ...]:
    shelf = Shelf("held", pile.connection, pile.reason)
    rows = shelves.rows(shelves.places(shelf, "", MAX_SAMPLED))
    return tuple(sorted({one for row in rows if row for one in row.missing}))


def findings(connections: Connections, proofs: Proofs) -> list[tuple[str, Finding]]:
    """What the last proofs of each company found and nobody has cleared, each once."""
    found: dict[tuple[str, str], tuple[str, Finding]] = {}
    for company in connections.realms():
        for day in proofs.last(company.realm, PROVED_DATES):
            for finding in day.open_findings:
                found.setdefault((company.realm, finding.what), (company.realm, finding))
    return list(found.values())
