"""Mapping versions, the active one of each connection, and the imported charts.

mapping versions   M#<connection>   as in `versions`
active pointer     M#<connection>   ACTIVE
charts             K#<realm>        as in `versions`; the highest is the chart
"""

import json
from dataclasses import asdict, fields
from datetime import date
from functools import lru_cache

from daybook.domain.chart import Account, Chart
from daybook.domain.connection import ActiveMapping
from daybook.domain.mapping import Mapping
from daybook.store.keys import joined
from daybook.store.table import Table
from daybook.store.versions import CACHED, Versions, VersionTaken

MAX_TRIES = 10


class Mappings:
    """The mappings table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._versions = Versions(table, _of_connection)
        self._charts = Versions(table, lambda realm: joined("K", realm))
        self._mapping = lru_cache(CACHED)(self._read)
        self._chart = lru_cache(CACHED)(self._read_chart)

    def active(self, connection: str) -> ActiveMapping | None:
        """The mapping in force; which one that is, strongly consistent."""
        number = self.active_version(connection)
        mapping = self.version(connection, number) if number else None
        return ActiveMapping(number, mapping) if mapping else None

    def active_version(self, connection: str) -> int:
        """The active version's number, strongly consistent; 0 if there is none."""
        pointer = self._table.get((_of_connection(connection), "ACTIVE"))
        return int(pointer["version"]["N"]) if pointer else 0

    def put(self, connection: str, mapping: Mapping, actor: str, at: str) -> int:
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
        key = {"PK": {"S": _of_connection(connection)}, "SK": {"S": "ACTIVE"}}
        self._table.put({**key, "version": {"N": str(version)}})

    def version(self, connection: str, version: int) -> Mapping | None:
        """One version."""
        try:
            return self._mapping(connection, version)
        except LookupError:
            return None

    def _read(self, connection: str, version: int) -> Mapping:
        text = self._versions.get(connection, version)
        if text is None:
            raise LookupError(f"connection {connection} has no mapping version {version}")
        return Mapping.model_validate_json(text)

    def versions(self, connection: str) -> list[int]:
        """All versions' numbers, rising."""
        return self._versions.numbers(connection)

    def chart(self, realm: str) -> Chart | None:
        """The imported chart; which one that is, strongly consistent."""
        version = self.chart_version(realm)
        return self._chart(realm, version) if version else None

    def chart_version(self, realm: str) -> int:
        """The imported chart's version, strongly consistent; 0 if there is none."""
        return self._charts.last(realm)

    def _read_chart(self, realm: str, version: int) -> Chart:
        text = self._charts.get(realm, version)
        assert text is not None, f"chart {version} of {realm} has a head and no text"
        return _chart_of(text)

    def put_chart(self, chart: Chart) -> None:
        """Keep an import, whole or not at all. Raises VersionTaken unless its version is above
        the last, or it is the very same import again."""
        if chart.version < self._charts.last(chart.realm):
            raise VersionTaken(f"company {chart.realm} has a newer chart than {chart.version}")
        self._charts.put(chart.realm, chart.version, _text_of(chart))


def _of_connection(connection: str) -> str:
    return joined("M", connection)


def _text_of(chart: Chart) -> bytes:
    names = [field.name for field in fields(Chart) if field.name not in ("accounts", "close_date")]
    row = {name: getattr(chart, name) for name in names}
    row["close_date"] = chart.close_date.isoformat() if chart.close_date else None
    row["accounts"] = [asdict(chart.accounts[name]) for name in sorted(chart.accounts)]
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()


def _chart_of(text: bytes) -> Chart:
    row = json.loads(text)
    accounts = {account["id"]: Account(**account) for account in row.pop("accounts")}
    closed = row.pop("close_date")
    return Chart(
        accounts=accounts, close_date=date.fromisoformat(closed) if closed else None, **row
    )
