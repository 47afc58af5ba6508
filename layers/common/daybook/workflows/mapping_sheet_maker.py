"""Makes the sheet of a mapping: from its rows, from what came, and from what is expected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from daybook.domain.draft import Unfinished
from daybook.domain.mapping import DEFAULT_KEY, AccountRow
from daybook.domain.mapping import Mapping as Rules
from daybook.domain.roles import ROLE_ORDER
from daybook.domain.seen_key import SeenKey
from daybook.workflows.choices import Choices
from daybook.workflows.mapping_check import KEYLESS
from daybook.workflows.mapping_edit import Place, Written, written
from daybook.workflows.mapping_names import LOCATION
from daybook.workflows.mapping_sheet import Group, Known, Row, Sheet, State, shown_key
from daybook.workflows.suggest import suggestions

# To compare names takes milliseconds a key; the rest is proposed when these are mapped.
MOST_SUGGESTED = 60


def sheet(rules: Rules, unfinished: Iterable[Unfinished], known: Known, choices: Choices) -> Sheet:
    """The whole mapping, with everything that came or is expected and is not in it."""
    return _Maker(rules, written(rules, unfinished), known, choices).sheet()


@dataclass(slots=True)
class _Maker:
    rules: Rules
    rows: dict[Place, Written]
    known: Known
    choices: Choices
    came: dict[tuple[str, str], list[str]] = field(init=False)
    proposed: dict[tuple[str, str], tuple[tuple[str, str], ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.came = {}
        for one in self.known.seen:
            key = one.role, shown_key(one.role, one.key)
            self.came.setdefault(key, []).append(one.location)
        self.proposed = self._proposed()

    def sheet(self) -> Sheet:
        by_role: dict[str, set[tuple[str, str]]] = {}
        for role, key, location in self._places():
            by_role.setdefault(role, set()).add((key, location))
        groups = [
            Group(role, tuple(self._row((role, *one)) for one in self._sorted(role, keys)))
            for role, keys in by_role.items()
        ]
        return Sheet(tuple(sorted(groups, key=lambda group: ROLE_ORDER[group.role])))

    def _places(self) -> Iterable[Place]:
        yield from self.rows
        yield from ((role, key, "") for role, key in self.came)
        named = (one for one in self.known.names if one[0] in ROLE_ORDER)
        yield from ((role, key, "") for role, key in named)
        yield from ((role, DEFAULT_KEY, "") for role in self.known.expected)
        yield from ((role, DEFAULT_KEY, "") for role, _ in self.came)

    def _sorted(self, role: str, keys: set[tuple[str, str]]) -> list[tuple[str, str]]:
        """The default first, then by name; a location's row below the key's own."""
        everywhere = keys | {(key, "") for key, _ in keys}
        return sorted(
            everywhere,
            key=lambda one: (
                one[0] != DEFAULT_KEY,
                self.known.names.get((role, one[0]), one[0]).casefold(),
                one,
            ),
        )

    def _row(self, place: Place) -> Row:
        role, key, location = place
        there, places = self.rows.get(place), tuple(self.came.get((role, key), ()))
        names = self.known.names
        uncovered = () if location else self._uncovered(role, key, places)
        return Row(
            role, key, location,
            names.get((role, key), ""),
            names.get((LOCATION, location), "") or self._location_name(location),
            self._state(place, there, places, uncovered),
            there, places, uncovered,
            0 if location else self.known.waiting.get((role, key), 0),
            "" if there else self._falls_to(place),
            self._problem(there),
            self._warning(there),
            () if there and not isinstance(there, Unfinished) else self.proposed.get(place[:2], ()),
        )  # fmt: skip

    def _location_name(self, location: str) -> str:
        known = self.rules.locations.get(location)
        return known.name if known else ""

    def _uncovered(self, role: str, key: str, places: Sequence[str]) -> tuple[str, ...]:
        """A default that nothing falls to is not missed: its keys are."""
        if key == DEFAULT_KEY and role not in KEYLESS:
            return ()
        return tuple(one for one in places if self.rules.resolve(role, key, one) is None)

    def _state(
        self, place: Place, there: Written | None, places: Sequence[str], uncovered: Sequence[str]
    ) -> State:
        if isinstance(there, Unfinished):
            return "unfinished"
        if there is not None and self._problem(there):
            return "broken"
        if uncovered:
            return "missing"
        if there is None:
            return "default" if places else "expected"
        if there.account is None:
            return "none"
        unused = place[1] != DEFAULT_KEY and not places and bool(self.known.seen)
        return "unused" if unused else "mapped"

    def _falls_to(self, place: Place) -> str:
        role, key, location = place
        row = self.rules.resolve(role, key, location)
        if row is None:
            return ""
        return "None" if row.account is None else self.choices.label(row.account)

    def _problem(self, there: Written | None) -> str:
        if there is None:
            return ""
        if isinstance(there, Unfinished):
            return there.text
        chart = self.choices.chart
        found = [
            chart.refusal(there.role, there.account) if chart and there.account else None,
            chart.class_refusal(there.class_) if chart and there.class_ else None,
            chart.department_refusal(there.department) if chart and there.department else None,
            *self._party_problems(there),
        ]
        return "; ".join(one for one in found if one)

    def _party_problems(self, there: AccountRow) -> Iterable[str]:
        if self.choices.directory is None:
            return
        if there.customer and not _is_active(self.choices.listed("customer").get(there.customer)):
            yield f"customer {there.customer} is not there or inactive"
        if there.vendor and not _is_active(self.choices.listed("vendor").get(there.vendor)):
            yield f"vendor {there.vendor} is not there or inactive"

    def _warning(self, there: Written | None) -> str:
        if not isinstance(there, AccountRow) or there.account is None or there.vendor:
            return ""
        return self.choices.warning(there.role, there.account)

    def _proposed(self) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
        """For each key that came or has a name, and has no row of its own."""
        if self.choices.chart is None:
            return {}
        wanted = {*self.came, *(one for one in self.known.names if one[0] in ROLE_ORDER)}
        lacking = [
            SeenKey(role, "" if key == DEFAULT_KEY else key, "")
            for role, key in sorted(wanted, key=lambda one: (one not in self.came, one))
            if not isinstance(self.rows.get((role, key, "")), AccountRow)
        ]
        found = suggestions(self.choices.chart, lacking[:MOST_SUGGESTED], self.known.names)
        return {
            (key.role, shown_key(key.role, key.key)): tuple(
                (one.account_id, self.choices.label(one.account_id)) for one in best
            )
            for key, best in found.items()
        }


def _is_active(row: object) -> bool:
    return bool(getattr(row, "active", False))
