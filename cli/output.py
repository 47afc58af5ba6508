"""How commands speak: JSON for programs on request, tables and sentences for people.

Exit codes of every command: 0 done, 1 wrong use or not possible, 2 something waits for a person.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

WAITS = 2
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

_PEOPLE = Console(stderr=True, highlight=False)


def as_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """A sentence for a person, on standard error; markup in data is not interpreted."""
    _PEOPLE.print(text, markup=False)


def refuse(text: str) -> NoReturn:
    """Say what is wrong and end with exit code 1."""
    _PEOPLE.print(text, markup=False, style="red")
    raise typer.Exit(1)


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, whole: int = 0
) -> None:
    """A table on standard output; cells are shown as they are. whole: how many of the first columns
    are kept on one line where they leave room for the others, to be copied."""
    screen = Console(highlight=False, markup=False)
    grid = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        widest = max((len(str(row[place])) for row in rows), default=0)
        kept = place < whole and 2 * widest <= screen.width
        grid.add_column(column, overflow="fold", no_wrap=kept)
    for row in rows:
        grid.add_row(*(str(cell) for cell in row))
    screen.print(grid)


def counts_text(counts: Mapping[str, int]) -> str:
    """`3 posted, 1 held`."""
    return ", ".join(f"{number} {word}" for word, number in counts.items()) or "nothing"


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; the value is called with (done, total)."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_PEOPLE, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
