"""Business days in the ledger's table: open days, frozen closes, and the numbers of their entries.

open day     PK `B#<connection>`, SK `<date>#<location>#<currency>`
close        PK `C#<connection>#<location>#<date>#<currency>`, SK `<sequence>`; the content is
             in the archive
number       PK `N#<realm>`, SK `<DocNumber>`: whose it is, put if absent
index 2      `B#<connection>#<location>#<date>`, `<written_at>#<id>`: accumulated rows with legs
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from daybook.domain.day_close import Close, Content, Member, OpenDay, is_late
from daybook.domain.day_summary import Day
from daybook.domain.posting import Posting
from daybook.store import keys
from daybook.store.archive import Archive
from daybook.store.packing import pack, unpack
from daybook.store.rows import body_of, day_of, kept_key
from daybook.store.table import Item, Table

if TYPE_CHECKING:
    from daybook.domain.day_report import Chosen

PAGE_ROWS = 1_000
MAX_KNOWN = 10_000
_INSTANTS: Final = ("late_at", "told_at", "looked_at", "closed_at")
_NUMBERS: Final = ("count", "events", "debits", "credits", "parts", "mapping_version")


class OpenDays:
    """Keeps the row of each day that something is accumulated for."""

    def __init__(self, table: Table) -> None:
        self._table = table
        # What this process has put or marked already, with the instant of the last late mark.
        self._known: dict[Day, str] = {}

    def opened_for(self, posting: Posting) -> None:
        """Before an accumulated row is written: its day is open, and marked where it comes late."""
        if posting.status != "accumulated":
            return
        day = day_of(posting)
        if len(self._known) > MAX_KNOWN:
            self._known.clear()
        if day not in self._known:
            self._table.put_new(_open_row(day))
            self._known[day] = ""
        # Once a minute is often enough: a look at the day reaches further back than that.
        minute = posting.written_at[:16]
        if is_late(day.business_date, posting.written_at) and self._known[day] != minute:
            self.mark(day, "late_at", posting.written_at)
            self._known[day] = minute

    def mark(self, day: Day, name: str, at: str) -> None:
        """Write one instant of an open day."""
        self._table.update(_open_key(day), {name: {"S": at}})

    def of_connection(self, connection: str, business_date: str = "") -> Iterator[OpenDay]:
        """Every open day of a connection, or those of one date, by date (strongly consistent)."""
        begins = f"{keys.escaped(business_date)}#" if business_date else ""
        for item in self._table.query(keys.open_days(connection), begins):
            yield _open_day(connection, item)


class Days:
    """Days and their closes."""

    def __init__(self, table: Table, archive: Archive) -> None:
        self._table = table
        self._archive = archive
        self._open = OpenDays(table)

    def open_days(self, connection: str, business_date: str = "") -> Iterator[OpenDay]:
        """Every open day of a connection, or those of one date, by date."""
        return self._open.of_connection(connection, business_date)

    def told(self, connection: str, location: str, business_date: str, at: str) -> int:
        """Note that a location's date is over; for how many days (one a currency)."""
        found = [
            one.day
            for one in self._open.of_connection(connection, business_date)
            if one.day.location == location
        ]
        for day in found:
            self._open.mark(day, "told_at", at)
        return len(found)

    def looked(self, day: Day, at: str, last: Close | None) -> None:
        """Note that all that was added up to an instant is in closes, of which this is the last."""
        marks: Item = {"looked_at": {"S": at}}
        if last:
            marks |= {"closed_at": {"S": last.cut}, "sequence": {"N": str(last.sequence)}}
        self._table.update(_open_key(day), marks)

    def members(self, day: Day, since: str = "") -> Iterator[Member]:
        """The accumulated rows of a day's location and date, of every currency, in the order in
        which they were written; since: RFC 3339. By the index, so a moment late."""
        pk = keys.accumulated(day.connection, day.location, day.business_date)
        for page in self._table.by_index2(pk, since, PAGE_ROWS):
            for item in page:
                yield self._member(item)

    def _member(self, item: Item) -> Member:
        pk, sk = item["PK"]["S"], item["SK"]["S"]
        legs = body_of(item["legs"], self._archive.get) if "legs" in item else b""
        key = keys.posting_key(pk, sk)
        if key is None:
            (whole,) = self._table.get_many([(pk, sk)])
            key = kept_key(whole)
        return Member(key, Posting.id_of(key), legs)

    def closes(self, day: Day) -> list[Close]:
        """The closes of a day, in their order (strongly consistent)."""
        found = self._table.query(keys.closes(day.connection, *_place(day)))
        return sorted((_close(day, item) for item in found), key=lambda one: one.sequence)

    def content(self, close: Close) -> Content:
        """What a close is made of. LookupError if the archive does not have it."""
        return Content.from_json(unpack(self._archive.get(_archive_key(close))))

    def freeze(self, close: Close, content: Content) -> bool:
        """Keep a close if its sequence is new: the content first, then the row that names it.

        False if another close of this sequence was there: that one counts.
        """
        self._archive.put(_archive_key(close), pack(content.to_json()))
        item = _close_row(close)
        written = self._table.put_new(item)
        if written == "unsure":
            there = self._table.get((item["PK"]["S"], item["SK"]["S"])) or {}
            return there == item
        return written == "written"

    def take_number(self, realm: str, number: str, owner: str) -> bool:
        """Whether a DocNumber of a company belongs to this entry: to whoever asks first."""
        key = {"PK": {"S": keys.numbers(realm)}, "SK": {"S": keys.escaped(number)}}
        if self._table.put_new(key | {"owner": {"S": owner}}) == "written":
            return True
        there = self._table.get((key["PK"]["S"], key["SK"]["S"])) or {}
        return bool(there) and there["owner"]["S"] == owner


def _place(day: Day) -> tuple[str, str, str]:
    return day.location, day.business_date, day.currency


def _open_key(day: Day) -> keys.Key:
    sort = keys.joined(day.business_date, day.location, day.currency)
    return keys.open_days(day.connection), sort


def _open_row(day: Day) -> Item:
    pk, sk = _open_key(day)
    names = ("location", "date", "currency")
    places = {name: {"S": value} for name, value in zip(names, _place(day), strict=True)}
    return {"PK": {"S": pk}, "SK": {"S": sk}, **places}


def _open_day(connection: str, item: Item) -> OpenDay:
    location, on, currency = (item[name]["S"] for name in ("location", "date", "currency"))
    instants = {name: item[name]["S"] for name in _INSTANTS if name in item}
    sequence = int(item["sequence"]["N"]) if "sequence" in item else 0
    return OpenDay(Day(connection, location, on, currency), sequence=sequence, **instants)


def _archive_key(close: Close) -> str:
    return f"days/{keys.escaped(close.day.connection)}/{close.sha256}"


def _close_row(close: Close) -> Item:
    numbers: dict[str, Any] = {name: {"N": str(getattr(close, name))} for name in _NUMBERS}
    return {
        "PK": {"S": keys.closes(close.day.connection, *_place(close.day))},
        # Ten digits, so that their order is that of the numbers.
        "SK": {"S": f"{close.sequence:010d}"},
        "cut": {"S": close.cut},
        "sha": {"B": bytes.fromhex(close.sha256)},
        **({"actor": {"S": close.actor}} if close.actor else {}),
        **({"form": {"S": close.form}} if close.form else {}),
        **numbers,
    }


def _close(day: Day, item: Item) -> Close:
    numbers = {name: int(item[name]["N"]) for name in _NUMBERS}
    return Close(
        day=day,
        sequence=int(item["SK"]["S"]),
        cut=item["cut"]["S"],
        sha256=item["sha"]["B"].hex(),
        actor=item["actor"]["S"] if "actor" in item else "",
        form=cast("Chosen", item["form"]["S"] if "form" in item else ""),
        **numbers,
    )
