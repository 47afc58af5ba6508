"""The one thing that fixes what is held, as a link or a button: which, for each reason."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from daybook.console.web import href
from daybook.domain.connection import Connection
from daybook.domain.errors import NEXT_ACTION, ReasonCode
from daybook.domain.posting import Posting

# replay: the event's own button; wait: nothing is to be done.
type Step = Literal["map", "connect", "link", "replay", "void", "look", "wait"]

STEPS: Final[dict[ReasonCode, Step]] = {
    "unmapped_account": "map",
    "unmapped_class": "map",
    "none_unbalances": "map",
    "inactive_account": "map",
    "class_inactive": "map",
    "already_sent": "map",
    "setting_needed": "connect",
    "reconnect_needed": "connect",
    "customer_needed": "link",
    "vendor_needed": "link",
    "display_name_taken": "link",
    "period_closed": "replay",
    "qbo_refused": "replay",
    "docnum_taken": "replay",
    "outcome_unknown": "replay",
    "source_unavailable": "wait",
    "item_needed": "wait",
    "class_needed": "wait",
    "waits_for_prior": "wait",
    "original_unknown": "wait",
    "unbalanced": "void",
    "unreadable": "void",
    "family_unbalanced": "void",
    "too_many_lines": "void",
    "currency": "void",
    "intercompany": "void",
    "conflict": "look",
    "double_in_qbo": "look",
}
assert set(STEPS) == set(get_args(ReasonCode)), "each reason has its step"

# Where the command's word is no help in a browser.
_TEXTS: Final[dict[ReasonCode, str]] = {
    "customer_needed": "Say which customer of QuickBooks it is, or let daybook create it.",
    "vendor_needed": "Say which supplier of QuickBooks it is.",
}

_LABELS: Final[dict[Step, str]] = {
    "map": "Open the mapping",
    "connect": "Open the connection",
    "link": "Link the party",
    "look": "Look at the event",
    "void": "Look at the event",
    "replay": "Replay",
    "wait": "",
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, as a sentence, and where: label and url are "" where nothing is to be done."""

    step: Step
    text: str
    label: str = ""
    url: str = ""


def step_for(
    reason: ReasonCode,
    connection: Connection,
    event_url: str = "",
) -> NextStep:
    """What fixes a reason in a connection. event_url: the event's page, for what is done
    there."""
    step = STEPS[reason]
    url = ""
    match step:
        case "map":
            url = href("/mapping/<connection>/edit", connection=connection.id, show="to_do")
        case "connect" if reason == "reconnect_needed" and connection.realm:
            url = href("/companies/<realm>", realm=connection.realm)
        case "connect" if connection.realm:
            step = "map"
            url = href("/mapping/<connection>/edit", connection=connection.id, show="to_do")
        case "connect":
            url = href("/connections/<id>", id=connection.id)
        case "link":
            url = href("/trouble/link", connection=connection.id, reason=reason)
        case "replay" | "look" | "void":
            url = event_url
    return NextStep(
        step, _TEXTS.get(reason, NEXT_ACTION[reason]), _LABELS[step] if url else "", url
    )


def step_of(row: Posting, connection: Connection, event_url: str = "") -> NextStep | None:
    """What fixes a held row; None for one that is not held."""
    if not row.reason:
        return None
    return step_for(row.reason, connection, event_url)
