"""The long run's figures: one line for each class of faults."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.simulation.course import Result
from tests.simulation.faults import CLASSES

COLUMNS = (
    "seeds", "events", "faults", "calls", "lost", "unbalanced", "doubled", "undetected", "failed",
)  # fmt: skip


@dataclass
class Table:
    """Sums by class. failed: (class, seed, breaches) of what went wrong."""

    sums: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in CLASSES}
    )
    failed: list[tuple[str, int, list[tuple[str, str]]]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """One course."""
        found = result.findings
        self.sums[result.kind].update(
            seeds=1,
            events=result.events,
            faults=result.drawn,
            calls=result.calls,
            lost=found.lost,
            unbalanced=found.unbalanced,
            doubled=found.doubled,
            undetected=found.undetected,
            failed=not result.good,
        )
        if not result.good:
            self.failed.append((result.kind, result.seed, found.breaches))

    def lines(self) -> Iterator[str]:
        """As people read it."""
        yield "class".ljust(10) + "".join(name.rjust(11) for name in COLUMNS)
        for kind, sums in self.sums.items():
            if sums["seeds"]:
                yield kind.ljust(10) + "".join(f"{sums[name]:>11,}" for name in COLUMNS)
