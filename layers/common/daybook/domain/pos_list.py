"""One page of a list of a point of sale's API."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Listed(NamedTuple):
    """The rows of a page, numbers exact. pages: of the whole list, as far as is known with it.

    total: its rows; 0 where the vendor does not say.
    """

    rows: Sequence[Any]
    pages: int
    total: int = 0
