"""Sending past events: what is older than a connection's start date, by a range of dates.

A person asks for it, so each row remembers that it was asked for: held meanwhile, and released,
it goes on to be sent.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from daybook.domain.connection import Connection
from daybook.domain.posting import Posting, instant_text
from daybook.workflows.circumstances import Circumstances, circumstances_of
from daybook.workflows.judge import judge
from daybook.workflows.release import RING_HINTS, Releaser, settled

MAX_DAYS = 3_660


class BadRange(ValueError):  # noqa: N818 -- what is wrong
    """The dates make no range that can be sent."""


@dataclass(slots=True)
class Sent:
    """What became of the past events: how many of each status, and why some are held.

    skipped: events of the range that were recorded for another reason, or sent before.
    """

    events: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    skipped: int = 0


def days_between(first: date, last: date) -> list[date]:
    """Every day of the range, both ends included. Raises BadRange."""
    count = (last - first).days + 1
    if count < 1:
        raise BadRange(f"{first} is after {last}")
    if count > MAX_DAYS:
        raise BadRange(f"{count} days are more than {MAX_DAYS}; send them in parts")
    return [first + timedelta(days=number) for number in range(count)]


def send_past(
    connection: Connection,
    days: Sequence[date],
    tools: Releaser,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Sent:
    """Judge the `not_started` events of these business dates as if they were not too old, in
    order, and ring for what is ready. Safe to repeat: what was sent is not `not_started` any more.

    dry_run: only says what would become of them. progress: called with (done, total) days.
    """
    circumstances = circumstances_of(connection, tools, creating=not dry_run)
    sent = Sent()
    for done, day in enumerate(days, 1):
        past, others = past_of(connection, day.isoformat(), tools)
        sent.skipped += others
        send_rows(past, circumstances, sent, tools, dry_run=dry_run)
        progress(done, len(days))
    return sent


def past_of(connection: Connection, day: str, tools: Releaser) -> tuple[list[Posting], int]:
    """The `not_started` events of a business date (ISO) in order, and how many others it has."""
    rows = list(tools.ledger.of_day(connection.id, day))
    past = [row for row in rows if row.status == "not_started"]
    others = sum(row.key.purpose == "post" for row in rows) - len(past)
    return sorted(past, key=lambda one: one.order), others


def send_rows(
    past: Sequence[Posting],
    circumstances: Circumstances,
    sent: Sent,
    tools: Releaser,
    *,
    dry_run: bool = False,
) -> None:
    """Judge past events as if they were not too old, count them in `sent`, ring once."""
    ready = []
    for row in past:
        after = _asked(row, circumstances, tools)
        if not dry_run and not tools.ledger.change(row, after):
            sent.skipped += 1
            continue
        sent.events[after.status] += 1
        if after.reason:
            sent.reasons[after.reason] += 1
        if after.status == "ready":
            ready.append(after.id)
        if not dry_run:
            ready += [one.id for one in settled(after, circumstances, tools)]
    _ring(circumstances, ready if not dry_run else [], tools)


def _asked(row: Posting, circumstances: Circumstances, tools: Releaser) -> Posting:
    now = tools.clock()
    asked = replace(row, asked_at=instant_text(now))
    return judge(asked, row.financial_event(), circumstances, now, tools.ledger)


def _ring(circumstances: Circumstances, ready: list[str], tools: Releaser) -> None:
    created = [row.id for row in circumstances.parties.created]
    circumstances.parties.created.clear()
    if created or ready:
        tools.doorbell(circumstances.connection.realm, [*created, *ready][:RING_HINTS])
