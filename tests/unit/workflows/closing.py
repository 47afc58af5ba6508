"""A shop whose events are posted with their days."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from daybook.domain.day_summary import Day
from daybook.workflows.close_day import Closed, Closer, close_day
from daybook.workflows.due_days import Ticked, close_due
from tests.fakes.days import FakeDays
from tests.unit.workflows.office import SHOP, Office, mapping

DAY = Day(SHOP, "1", "2026-11-20", "USD")
# The day ends at 03:00 in Chicago, 09:00 in UTC, and two hours of grace follow.
DUE = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


@dataclass
class DayOffice(Office):
    """An office whose shop is of mode day_summary."""

    days: Any = field(default=None)

    @staticmethod
    def in_days(*more: dict[str, Any], **settings: Any) -> "DayOffice":
        """Opened, with these settings."""
        office = DayOffice()
        opened = Office.opened(*more)
        office.connections, office.mappings = opened.connections, opened.mappings
        office.days = FakeDays(office.ledger)
        office.activated(*more, **{"mode": "day_summary"} | settings)
        return office

    def activated(self, *more: dict[str, Any], **settings: Any) -> None:
        """Another mapping is in force; nothing is released."""
        version = self.mappings.put(SHOP, mapping(*more, **settings), "test", "")
        self.mappings.activate(SHOP, version)

    def closer(self) -> Closer:
        """For `close_day`."""
        return Closer(
            self.ledger, self.days, self.connections, self.mappings, self.doorbell, self.clock
        )

    def close(self, day: Day = DAY, **options: Any) -> Closed:
        """A person closes a day."""
        return close_day(day, self.closer(), "ann", **options)

    def tick(self) -> Ticked:
        """The schedule's tick."""
        return close_due(self.closer(), lambda: 1)

    def entries(self) -> dict[str, list[tuple[str, str, int]]]:
        """By DocNumber, each entry in the books as (side, account, amount)."""
        return {
            number: sorted((side, account, amount) for side, account, amount, _, _ in lines)
            for number, lines in self.in_books()
        }
