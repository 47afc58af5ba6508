"""`daybook preview`: what deliveries would post, without network or AWS."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from daybook.domain.mapping import Mapping
from daybook.qbo.documents import body_of
from daybook.sources.contract import Source
from daybook.sources.registry import UnknownSource, find
from daybook.workflows import preview as previews
from daybook.workflows.mapping_file import BadMapping, mapping_of

STDIN = Path("-")


class Format(StrEnum):
    """How the result is written."""

    json = "json"
    beancount = "beancount"


class Mode(StrEnum):
    """The posting modes of a mapping."""

    per_event = "per_event"
    day_summary = "day_summary"
    document = "document"


def preview(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Deliveries; - is stdin.")],
    source: Annotated[str, typer.Option(help="The point of sale, such as canonical.")],
    mapping: Annotated[Path, typer.Option(metavar="FILE", help="The mapping file.")],
    event: Annotated[
        str | None, typer.Option(metavar="KIND", help="The event of bodies that name none.")
    ] = None,
    mode: Annotated[Mode | None, typer.Option(help="Instead of the mapping's.")] = None,
    format: Annotated[  # noqa: A002 -- the option's name
        Format, typer.Option(help="What is written.")
    ] = Format.json,
) -> None:
    """Show what deliveries would post, entries and documents. Signatures are not checked.

    Ends 0 if nothing is held, 2 if something is, 1 on a usage error.
    """
    found, rules, contents = _inputs(source, mapping, files)
    try:
        result = previews.preview(contents, found, rules, event=event, mode=mode)
    except previews.ModeUnavailable as problem:
        raise _usage_error([str(problem)]) from None
    if format is Format.json:
        sys.stdout.write(previews.json_text(previews.as_json(result, body_of)))
    else:
        sys.stdout.write(previews.as_notation(result))
    if result.held:
        raise typer.Exit(2)


def _inputs(
    source: str, mapping: Path, files: list[Path]
) -> tuple[Source, Mapping, list[tuple[str, bytes]]]:
    """What the options name. Ends 1, naming every problem of all of them."""
    problems: list[str] = []
    found: Source | None = None
    rules: Mapping | None = None
    try:
        found = find(source)
    except UnknownSource as problem:
        problems.append(str(problem))
    try:
        rules = mapping_of(mapping.read_bytes())
    except OSError as problem:
        problems.append(f"{mapping}: {problem.strerror}")
    except BadMapping as problem:
        problems += [f"{mapping}: {line}" for line in str(problem).splitlines()]
    contents: list[tuple[str, bytes]] = []
    for file in files:
        try:
            contents.append((str(file), _content(file)))
        except OSError as problem:
            problems.append(f"{file}: {problem.strerror}")
    if problems or found is None or rules is None:
        raise _usage_error(problems)
    return found, rules, contents


def _content(file: Path) -> bytes:
    return sys.stdin.buffer.read() if file == STDIN else file.read_bytes()


def _usage_error(problems: list[str]) -> typer.Exit:
    for problem in problems:
        typer.echo(problem, err=True)
    return typer.Exit(1)
