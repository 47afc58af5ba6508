"""What `mapping check` and `mapping diff` found, as JSON for programs."""

from collections import Counter
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from typing import Any, Protocol

from daybook.domain.chart import Chart
from daybook.domain.document_kinds import Transaction
from daybook.domain.journal import Line
from daybook.domain.mapping import AccountRow
from daybook.domain.money import to_text
from daybook.domain.seen_key import SeenKey
from daybook.workflows.mapping_check import Checked
from daybook.workflows.mapping_diff import Change, Difference
from daybook.workflows.mapping_names import LOCATION
from daybook.workflows.mapping_run import Ran

type Names = Dict[tuple[str, str], str]


class Suggested(Protocol):
    """An account that a key may go to. score: from 0 to 1."""

    @property
    def account_id(self) -> str: ...
    @property
    def score(self) -> float: ...


type Suggestions = Dict[SeenKey, Sequence[Suggested]]


def checked_json(
    found: Checked, names: Names, chart: Chart | None, suggested: Suggestions
) -> dict[str, Any]:
    """A check; accounts and keys with their names beside their ids."""
    return {
        "problems": list(found.problems),
        "warnings": list(found.warnings),
        "seen": found.seen,
        "uncovered": [
            {
                **key_json(key, names),
                "suggestions": [
                    {
                        "account": one.account_id,
                        "name": account_name(one.account_id, chart),
                        "score": one.score,
                    }
                    for one in suggested.get(key, ())
                ],
            }
            for key in found.uncovered
        ],
        "by_default": [
            {**key_json(key, names), "account": row.account} for key, row in found.by_default
        ],
        "unused": [{"row": number, **_row_json(row, names, chart)} for number, row in found.unused],
    }


def key_json(key: SeenKey, names: Names) -> dict[str, str | None]:
    """A key with the names that the point of sale has for it and its location."""
    return {
        "role": key.role,
        "key": key.key,
        "name": names.get((key.role, key.key)),
        "location": key.location,
        "location_name": names.get((LOCATION, key.location)),
    }


def account_name(account: str | None, chart: Chart | None) -> str | None:
    """The account's full name in the company."""
    known = chart.accounts.get(account) if chart and account else None
    return known.name if known else None


def _row_json(row: AccountRow, names: Names, chart: Chart | None) -> dict[str, str | None]:
    return {
        "role": row.role,
        "key": row.key,
        "name": names.get((row.role, row.key)),
        "location": row.location,
        "account": row.account,
        "account_name": account_name(row.account, chart),
    }


def difference_json(found: Difference, names: Names) -> dict[str, Any]:
    """A comparison: counts, each event that changes with its unlike lines, and the keys."""
    return {
        "read": found.read,
        "complete": found.complete,
        "until": found.until or None,
        "same": found.same,
        "changed": len(found.changes),
        "becomes_held": len(found.becomes_held),
        "changes": [_change_json(one) for one in found.changes],
        "uncovered": _keys_json(found.uncovered, names),
        "covered": _keys_json(found.covered, names),
    }


def _keys_json(keys: Counter[SeenKey], names: Names) -> list[dict[str, Any]]:
    return [{**key_json(key, names), "events": keys[key]} for key in sorted(keys)]


def _change_json(one: Change) -> dict[str, Any]:
    return {
        "posting": one.posting,
        "event": one.event,
        "business_date": one.business_date,
        "status": one.status,
        "before": _ran_json(one.before),
        "after": _ran_json(one.after),
        "lines": [
            *(_line_json("removed", line, one.before.entry) for line in one.removed),
            *(_line_json("added", line, one.after.entry) for line in one.added),
        ],
    }


def _ran_json(ran: Ran) -> dict[str, Any]:
    problem = ran.problem
    return {
        "outcome": ran.outcome,
        "txn_date": ran.entry.txn_date.isoformat() if ran.entry else None,
        "code": problem.code if problem else None,
        "text": problem.text if problem else None,
        "missing": [
            {"role": one.role, "key": one.key, "location": one.location}
            for one in (problem.missing if problem else ())
        ],
    }


def _line_json(change: str, line: Line, entry: Transaction | None) -> dict[str, Any]:
    assert entry is not None
    return {
        "change": change,
        "side": line.side,
        "role": line.role,
        "key": line.key,
        "account": line.account,
        "class": line.class_,
        "department": line.department,
        "name": line.name.id if line.name else None,
        "amount": to_text(line.amount, entry.currency),
    }
