"""Mapping versions, the active one of each connection, and what was imported from QuickBooks.

mapping versions   M#<connection>   as in `versions`
active pointer     M#<connection>   ACTIVE
charts             K#<realm>        as in `versions`
chart in force     K#<realm>        IN_FORCE; where it is absent, the highest version is
directories        D#<realm>        the same
drafts             F#<connection>   as in `drafts`
seen keys, links   N#, P#           as in `seen_keys`
"""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from daybook.domain.chart import Chart
from daybook.domain.connection import ActiveMapping
from daybook.domain.directory import Directory, PartyKind
from daybook.domain.seen_key import SeenKey
from daybook.store.charts import chart_of, directory_of, text_of_chart, text_of_directory
from daybook.store.drafts import Drafts
from daybook.store.keys import Key, joined
from daybook.store.seen_keys import SeenKeys
from daybook.store.table import Item, Table
from daybook.store.versions import CACHED, Versions, VersionTaken

if TYPE_CHECKING:
    from daybook.domain.draft import Draft
    from daybook.domain.mapping import KeptMapping, Mapping

MAX_TRIES = 10
# A directory may be tens of megabytes in memory.
DIRECTORIES_CACHED = 2


class Mappings:
    """The mappings table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._versions = Versions(table, _of_connection)
        self._charts = Versions(table, _of_realm)
        self._directories = Versions(table, lambda realm: joined("D", realm), cached=0)
        self._seen = SeenKeys(table)
        self._drafts = Drafts(table)
        self._mapping = lru_cache(CACHED)(self._read)
        self._chart = lru_cache(CACHED)(self._read_chart)
        self._directory = lru_cache(DIRECTORIES_CACHED)(self._read_directory)

    def active(self, connection: str) -> ActiveMapping | None:
        """The mapping in force; which one that is, strongly consistent."""
        number = self.active_version(connection)
        mapping = self.version(connection, number) if number else None
        return ActiveMapping(number, mapping) if mapping else None

    def active_version(self, connection: str) -> int:
        """The active version's number, strongly consistent; 0 if there is none."""
        return _version_in(self._table.get(_active(connection)))

    def active_and_chart(
        self, connection: str, realm: str
    ) -> tuple[ActiveMapping | None, Chart | None]:
        """As `active` and `chart`, asked in one request. realm: "" for no company yet."""
        number, version = self.versions_in_force(connection, realm)
        mapping = self.version(connection, number) if number else None
        chart = self._chart(realm, version) if version else None
        return ActiveMapping(number, mapping) if mapping else None, chart

    def versions_in_force(self, connection: str, realm: str) -> tuple[int, int]:
        """As `active_version` and `chart_version`, in one request, strongly consistent."""
        keys = [_active(connection), *([_chart_in_force(realm)] if realm else [])]
        found = {(item["PK"]["S"], item["SK"]["S"]): item for item in self._table.get_many(keys)}
        number, *charts = (_version_in(found.get(key)) for key in keys)
        return number, (charts[0] or self._charts.last(realm)) if charts else 0

    def put(self, connection: str, mapping: "Mapping", actor: str, at: str) -> int:
        """Keep a new version; its number. VersionTaken if others were faster ten times."""
        text = mapping.model_dump_json(by_alias=True, exclude_defaults=True).encode()
        for _ in range(MAX_TRIES):
            number = self._versions.last(connection) + 1
            try:
                self._versions.put(connection, number, text, actor=actor, at=at)
            except VersionTaken:
                continue
            return number
        raise VersionTaken(f"{MAX_TRIES} others kept a mapping of {connection} at the same time")

    def activate(self, connection: str, version: int) -> None:
        """Make a version the one in force. LookupError if there is none of that number."""
        if self.version(connection, version) is None:
            raise LookupError(f"connection {connection} has no mapping version {version}")
        self._table.put(_pointer(_active(connection), version))

    def version(self, connection: str, version: int) -> "Mapping | None":
        """One version."""
        try:
            return self._mapping(connection, version)
        except LookupError:
            return None

    def _read(self, connection: str, version: int) -> "Mapping":
        from daybook.domain.mapping import Mapping  # noqa: PLC0415 -- pydantic

        text = self._versions.get(connection, version)
        if text is None:
            raise LookupError(f"connection {connection} has no mapping version {version}")
        return Mapping.model_validate_json(text)

    def versions(self, connection: str) -> list[int]:
        """All versions' numbers, rising."""
        return self._versions.numbers(connection)

    def history(self, connection: str) -> "list[KeptMapping]":
        """All versions, rising, with who put each in force and when."""
        from daybook.domain.mapping import KeptMapping  # noqa: PLC0415 -- pydantic

        return [
            KeptMapping(number, labels.get("actor", ""), labels.get("at", ""))
            for number, labels in self._versions.labelled(connection)
        ]

    def draft(self, connection: str) -> "Draft | None":
        """The last save of a draft, whatever became of it; which one that is, strongly
        consistent."""
        return self._drafts.last(connection)

    def draft_saved(self, connection: str, number: int) -> "Draft | None":
        """One save of a draft."""
        return self._drafts.get(connection, number)

    def put_draft(self, draft: "Draft") -> bool:
        """Keep a save of a draft if its number is new."""
        return self._drafts.put(draft)

    def draft_saves(self, connection: str) -> "list[KeptMapping]":
        """Every save of a draft, rising, with who made it and when."""
        return self._drafts.history(connection)

    def chart(self, realm: str) -> Chart | None:
        """The imported chart; which one that is, strongly consistent."""
        version = self.chart_version(realm)
        return self._chart(realm, version) if version else None

    def chart_version(self, realm: str) -> int:
        """The imported chart's version, strongly consistent; 0 if there is none."""
        return _version_in(self._table.get(_chart_in_force(realm))) or self._charts.last(realm)

    def _read_chart(self, realm: str, version: int) -> Chart:
        text = self._charts.get(realm, version)
        assert text is not None, f"chart {version} of {realm} has a head and no text"
        return chart_of(text)

    def put_chart(self, chart: Chart) -> None:
        """Keep an import, whole or not at all. Raises VersionTaken unless its version is above
        the last, or it is the very same import again."""
        if chart.version < self._charts.last(chart.realm):
            raise VersionTaken(f"company {chart.realm} has a newer chart than {chart.version}")
        self._charts.put(chart.realm, chart.version, text_of_chart(chart))
        # Refused where a newer one is in force by now.
        self._table.put_newer(_pointer(_chart_in_force(chart.realm), chart.version), "version")

    def directory(self, realm: str) -> Directory | None:
        """The imported directory; which one that is, strongly consistent."""
        version = self._directories.last(realm)
        return self._directory(realm, version) if version else None

    def _read_directory(self, realm: str, version: int) -> Directory:
        text = self._directories.get(realm, version)
        assert text is not None, f"directory {version} of {realm} has a head and no text"
        return directory_of(text)

    def put_directory(self, directory: Directory) -> None:
        """Keep an import, as `put_chart` does."""
        if directory.version < self._directories.last(directory.realm):
            raise VersionTaken(
                f"company {directory.realm} has a newer directory than {directory.version}"
            )
        self._directories.put(directory.realm, directory.version, text_of_directory(directory))

    def note_keys(self, connection: str, keys: Sequence[SeenKey]) -> None:
        """Remember keys that events came with; those known already are left as they are."""
        self._seen.note(connection, keys)

    def seen_keys(self, connection: str) -> list[SeenKey]:
        """Every key that ever came, sorted."""
        return self._seen.all(connection)

    def name_keys(self, connection: str, names: Dict[tuple[str, str], str]) -> None:
        """What the point of sale calls (role, key); replaces the names known before."""
        self._seen.name(connection, names)

    def key_names(self, connection: str) -> Dict[tuple[str, str], str]:
        """Names by (role, key)."""
        return self._seen.names(connection)

    def link(self, connection: str, kind: PartyKind, pos_id: str, qbo_id: str) -> None:
        """A party of the point of sale is this customer or vendor in QuickBooks."""
        self._seen.link(connection, kind, pos_id, qbo_id)

    def linked(self, connection: str, kind: PartyKind, pos_id: str) -> str | None:
        """The QuickBooks id that a party was linked to (strongly consistent)."""
        return self._seen.linked(connection, kind, pos_id)


def _of_connection(connection: str) -> str:
    return joined("M", connection)


def _of_realm(realm: str) -> str:
    return joined("K", realm)


def _active(connection: str) -> Key:
    return _of_connection(connection), "ACTIVE"


def _chart_in_force(realm: str) -> Key:
    return _of_realm(realm), "IN_FORCE"


def _pointer(key: Key, version: int) -> Item:
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}, "version": {"N": str(version)}}


def _version_in(pointer: Item | None) -> int:
    return int(pointer["version"]["N"]) if pointer else 0
