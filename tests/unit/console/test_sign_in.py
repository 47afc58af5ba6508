"""Signing in: what a provider's answer must have, and everything that is refused."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest

from daybook.console import cookies
from daybook.console.oidc import NotBelieved, Provider, ProviderUnavailable
from daybook.console.sign_in import PROVIDERS, role_of
from daybook.settings import Settings
from local.identity_provider.tokens import PEOPLE, Refused
from local.identity_provider.tokens import Provider as LocalProvider
from tests.unit.console.visits import URL, Seen, Visits, visits

ISSUER, CLIENT = "https://id.example.com", "daybook"

DISCOVERY = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}


class Answers:
    """The local provider without HTTP. claims: take the place of its own in the next ID token;
    token: the whole of it."""

    def __init__(self, provider: LocalProvider) -> None:
        self.provider = provider
        self.claims: dict[str, Any] = {}
        self.token = ""
        self.asked: list[str] = []
        self.discovery: dict[str, Any] = dict(DISCOVERY)

    def __call__(self, address: str, form: Mapping[str, str] | None) -> dict[str, Any]:
        self.asked.append(urlsplit(address).path)
        match urlsplit(address).path:
            case "/.well-known/openid-configuration":
                return self.discovery
            case "/keys":
                return self.provider.keys()
        assert form is not None
        code = form["code"]
        grant = self.provider.codes.get(code)
        try:
            reply = self.provider.exchanged(dict(form))
        except Refused as refusal:
            return {"error": str(refusal)}
        assert grant is not None
        if self.claims:
            others = dict(self.claims)
            nonce = others.pop("nonce", grant.nonce)
            reply["id_token"] = self.provider.id_token(grant.person, CLIENT, nonce, **others)
        return reply | ({"id_token": self.token} if self.token else {})


@pytest.fixture(scope="module")
def keys() -> LocalProvider:
    return LocalProvider(ISSUER)


@pytest.fixture
def answers(keys: LocalProvider) -> Answers:
    return Answers(LocalProvider(ISSUER, key=keys.key, key_id=keys.key_id))


@pytest.fixture
def here(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> Visits:
    browser = visits()
    # PyJWT asks the time itself.
    browser.clock.now = datetime.now(UTC)
    provider = Provider(ISSUER, CLIENT, lambda: "", browser.clock, answers)
    monkeypatch.setitem(PROVIDERS, (ISSUER, CLIENT), provider)
    return browser


def begun(here: Visits, to: str = "/console") -> dict[str, str]:
    """What the console asks of the provider."""
    seen = here.get(f"/console/sign-in?{urlencode({'next': to})}")
    assert seen.status == 303
    assert seen.to.startswith(f"{ISSUER}/authorize?")
    return {name: value for name, (value,) in parse_qs(urlsplit(seen.to).query).items()}


def back(here: Visits, asked: dict[str, str], answers: Answers, who: str = "admin") -> Seen:
    """The way back, with a code for somebody."""
    code = answers.provider.code_for(PEOPLE[who], asked)
    return here.get(address(code, asked["state"]))


def address(code: str, state: str, **more: str) -> str:
    return "/console/sign-in/callback?" + urlencode({"code": code, "state": state, **more})


def is_in(here: Visits) -> bool:
    """Whether the browser has a session: a page of everybody who signed in is not refused."""
    token = here.jar.get(cookies.SESSION, "")
    session = here.parts.console.sessions.get(cookies.digest(token))
    return session is not None and session.lives(here.clock())


@pytest.mark.parametrize("who", ["viewer", "operator", "admin"])
def test_a_person_signs_in_with_the_role_that_the_provider_says(
    here: Visits, answers: Answers, who: str
) -> None:
    seen = back(here, begun(here, "/console/events?status=held"), answers, who)
    assert (seen.status, seen.to) == (303, "/console/events?status=held")
    (session,) = here.parts.console.sessions.rows.values()
    person = PEOPLE[who]
    assert (session.subject, session.name, session.role) == (person.subject, person.email, who)
    assert cookies.SIGN_IN not in here.jar


def test_the_cookies_are_for_this_host_alone_and_out_of_reach(
    here: Visits, answers: Answers
) -> None:
    first = here.get("/console/sign-in")
    asked = {n: v for n, (v,) in parse_qs(urlsplit(first.to).query).items()}
    for line in (*first.cookies, *back(here, asked, answers).cookies):
        assert line.startswith("__Host-")
        assert {"Path=/", "HttpOnly", "Secure", "SameSite=Lax"} <= set(line.split("; "))
        assert "Domain" not in line


def test_what_is_asked_of_the_provider_is_new_each_time(here: Visits) -> None:
    first, second = begun(here), begun(here)
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name]) >= 43
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == f"{URL}/console/sign-in/callback"


def test_nothing_kept_opens_a_session_by_itself(here: Visits, answers: Answers) -> None:
    back(here, begun(here), answers)
    kept = str(here.parts.console.sessions.rows) + str(here.parts.console.once.rows)
    assert here.jar[cookies.SESSION] not in kept


def test_a_way_back_is_gone_once(here: Visits, answers: Answers) -> None:
    asked = begun(here)
    code = answers.provider.code_for(PEOPLE["admin"], asked)
    jar = dict(here.jar)
    assert here.get(address(code, asked["state"])).status == 303
    here.jar = jar
    seen = here.get(address(code, asked["state"]))
    assert seen.status == 400
    assert answers.asked.count("/token") == 1


@pytest.mark.parametrize("wrong", ["state", "no state", "cookie", "other browser", "late"])
def test_a_way_back_that_was_not_begun_here_ends_before_the_code_is_used(
    here: Visits, answers: Answers, wrong: str
) -> None:
    asked = begun(here)
    code = answers.provider.code_for(PEOPLE["admin"], asked)
    state = {"state": "A" * 43, "no state": ""}.get(wrong, asked["state"])
    match wrong:
        case "cookie":
            here.jar.clear()
        case "other browser":
            begun(here)
        case "late":
            here.later(minutes=10)
    seen = here.get(address(code, state))
    assert seen.status == 400
    assert "Sign in again" in seen.text
    assert "/token" not in answers.asked
    assert not is_in(here)


def test_a_refusal_of_the_provider_is_told_without_its_words(
    here: Visits, answers: Answers
) -> None:
    asked = begun(here)
    query = urlencode({"error": "<b>denied</b>", "state": asked["state"]})
    seen = here.get(f"/console/sign-in/callback?{query}")
    assert (seen.status, "denied" in seen.html) == (400, False)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://evil.example.com"},
        {"exp": 1_000_000_000},
        {"iat": 9_000_000_000},
        {"nbf": 9_000_000_000},
        {"sub": None},
    ],
    ids=str,
)
def test_an_id_token_for_somebody_else_or_another_time_vouches_for_nobody(
    here: Visits, answers: Answers, claims: dict[str, Any]
) -> None:
    answers.claims = claims
    seen = back(here, begun(here), answers)
    assert seen.status == 400
    assert not is_in(here)


def _part(row: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(row).encode()).decode().rstrip("=")


def forged(answers: Answers, nonce: str, kind: str) -> str:
    claims = jwt.decode(
        answers.provider.id_token(PEOPLE["admin"], CLIENT, nonce),
        options={"verify_signature": False},
    )
    known = {"kid": answers.provider.key_id}
    match kind:
        case "none":
            return f"{_part({'alg': 'none', **known})}.{_part(claims)}."
        case "HS256 with the public key":
            head, body = map(_part, ({"alg": "HS256", **known}, claims))
            public = json.dumps(answers.provider.keys()["keys"][0]).encode()
            signed = hmac.digest(public, f"{head}.{body}".encode(), "sha256")
            return f"{head}.{body}.{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"
        case "another key":
            return jwt.encode(claims, LocalProvider(ISSUER).key, "RS256", headers=known)
        case "a key that is not there":
            return jwt.encode(claims, LocalProvider(ISSUER).key, "RS256", headers={"kid": "x"})
        case "RS512":
            return jwt.encode(claims, answers.provider.key, "RS512", headers=known)
    return kind


@pytest.mark.parametrize(
    "kind",
    [
        "none",
        "HS256 with the public key",
        "another key",
        "a key that is not there",
        "RS512",
        "no.token.atall",
        "x",
    ],
)
def test_an_id_token_that_the_provider_did_not_sign_vouches_for_nobody(
    here: Visits, answers: Answers, kind: str
) -> None:
    asked = begun(here)
    answers.token = forged(answers, asked["nonce"], kind)
    assert back(here, asked, answers).status == 400
    assert not is_in(here)


def test_unknown_keys_make_us_ask_once_a_minute(here: Visits, answers: Answers) -> None:
    for _ in range(5):
        asked = begun(here)
        answers.token = forged(answers, asked["nonce"], "a key that is not there")
        back(here, asked, answers)
    assert answers.asked.count("/keys") == 1
    here.later(seconds=61)
    back(here, begun(here), answers)
    assert answers.asked.count("/keys") == 2


def test_a_key_that_the_provider_changed_is_taken_after_a_minute(
    here: Visits, answers: Answers
) -> None:
    assert back(here, begun(here), answers).status == 303
    here.jar.clear()
    answers.provider.key_id = "new"
    here.later(seconds=61)
    assert back(here, begun(here), answers).status == 303


@pytest.mark.parametrize("name", ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_discovery_document_of_another_or_with_plain_http_is_not_taken(
    here: Visits, answers: Answers, name: str
) -> None:
    answers.discovery[name] = "http://evil.example.com/x"
    browser_goes = here.get("/console/sign-in")
    assert browser_goes.status == 503
    assert not here.parts.console.once.rows


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example.com",
        "//evil.example.com",
        "/console//evil.example.com",
        "/\\evil.example.com",
        "/console/../../evil",
        "/console\\@evil",
        "/consoleevil",
        "/console/\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        "/",
        "",
        "/console/" + "a" * 5000,
    ],
)
def test_signing_in_leads_nowhere_else(here: Visits, answers: Answers, to: str) -> None:
    seen = back(here, begun(here, to), answers)
    assert seen.to in ("/console", "/console/../../evil".replace("/..", "")) or (
        urlsplit(seen.to).netloc == "" and seen.to.startswith("/console/")
    )
    assert "evil.example.com" not in seen.to
    assert "\n" not in seen.to


@pytest.mark.parametrize("groups", [None, [], ["nobody"], "Admin", {"admin": True}, ["admin "], 7])
def test_who_has_no_role_gets_no_session(here: Visits, answers: Answers, groups: Any) -> None:
    answers.claims = {"groups": groups}
    seen = back(here, begun(here), answers)
    assert seen.status == 403
    assert not is_in(here)


def test_the_highest_role_counts_wherever_the_claim_stands() -> None:
    settings = Settings(
        sign_in_claim="realm_access.roles", sign_in_viewers="staff", sign_in_admins="owners"
    )
    nested = {"realm_access": {"roles": ["staff", "owners"]}}
    assert role_of(nested, settings) == "admin"
    assert role_of({"realm_access": {"roles": ["staff"]}}, settings) == "viewer"
    assert role_of({"realm_access.roles": "owners"}, settings) == "admin"
    assert role_of({"realm_access": "owners"}, settings) is None
    # A role that is set to nothing is nobody's.
    assert role_of({"groups": [""]}, Settings(sign_in_admins="")) is None


@pytest.mark.parametrize("verified", [None, False, "false", 0])
def test_an_address_that_nobody_verified_gives_no_role(verified: object) -> None:
    settings = Settings(sign_in_claim="email", sign_in_admins="ada@example.com")
    claims: dict[str, Any] = {"email": "ada@example.com"}
    assert role_of(claims | {"email_verified": verified}, settings) is None
    assert role_of(claims, settings) is None
    for word in (True, "true"):
        assert role_of(claims | {"email_verified": word}, settings) == "admin"


def test_signing_in_again_ends_the_session_before_and_takes_no_id_that_was_planted(
    here: Visits, answers: Answers
) -> None:
    here.signed_in("viewer")
    planted = here.jar[cookies.SESSION]
    # Who is in is not asked again; a page of the provider that was open already leads back.
    here.jar.pop(cookies.SESSION)
    asked = begun(here)
    here.jar[cookies.SESSION] = planted
    assert back(here, asked, answers).status == 303
    assert here.jar[cookies.SESSION] != planted
    assert here.parts.console.sessions.get(cookies.digest(planted)) is None
    assert is_in(here)


@pytest.mark.parametrize("planted", ["", "x", "a" * 5000, "token-of-admin-0"])
def test_a_cookie_that_we_did_not_give_is_nobody(planted: str) -> None:
    here = visits()
    here.jar[cookies.SESSION] = planted
    assert here.get("/console").to.startswith("/console/sign-in")


@pytest.mark.parametrize(("minutes", "lives"), [(29, True), (30, False)])
def test_a_session_ends_when_it_is_idle(minutes: int, lives: bool) -> None:
    here = visits().signed_in("viewer")
    here.later(minutes=minutes)
    assert (here.get("/console/sign-in").to == "/console") == lives


def test_a_session_ends_after_twelve_hours_however_busy() -> None:
    here = visits(settings=Settings()).signed_in("viewer")
    for _ in range(35):
        here.later(minutes=20)
        assert here.get("/console/sign-in").to == "/console"
    here.later(minutes=20)
    assert here.get("/console/sign-in").status == 503


def test_signing_out_ends_the_session_for_whoever_has_the_cookie() -> None:
    here = visits().signed_in("operator")
    kept = dict(here.jar)
    seen = here.post("/console/sign-out")
    assert (seen.to, here.jar) == ("/console/signed-out", {})
    here.jar = kept
    assert here.get("/console").to.startswith("/console/sign-in")


def test_without_a_provider_the_page_says_what_to_do() -> None:
    seen = visits(settings=Settings()).get("/console/sign-in")
    assert seen.status == 503
    assert "docs/console.md" in seen.text


def test_a_provider_that_does_not_answer_is_told_as_that(here: Visits) -> None:
    def silent(_address: str, _form: Mapping[str, str] | None) -> dict[str, Any]:
        raise ProviderUnavailable("no answer: ConnectTimeout")

    PROVIDERS[ISSUER, CLIENT] = Provider(ISSUER, CLIENT, lambda: "", here.clock, silent)
    seen = here.get("/console/sign-in")
    assert (seen.status, "does not answer" in seen.text) == (503, True)


def test_a_client_with_a_secret_brings_it_to_the_token_endpoint_only(here: Visits) -> None:
    asked: list[tuple[str, Mapping[str, str] | None]] = []

    def told(address: str, form: Mapping[str, str] | None) -> dict[str, Any]:
        asked.append((address, form))
        return dict(DISCOVERY) if form is None else {"error": "invalid_grant"}

    provider = Provider(ISSUER, CLIENT, lambda: "s3cret", here.clock, told)
    with pytest.raises(NotBelieved):
        provider.identity("code", f"{URL}/back", "nonce", "verifier")
    assert "s3cret" not in provider.authorise_url(f"{URL}/back", "state", "nonce", "verifier")
    (form,) = [form for _, form in asked if form is not None]
    assert (form["client_secret"], form["code_verifier"]) == ("s3cret", "verifier")
