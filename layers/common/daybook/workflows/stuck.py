"""Postings of daybook's own that QuickBooks refused for what a refresh of the chart may mend:
reversals on inactive accounts, and whatever fell on days that were closed."""

from dataclasses import replace
from datetime import datetime

from daybook.domain.chart import Chart
from daybook.domain.closed_books import Closing, closing_of
from daybook.domain.document_kinds import departments_of
from daybook.domain.errors import Held
from daybook.domain.posting import Posting
from daybook.workflows.circumstances import Circumstances, judged_by
from daybook.workflows.closed_books import reversal_again
from daybook.workflows.creations import anew
from daybook.workflows.ports import Ledger

_INACTIVE = frozenset({"inactive_account", "class_inactive"})


def is_stuck(row: Posting) -> bool:
    """Whether a held row is such a posting: no event that is judged, but one of ours."""
    if row.reason == "period_closed":
        return row.key.purpose != "post"
    return row.key.purpose in ("reverse", "close") and row.reason in _INACTIVE


def retry_stuck(circumstances: Circumstances, ledger: Ledger, now: datetime) -> list[str]:
    """What the chart lets pass by now is ready again (the ids are returned): where all accounts
    and classes are active, or the day is open or may be moved. Reversals are never remapped."""
    chart = circumstances.chart
    if chart is None:
        return []
    settings = circumstances.active.mapping.settings if circumstances.active else None
    closing = closing_of(chart, settings)
    ready = []
    for row in ledger.held(circumstances.connection.id):
        if is_stuck(row):
            after = _judged(row, chart, closing, ledger, now)
            if ledger.change(row, after) and after.status == "ready":
                ready.append(row.id)
    return ready


def _judged(row: Posting, chart: Chart, closing: Closing, ledger: Ledger, now: datetime) -> Posting:
    seen = replace(row, counter=row.mapping_version + chart.version)
    if row.reason in _INACTIVE:
        return anew(seen, now) if _is_active(row, chart) else seen.moved("held", now)
    if judged_by(row)[1] == chart.version:
        # Nothing was imported since QuickBooks refused it.
        return seen.moved("held", now)
    if row.key.purpose == "create":
        return anew(seen, now)
    try:
        entry = reversal_again(row, ledger, closing)
    except Held as held:
        return replace(seen, request_id="", b_id="").held(held.problem, now, seen.counter)
    return anew(replace(seen, entry=entry.to_json()), now)


def _is_active(row: Posting, chart: Chart) -> bool:
    entry = row.transaction()
    accounts = [chart.accounts.get(line.account) for line in entry.lines]
    refusals = [chart.class_refusal(line.class_) for line in entry.lines if line.class_]
    refusals += [chart.department_refusal(one) for one in departments_of(entry)]
    return all(account and account.active for account in accounts) and not any(refusals)
