"""docs/accounting.md: its worked examples are what the code posts, and it names what there is."""

import re
from pathlib import Path

import pytest

from daybook.domain.errors import NEXT_ACTION
from daybook.domain.money import to_text
from daybook.domain.roles import ACCOUNT_TYPES, ROLES, in_words
from tests.unit.domain.builders import entry_of, mapping
from tests.unit.domain.examples import EXAMPLES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "accounting.md").read_text()
_EXAMPLE = re.compile(r"^#### (.+)$")


def documented() -> dict[str, list[tuple[str, str, str]]]:
    """The rows of each example's table: (words, debit, credit)."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    rows: list[tuple[str, str, str]] | None = None
    for line in PAGE.splitlines():
        heading = _EXAMPLE.match(line)
        if heading:
            rows = found.setdefault(heading[1], [])
        elif line.startswith("#"):
            rows = None
        elif rows is not None and line.startswith("|"):
            words, debit, credit = (cell.strip() for cell in line.strip("|").split("|"))
            if words and not set(words) <= set("-:"):
                rows.append((words, debit, credit))
    return found


def test_every_example_is_documented_and_no_other() -> None:
    assert list(documented()) == list(EXAMPLES)


@pytest.mark.parametrize("heading", EXAMPLES)
def test_documented_lines_are_those_that_are_posted(heading: str) -> None:
    entry = entry_of(EXAMPLES[heading], mapping())
    assert entry
    expected = []
    for line in entry.lines:
        words = ", ".join(part for part in (in_words(line.role), line.key) if part)
        amount = to_text(line.amount, entry.currency)
        expected.append((words, *((amount, "") if line.side == "debit" else ("", amount))))
    assert documented()[heading] == expected


def test_every_role_and_its_kinds_of_account_are_documented() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    for role in sorted(ROLES):
        (row,) = [line for line in rows if f"`{role}`" in line]
        for kind in ACCOUNT_TYPES.get(role, ()):
            assert kind in row, (role, kind)


def test_every_reason_that_holds_an_entry_here_is_documented() -> None:
    named = set(re.findall(r"`([a-z_]+)`", PAGE))
    own = {"unmapped_account", "unmapped_class", "unbalanced", "none_unbalances", "customer_needed",
           "vendor_needed", "currency", "family_unbalanced", "too_many_lines", "setting_needed",
           "inactive_account"}  # fmt: skip
    assert own <= set(NEXT_ACTION)
    assert own <= named
