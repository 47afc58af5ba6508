"""Days and their closes in dicts, with the same answers as the real ones."""

from collections.abc import Iterator

from daybook.domain.day_close import Close, Content, Member, OpenDay
from daybook.domain.day_summary import Day
from tests.fakes.ledger import FakeLedger


class FakeDays:
    """`ports.Days`, over the rows of a fake ledger."""

    def __init__(self, ledger: FakeLedger) -> None:
        self.ledger = ledger
        self.kept: dict[tuple[Day, int], Close] = {}
        self.contents: dict[str, bytes] = {}
        self.numbers: dict[tuple[str, str], str] = {}

    def open_days(self, connection: str, business_date: str = "") -> Iterator[OpenDay]:
        """Every open day of a connection, or those of one date, by date."""
        found = [
            one
            for one in self.ledger.open_days.values()
            if one.day.connection == connection and business_date in ("", one.day.business_date)
        ]
        yield from sorted(found, key=lambda one: (one.day.business_date, one.day))

    def told(self, connection: str, location: str, business_date: str, at: str) -> int:
        """Note that a location's date is over."""
        found = [
            one for one in self.open_days(connection, business_date) if one.day.location == location
        ]
        for one in found:
            self.ledger.open_days[one.day] = one._replace(told_at=at)
        return len(found)

    def looked(self, day: Day, at: str, last: Close | None) -> None:
        """Note that all that was added up to an instant is in closes."""
        opened = self.ledger.open_days[day]._replace(looked_at=at)
        if last:
            opened = opened._replace(closed_at=last.cut, sequence=last.sequence)
        self.ledger.open_days[day] = opened

    def members(self, day: Day, since: str = "") -> Iterator[Member]:
        """The accumulated rows of a day's location and date."""
        place = (day.connection, day.location, day.business_date)
        found = [
            row
            for row in self.ledger.rows.values()
            if row.status == "accumulated"
            and (row.key.connection, row.location, row.business_date) == place
            and row.written_at >= since
        ]
        for row in sorted(found, key=lambda row: (row.written_at, row.id)):
            yield Member(row.key, row.id, row.legs)

    def closes(self, day: Day) -> list[Close]:
        """The closes of a day, in their order."""
        found = [close for (of, _), close in self.kept.items() if of == day]
        return sorted(found, key=lambda one: one.sequence)

    def content(self, close: Close) -> Content:
        """What a close is made of."""
        return Content.from_json(self.contents[close.sha256])

    def freeze(self, close: Close, content: Content) -> bool:
        """Keep a close if its sequence is new."""
        self.contents[close.sha256] = content.to_json()
        return self.kept.setdefault((close.day, close.sequence), close) is close

    def take_number(self, realm: str, number: str, owner: str) -> bool:
        """Whether a DocNumber belongs to this entry."""
        return self.numbers.setdefault((realm, number), owner) == owner
