"""What a proof saw wrong with a posting in QuickBooks or at the point of sale, until it is well.

A flag stays on its row. It is trouble: a person looks, mends the books or the ledger, and clears
it; or a later proof finds all well and takes it away. One that was cleared stays, so that the same
sight is not reported each night; another sight is a new flag.
"""

from typing import Final, Literal, NamedTuple

type FlagName = Literal[
    "double_in_qbo",
    "missing_in_qbo",
    "deleted_in_qbo",
    "edited_in_qbo",
    "total_differs",
    "missing_at_pos",
    "total_differs_at_pos",
]

FLAG_ACTION: Final[dict[FlagName, str]] = {
    "double_in_qbo": "Delete or reverse in QuickBooks the entry that is one too many.",
    "missing_in_qbo": "Find out what became of it; undo and replay it, or clear the flag.",
    "deleted_in_qbo": "Undo and replay it if it belongs in the books; else clear the flag.",
    "edited_in_qbo": "Change it back in QuickBooks; or clear the flag if the edit is right.",
    "total_differs": "Compare the document with the source, tax first; then clear the flag.",
    "missing_at_pos": "Ask the shop; undo it if it was never sold, else clear the flag.",
    "total_differs_at_pos": "Compare the two; pull again, or undo and replay; else clear the flag.",
}

RAISED_BY_PROOFS: Final[frozenset[FlagName]] = frozenset(
    {"double_in_qbo", "missing_in_qbo", "deleted_in_qbo", "edited_in_qbo"}
)
# Raised where a point of sale is compared, and taken away there.
RAISED_BY_POS: Final[frozenset[FlagName]] = frozenset({"missing_at_pos", "total_differs_at_pos"})
# The entry is gone: there is nothing left in QuickBooks that could be taken back.
GONE: Final[frozenset[FlagName]] = frozenset({"missing_in_qbo", "deleted_in_qbo"})


class Flag(NamedTuple):
    """One flag. at: when it was first seen, RFC 3339 in UTC. seen: a sentence for a person.

    ids: the QuickBooks ids that it is about, joined by commas. cleared: who cleared it and why;
    "" while it is open.
    """

    name: FlagName
    at: str
    seen: str
    ids: str = ""
    cleared: str = ""

    @property
    def qbo_ids(self) -> tuple[str, ...]:
        """The ids one by one."""
        return tuple(one for one in self.ids.split(",") if one)
