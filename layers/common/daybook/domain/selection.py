"""Which events a connection's settings keep out of the books."""

from datetime import date
from typing import Literal

from daybook.domain.event import FinancialEvent
from daybook.domain.export_kinds import sort_of
from daybook.domain.mapping import Settings

type Unposted = Literal["ignored", "not_started"]


def kept_out(event: FinancialEvent, day: date, settings: Settings) -> Unposted | None:
    """`not_started` before the start date; `ignored` for a kind, or sort of it, that is not
    exported, or a kind and reason that are not to be posted; else None. day: the event's business
    date."""
    if settings.start_date and day < settings.start_date:
        return "not_started"
    kind = event.body.kind
    exports = settings.exports
    if exports is not None and kind not in exports and sort_of(event.body) not in exports:
        return "ignored"
    reason = getattr(event.body, "reason", "")
    rules = settings.do_not_post
    unwanted = any(rule.kind == kind and rule.reason in ("", reason) for rule in rules)
    return "ignored" if unwanted else None
