"""What of a point of sale's events can be exported, or left out: a kind, or one sort of it.

A sort is named behind its kind: `sale.credit_note`, `stock_move.shipment`, `party.customer`.
"""

from typing import Any, Final, get_args

from daybook.domain.bodies import Deposit, PartyChange, Purchase, Sale, StockMove

# By kind: the field of its body that names the sort.
SORTED_BY: Final = {
    "sale": "document",
    "deposit": "direction",
    "stock_move": "move",
    "purchase": "document",
    "party": "role",
}
_BODIES: Final[dict[str, type[Any]]] = {
    "sale": Sale,
    "deposit": Deposit,
    "stock_move": StockMove,
    "purchase": Purchase,
    "party": PartyChange,
}
SORTS: Final[dict[str, tuple[str, ...]]] = {
    kind: get_args(_BODIES[kind].model_fields[field].annotation)
    for kind, field in SORTED_BY.items()
}


def sort_of(body: Any) -> str:
    """A body's sort: `sale.credit_note`; its kind where it has no sorts."""
    kind = str(body.kind)
    field = SORTED_BY.get(kind)
    return f"{kind}.{getattr(body, field)}" if field else kind


def is_sort(word: str) -> bool:
    """Whether a word names a sort of a kind."""
    kind, point, sort = word.partition(".")
    return bool(point) and sort in SORTS.get(kind, ())
