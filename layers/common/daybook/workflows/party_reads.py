"""A party's state is read right before its change is sent: an update names the SyncToken it saw.

https://developer.intuit.com/app/developer/qbo/docs/learn/learn-basic-field-definitions
"""

from dataclasses import replace

from daybook.domain.errors import Problem, ReasonCode
from daybook.domain.found import Sought
from daybook.domain.outcome import FoundParty, ProbeFailed
from daybook.domain.posting import Posting
from daybook.workflows.party_turn import is_change
from daybook.workflows.ports import Realm
from daybook.workflows.poster import Poster

_NEEDED: dict[str, ReasonCode] = {"customer": "customer_needed", "vendor": "vendor_needed"}


def as_read(
    rows: list[Posting], realm: Realm, tools: Poster
) -> tuple[dict[str, Posting], list[Posting]]:
    """Those of the rows that tell changes, by id, with the SyncTokens of now; and those that are
    not to be sent: their party is gone or inactive, or they changed meanwhile.

    One query for each kind of party. Raises ProbeFailed, Reconnect and TokenUnavailable.
    """
    changes = [row for row in rows if is_change(row) and not row.request_id]
    if not changes:
        return {}, []
    wanted = {row.id: _sought(row) for row in changes}
    found = _found(list(dict.fromkeys(wanted.values())), realm, tools)
    read: dict[str, Posting] = {}
    out: list[Posting] = []
    for row in changes:
        after = _with_token(row, found.get(wanted[row.id]), tools)
        if tools.ledger.change(row, after) and after.status == "ready":
            read[row.id] = after
        else:
            out.append(row)
    return read, out


def _sought(row: Posting) -> Sought:
    return Sought(row.entity, "", own=row.change().qbo_id)


def _found(wanted: list[Sought], realm: Realm, tools: Poster) -> dict[Sought, FoundParty]:
    try:
        there = tools.books(realm).find(wanted)
    except ProbeFailed as failure:
        if failure.outcome.kind != "unauthorised":
            raise
        there = tools.renew(realm).find(wanted)
    return {
        one: party
        for one, parties in there.items()
        for party in parties
        if isinstance(party, FoundParty) and party.qbo_id == one.own
    }


def _with_token(row: Posting, party: FoundParty | None, tools: Poster) -> Posting:
    change = row.change()
    if party is None or not party.active:
        state = "is inactive in QuickBooks" if party else "is not in QuickBooks any more"
        text = f"{row.entity} {change.qbo_id} {state}."
        return row.held(Problem(_NEEDED[change.kind], text), tools.clock(), row.counter)
    told = replace(change, sync_token=party.sync_token)
    return replace(row, entry=told.to_json(), number=row.number + 1)
