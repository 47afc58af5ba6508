"""Values inside a query. https://developer.intuit.com/hub/blog/2017/02/08/deep-dive-sql-queries"""

from collections.abc import Iterable, Sequence
from typing import Final

# https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
PAGE_ROWS: Final = 1_000
MAX_NAMES: Final = 100


def quoted(value: str) -> str:
    """A value of a query. Raises ValueError for what cannot be quoted for certain."""
    if not value.isprintable() or "\\" in value:
        raise ValueError("control characters and backslashes cannot be queried")
    return "'" + value.replace("'", "\\'") + "'"


def one_of(values: Iterable[str]) -> str:
    """`IN ('A', 'B')`, each value once. Raises ValueError as `quoted`."""
    return f"IN ({', '.join(quoted(value) for value in dict.fromkeys(values))})"


def at_most(names: Sequence[str]) -> Sequence[str]:
    """The names. Raises ValueError for more than a probe takes."""
    if len(names) > MAX_NAMES:
        raise ValueError(f"{len(names)} numbers or names; a probe takes {MAX_NAMES}")
    return names
