"""Trouble: what waits for a person, each with the one action that fixes it."""

from collections.abc import Mapping
from typing import Any, Final

from daybook.console.event_lines import Lines, label_of
from daybook.console.next_steps import step_for
from daybook.console.web import Answer, Call, Page, See, Wrong, href, route
from daybook.domain.directory import PartyKind
from daybook.domain.errors import NEXT_ACTION
from daybook.domain.flags import FLAG_ACTION
from daybook.domain.posting import instant_text
from daybook.domain.proof import FINDINGS, Finding
from daybook.domain.shelf import Shelf, is_place
from daybook.workflows.link import NotLinked
from daybook.workflows.link_by_hand import link_by_hand, listed, wanting
from daybook.workflows.operator import EventName, NotPossible
from daybook.workflows.trouble import Waiting, companies_in_trouble, findings, piles

PAGE_ROWS: Final = 50


@route("GET", "/trouble", "viewer")
def trouble(call: Call) -> Answer:
    """Everything that waits for a person."""
    parts = call.parts
    waiting = piles(parts.connections.all(), parts.shelves)
    companies = companies_in_trouble(parts.connections.realms(), instant_text(call.now))
    dead = {name: depth["dead"] for name, depth in parts.queue_depths().items() if depth["dead"]}
    found = [_finding(*one) for one in findings(parts.connections, parts.proof.store)]
    values: dict[str, Any] = {
        "companies": companies,
        "held": _by_reason(waiting["held"]),
        "label_of": label_of,
        "failed": waiting["failed"],
        "flagged": [(one, _flag_words(one.pile.reason)) for one in waiting["flagged"]],
        "dead": dead,
        "findings": found,
        "may_act": call.visitor.may("operator"),
        "well": not (companies or dead or found or any(waiting.values())),
    }
    return Page("trouble.html", values)


def _by_reason(held: list[Waiting]) -> list[dict[str, Any]]:
    """One entry a reason, the one that waits longest first, with its connections."""
    found: dict[str, dict[str, Any]] = {}
    for one in held:
        reason = next(name for name in NEXT_ACTION if name == one.pile.reason)
        step = step_for(reason, one.connection)
        group = found.setdefault(
            reason, {"reason": reason, "text": step.text, "count": 0, "more": False, "of": []}
        )
        group["count"] += one.pile.count
        group["more"] = group["more"] or one.pile.more
        url = href("/events", connection=one.connection.id, status="held", reason=reason)
        group["of"].append({"waiting": one, "step": step, "url": url})
    return list(found.values())


def _flag_words(name: str) -> str:
    return next((text for flag, text in FLAG_ACTION.items() if flag == name), "")


def _finding(realm: str, one: Finding) -> Mapping[str, Any]:
    url = ""
    # What the ledger lacks has no page.
    if one.event and one.kind != "missing_in_ledger":
        try:
            name = EventName.read(one.event)
            url = href("/events/<connection>/<type>/<id>", connection=one.connection,
                       type=name.object_type, id=name.object_id)  # fmt: skip
        except NotPossible:
            url = ""
    return {"realm": realm, "finding": one, "meaning": FINDINGS[one.kind], "url": url}


@route("GET", "/trouble/flags", "viewer")
def flags(call: Call) -> Answer:
    """The events that carry one flag, in one connection."""
    connection, name = call.query.get("connection", ""), call.query.get("flag", "")
    known = call.parts.connections.get(connection)
    if known is None or name not in FLAG_ACTION:
        raise Wrong(404, "There is no such flag", "", "Begin with the page of trouble.")
    before = call.query.get("after", "")
    if before and not is_place(before):
        raise Wrong(400, "No such page of the list")
    shelf = Shelf("flagged", connection, name)
    places = call.parts.shelves.places(shelf, before, PAGE_ROWS + 1)
    shown = places[:PAGE_ROWS]
    lines = Lines(call.parts)
    more = len(places) > PAGE_ROWS
    values: dict[str, Any] = {
        "connection": known,
        "label_of": label_of,
        "flag": name,
        "action": _flag_words(name),
        "lines": [lines.line(row) for row in call.parts.shelves.rows(shown) if row],
        "next_url": href("/trouble/flags", connection=connection, flag=name, after=shown[-1].at)
        if more
        else "",
        "may_act": call.visitor.may("operator"),
    }
    return Page("flags.html", values)


@route("GET", "/trouble/link", "viewer")
def parties(call: Call) -> Answer:
    """The customers and suppliers that events wait for, with whom QuickBooks has by their names."""
    known = call.parts.connections.get(call.query.get("connection", ""))
    if known is None:
        raise Wrong(404, "There is no such connection", "", "Begin with the page of trouble.")
    directory = call.parts.mappings.directory(known.realm) if known.realm else None
    text, pos_id = call.query.get("find", "")[:200], call.query.get("pos_id", "")
    found = [
        (one, listed(directory, one.kind, text if text and one.pos_id == pos_id else one.name))
        for one in wanting(known.id, call.parts.shelves)[:PAGE_ROWS]
    ]
    lines = Lines(call.parts)
    values: dict[str, Any] = {
        "connection": known,
        "label_of": label_of,
        "found": [(one, choices, lines.line(one.row)) for one, choices in found],
        "find": text,
        "find_for": pos_id,
        "imported": directory is not None,
        "may_act": call.visitor.may("operator"),
    }
    return Page("link.html", values)


@route("POST", "/trouble/link", "operator")
def link_party(call: Call) -> Answer:
    """Link one of them, and release what waited for it."""
    known = call.parts.connections.get(call.one("connection"))
    kind, pos_id, qbo_id = call.one("kind"), call.one("pos_id"), call.one("qbo_id")
    if known is None or kind not in ("customer", "vendor"):
        raise Wrong(404, "There is no such connection")
    if not pos_id or not qbo_id:
        raise Wrong(400, "Say who it is in QuickBooks", "", "Choose one, or give the id.")
    who = call.person(call.one("reason") or "linked by hand")
    party: PartyKind = "customer" if kind == "customer" else "vendor"
    try:
        done = link_by_hand(known, party, pos_id, qbo_id, who, call.parts.jobs.operator,
                            call.parts.releaser)  # fmt: skip
    except NotLinked as problem:
        raise Wrong(409, "Not linked", f"{problem}.") from None
    said = f"Linked. {done.released} events were released, {done.still_held} are still held."
    return See(href("/trouble/link", connection=known.id), said)
