"""What can be wrong with an event, as values and as two exceptions.

    ValueError
    └── Unreadable      what arrived cannot be read: says where and what to do
    Exception
    └── Held            the event is understood but cannot be posted yet; carries a `Problem`

A `Problem` is shown to a person beside the event; it is never a stack trace.
"""

from typing import Literal, NamedTuple

ReasonCode = Literal[
    "unmapped_account",
    "unmapped_class",
    "unbalanced",
    "none_unbalances",
    "conflict",
    "unreadable",
    "customer_needed",
    "vendor_needed",
    "item_needed",
    "class_needed",
    "currency",
    "intercompany",
    "family_unbalanced",
    "too_many_lines",
    "setting_needed",
    "source_unavailable",
    "period_closed",
    "inactive_account",
    "class_inactive",
    "display_name_taken",
    "docnum_taken",
    "already_sent",
    "waits_for_prior",
    "original_unknown",
    "reconnect_needed",
    "outcome_unknown",
    "double_in_qbo",
    "qbo_refused",
]

NEXT_ACTION: dict[ReasonCode, str] = {
    "unmapped_account": "Map each missing role and key to an account, then activate the mapping.",
    "unmapped_class": "Add the class label to the mapping's settings, then activate the mapping.",
    "unbalanced": "Correct the ticket at the point of sale and send it again.",
    "none_unbalances": "Map both sides of the stock entry to None, or both to accounts.",
    "conflict": "Compare the two contents; void the wrong one, then replay the other.",
    "unreadable": "Correct the sender at the path shown and send it again.",
    "customer_needed": "Link the customer: `daybook link customer`; or let daybook create it.",
    "vendor_needed": "Link the supplier: `daybook link vendor`.",
    "item_needed": "Nothing: it follows when QuickBooks has the item.",
    "class_needed": "Nothing: it follows when QuickBooks has the class.",
    "currency": "Send the event in the company's home currency, or with a rate if it allows more.",
    "intercompany": "Book a transfer between two companies by hand in both.",
    "family_unbalanced": "Correct the rows of the family at the point of sale and send them again.",
    "too_many_lines": "Split the event at the point of sale.",
    "setting_needed": "Connect the company, import its chart and activate a mapping.",
    "source_unavailable": "Nothing: it is asked again until the point of sale answers.",
    "period_closed": "Move the closing date in QuickBooks, or choose the next open day.",
    "inactive_account": "Make the account active in QuickBooks, or map another one.",
    "class_inactive": "Make the class active in QuickBooks, or map another one.",
    "display_name_taken": "Link the party to the existing name, or rename one of them.",
    "docnum_taken": "Rename the other entry in QuickBooks, then replay.",
    "already_sent": "Nothing, or send again with the setting second_send = replace.",
    "waits_for_prior": "Nothing: it follows when the earlier version's outcome is known.",
    "original_unknown": "Nothing: it follows when the original arrives.",
    "reconnect_needed": "Connect the company to QuickBooks again.",
    "outcome_unknown": "Replay it: QuickBooks is asked before anything is sent again.",
    "double_in_qbo": "Look at both entries in QuickBooks and reverse the one too many.",
    "qbo_refused": "Correct what QuickBooks names, then replay.",
}


class Missing(NamedTuple):
    """One (role, key, location) for which the mapping has no account."""

    role: str
    key: str
    location: str


class Problem(NamedTuple):
    """Why an event is held: a code, a sentence for a person, and what is missing (may be empty)."""

    code: ReasonCode
    text: str
    missing: tuple[Missing, ...] = ()

    @property
    def next_action(self) -> str:
        """The one thing that fixes it."""
        return NEXT_ACTION[self.code]


class Held(Exception):  # noqa: N818 -- the field's word: a held event is not an error
    """The event cannot be posted until a person or a setting changes something."""

    def __init__(self, code: ReasonCode, text: str, missing: tuple[Missing, ...] = ()) -> None:
        super().__init__(text)
        self.problem = Problem(code, text, missing)


class Unreadable(ValueError):  # noqa: N818 -- reads as the status it becomes
    """What arrived cannot be read. `path` says where, in the sender's own field names."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(f"{path}: {text}" if path else text)
        self.path = path
        self.text = text
