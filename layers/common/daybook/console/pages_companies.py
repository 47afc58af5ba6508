"""QuickBooks companies: connecting them, how they are, ending it.

Consent is begun by a form of ours, bound to the session by a state that is good once and for ten
minutes; only the way back with that state, in that session, exchanges the code. Intuit calls three
addresses itself (launch, disconnect, reconnect): they lead to pages, and change nothing.
"""

import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from daybook.console import cookies
from daybook.console.company_facts import facts_of, overview
from daybook.console.web import Answer, Call, Page, See, Wrong, href, route
from daybook.domain.connection import Realm
from daybook.workflows import connect
from daybook.workflows.connection_settings import REALM_ID
from daybook.workflows.disconnect import disconnect_company, of_company
from daybook.workflows.operator import Who, keep_action

TAKES: Final = timedelta(minutes=10)
ENVIRONMENTS: Final = ("production", "sandbox")
_KIND: Final = "consent"
_INTUIT: Final = "appcenter.intuit.com"
_MAX_CODE: Final = 512
_MAX_TOKEN: Final = 4_096


@route("GET", "/companies", "viewer")
def companies(call: Call) -> Answer:
    """Every company with its health."""
    rows = [overview(realm, call) for realm in call.parts.connections.realms()]
    return Page("companies.html", {"rows": rows, "may_connect": call.visitor.may("admin")})


@route("GET", "/companies/<realm>", "viewer")
def company(call: Call) -> Answer:
    """One company: its health, its connections, what can be done."""
    realm = _known(call)
    return Page("company.html", facts_of(realm, call))


@route("POST", "/companies/connect", "admin")
def begin(call: Call) -> Answer:
    """To Intuit's page of consent. realm: the company that is to be connected again, or none."""
    wanted, environment = call.one("realm"), _environment(call)
    if wanted and not REALM_ID.fullmatch(wanted):
        raise Wrong(400, "A company's id is digits only")
    state = secrets.token_urlsafe(cookies.TOKEN_BYTES)
    try:
        address = call.parts.console.authorise_url(environment, _return_address(call), state)
    except call.parts.console.trouble as problem:
        raise _no_keys(problem) from problem
    _check_host(address, call)
    kept = {"environment": environment, "wanted": wanted}
    call.parts.console.once.keep(
        _KIND, cookies.digest(state), call.visitor.session, kept, call.now + TAKES
    )
    return See(address)


@route("GET", "/companies/callback", "admin")
def finish(call: Call) -> Answer:
    """Back from Intuit. The state is taken before anything else; the code is exchanged once."""
    state = cookies.digest(call.query.get("state", ""))
    kept = call.parts.console.once.take(_KIND, state, call.visitor.session, call.now)
    if kept is None:
        raise Wrong(
            400,
            "This consent cannot be used",
            "It was used already, is older than ten minutes, or was begun by another sign-in.",
            "Press Connect to QuickBooks again.",
        )
    if call.query.get("error"):
        raise Wrong(400, "QuickBooks was not connected", "You did not consent; nothing was done.")
    realm, code = call.query.get("realmId", ""), call.query.get("code", "")
    if not REALM_ID.fullmatch(realm) or not 0 < len(code) <= _MAX_CODE:
        raise Wrong(400, "Intuit's answer cannot be read", "Nothing was done.")
    who = Who(call.visitor.actor, "connected in the console")
    _note(realm, who, call)
    try:
        done = connect.connect_by_code(
            realm,
            connect.Consent(code=code, redirect_uri=_return_address(call)),
            kept["environment"],
            call.parts.connector,
            wanted=kept["wanted"],
        )
    except call.parts.console.trouble as problem:
        raise _not_connected(problem) from problem
    return _connected(done, who, call)


@route("POST", "/companies/paste", "admin")
def paste(call: Call) -> Answer:
    """Take over a refresh token that somebody has already. It is never shown again."""
    realm, token = call.one("realm"), call.one("refresh_token")
    if not REALM_ID.fullmatch(realm):
        raise Wrong(400, "A company's id is digits only", "QuickBooks shows it as the company id.")
    if not 0 < len(token) <= _MAX_TOKEN:
        raise Wrong(400, "There is no refresh token", "Paste the whole of it.")
    who = Who(call.visitor.actor, "a refresh token was pasted in the console")
    _note(realm, who, call)
    try:
        done = connect.connect_company(realm, token, _environment(call), call.parts.connector)
    except call.parts.console.trouble as problem:
        raise _not_connected(problem) from problem
    return _connected(done, who, call)


@route("POST", "/companies/<realm>/refresh", "operator")
def refresh(call: Call) -> Answer:
    """Have accounts, classes, taxes, parties and items imported anew."""
    realm = _known(call)
    who = Who(call.visitor.actor, "Refresh from QuickBooks")
    job = call.parts.console.refresh(realm.realm, who)
    return See(href("/companies/<realm>", realm=realm.realm, job=job.id))


@route("GET", "/companies/<realm>/job", "viewer")
def progress(call: Call) -> Answer:
    """How far a company's job is: a piece of its page."""
    realm, job = _known(call), call.parts.jobs.store.get(call.query.get("job", ""))
    if job is None or job.scope.get("realm") != realm.realm:
        raise Wrong(404, "There is no such job")
    return Page("company_job.html", {"job": job, "realm": realm.realm})


@route("POST", "/companies/<realm>/disconnect", "admin")
def disconnect(call: Call) -> Answer:
    """End the consent."""
    realm, jobs = _known(call), call.parts.jobs
    job = disconnect_company(realm.realm, call.person(), jobs.operator, jobs.worker)
    return See(
        href("/companies/<realm>", realm=realm.realm, job=job.id),
        "Disconnected. Nothing is posted to this company; what comes waits.",
    )


@route("GET", "/companies/launch", "viewer")
def launched(call: Call) -> Answer:
    """Intuit's launch URL: somebody opened daybook from QuickBooks."""
    realm = call.parts.connections.realm(_named(call)) if _named(call) else None
    return See(href("/companies/<realm>", realm=realm.realm) if realm else href("/companies"))


@route("GET", "/companies/disconnected", "viewer")
def disconnected(call: Call) -> Answer:
    """Intuit's disconnect URL: somebody took daybook away in QuickBooks. Only what the address
    says: that it is so, the next request to QuickBooks finds out."""
    return Page("came_from_intuit.html", _came(call) | {"gone": True})


@route("GET", "/companies/reconnect", "viewer")
def reconnect(call: Call) -> Answer:
    """Intuit's reconnect URL: the consent has ended or will."""
    return Page("came_from_intuit.html", _came(call) | {"gone": False})


def _came(call: Call) -> dict[str, object]:
    realm = call.parts.connections.realm(_named(call)) if _named(call) else None
    return {"realm": realm, "may_connect": call.visitor.may("admin")}


def _named(call: Call) -> str:
    """The company that an address of Intuit's names; "" for none that can be one."""
    named = call.query.get("realmId", "")
    return named if REALM_ID.fullmatch(named) else ""


def _known(call: Call) -> Realm:
    realm = call.parts.connections.realm(call.params["realm"])
    if realm is None:
        raise Wrong(404, "There is no such company", next_step="Look at the list of companies.")
    return realm


def _environment(call: Call) -> str:
    environment = call.one("environment", "production")
    if environment not in ENVIRONMENTS:
        raise Wrong(400, "The environment is production or sandbox")
    return environment


def _return_address(call: Call) -> str:
    return call.base_url + href("/companies/callback")


def _check_host(address: str, call: Call) -> None:
    """People are sent to Intuit, or to the simulator that stands for it, and nowhere else."""
    simulator = call.parts.settings.qbo_url
    allowed = urlsplit(simulator).netloc if simulator else _INTUIT
    assert urlsplit(address).netloc == allowed, "consent is given at Intuit"


def _note(realm: str, who: Who, call: Call) -> None:
    """Kept before it is tried, so that nothing is done unseen."""
    once = f"connect-{realm}-{call.now.isoformat()}"
    tools = call.parts.jobs.operator
    keep_action(of_company(realm), "connect", who, tools, target=realm, once=once)


def _connected(realm: Realm, who: Who, call: Call) -> See:
    job = call.parts.console.refresh(realm.realm, who)
    return See(
        href("/companies/<realm>", realm=realm.realm, job=job.id),
        f"Connected to {realm.company}. Its accounts are being imported.",
    )


def _not_connected(problem: Exception) -> Wrong:
    status = 409 if isinstance(problem, connect.WrongCompany) else 502
    return Wrong(
        status,
        "The company was not connected",
        str(problem),
        "Whatever worked before stays. Try again from the company's page.",
    )


def _no_keys(problem: Exception) -> Wrong:
    return Wrong(
        503,
        "The Intuit app is not set up",
        str(problem),
        "Put client id and secret into the secret intuit_app (README, Deploy).",
    )
