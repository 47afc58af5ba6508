"""Changes of one customer or vendor in the order of their versions, each told once.

Decided for each change before it is sent, over all rows of its party. A newer version takes the
place of older ones that were not sent; what an older one told stays told, since each states all
that the point of sale states.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from daybook.domain.errors import Held
from daybook.domain.new_customer import NewParty
from daybook.domain.posting import Posting
from daybook.domain.status import Status
from daybook.domain.versions import compare
from daybook.workflows.families import is_latest, is_unclear, is_unsent
from daybook.workflows.party_postings import says
from daybook.workflows.poster import Drained, Poster

# On its way, or there: what a creation of these states need not be told again.
_MADE = frozenset({"ready", "sending", "uncertain", "posted"})
_TOLD = frozenset({"posted", "void"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A change as it may be sent now, or how it ends. overtaken: older ones that end with it."""

    row: Posting
    ending: Status | None = None
    overtaken: tuple[Posting, ...] = ()


def is_change(row: Posting) -> bool:
    """Whether a row tells a change of a party."""
    return row.key.purpose == "update"


def to_go(row: Posting, rows: Sequence[Posting], tools: Poster, drained: Drained) -> Posting | None:
    """A ready change as it may be sent now, or None; what it ends is ended here."""
    if not is_latest(row, rows):
        return None
    now = tools.clock()
    try:
        turn = turn_of(row, rows)
    except Held as held:
        # Who has its name, as data, stands on it since it was judged.
        tools.ledger.change(row, row.held(held.problem, now, row.counter))
        drained.add("held")
        return None
    for one in turn.overtaken:
        if tools.ledger.change(one, one.moved("superseded", now)):
            drained.add("superseded")
    if turn.ending is None:
        return turn.row
    if tools.ledger.change(row, row.moved(turn.ending, now)):
        drained.add(turn.ending)
    return None


def turn_of(row: Posting, rows: Sequence[Posting]) -> Turn:
    """A ready change among the rows of its party. Raises Held, also where its new name is another's
    as far as the last import knows."""
    if row.request_id:
        # Nothing was processed of it: the same bytes go again.
        return Turn(row)
    others = [one for one in rows if is_change(one) and one.key != row.key and not one.beside]
    creation = next((one for one in rows if one.key.purpose == "create"), None)
    if _is_overtaken(row, others, creation):
        return Turn(row, "superseded")
    older = [one for one in others if _before(one, row)]
    if any(map(is_unclear, older)):
        raise Held("waits_for_prior", "An earlier version must be settled in QuickBooks first.")
    change = row.change()
    qbo_id = change.qbo_id or (creation.qbo_id if creation else "")
    if not qbo_id:
        raise Held("waits_for_prior", f"The {change.kind} has to be created first.")
    before = _name_before(older, creation)
    rename = before not in (None, change.display_name) and bool(change.display_name)
    if rename and row.taken_by:
        raise Held("display_name_taken", _taken(row, change.display_name))
    now = replace(change, qbo_id=qbo_id, rename=rename, sync_token="")
    unsent = tuple(one for one in older if is_unsent(one))
    ending: Status | None = "void" if now.states_nothing else None
    return Turn(replace(row, entry=now.to_json()), ending, unsent)


def can_go_on(row: Posting, rows: Sequence[Posting]) -> bool:
    """Whether what a held change waits for is there or settled."""
    others = [one for one in rows if is_change(one) and one.key != row.key]
    made = any(one.key.purpose == "create" and one.qbo_id for one in rows)
    return (made or bool(row.change().qbo_id)) and not any(map(is_unclear, others))


def _taken(row: Posting, name: str) -> str:
    return " ".join(f"{kind} {qbo_id} has the name {name!r}." for kind, qbo_id in row.taken_by)


def _is_overtaken(row: Posting, others: Sequence[Posting], creation: Posting | None) -> bool:
    version = row.key.version
    if creation and creation.status in _MADE and says(creation, version):
        return True
    newer = (one for one in others if one.status not in ("void", "superseded"))
    return any(compare(one.key.version, version) > 0 for one in newer)


def _before(one: Posting, row: Posting) -> bool:
    return one.status != "superseded" and compare(one.key.version, row.key.version) < 0


def _name_before(older: Sequence[Posting], creation: Posting | None) -> str | None:
    """As the point of sale named the party when QuickBooks was last told; None for never."""
    named = None
    if creation and creation.status == "posted":
        made = creation.document()
        named = made.display_name if isinstance(made, NewParty) else None
    latest: Posting | None = None
    for one in older:
        if one.status in _TOLD and (
            latest is None or compare(one.key.version, latest.key.version) > 0
        ):
            latest = one
    return latest.change().display_name if latest else named
