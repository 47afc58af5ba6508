"""A mapping against the company's chart and against the keys that events came with so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from daybook.domain.chart import Chart
from daybook.domain.directory import Directory
from daybook.domain.mapping import DEFAULT_KEY, AccountRow, Mapping
from daybook.domain.seen_key import SeenKey
from daybook.workflows.mapping_problems import problems_of, warnings_of

# Their legs carry no key, so that a default is the plain way to map them.
KEYLESS = frozenset(
    {
        "customer_deposits",
        "accounts_receivable",
        "tips_payable",
        "cash_rounding",
        "refund_difference",
        "forfeited_deposits",
        "cash_drawer",
        "accounts_payable",
        "bank",
        "rounding",
    }
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that a check found. seen: how many keys came so far.

    uncovered: keys without a row; by_default: keys that only the role's default covers;
    unused: (number in the file, row) of rows that no key so far uses.
    """

    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    seen: int
    uncovered: tuple[SeenKey, ...]
    by_default: tuple[tuple[SeenKey, AccountRow], ...]
    unused: tuple[tuple[int, AccountRow], ...]

    @property
    def waits(self) -> bool:
        """Whether a person has something to do before events can post."""
        return bool(self.problems or self.uncovered)


def check(
    mapping: Mapping,
    chart: Chart | None,
    directory: Directory | None,
    seen: Sequence[SeenKey],
    source: str = "",
) -> Checked:
    """The whole report; nothing is written. source: as `warnings_of` takes it."""
    rows = {key: mapping.resolve(key.role, key.key, key.location) for key in sorted(set(seen))}
    covered = [(key, row) for key, row in rows.items() if row is not None]
    used = {(row.role, row.key, row.location) for _, row in covered}
    return Checked(
        problems_of(mapping, chart, directory),
        warnings_of(mapping, chart, directory, source),
        len(rows),
        tuple(key for key, row in rows.items() if row is None),
        tuple((key, row) for key, row in covered if _only_default(key, row)),
        tuple(
            (number, row)
            for number, row in enumerate(mapping.accounts)
            if (row.role, row.key, row.location) not in used
        ),
    )


def _only_default(key: SeenKey, row: AccountRow) -> bool:
    return row.key == DEFAULT_KEY and key.role not in KEYLESS
