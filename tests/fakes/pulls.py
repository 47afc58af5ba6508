"""Cursors and what was seen, in dicts, with the same answers as the real store."""

from collections.abc import Iterator

from daybook.domain.pulls import PullCursor, SeenAtPos


class FakePulls:
    """`ports.Pulls`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], PullCursor] = {}
        self.objects: dict[tuple[str, str, str], SeenAtPos] = {}

    def cursor(self, connection: str, resource: str) -> PullCursor | None:
        """How far a list was read."""
        return self.rows.get((connection, resource))

    def cursors(self, connection: str) -> list[PullCursor]:
        """The cursors of a connection, by resource."""
        return [row for (owner, _), row in sorted(self.rows.items()) if owner == connection]

    def move(self, before: PullCursor | None, after: PullCursor) -> bool:
        """Write a cursor if it still is as it was read."""
        key = after.connection, after.resource
        there = self.rows.get(key)
        if (there.number if there else None) != (before.number if before else None):
            return False
        assert before is None or after.number > before.number
        self.rows[key] = after
        return True

    def seen(self, connection: str, object_type: str, object_id: str) -> SeenAtPos | None:
        """What was seen of an object."""
        return self.objects.get((connection, object_type, object_id))

    def see(self, seen: SeenAtPos) -> None:
        """Keep what was seen, unless a later version was."""
        there = self.objects.get(seen.name)
        if there is None or there.modified <= seen.modified:
            self.objects[seen.name] = seen

    def seen_of_day(self, connection: str, business_date: str) -> Iterator[SeenAtPos]:
        """What was seen of a business date, by location."""
        found = [
            one
            for one in self.objects.values()
            if (one.connection, one.business_date) == (connection, business_date)
        ]
        yield from sorted(found, key=lambda one: (one.location, one.object_type, one.object_id))
