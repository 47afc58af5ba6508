"""Every route of every page: who may ask for it, and that a form comes from our own page."""

from dataclasses import replace

import pytest

from daybook.console import every_page
from daybook.console.guard import check_role
from daybook.console.web import (
    NOBODY,
    ROLES,
    ROUTES,
    Call,
    Page,
    Role,
    Route,
    Visitor,
    Wrong,
    href,
    part,
    read_part,
)
from tests.unit.console.visits import URL, Visits, visits

EVERY = sorted(ROUTES.values(), key=lambda one: (one.path, one.method))
FORMS = [one for one in EVERY if one.method == "POST"]
OPEN = {"/sign-in", "/sign-in/callback", "/signed-out"}
HOSTILE = [
    "../../etc/passwd",
    "a/b",
    ".",
    "..",
    "<script>alert(1)</script>",
    "é\u202e\x00",
    "%2e%2e%2f",
    "~x",
    "",
    "a?b#c",
    "\ud800",
]


def ids(one: Route) -> str:
    return f"{one.method} {one.path}"


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """Each page only notes that it was called: what is tested stands before it."""
    seen: list[Call] = []

    def noted(call: Call) -> Page:
        seen.append(call)
        return Page("signed_out.html", {})

    for key, known in list(ROUTES.items()):
        monkeypatch.setitem(ROUTES, key, replace(known, page=noted))
    return seen


def address(one: Route) -> str:
    filled = one.path
    for piece in one.path.split("/"):
        if piece.startswith("<"):
            filled = filled.replace(piece, "x1")
    return href(filled)


def test_there_are_the_routes_of_all_pages() -> None:
    assert len(every_page.PAGES) > 5
    assert {one.path for one in EVERY if one.role == "anyone"} == OPEN
    assert [ids(one) for one in FORMS if one.role in ("anyone", "viewer")] == ["POST /sign-out"]


@pytest.mark.parametrize("one", EVERY, ids=ids)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_what_it_includes_and_nothing_else(one: Route, role: Role) -> None:
    visitor = NOBODY if role == "anyone" else Visitor("s", "n", role, "c", "d")
    if ROLES.index(role) >= ROLES.index(one.role):
        check_role(visitor, one)
        return
    with pytest.raises(Wrong) as refused:
        check_role(visitor, one)
    assert refused.value.status == (401 if role == "anyone" else 403)


def visitor_of(role: Role) -> Visits:
    here = visits()
    return here if role == "anyone" else here.signed_in(role)


@pytest.mark.parametrize("role", ROLES)
def test_the_site_calls_a_page_only_for_who_may(role: Role, stubbed: list[Call]) -> None:
    here = visitor_of(role)
    for one in EVERY:
        stubbed.clear()
        seen = here.get(address(one)) if one.method == "GET" else here.post(address(one))
        allowed = ROLES.index(role) >= ROLES.index(one.role)
        assert bool(stubbed) == allowed, ids(one)
        if allowed:
            assert seen.status == 200, ids(one)
        elif role == "anyone" and one.method == "GET":
            assert seen.to.startswith("/console/sign-in?next=%2Fconsole"), ids(one)
        else:
            assert seen.status == (401 if role == "anyone" else 403), ids(one)


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("csrf-of-viewer", {}),
        ("csrf-of-admin\u00e9", {}),
        ("csrf-of-admin", {"origin": "https://evil.example.com"}),
        ("csrf-of-admin", {"origin": "http://books.example.com"}),
        ("csrf-of-admin", {"origin": "https://books.example.com.evil.example"}),
        ("csrf-of-admin", {"origin": "null"}),
        ("csrf-of-admin", {"sec-fetch-site": "cross-site"}),
        ("csrf-of-admin", {"sec-fetch-site": "same-site"}),
    ],
)
def test_no_form_of_another_page_does_anything(
    token: str, headers: dict[str, str], stubbed: list[Call]
) -> None:
    here = visits().signed_in("admin")
    for one in FORMS:
        seen = here.ask("POST", address(one), {"csrf": token}, headers)
        assert (seen.status, stubbed) == (403, []), ids(one)


def test_a_form_of_our_own_page_is_taken(stubbed: list[Call]) -> None:
    here = visits().signed_in("admin")
    headers = {"origin": URL, "sec-fetch-site": "same-origin"}
    for one in FORMS:
        assert here.ask("POST", address(one), {"csrf": "csrf-of-admin"}, headers).status == 200
    assert len(stubbed) == len(FORMS)


def test_a_form_that_is_none_or_too_large_is_refused(stubbed: list[Call]) -> None:
    here, path = visits().signed_in("admin"), href("/companies/connect")
    assert here.ask("POST", path, {}, {"content-type": "application/json"}).status == 415
    assert here.post(path, {"x": "y" * 2_600_000}).status == 413
    assert here.post(path, {f"n{number}": "" for number in range(20_001)}).status == 400
    assert stubbed == []


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_one_part_of_a_path_and_comes_back(text: str) -> None:
    piece = part(text)
    assert "/" not in piece
    assert piece not in ("", ".", "..")
    assert read_part(piece) == text
    assert href("/events/<id>", id=text).count("/") == 3


@pytest.mark.parametrize("text", ["~", "~=", "~*", "~gA"])
def test_a_part_that_nobody_made_is_no_page(text: str) -> None:
    if text == "~":
        assert read_part(text) == ""
        return
    with pytest.raises(Wrong):
        read_part(text)


def test_what_a_browser_may_do_is_said_with_every_page(stubbed: list[Call]) -> None:
    here = visits().signed_in("viewer")
    nowhere = here.get("/console/nowhere")
    for seen in (here.get("/console"), nowhere, here.post(href("/companies/connect"))):
        policy = seen.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert seen.headers["Cache-Control"] == "no-store"
        assert seen.headers["X-Content-Type-Options"] == "nosniff"
        assert seen.headers["Referrer-Policy"] == "same-origin"
        assert "max-age=" in seen.headers["Strict-Transport-Security"]
    assert nowhere.status == 404


def test_files_are_kept_for_good_under_an_address_of_their_content() -> None:
    page = visits().get(href("/signed-out")).html
    address_of = page.split('rel="stylesheet" href="')[1].split('"')[0]
    seen = visits().get(address_of)
    assert (seen.status, seen.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in seen.headers["Cache-Control"]
    assert visits().get("/console/static/..%2fweb.py").status == 404


def test_no_template_has_a_script_style_or_handler_of_its_own() -> None:
    from daybook.console.render import environment  # noqa: PLC0415

    made = environment()
    assert made.loader is not None
    for name in made.loader.list_templates():
        text = made.loader.get_source(made, name)[0].lower()
        assert "<style" not in text, name
        assert " style=" not in text, name
        assert "|safe" not in text.replace(" ", ""), name
        assert "<script>" not in text, name
        assert " onclick=" not in text, name
        assert " onsubmit=" not in text, name


def test_a_fault_of_ours_is_told_and_shows_nothing_of_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_call: Call) -> Page:
        raise RuntimeError("a secret")

    monkeypatch.setitem(ROUTES, ("GET", "/"), replace(ROUTES["GET", "/"], page=broken))
    here = visits().signed_in("viewer")
    seen = here.get("/console")
    assert seen.status == 500
    assert "a secret" not in seen.html
    assert [where for where, _ in here.troubles] == ["GET /"]
