"""Mapping versions and charts in dicts."""

from daybook.domain.chart import Chart
from daybook.domain.connection import ActiveMapping
from daybook.domain.mapping import Mapping


class FakeMappings:
    """`ports.Mappings`."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Mapping]] = {}
        self.in_force: dict[str, int] = {}
        self.charts: dict[str, Chart] = {}

    def active(self, connection: str) -> ActiveMapping | None:
        """The mapping in force."""
        number = self.active_version(connection)
        mapping = self.version(connection, number)
        return ActiveMapping(number, mapping) if mapping else None

    def active_version(self, connection: str) -> int:
        """Its number, or 0."""
        return self.in_force.get(connection, 0)

    def put(self, connection: str, mapping: Mapping, actor: str, at: str) -> int:
        """Keep a new version; its number."""
        self.kept.setdefault(connection, []).append(mapping)
        return len(self.kept[connection])

    def activate(self, connection: str, version: int) -> None:
        """Make a version the one in force."""
        if self.version(connection, version) is None:
            raise LookupError(f"no version {version}")
        self.in_force[connection] = version

    def version(self, connection: str, version: int) -> Mapping | None:
        """One version."""
        kept = self.kept.get(connection, [])
        return kept[version - 1] if 1 <= version <= len(kept) else None

    def versions(self, connection: str) -> list[int]:
        """All numbers, rising."""
        return list(range(1, len(self.kept.get(connection, [])) + 1))

    def chart(self, realm: str) -> Chart | None:
        """The imported chart."""
        return self.charts.get(realm)

    def chart_version(self, realm: str) -> int:
        """Its version, or 0."""
        chart = self.charts.get(realm)
        return chart.version if chart else 0

    def put_chart(self, chart: Chart) -> None:
        """Keep an import that is newer than the last."""
        if chart.version <= self.chart_version(chart.realm) and chart != self.charts[chart.realm]:
            raise ValueError(f"chart version {chart.version} is taken")
        self.charts[chart.realm] = chart
