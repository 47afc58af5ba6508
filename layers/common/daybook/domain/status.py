"""The states of an event's posting and the moves that are legal between them.

Everything that writes a status goes through `check_move`; a move not listed is a defect of ours.
"""

from typing import Final, Literal

type Status = Literal[
    "received",
    "accumulated",
    "ready",
    "sending",
    "uncertain",
    "posted",
    "reversed",
    "superseded",
    "held",
    "failed",
    "ignored",
    "not_started",
    "void",
]

MEANING: Final[dict[Status, str]] = {
    "received": "Stored, not yet translated.",
    "accumulated": "Waits for the close of its business day.",
    "ready": "Has its entry and waits to be sent.",
    "sending": "Is being sent: the request is on its way.",
    "uncertain": "Was sent without a clear answer; QuickBooks is asked before it is sent again.",
    "posted": "Is in the books, under the QuickBooks id shown.",
    "reversed": "Was posted and later taken back by an entry of its own.",
    "superseded": "A newer version of the same object stands in its place.",
    "held": "Waits for a person or a setting; the reason says which.",
    "failed": "Could not be handled at all; a replay tries again.",
    "ignored": "Understood, and no matter for the books.",
    "not_started": "Older than the connection's start date; can be sent by a date range.",
    "void": "Leaves nothing to post.",
}
STATUSES: Final = tuple(MEANING)

# What still has to reach QuickBooks: these rows are in the realm's due index.
DUE: Final[frozenset[Status]] = frozenset({"ready", "sending", "uncertain"})
# What waits for a person.
TROUBLE: Final[frozenset[Status]] = frozenset({"held", "failed"})

_FIRST: Final[frozenset[Status]] = frozenset(
    {"ready", "accumulated", "held", "void", "ignored", "not_started", "superseded", "failed"}
)
MOVES: Final[dict[Status, frozenset[Status]]] = {
    "received": _FIRST,
    "accumulated": frozenset({"held", "posted"}),
    # A reversing event is posted when the entry that takes its original back is.
    "ready": frozenset({"sending", "held", "void", "superseded", "posted"}),
    "sending": frozenset({"posted", "uncertain", "ready", "held"}),
    "uncertain": frozenset({"sending", "posted", "held"}),
    "posted": frozenset({"reversed"}),
    "reversed": frozenset(),
    # The older version that said the same is taken back: this one stands for itself.
    "superseded": frozenset({"accumulated"}),
    "held": frozenset(
        {
            "ready",
            "accumulated",
            "held",
            "void",
            "superseded",
            "uncertain",
            "posted",
            "ignored",
            "not_started",
        }
    ),
    "failed": frozenset({"ready", "accumulated", "held", "void", "ignored", "superseded"}),
    "ignored": frozenset(),
    "not_started": frozenset({"ready", "accumulated", "held", "void", "ignored", "superseded"}),
    "void": frozenset(),
}


def check_move(before: Status, after: Status) -> None:
    """Assert that a move is legal; a row that only gains a detail keeps its status."""
    assert before == after or after in MOVES[before], f"illegal move {before} -> {after}"
