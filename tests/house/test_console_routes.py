"""What the console changes, a command changes too: docs/console.md has each route with its own."""

import re
from collections.abc import Collection, Iterator, Mapping

import daybook.console.every_page  # noqa: F401 -- enters all routes
from cli.main import app
from daybook.console.web import ROUTES
from tests.house.docs_checks import commands
from tests.house.tree import text_of

_ROW = re.compile(r"^\| `(POST) (/[^`]*)` \| (.+) \|$", re.MULTILINE)
_COMMAND = re.compile(r"`(daybook [^`]*)`")
_OWN = "the browser's own"


def table(page: str) -> Mapping[str, str]:
    """What stands beside each route of the table."""
    return {path: beside for _, path, beside in _ROW.findall(page)}


def unlike(
    rows: Mapping[str, str], routes: Collection[str], known: Collection[str]
) -> Iterator[str]:
    """Routes without a row, rows without a route, and rows that name no command."""
    for path in sorted(routes - rows.keys()):
        yield f"POST {path} stands in no row"
    for path, beside in rows.items():
        if path not in routes:
            yield f"there is no POST {path}"
        named = _COMMAND.findall(beside)
        strange = [
            text for text in named if not any(f"{text} ".startswith(f"{one} ") for one in known)
        ]
        if strange:
            yield f"POST {path}: there is no command {strange[0]}"
        if not named and not beside.startswith(_OWN):
            yield f"POST {path} names no command"


def posts() -> set[str]:
    return {path for method, path in ROUTES if method == "POST"}


def test_every_route_that_changes_something_has_its_command() -> None:
    rows = table(text_of("docs/console.md"))
    assert list(unlike(rows, posts(), list(commands(app)))) == []
    assert len(rows) == len(posts()) > 25


def test_a_route_without_a_row_and_a_row_without_a_command_are_noticed() -> None:
    page = "| `POST /a` | `daybook undo` |\n| `POST /b` | `daybook undone` |\n"
    page += "| `POST /c` | by hand |\n"
    found = list(unlike(table(page), {"/a", "/b", "/c", "/d"}, ["daybook undo"]))
    assert [text.split(" ", 2)[1] for text in found] == ["/d", "/b:", "/c"]
    gone = list(unlike(table(page), set(), ["daybook undo", "daybook undone"]))
    assert gone[0] == "there is no POST /a"
