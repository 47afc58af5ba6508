"""What became of one posting that was sent, in words that decide what happens next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from daybook.domain.errors import ReasonCode
from daybook.domain.party_details import Details

type OutcomeKind = Literal[
    # It is in the books under qbo_id.
    "posted",
    # A definite no: nothing was written, and `reason` says what a person does.
    "refused",
    # Nothing was processed; the same request goes again after retry_after_seconds.
    "throttled",
    # The access token was not taken; refresh once, then the same request again.
    "unauthorised",
    # The connection to the company is lost for good: a person must reconnect.
    "disconnected",
    # It may or may not be in the books: settle, probe, then adopt or send again.
    "uncertain",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one item.

    text: Intuit's own words, all of them. codes: every error code in the reply, in order.
    intuit_tid: the id Intuit's support asks for. retry_after_seconds: only for `throttled`.
    retryable: whether the same bytes may succeed later (a transient fault).
    total: TotalAmt of what was posted, as decimal text; "" where the reply states none.
    """

    kind: OutcomeKind
    qbo_id: str = ""
    sync_token: str = ""
    reason: ReasonCode | None = None
    text: str = ""
    codes: tuple[str, ...] = ()
    intuit_tid: str = ""
    retry_after_seconds: int = 0
    retryable: bool = False
    total: str = ""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One item of a batch: its place, the QBO entity's name, its body as JSON bytes, and whether
    that creates or changes."""

    b_id: str
    entity: str
    body: bytes
    operation: Literal["create", "update"] = "create"


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry found in QuickBooks by a probe: enough to tell whether it is ours and equal.

    lines: (side, account, minor units, class, department), in no particular order.
    """

    qbo_id: str
    doc_number: str
    txn_date: str
    private_note: str
    lines: tuple[tuple[str, str, int, str, str], ...]


@dataclass(frozen=True, slots=True)
class FoundParty:
    """A customer, vendor or employee found in QuickBooks by name or id. private_note: its notes.

    details: what QuickBooks has beside the name, under the names of `party_details`.
    """

    qbo_id: str
    kind: Literal["Customer", "Vendor", "Employee"]
    display_name: str
    private_note: str = ""
    active: bool = True
    sync_token: str = ""
    details: Details = ()


class ProbeFailed(Exception):  # noqa: N818 -- what happened
    """QuickBooks could not be asked, or not to the end: that is not the same as finding nothing.

    outcome: of the call that failed.
    """

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.text)
        self.outcome = outcome


type Outcomes = dict[str, Outcome]
type Found = Mapping[str, Sequence[FoundEntry]]
type FoundParties = Mapping[str, Sequence[FoundParty]]
