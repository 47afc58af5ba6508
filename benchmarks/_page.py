"""Measured numbers in a page of the docs, between two marks that name the benchmark."""

from collections.abc import Sequence
from pathlib import Path

PAGE = Path("docs/performance.md")


def replace_section(name: str, lines: Sequence[str], page: Path = PAGE) -> None:
    """Put lines between `<!-- name -->` and `<!-- /name -->`. Raises ValueError without marks."""
    text = page.read_text()
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page} has no marks {begin} and {end}")
    page.write_text("\n".join([f"{before}{begin}", "", *lines, "", f"{end}{after}"]))
