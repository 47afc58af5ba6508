"""Points of sale: what is connected to which company, and the secrets of their senders."""

from typing import Final

from daybook.console.company_facts import connection_row, piles_of
from daybook.console.web import Answer, Call, Page, See, Wrong, href, route
from daybook.domain.connection import Connection
from daybook.workflows import connect
from daybook.workflows.connection_settings import (
    MAX_NAME,
    check_names,
    known,
    rename,
    rotate_secret,
)
from daybook.workflows.operator import keep_action

_MAX_SECRET: Final = 1_000


@route("GET", "/connections", "viewer")
def connections(call: Call) -> Answer:
    """Every connection."""
    rows = [connection_row(one, call) for one in call.parts.connections.all()]
    return Page("connections.html", {"rows": rows, "may_connect": call.visitor.may("admin")})


@route("GET", "/connections/new", "admin")
def new(call: Call) -> Answer:
    """The form for another one."""
    values = {
        "sources": [(name, name.replace("_", " ")) for name in call.parts.console.sources],
        "realms": [("", "none yet"), *_realms(call)],
        "realm": call.query.get("realm", ""),
    }
    return Page("connection_new.html", values)


@route("POST", "/connections/new", "admin")
def create(call: Call) -> Answer:
    """Enter a connection; its webhook secret is shown by the answer, and never again."""
    name, source, realm = call.one("id"), call.one("source"), call.one("realm")
    check_names(name, realm)
    if source not in call.parts.console.sources:
        raise Wrong(400, "There is no such source")
    if max(len(call.one("name")), len(call.one("account"))) > MAX_NAME:
        raise Wrong(400, "The name is too long", f"It takes {MAX_NAME} characters.")
    if realm and call.parts.connections.realm(realm) is None:
        raise Wrong(400, "There is no such company", next_step="Connect the company first.")
    if call.parts.connections.get(name) is not None:
        raise Wrong(
            409, "This connection is there already", next_step="Open it, or take another id."
        )
    who = call.person("added in the console")
    once = f"add-{name}-{call.now.isoformat()}"
    keep_action(name, "add connection", who, call.parts.jobs.operator, target=name, once=once)
    secret = call.parts.console.secret_tools.new_secret(source)
    entered = Connection(
        name, source, realm, name=call.one("name"), pos_account=call.one("account")
    )
    try:
        made = connect.connect_source(entered, secret, call.parts.connector)
    except call.parts.console.trouble as problem:
        raise Wrong(502, "The connection was not entered", str(problem)) from problem
    return _shown_once(made, secret, "Entered.", call)


@route("GET", "/connections/<connection>", "viewer")
def connection(call: Call) -> Answer:
    """One connection."""
    one = _known(call)
    values = connection_row(one, call) | {
        "webhook": _webhook(one, call),
        "piles": piles_of(one.id, call),
        "realms": _realms(call),
        "takes_token": one.source in call.parts.console.with_api,
        "may_connect": call.visitor.may("admin"),
    }
    return Page("connection.html", values)


@route("POST", "/connections/<connection>/edit", "admin")
def edit(call: Call) -> Answer:
    """Its name, the shop's name at the point of sale, and its company while it has none."""
    one = _known(call)
    who = call.person("edited in the console")
    after = rename(one.id, call.one("name"), call.one("account"), who, call.parts.jobs.operator)
    realm = call.one("realm")
    if realm and realm != one.realm:
        if call.parts.connections.realm(realm) is None:
            raise Wrong(400, "There is no such company")
        try:
            connect.connect_source(
                Connection(one.id, one.source, realm, after.name, after.pos_account),
                None,
                call.parts.connector,
            )
        except connect.WrongCompany as wrong:
            raise Wrong(409, "It belongs to another company", str(wrong)) from wrong
    return See(href("/connections/<connection>", connection=one.id), "Saved.")


@route("POST", "/connections/<connection>/secret", "admin")
def rotate(call: Call) -> Answer:
    """A new webhook secret, shown by the answer and never again."""
    one = _known(call)
    at_once = call.one("at_once") == "yes"
    try:
        secret = rotate_secret(
            one.id, call.person(), call.parts.console.secret_tools, at_once=at_once
        )
    except call.parts.console.trouble as problem:
        raise Wrong(502, "The secret was not written", str(problem)) from problem
    longer = "The one before is taken for 24 hours more: change the sender over by then."
    # The webhook remembers secrets for so long.
    kept = "The one before is refused within a quarter of an hour." if at_once else longer
    return _shown_once(one, secret, kept, call)


@route("POST", "/connections/<connection>/pos", "admin")
def pos_secret(call: Call) -> Answer:
    """What opens the point of sale's own API; written, and never shown."""
    one = _known(call)
    token = call.one("token")
    if one.source not in call.parts.console.with_api or not 0 < len(token) <= _MAX_SECRET:
        raise Wrong(400, "There is no key", "Paste the whole of it.")
    once = f"pos-{one.id}-{call.now.isoformat()}"
    keep_action(
        one.id, "point of sale's key", call.person("written in the console"),
        call.parts.jobs.operator, target=one.id, once=once,
    )  # fmt: skip
    try:
        call.parts.console.keep_pos_secret(one, token)
    except call.parts.console.trouble as problem:
        raise Wrong(502, "The key was not written", str(problem)) from problem
    return See(href("/connections/<connection>", connection=one.id), "The key was written.")


def _shown_once(one: Connection, secret: str, text: str, call: Call) -> Page:
    values = {"connection": one, "secret": secret, "text": text, "webhook": _webhook(one, call)}
    return Page("secret_once.html", values)


def _realms(call: Call) -> list[tuple[str, str]]:
    found = call.parts.connections.realms()
    return [(one.realm, f"{one.company} ({one.realm})") for one in found]


def _webhook(one: Connection, call: Call) -> str:
    return f"{call.base_url}/webhooks/{one.id}"


def _known(call: Call) -> Connection:
    return known(call.params["connection"], call.parts.jobs.operator)
