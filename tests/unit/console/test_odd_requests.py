"""Requests that no page of ours sends: nothing is carried on, and none is a fault of ours."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from daybook.console.web import BASE, ROUTES, Call, Route, See, Wrong, href
from daybook.workflows.operator import NotPossible
from tests.unit.console.visits import visits
from tests.unit.console_events.counter import BEN, Counter
from tests.unit.console_mapping.desk import ANN, Desk
from tests.unit.workflows.office import SHOP

LONG = "9" * 5_000
DATES = ["0001-01-01", "9999-12-31", "20261120", "2026-W47-5", "x", LONG]
DRAFT = f"/mapping/{SHOP}"


def test_a_code_that_comes_back_after_the_session_ended_is_carried_nowhere() -> None:
    query = urlencode({"code": "INTUITS-CODE", "state": "OUR-STATE", "realmId": "1"})
    seen = visits().get(f"{BASE}/companies/callback?{query}")
    assert seen.status == 303
    assert parse_qs(urlsplit(seen.to).query) == {"next": [f"{BASE}/companies/callback"]}


def test_other_addresses_are_come_back_to_whole() -> None:
    seen = visits().get(f"{BASE}/events?status=held")
    assert parse_qs(urlsplit(seen.to).query) == {"next": [f"{BASE}/events?status=held"]}


@pytest.mark.parametrize("tail", ["a\r\nSet-Cookie: x=y", "a b", "é", "\x00", "\u2028", "\ud800"])
def test_a_place_to_go_to_is_visible_ascii_whatever_a_form_said(
    tail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(_call: Call) -> See:
        return See(f"{BASE}/events#{tail}")

    entered = Route("GET", "/events", "viewer", page)
    monkeypatch.setitem(ROUTES, ("GET", "/events"), entered)
    seen = visits().signed_in("viewer").get(f"{BASE}/events")
    assert seen.status == 303
    assert seen.to.isascii()
    assert seen.to.isprintable()
    assert " " not in seen.to


def test_what_is_percent_encoded_already_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    to = href("/events", text="50% off & more", location="a/b")
    entered = Route("GET", "/events", "viewer", lambda _call: See(to))
    monkeypatch.setitem(ROUTES, ("GET", "/events"), entered)
    assert visits().signed_in("viewer").get(f"{BASE}/events").to == to


def _told(answer: Any) -> None:
    """Asks; what a person is told is no fault of ours."""
    try:
        answer()
    except (Wrong, NotPossible):
        return


@pytest.mark.parametrize("path", ["/days", "/events", "/export/days.csv", "/export/events.csv"])
@pytest.mark.parametrize("text", DATES)
def test_dates_at_the_ends_of_the_calendar_are_answered(path: str, text: str) -> None:
    counter = Counter.open()
    for query in ({"first": text}, {"last": text}, {"first": text, "last": text}):
        asked = {"connection": SHOP, **query}
        _told(lambda asked=asked: counter.get(path, **asked))


@pytest.mark.parametrize("text", [LONG, "²", "-1", "1e9", "٣", "0"])
def test_numbers_that_are_none_are_answered(text: str) -> None:
    desk = Desk.opened()
    for query in ({"version": text}, {"draft": text}):
        with pytest.raises(Wrong):
            desk.get(f"{DRAFT}/file", **query)
        with pytest.raises(Wrong):
            desk.post(f"{DRAFT}/take", query)
    with pytest.raises(Wrong):
        desk.get(f"{DRAFT}/history/compare", one=text, other="1")
    with pytest.raises(Wrong):
        desk.get(href("/mapping/<connection>/history/<version>", connection=SHOP, version=text))


def test_a_text_that_is_no_unicode_still_has_an_address() -> None:
    assert href("/days", location="\ud800").isascii()


def test_who_stops_a_job_is_kept() -> None:
    counter = Counter.open()
    job = _begun(counter)
    counter.post(f"{job}/stop", {})
    (kept,) = [one for one in counter.office.actions.kept if one.action == "stop job"]
    assert (kept.actor, kept.target) == (BEN.actor, job.rpartition("/")[2])
    counter.post(f"{job}/stop", {})
    assert len([one for one in counter.office.actions.kept if one.action == "stop job"]) == 1


def test_only_an_admin_stops_what_revokes_a_companys_tokens() -> None:
    counter = Counter.open()
    job = _begun(counter, kind="disconnect")
    with pytest.raises(Wrong) as refused:
        counter.post(f"{job}/stop", {})
    assert refused.value.status == 403
    counter.visitor = ANN
    assert counter.post(f"{job}/stop", {}).notice.startswith("It was stopped")


def _begun(counter: Counter, kind: str = "replay") -> str:
    from dataclasses import replace  # noqa: PLC0415

    from daybook.workflows import jobs  # noqa: PLC0415

    worker = replace(counter.worker, slices={kind: lambda _job, _left: pytest.fail("runs")})
    job = jobs.start(kind, {}, worker, actor="ann", reason="why", job_id=f"{kind}-1")
    return href("/jobs/<id>", id=job.id)
