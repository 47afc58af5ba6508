"""Settings and locations in the browser: explained, checked, kept in the draft."""

import re
from html import unescape

from daybook.domain.mapping import Settings
from tests.unit.console_mapping.desk import Answered, Desk
from tests.unit.workflows.office import SHOP, sale

SETTINGS, PLACES = f"/mapping/{SHOP}/settings", f"/mapping/{SHOP}/locations"


def form_of(page: Answered) -> dict[str, list[str]]:
    """The page's form as a browser would send it."""
    sent: dict[str, list[str]] = {}
    html = page.html.split('class="sheet"')[1]
    for tag in re.findall(r"<input[^>]*>|<select.*?</select>", html, re.DOTALL):
        name = re.search(r'name="([^"]*)"', tag)
        assert name, tag
        if tag.startswith("<select"):
            chosen = re.search(r'value="([^"]*)" selected', tag) or re.search(
                r'value="([^"]*)"', tag
            )
            value = chosen[1] if chosen else ""
        elif 'type="checkbox"' in tag and "checked" not in tag:
            continue
        else:
            found = re.search(r'value="([^"]*)"', tag)
            value = found[1] if found else ""
        sent.setdefault(unescape(name[1]), []).append(unescape(value))
    return sent


def test_every_setting_has_a_field() -> None:
    page = Desk.opened().get(SETTINGS)
    for name in Settings.model_fields:
        assert f'id="setting-{name}"' in page.html, name


def test_a_form_sent_as_it_is_changes_nothing() -> None:
    desk = Desk.opened()
    for path in (SETTINGS, PLACES):
        assert desk.post(path, form_of(desk.get(path))).notice == "Nothing was changed."


def test_settings_are_kept_in_the_draft() -> None:
    desk = Desk.opened()
    sent = form_of(desk.get(SETTINGS))
    sent |= {
        "mode": ["day_summary"], "grace_minutes": ["30"], "exports": ["sale", "deposit"],
        "create_customers": ["yes"], "start_date": ["2026-11-01"],
        "modes_by_location.location": ["1", ""], "modes_by_location.from": ["2027-01-01", ""],
        "modes_by_location.mode": ["document", "per_event"],
        "do_not_post.kind": ["stock_move", ""], "do_not_post.reason": ["Opening stock", ""],
        "classes.key": ["Store 1", ""], "classes.value": ["Burbank", ""],
        "rows.key": ["Cash", ""], "rows.value": ["debit", "debit"],
    }  # fmt: skip
    assert "saved in the draft" in desk.post(SETTINGS, sent).notice
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    assert draft.mapping.settings == Settings.model_validate(
        {
            "mode": "day_summary", "grace_minutes": 30, "exports": ["sale", "deposit"],
            "create_customers": True, "start_date": "2026-11-01",
            "modes_by_location": {"1": [{"from": "2027-01-01", "mode": "document"}]},
            "do_not_post": [{"kind": "stock_move", "reason": "Opening stock"}],
            "classes": {"Store 1": "200"}, "rows": {"Cash": {"side": "debit"}},
        }
    )  # fmt: skip
    again = desk.get(SETTINGS)
    assert desk.post(SETTINGS, form_of(again)).notice == "Nothing was changed."


def test_a_wrong_setting_is_named_and_nothing_is_lost_or_saved() -> None:
    desk = Desk.opened()
    sent = form_of(desk.get(SETTINGS)) | {"grace_minutes": ["soon"], "currency": ["dollars"]}
    told = desk.post(SETTINGS, sent)
    assert told.answer.status == 422
    assert "2 settings are not right" in told.text
    assert 'value="soon"' in told.html
    assert desk.office.mappings.draft(SHOP) is None


def test_a_location_that_came_and_is_not_mapped_is_named_and_entered() -> None:
    desk = Desk.opened()
    desk.office.deliver(sale(location="2"))
    desk.office.mappings.name_keys(SHOP, {("location", "2"): "Pasadena"})
    page = desk.get(PLACES)
    sent = form_of(page)
    place = next(name for name, value in sent.items() if value == ['"2"'])
    number = place.removeprefix("place.")
    sent |= {f"time_zone.{number}": ["America/Los_Angeles"], f"day_close.{number}": ["03:00"],
             f"class.{number}": ["Burbank"]}  # fmt: skip
    desk.post(PLACES, sent)
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    row = draft.mapping.locations["2"]
    assert (row.time_zone, row.day_close, row.class_) == ("America/Los_Angeles", "03:00", "200")


def test_a_wrong_time_zone_is_named_beside_its_location() -> None:
    desk = Desk.opened()
    sent = form_of(desk.get(PLACES)) | {"time_zone.1": ["Chicago"]}
    told = desk.post(PLACES, sent)
    assert told.answer.status == 422
    assert "'Chicago' is no IANA time zone" in told.text
    assert desk.office.mappings.draft(SHOP) is None
