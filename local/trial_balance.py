"""The trial balance as QuickBooks reports it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from local.qbo_simulator.server import RunningSimulator


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Rows of (account, debit, credit), as decimals of the home currency."""

    rows: tuple[tuple[str, Decimal, Decimal], ...]

    @property
    def difference(self) -> Decimal:
        """Debits less credits: 0.00 in books that balance."""
        return sum((debit - credit for _, debit, credit in self.rows), Decimal("0.00"))

    def balance(self, name: str) -> Decimal:
        """An account's debits less credits; 0 for one that has no row."""
        return sum((row[1] - row[2] for row in self.rows if row[0] == name), Decimal(0))

    def text(self) -> str:
        """The report for a person."""
        lines = [f"{'Trial balance':<40}{'debit':>14}{'credit':>14}"]
        lines += [f"{name:<40}{_shown(d):>14}{_shown(c):>14}" for name, d, c in self.rows]
        debit = sum((row[1] for row in self.rows), Decimal(0))
        credit = sum((row[2] for row in self.rows), Decimal(0))
        return "\n".join([*lines, f"{'Total':<40}{debit:>14}{credit:>14}"])


def trial_balance(qbo: RunningSimulator, until: date | None = None) -> TrialBalance:
    """Ask for the report of this fiscal year so far, or up to a date: later dates than the year's
    last close income into equity."""
    until = until or datetime.now(UTC).date()
    dates = {"start_date": until.replace(month=1, day=1).isoformat(), "end_date": f"{until}"}
    report = qbo.company().get("reports/TrialBalance", **dates).body
    return TrialBalance(tuple(_row(row) for row in report["Rows"]["Row"] if "ColData" in row))


def _row(row: dict[str, Any]) -> tuple[str, Decimal, Decimal]:
    name, debit, credit = (cell["value"] for cell in row["ColData"])
    return name, Decimal(debit or 0), Decimal(credit or 0)


def _shown(amount: Decimal) -> str:
    return str(amount) if amount else ""
