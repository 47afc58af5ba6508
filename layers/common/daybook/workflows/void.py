"""Void: a person decides that a held event is never posted."""

from typing import Final, get_args

from daybook.domain.errors import ReasonCode
from daybook.domain.posting import Posting
from daybook.workflows.operator import (
    EventName,
    NotPossible,
    Operator,
    Who,
    keep_action,
    name_of,
    one_of,
    rows_of,
)

# QuickBooks has it, or may have it: a row that says otherwise would hide that.
MAY_BE_IN_THE_BOOKS: Final[frozenset[ReasonCode | None]] = frozenset(
    {"outcome_unknown", "double_in_qbo"}
)
VOIDABLE: Final[tuple[ReasonCode, ...]] = tuple(
    reason for reason in get_args(ReasonCode) if reason not in MAY_BE_IN_THE_BOOKS
)


def void_event(connection: str, name: EventName, who: Who, tools: Operator) -> Posting:
    """Void a held or failed event; the row as it is then. Raises NotPossible."""
    return _voided(one_of(rows_of(connection, name, tools.ledger), name), who, tools)


def void_row(row: Posting, who: Who, tools: Operator) -> Posting:
    """Void an event by its row as a list had it; the row as it is then. Raises NotPossible where
    the row changed since, and for what is no event's own row: a reversal, a part that follows."""
    name = EventName.read(name_of(row))
    own = one_of(rows_of(row.key.connection, name, tools.ledger), name)
    if own.id != row.id:
        raise NotPossible(f"{name_of(row)} is voided by what it belongs to, not by itself.")
    if own.status != "void" and own.number != row.number:
        raise NotPossible(f"{name_of(row)} changed meanwhile; look at it again.")
    return _voided(own, who, tools)


def _voided(row: Posting, who: Who, tools: Operator) -> Posting:
    if row.status == "void":
        return row
    _check(row)
    keep_action(row.key.connection, "void", who, tools, target=row.id)
    after = row.moved("void", tools.clock())
    if not tools.ledger.change(row, after):
        raise NotPossible(f"{name_of(row)} changed meanwhile; look at it again.")
    return after


def _check(row: Posting) -> None:
    if row.status not in ("held", "failed"):
        raise NotPossible(
            f"{name_of(row)} is {row.status}: only held and failed events are voided."
        )
    if row.reason in MAY_BE_IN_THE_BOOKS:
        raise NotPossible(
            f"{name_of(row)} is held {row.reason}: QuickBooks may have it, and nothing proves "
            "that it has not. Replay it: QuickBooks is asked first."
        )
