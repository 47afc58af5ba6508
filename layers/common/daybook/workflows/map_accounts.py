"""Putting a mapping in force: checked as a whole, kept as a version, then what it covers goes."""

from collections.abc import Callable
from dataclasses import dataclass

from daybook.domain.chart import Chart
from daybook.domain.connection import Connection
from daybook.domain.mapping import Mapping
from daybook.domain.posting import instant_text
from daybook.workflows.release import Released, Releaser, release


class MappingRefused(ValueError):  # noqa: N818 -- what happened
    """The mapping cannot be used; `problems` names every reason at once."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Activated:
    """The version that is in force now, and what it released."""

    version: int
    released: Released


def problems_of(mapping: Mapping, chart: Chart | None) -> tuple[str, ...]:
    """Everything in a mapping that keeps it from being activated, as sentences."""
    found = []
    modes = {mapping.settings.mode} | {
        change.mode for rows in mapping.settings.modes_by_location.values() for change in rows
    }
    found += [f"mode {mode} is not available yet" for mode in sorted(modes - {"per_event"})]
    if chart is None:
        return (*found, "the company's chart was not imported yet: run `daybook chart refresh`")
    for row in mapping.accounts:
        refusal = chart.refusal(row.role, row.account) if row.account else None
        if refusal:
            at = f" at location {row.location}" if row.location else ""
            found.append(f"role {row.role}, key {row.key!r}{at}: {refusal}")
    return tuple(found)


def activate(
    connection: Connection,
    mapping: Mapping,
    actor: str,
    releaser: Releaser,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Activated:
    """Keep a mapping as a new version, put it in force, release the held events it covers.

    Raises MappingRefused with every problem.
    """
    chart = releaser.mappings.chart(connection.realm) if connection.realm else None
    problems = problems_of(mapping, chart)
    if problems:
        raise MappingRefused(problems)
    version = releaser.mappings.put(connection.id, mapping, actor, instant_text(releaser.clock()))
    releaser.mappings.activate(connection.id, version)
    return Activated(version, release(connection, "mapping", releaser, progress))
