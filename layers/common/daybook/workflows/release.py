"""A cause was fixed: exactly the held events that it held are judged again, in order.

The order is (business date, instant, id), so that a day's events reach the books as they happened.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple, Protocol

from daybook.domain.closed_books import closing_of
from daybook.domain.errors import ReasonCode
from daybook.domain.posting import Posting
from daybook.workflows.circumstances import Circumstances, circumstances_of, judged_by
from daybook.workflows.judge import judge
from daybook.workflows.ports import Connection, Connections, Doorbell, Ledger, Mappings
from daybook.workflows.take_back import is_settled, settle

type Cause = Literal["mapping", "chart", "connection", "party"]

_SETTINGS: Final[frozenset[ReasonCode]] = frozenset(
    {
        "unmapped_account",
        "unmapped_class",
        "none_unbalances",
        "setting_needed",
        "customer_needed",
        "vendor_needed",
        "item_needed",
        "class_needed",
        "inactive_account",
        "class_inactive",
        "currency",
        "intercompany",
        "too_many_lines",
        "period_closed",
    }
)
# A batch's rows that are mapped to None leave before it must balance.
_BALANCE: Final[frozenset[ReasonCode]] = frozenset({"unbalanced", "family_unbalanced"})
_PARTIES: Final[frozenset[ReasonCode]] = frozenset(
    {"customer_needed", "vendor_needed", "item_needed", "class_needed"}
)
# What a fix may release. `waits_for_prior` and the like are released by the poster's own outcomes.
RELEASED_BY: Final[dict[Cause, frozenset[ReasonCode]]] = {
    "mapping": _SETTINGS,
    "chart": _PARTIES
    | frozenset(
        {"inactive_account", "class_inactive", "setting_needed", "currency", "period_closed"}
    ),
    "connection": frozenset({"setting_needed", "reconnect_needed"}),
    "party": _PARTIES,
}
RING_HINTS = 30
# How often a row is judged again that another worker changes meanwhile.
MAX_TRIES = 3


# What a row raises that cannot be judged: a defect of ours, or a row that was written by hand. What
# the ledger itself raises is not among them.
ODD = (ValueError, TypeError, LookupError, ArithmeticError, AssertionError)
_NAMED = 10


class OddRows(RuntimeError):  # noqa: N818 -- what they are
    """Rows that could not be judged, told after all others were. Names ids and classes of errors
    alone: an error's own text may quote a customer's data."""

    def __init__(self, rows: Sequence[str]) -> None:
        more = f" and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
        super().__init__(f"rows cannot be judged: {', '.join(rows[:_NAMED])}{more}")
        self.rows = tuple(rows)


def odd(row: Posting, error: Exception) -> str:
    """How an odd row is named."""
    return f"{row.id} ({type(error).__name__})"


class Releaser(NamedTuple):
    """What releasing needs."""

    ledger: Ledger
    connections: Connections
    mappings: Mappings
    doorbell: Doorbell
    clock: Callable[[], datetime]


class Released(NamedTuple):
    """How many were looked at, how many are no longer held, how many still are."""

    looked_at: int = 0
    released: int = 0
    still_held: int = 0


def release(
    connection: Connection,
    cause: Cause,
    tools: Releaser,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    parties: Collection[str] = (),
) -> Released:
    """Judge again what this cause held on a connection; ring its company for what is ready.

    progress: called with (done, total) after each row. parties: of the cause `party`, the keys
    of those that are known now (all if none is named). Raises OddRows at the end, where all others
    are judged and rung for.
    """
    # The translator asks this module what a fix may release, and never releases.
    from daybook.workflows.creations import retry_taken  # noqa: PLC0415
    from daybook.workflows.day_form import DayForm, parts_again  # noqa: PLC0415
    from daybook.workflows.stuck import retry_stuck  # noqa: PLC0415

    found = _candidates(connection, cause, tools.ledger)
    if parties:
        found = [row for row in found if any(key in parties for key, _ in row.parties)]
    rows = sorted(found, key=lambda row: row.order)
    circumstances = circumstances_of(connection, tools)
    ready: list[str] = []
    strange: list[str] = []
    released = 0
    for done, row in enumerate(rows, 1):
        try:
            after = _judged_again(row, cause, circumstances, tools)
        except ODD as error:
            strange.append(odd(row, error))
            after = row
        released += after.status != "held"
        if after.status == "ready":
            ready.append(after.id)
        ready += [one.id for one in settled(after, circumstances, tools)]
        progress(done, len(rows))
    created = [row.id for row in circumstances.parties.created]
    form = DayForm(tools.doorbell, tools.clock)
    parts = parts_again(tools.ledger.held(connection.id), circumstances, form, tools.ledger)
    ready += [row.id for row in parts]
    if cause == "chart":
        created += retry_taken(connection, tools.ledger, tools.mappings, tools.clock())
        created += retry_stuck(circumstances, tools.ledger, tools.clock())
    if created or ready:
        tools.doorbell(connection.realm, [*created, *ready][:RING_HINTS])
    if strange:
        raise OddRows(strange)
    return Released(len(rows), released, len(rows) - released)


class Settling(Protocol):
    """What settling needs."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


def settled(row: Posting, circumstances: Circumstances, tools: Settling) -> list[Posting]:
    """Settle what a row that was just written takes the place of; what is to be rung for."""
    active = circumstances.active
    if is_settled(row, active.mapping if active else None):
        return []
    closing = closing_of(circumstances.chart, active.mapping.settings if active else None)
    return settle(row, tools.ledger, tools.clock(), closing)


def once_more(row: Posting, circumstances: Circumstances, tools: Releaser) -> Posting:
    """One held row that waited for another of its object, judged as it is now."""
    after = _judged_again(row, "mapping", circumstances, tools)
    settled(after, circumstances, tools)
    return after


def _candidates(connection: Connection, cause: Cause, ledger: Ledger) -> Iterable[Posting]:
    return (row for row in ledger.held(connection.id) if may_fix(cause, row))


def may_fix(cause: Cause, row: Posting) -> bool:
    """Whether a cause that was fixed may release a held row."""
    if not row.event or row.key.purpose != "post":
        return False
    if row.reason in RELEASED_BY[cause]:
        return True
    if cause != "mapping":
        return False
    return waits_by_setting(row) or (row.kind == "gl_batch" and row.reason in _BALANCE)


def waits_by_setting(row: Posting) -> bool:
    """Whether the setting newer_version = hold, or second_send = refuse, keeps a row from taking
    an older one's place."""
    by = {"conflict": "hold", "already_sent": "refuse"}.get(row.reason or "")
    return by is not None and row.newer_version == by and not row.beside


def _judged_again(
    row: Posting, cause: Cause, circumstances: Circumstances, tools: Releaser
) -> Posting:
    """The row as it is now: judged again, unless it is no longer held."""
    for _ in range(MAX_TRIES):
        now = tools.clock()
        after = judge(row, row.financial_event(), circumstances, now, tools.ledger)
        if _changes_nothing(row, after, cause):
            judged = {"counter": after.counter, "mapping_version": after.mapping_version}
            after = row.moved("held", now, **judged)
        if tools.ledger.change(row, after):
            return after
        # Another worker judged it meanwhile, perhaps by what was in force before.
        latest = tools.ledger.get(row.key)
        if latest is None or latest.status != "held" or not latest.event:
            return latest or row
        row = latest
    return row


def _changes_nothing(row: Posting, after: Posting, cause: Cause) -> bool:
    """The setting still holds it, or QuickBooks refused this very entry and what was fixed leaves
    it as it was."""
    if after.status != "ready":
        return False
    if waits_by_setting(row):
        return cause == "mapping" and after.newer_version == row.newer_version
    if not row.request_id or not after.entry:
        # Held by us: what it was held for is no more.
        return False
    if row.reason == "period_closed" and judged_by(row)[1] != judged_by(after)[1]:
        # Imported since: what QuickBooks refused then it may take now.
        return False
    if cause != "mapping" and row.reason != "period_closed":
        return False
    before, now = row.transaction(), after.transaction()
    return (before.txn_date, before.lines) == (now.txn_date, now.lines)
