"""Mapping versions, charts, directories and seen keys in dicts."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence

from daybook.domain.chart import Chart
from daybook.domain.connection import ActiveMapping
from daybook.domain.directory import Directory, PartyKind
from daybook.domain.draft import Draft
from daybook.domain.mapping import KeptMapping, Mapping
from daybook.domain.seen_key import SeenKey


class FakeMappings:
    """`ports.Mappings`."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Mapping]] = {}
        self.labels: dict[str, list[KeptMapping]] = {}
        self.in_force: dict[str, int] = {}
        self.drafts: dict[str, list[Draft]] = {}
        self.charts: dict[str, Chart] = {}
        self.directories: dict[str, Directory] = {}
        self.seen: dict[str, set[SeenKey]] = {}
        self.names: dict[str, dict[tuple[str, str], str]] = {}
        self.links: dict[tuple[str, PartyKind, str], str] = {}

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
        number = len(self.kept[connection])
        self.labels.setdefault(connection, []).append(KeptMapping(number, actor, at))
        return number

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

    def history(self, connection: str) -> list[KeptMapping]:
        """All versions with who and when."""
        return list(self.labels.get(connection, []))

    def draft(self, connection: str) -> Draft | None:
        """The last save."""
        return next(reversed(self.drafts.get(connection, [])), None)

    def draft_saved(self, connection: str, number: int) -> Draft | None:
        """One save."""
        saves = self.drafts.get(connection, [])
        return saves[number - 1] if 1 <= number <= len(saves) else None

    def put_draft(self, draft: Draft) -> bool:
        """Keep a save if its number is new."""
        saves = self.drafts.setdefault(draft.connection, [])
        if draft.number <= len(saves):
            return saves[draft.number - 1] == draft
        saves.append(draft)
        return True

    def draft_saves(self, connection: str) -> list[KeptMapping]:
        """Every save with who and when."""
        saves = self.drafts.get(connection, [])
        return [KeptMapping(one.number, one.actor, one.at) for one in saves]

    def chart(self, realm: str) -> Chart | None:
        """The imported chart."""
        return self.charts.get(realm)

    def chart_version(self, realm: str) -> int:
        """Its version, or 0."""
        chart = self.charts.get(realm)
        return chart.version if chart else 0

    def active_and_chart(
        self, connection: str, realm: str
    ) -> tuple[ActiveMapping | None, Chart | None]:
        """Mapping and chart."""
        return self.active(connection), self.chart(realm)

    def versions_in_force(self, connection: str, realm: str) -> tuple[int, int]:
        """Their numbers."""
        return self.active_version(connection), self.chart_version(realm)

    def put_chart(self, chart: Chart) -> None:
        """Keep an import that is newer than the last."""
        if chart.version <= self.chart_version(chart.realm) and chart != self.charts[chart.realm]:
            raise ValueError(f"chart version {chart.version} is taken")
        self.charts[chart.realm] = chart

    def directory(self, realm: str) -> Directory | None:
        """The imported directory."""
        return self.directories.get(realm)

    def put_directory(self, directory: Directory) -> None:
        """Keep an import that is newer than the last."""
        known = self.directories.get(directory.realm)
        if known and directory.version <= known.version and directory != known:
            raise ValueError(f"directory version {directory.version} is taken")
        self.directories[directory.realm] = directory

    def note_keys(self, connection: str, keys: Sequence[SeenKey]) -> None:
        """Remember keys."""
        self.seen.setdefault(connection, set()).update(keys)

    def seen_keys(self, connection: str) -> list[SeenKey]:
        """Every key, sorted."""
        return sorted(self.seen.get(connection, ()))

    def name_keys(self, connection: str, names: Dict[tuple[str, str], str]) -> None:
        """Replace the names."""
        self.names[connection] = dict(names)

    def key_names(self, connection: str) -> Dict[tuple[str, str], str]:
        """Names by (role, key)."""
        return dict(self.names.get(connection, {}))

    def link(self, connection: str, kind: PartyKind, pos_id: str, qbo_id: str) -> None:
        """Link a party."""
        self.links[connection, kind, pos_id] = qbo_id

    def linked(self, connection: str, kind: PartyKind, pos_id: str) -> str | None:
        """Whom a party was linked to."""
        return self.links.get((connection, kind, pos_id))
