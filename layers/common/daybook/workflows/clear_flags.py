"""A person has looked at what a proof flagged, and says why it may stand."""

from daybook.domain.flags import GONE, Flag
from daybook.domain.posting import Posting
from daybook.workflows.operator import EventName, NotPossible, Operator, Who, keep_action, rows_of


def clear(connection: str, name: EventName, who: Who, tools: Operator) -> list[Flag]:
    """Clear the flags of an event's postings, its reversals too; those that were cleared.

    They stay on the row with who cleared them, so that a proof that sees the same again does not
    raise them anew. A row whose entry is gone, and may be, is reversed: a later version must not
    take back what is not there.
    Raises NotPossible where there is no such event, no open flag, or no reason.
    """
    if not who.reason.strip():
        raise NotPossible("Say why it may stand: --reason.")
    flagged = [row for row in rows_of(connection, name, tools.ledger) if row.open_flags]
    if not flagged:
        raise NotPossible("No flag is open on this event.")
    return [flag for row in flagged for flag in _clear(row, who, tools)]


def _clear(row: Posting, who: Who, tools: Operator) -> tuple[Flag, ...]:
    for flag in row.open_flags:
        keep_action(
            row.key.connection,
            "clear_flag",
            who,
            tools,
            target=row.id,
            scope=f"{flag.name}: {flag.seen}",
            once=f"{row.id} {flag.name} {row.number}",
        )
    words = f"{who.actor}: {who.reason.strip()}"
    flags = tuple(flag if flag.cleared else flag._replace(cleared=words) for flag in row.flags)
    if not tools.ledger.change(row, _accepted(row, flags, tools)):
        raise NotPossible("The event moved meanwhile; look again.")
    return row.open_flags


def _accepted(row: Posting, flags: tuple[Flag, ...], tools: Operator) -> Posting:
    gone = any(flag.name in GONE for flag in row.open_flags)
    if gone and row.status == "posted" and row.key.purpose == "post":
        return row.moved("reversed", tools.clock(), flags=flags)
    return row.flagged(flags)
