"""Mapping: carried over from another connection, by names; what is not found is told."""

from daybook.console.mapping_call import Subject, moved, subject_of
from daybook.console.web import Answer, Call, See, Wrong, route
from daybook.domain.connection import Connection
from daybook.workflows.drafts import DraftMoved
from daybook.workflows.mapping_copy import Carried, Company, carry


@route("GET", "/mapping/<connection>/copy", "operator")
def copy(call: Call) -> Answer:
    """Which connections there are to copy from; with one chosen, what would come over."""
    subject = subject_of(call)
    others = [
        one
        for one in call.parts.connections.all()
        if one.id != subject.connection.id and call.parts.mappings.active_version(one.id)
    ]
    chosen = call.query.get("from", "")
    carried = _carried(subject, _named(call, chosen)) if chosen else None
    return subject.page("mapping_copy.html", "Copy", others=others, chosen=chosen, carried=carried)


@route("POST", "/mapping/<connection>/copy", "operator")
def copy_into_draft(call: Call) -> Answer:
    """What can be carried becomes the draft."""
    subject = subject_of(call)
    chosen = call.one("from")
    carried = _carried(subject, _named(call, chosen))
    try:
        subject.save(carried.mapping, (), f"copied from {chosen}")
    except DraftMoved as problem:
        return moved(subject, problem)
    lost = len(carried.not_found)
    said = f"{len(carried.mapping.accounts)} rows copied from {chosen}; {lost} things not found."
    return See(subject.url("/draft"), said)


def _named(call: Call, chosen: str) -> Connection:
    found = call.parts.connections.get(chosen)
    if found is None or not call.parts.mappings.active_version(found.id):
        raise Wrong(404, "There is no mapping to copy", "That connection has none in force.")
    return found


def _carried(subject: Subject, source: Connection) -> Carried:
    mappings = subject.call.parts.mappings
    active = mappings.active(source.id)
    assert active is not None, f"{source.id} lost its mapping"
    here = mappings.chart(source.realm) if source.realm else None
    if here is None or subject.choices.chart is None:
        raise Wrong(
            409, "A chart of accounts is missing",
            "Names are compared, so both companies' accounts have to be imported.",
            "Refresh both from QuickBooks first.",
        )  # fmt: skip
    target = Company(subject.choices.chart, subject.choices.directory)
    return carry(active.mapping, Company(here, mappings.directory(source.realm)), target)
