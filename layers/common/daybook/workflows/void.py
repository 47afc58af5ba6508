"""Void: a person decides that a held event is never posted."""

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
_MAY_BE_IN_THE_BOOKS = frozenset({"outcome_unknown", "double_in_qbo"})


def void_event(connection: str, name: EventName, who: Who, tools: Operator) -> Posting:
    """Void a held or failed event; the row as it is then. Raises NotPossible."""
    row = one_of(rows_of(connection, name, tools.ledger), name)
    if row.status == "void":
        return row
    _check(row)
    keep_action(connection, "void", who, tools, target=row.id)
    after = row.moved("void", tools.clock())
    if not tools.ledger.change(row, after):
        raise NotPossible(f"{name_of(row)} changed meanwhile; look at it again.")
    return after


def _check(row: Posting) -> None:
    if row.status not in ("held", "failed"):
        raise NotPossible(
            f"{name_of(row)} is {row.status}: only held and failed events are voided."
        )
    if row.reason in _MAY_BE_IN_THE_BOOKS:
        raise NotPossible(
            f"{name_of(row)} is held {row.reason}: QuickBooks may have it, and nothing proves "
            "that it has not. Replay it: QuickBooks is asked first."
        )
