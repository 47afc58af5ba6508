"""What the workflows need of the table of mappings; `ports` has it with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

# Only named here, as in `ports`.
if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from daybook.domain.chart import Chart
    from daybook.domain.connection import ActiveMapping
    from daybook.domain.directory import Directory, PartyKind
    from daybook.domain.draft import Draft
    from daybook.domain.mapping import KeptMapping, Mapping
    from daybook.domain.seen_key import SeenKey


class Mappings(Protocol):
    """Mapping versions (immutable, numbered from 1), the active one, and imported charts."""

    def active(self, connection: str) -> ActiveMapping | None: ...
    def active_version(self, connection: str) -> int:
        """The active version's number, strongly consistent; 0 if there is none."""

    def put(self, connection: str, mapping: Mapping, actor: str, at: str) -> int:
        """Keep a new version; its number."""

    def activate(self, connection: str, version: int) -> None:
        """Make a version the one in force. Raises LookupError if there is none of that number."""

    def version(self, connection: str, version: int) -> Mapping | None: ...
    def versions(self, connection: str) -> list[int]: ...
    def history(self, connection: str) -> list[KeptMapping]:
        """All versions, rising, with who put each in force and when."""

    def draft(self, connection: str) -> Draft | None:
        """The last save of a connection's draft, whatever became of it (strongly consistent)."""

    def draft_saved(self, connection: str, number: int) -> Draft | None:
        """One save of a draft."""

    def put_draft(self, draft: Draft) -> bool:
        """Keep a save of a draft if its number is new."""

    def draft_saves(self, connection: str) -> list[KeptMapping]:
        """Every save of a draft, rising, with who made it and when."""

    def chart(self, realm: str) -> Chart | None: ...
    def chart_version(self, realm: str) -> int:
        """The imported chart's version, strongly consistent; 0 if there is none."""

    def active_and_chart(
        self, connection: str, realm: str
    ) -> tuple[ActiveMapping | None, Chart | None]:
        """As `active` and `chart`, asked at once. realm: "" for no company yet."""

    def versions_in_force(self, connection: str, realm: str) -> tuple[int, int]:
        """As `active_version` and `chart_version`, asked at once, strongly consistent."""

    def note_keys(self, connection: str, keys: Sequence[SeenKey]) -> None:
        """Remember keys that events came with; those known already are left as they are."""

    def seen_keys(self, connection: str) -> list[SeenKey]:
        """Every key that ever came, sorted."""

    def name_keys(self, connection: str, names: Dict[tuple[str, str], str]) -> None:
        """What the point of sale calls (role, key); replaces the names known before."""

    def key_names(self, connection: str) -> Dict[tuple[str, str], str]:
        """Names by (role, key)."""

    def link(self, connection: str, kind: PartyKind, pos_id: str, qbo_id: str) -> None:
        """A party of the point of sale is this customer or vendor in QuickBooks."""

    def linked(self, connection: str, kind: PartyKind, pos_id: str) -> str | None:
        """The QuickBooks id that a party was linked to."""

    def directory(self, realm: str) -> Directory | None:
        """The company's customers, vendors and items, as imported with the chart."""

    def put_directory(self, directory: Directory) -> None:
        """Keep an import, whole or not at all, as `put_chart` does."""

    def put_chart(self, chart: Chart) -> None:
        """Keep an import, whole or not at all. Raises VersionTaken (a ValueError) unless its
        version is above the last, or it is the very same import again."""
