"""The tick that heals: what a lost message, a crash or a closed door left behind goes on.

Rings each realm that has something due, once; judges again held rows whose cause was fixed while
they were written; lets go what waited for another row and was not woken; asks again for deliveries
whose point of sale did not answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from daybook.domain.posting import Posting, instant_text
from daybook.workflows.back_off import asked, may_ask
from daybook.workflows.circumstances import circumstances_of, judged_by, versions_now
from daybook.workflows.list_objects import company_of
from daybook.workflows.order import can_go_on
from daybook.workflows.parties import Parties
from daybook.workflows.ports import Connection, Connections, Doorbell, Ledger, Mappings
from daybook.workflows.release import (
    ODD,
    Cause,
    OddRows,
    Releaser,
    may_fix,
    odd,
    once_more,
    release,
)
from daybook.workflows.stuck import is_stuck

# What pauses are meant for; a laptop's are shorter.
SETTLE_SECONDS = 150
_WAITING = frozenset({"waits_for_prior", "original_unknown"})


@dataclass(frozen=True, slots=True)
class Sweeper:
    """What sweeping needs. retry: puts a kept delivery on the queue again, by its id.

    ask_for_chart: has a company's lists imported anew. settle_seconds: shrinks the pauses of what
    is asked again and again, as it does all others.
    """

    ledger: Ledger
    connections: Connections
    mappings: Mappings
    doorbell: Doorbell
    retry: Callable[[str, str], None]
    clock: Callable[[], datetime]
    ask_for_chart: Callable[[str], None] = field(default=lambda _realm: None)
    settle_seconds: int = SETTLE_SECONDS


@dataclass(frozen=True, slots=True)
class Swept:
    """What one tick did: realms rung, rows released, deliveries asked for again."""

    rung: int = 0
    released: int = 0
    retried: int = 0


def sweep(tools: Sweeper) -> Swept:
    """One tick. Safe to run at any time and at once with everything else.

    Raises OddRows at the end, for rows that cannot be judged: they keep nothing else waiting.
    """
    strange: list[str] = []
    released = retried = 0
    for connection in tools.connections.all():
        one = _sweep(connection, tools, strange)
        released, retried = released + one.released, retried + one.retried
    swept = Swept(_ring(tools), released, retried)
    if strange:
        raise OddRows(strange)
    return swept


def _sweep(connection: Connection, tools: Sweeper, strange: list[str]) -> Swept:
    """One connection's held rows. strange: gets what cannot be judged."""
    released = retried = 0
    fixed: set[Cause] = set()
    company = company_of(connection, tools.connections)
    parties = Parties(connection, tools.ledger, tools.mappings, company=company)
    versions = versions_now(connection, tools.mappings)
    surprised: list[Posting] = []
    for row in tools.ledger.held(connection.id):
        try:
            cause = _fixed(row, versions, parties)
            if not row.event and _may_be_read_now(row, versions, tools.clock()):
                _retry(row, versions, tools)
                retried += 1
            elif cause:
                fixed.add(cause)
            elif row.reason in _WAITING:
                released += _let_go(row, tools)
            elif row.reason == "period_closed" and row.request_id:
                surprised.append(row)
        except ODD as error:
            strange.append(odd(row, error))
    _ask_for_chart(connection.realm, surprised, tools)
    releaser = _releaser(tools)
    for cause in sorted(fixed):
        try:
            released += release(connection, cause, releaser).released
        except OddRows as rows:
            strange.extend(rows.rows)
    return Swept(0, released, retried)


def _fixed(row: Posting, versions: tuple[int, int], parties: Parties) -> Cause | None:
    """What was fixed since a row was held, if anything was and its wake-up got lost."""
    before = judged_by(row)
    if (may_fix("chart", row) or is_stuck(row)) and before[1] != versions[1]:
        return "chart"
    if may_fix("mapping", row) and before != versions:
        return "mapping"
    return "party" if parties.any_found(row) else None


def _may_be_read_now(row: Posting, versions: tuple[int, int], now: datetime) -> bool:
    """Whether a delivery held as a whole is worth another look: its point of sale may answer by
    now, or somebody has imported a chart or activated a mapping since."""
    if row.reason == "setting_needed":
        news = judged_by(row) != versions
        return versions != (0, 0) and (news or may_ask(row, now))
    return row.reason == "source_unavailable" and may_ask(row, now)


def _retry(row: Posting, versions: tuple[int, int], tools: Sweeper) -> None:
    """Ask for a delivery again; less often each time, unless there is something new."""
    tools.retry(row.key.connection, row.delivery)
    seen = replace(row, mapping_version=versions[0], counter=sum(versions))
    tools.ledger.change(row, asked(seen, tools.clock(), _scale(tools)))


def _ask_for_chart(realm: str, surprised: Sequence[Posting], tools: Sweeper) -> None:
    """QuickBooks refused a day that our import says is open: it is asked what is closed by now.

    One row keeps account for all, so that a date which it tells nobody is not asked for each tick.
    """
    now = tools.clock()
    if not surprised or not all(may_ask(row, now) for row in surprised):
        return
    tools.ask_for_chart(realm)
    row = max(surprised, key=lambda row: (row.retries, row.id))
    tools.ledger.change(row, asked(row, now, _scale(tools)))


def _scale(tools: Sweeper) -> float:
    return tools.settle_seconds / SETTLE_SECONDS


def _let_go(row: Posting, tools: Sweeper) -> bool:
    """Make a row ready whose wait is over but which nobody woke: the poster decides again."""
    key = row.key
    family = tools.ledger.of_object(key.connection, key.object_type, key.object_id)
    if not can_go_on(row, family):
        return False
    if row.mode == "day_summary":
        connection = tools.connections.get(key.connection) or Connection(key.connection, row.source)
        circumstances = circumstances_of(connection, tools)
        return once_more(row, circumstances, _releaser(tools)).status != "held"
    return tools.ledger.change(row, row.moved("ready", tools.clock()))


def _releaser(tools: Sweeper) -> Releaser:
    return Releaser(tools.ledger, tools.connections, tools.mappings, tools.doorbell, tools.clock)


def _ring(tools: Sweeper) -> int:
    now = instant_text(tools.clock())
    awake = [
        realm.realm
        for realm in tools.connections.realms()
        if realm.state == "connected" and realm.parked_until <= now
    ]
    due = tools.ledger.realms_due(awake)
    for realm in due:
        tools.doorbell(realm, ())
    return len(due)
