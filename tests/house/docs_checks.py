"""What the docs must name, and links that must lead somewhere.

A word of the product is named where it stands between backticks, alone or at the start of a
command line, in a page under docs/.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

import typer

from cli.main import app
from daybook.domain.errors import NEXT_ACTION
from daybook.domain.mapping import Settings
from daybook.domain.proof import FINDINGS
from daybook.domain.roles import ROLES
from daybook.domain.status import MEANING
from local.transform import read_template
from tests.house.tree import ROOT

_CODE: Final = re.compile(r"`([^`\n]+)`")
_FENCE: Final = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_ALARM_ROW: Final = re.compile(r"^\| `(\w+Alarm)` \| (.+) \|$", re.MULTILINE)
_SHORTEST_WORDS: Final = 20
_HEADING: Final = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_ELSEWHERE: Final = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def words() -> dict[str, Collection[str]]:
    """What the docs must name, by what it is."""
    return {
        "status": MEANING,
        "reason": NEXT_ACTION,
        "role": ROLES,
        "finding": FINDINGS,
        "mapping setting": Settings.model_fields,
        "command": list(commands(app)),
        "parameter": read_template(ROOT / "template.yaml")["Parameters"],
    }


def commands(group: typer.Typer, before: str = "daybook") -> Iterator[str]:
    """`daybook chart refresh` and the like: every command that does something."""
    for command in group.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.replace("_", "-")
        yield f"{before} {name}"
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, f"{before} {inner.name}")


def unnamed(wanted: Mapping[str, Collection[str]], pages: Collection[str]) -> Iterator[str]:
    """Every word that no page names."""
    named = {code for page in pages for code in _CODE.findall(_FENCE.sub("", page))}
    lines = {line.strip() for page in pages for line in page.splitlines()} | named
    for what, names in wanted.items():
        for name in sorted(names):
            if name not in named and not (
                " " in name and any(f"{line} ".startswith(f"{name} ") for line in lines)
            ):
                yield f"no page of docs/ names the {what} {name}"


def unexplained(meanings: Mapping[str, str], page: str) -> Iterator[str]:
    """Every code without a row of a table that has its sentence, as the product says it."""
    rows = [line for line in page.splitlines() if line.startswith("|")]
    for code, sentence in meanings.items():
        if not any(row.startswith(f"| `{code}` |") and f"| {sentence} |" in row for row in rows):
            yield f"docs/operations.md has no row for {code} that says: {sentence}"


def unexplained_alarms(resources: Mapping[str, Mapping[str, object]], page: str) -> Iterator[str]:
    """Every alarm of the template without a row that says what it means and what to do, and every
    row of an alarm that is not there."""
    rows = {
        name: [cell.strip() for cell in cells.split(" | ")]
        for name, cells in _ALARM_ROW.findall(page)
    }
    alarms = {name for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    for name in sorted(alarms):
        *_, means, do = ["", "", *rows.get(name, [])]
        if min(len(means), len(do)) < _SHORTEST_WORDS:
            yield f"docs/operations.md does not say what {name} means and what to do"
    for name in sorted(set(rows) - alarms):
        yield f"docs/operations.md explains {name}, which is no alarm"


def broken_links(path: str, text: str, pages: Mapping[str, str]) -> Iterator[str]:
    """Relative links of a page that lead nowhere. pages: the text of every file by its path."""
    for target in _LINK.findall(_FENCE.sub("", text)):
        if _ELSEWHERE.match(target):
            continue
        place, _, anchor = target.partition("#")
        there = _resolved(path, place) if place else path
        if there not in pages and not any(name.startswith(f"{there}/") for name in pages):
            yield f"{path}: {target} leads nowhere"
        elif anchor and anchor not in _anchors(pages.get(there, "")):
            yield f"{path}: {target}: {there} has no heading of that name"


def _resolved(path: str, target: str) -> str:
    steps: list[str] = []
    for step in (*PurePosixPath(path).parent.parts, *PurePosixPath(target).parts):
        if step == ".." and steps:
            steps.pop()
        elif step != ".":
            steps.append(step)
    return "/".join(steps)


def _anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = (re.sub(r"[^\w\s-]", "", title.lower()) for title in _HEADING.findall(text))
    return {re.sub(r"\s", "-", title) for title in titles}
