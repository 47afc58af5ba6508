"""GET /cdc: what changed since a moment, deletions included.

https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/change-data-capture:
30 days back at most, and at most 1000 objects in a reply, shared by all entities.
"""

from datetime import datetime, timedelta

from local.qbo_simulator.entities import KIND_BY_PATH
from local.qbo_simulator.errors import rejected
from local.qbo_simulator.query_results import changed_since, is_made_before, parse_since
from local.qbo_simulator.realm import Json, Realm

_LOOK_BACK = timedelta(days=30)
_MOST_OBJECTS = 1000


def run_cdc(
    realm: Realm, entities: str, since: str, now: datetime, made_before: datetime | None = None
) -> Json:
    """The reply's `CDCResponse` member; made_before as in `run_query`. Raises Rejected."""
    if not since or not entities:
        name = "entities" if since else "changedSince"
        raise rejected("2020", f"Required parameter {name} is missing in the request", name)
    moment = parse_since(since)
    if now - moment > _LOOK_BACK:
        raise rejected("4001", "QueryValidationError: changedSince is more than 30 days ago")
    left, answers = _MOST_OBJECTS, []
    for name in entities.split(","):
        kind = KIND_BY_PATH.get(name.strip().lower())
        if kind is None:
            detail = f"QueryValidationError: Invalid context declaration: {name.strip()}"
            raise rejected("4001", detail)
        known = (row for row in realm.rows(kind.name) if is_made_before(row, made_before))
        rows = [kind.present(realm, row) for row in known]
        gone = [row for (of, _), row in realm.tombstones.items() if of == kind.name]
        changed = [row for row in [*rows, *gone] if changed_since(row, moment)][:left]
        left -= len(changed)
        answers.append(_answer(kind.name, changed))
    return {"CDCResponse": [{"QueryResponse": answers}]}


def _answer(name: str, changed: list[Json]) -> Json:
    if not changed:
        return {}
    return {name: changed, "startPosition": 1, "maxResults": len(changed)}
