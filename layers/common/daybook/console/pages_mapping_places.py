"""Mapping: the locations, their zones and closing hours, their class and department."""

import json
from typing import Any, Final
from zoneinfo import available_timezones

from daybook.console.mapping_call import Subject, moved, subject_of
from daybook.console.web import Answer, Call, Page, See, Wrong, route
from daybook.domain.mapping import LocationRow
from daybook.domain.mapping import Mapping as Rules
from daybook.workflows.choices import NotChosen
from daybook.workflows.drafts import DraftMoved
from daybook.workflows.mapping_names import LOCATION
from daybook.workflows.mapping_values import BadValues, location_of

# Names of today; the others are links to these, and are taken too.
_ZONES: Final = tuple(
    sorted(one for one in available_timezones() if "/" in one and not one.startswith("Etc/"))
)
_FIELDS: Final = ("name", "time_zone", "day_close", "class", "department")
MAX_PLACES: Final = 2_000


@route("GET", "/mapping/<connection>/locations", "viewer")
def locations(call: Call) -> Answer:
    """Every location that is in the mapping, came with an event, or has a name."""
    return _page(subject_of(call), {}, {})


def _page(subject: Subject, typed: dict[str, dict[str, str]], wrong: dict[str, str]) -> Page:
    rules = subject.working.mapping
    came = {key.location for key in subject.known.seen if key.location}
    named = {key: name for (role, key), name in subject.names.items() if role == LOCATION}
    places = sorted({*rules.locations, *came, *named, *typed})
    rows = [
        {
            "id": place,
            "place": json.dumps(place),
            "fields": typed.get(place) or _fields(rules.locations.get(place), subject),
            "there": place in rules.locations,
            "came": place in came,
            "called": named.get(place, ""),
            "wrong": wrong.get(place, ""),
        }
        for place in places
    ]
    lists = {
        name: sorted(row.name for row in subject.choices.listed(name).values() if row.active)
        for name in ("class", "department")
    }
    return subject.page(
        "mapping_places.html",
        "Locations",
        422 if wrong else 200,
        rows=rows,
        zones=_ZONES,
        lists=lists,
        wrong=len(wrong),
    )


def _fields(row: LocationRow | None, subject: Subject) -> dict[str, str]:
    if row is None:
        return dict.fromkeys(_FIELDS, "")
    choices = subject.choices
    return {
        "name": row.name,
        "time_zone": row.time_zone,
        "day_close": row.day_close,
        "class": choices.name("class", row.class_) if row.class_ else "",
        "department": choices.name("department", row.department) if row.department else "",
    }


@route("POST", "/mapping/<connection>/locations", "operator")
def locations_save(call: Call) -> Answer:
    """Keep the locations in the draft; with something wrong nothing is kept, and all is shown."""
    subject = subject_of(call)
    typed = _typed(call)
    kept = dict(subject.before.mapping.locations)
    wrong: dict[str, str] = {}
    for place, fields in typed.items():
        if not any(fields.values()):
            kept.pop(place, None)
            continue
        if place in kept and fields == _fields(kept[place], subject):
            continue
        try:
            kept[place] = _row(fields, subject)
        except (NotChosen, BadValues) as problem:
            wrong[place] = str(problem)
    if wrong:
        return _page(subject, typed, wrong)
    before = subject.before.mapping
    if kept == before.locations:
        return See(subject.url("/locations"), "Nothing was changed.")
    rules = Rules(accounts=before.accounts, locations=kept, settings=before.settings)
    try:
        subject.save(rules)
    except DraftMoved as problem:
        return moved(subject, problem)
    return See(subject.url("/locations"), "Locations saved in the draft.")


def _typed(call: Call) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in call.form:
        if not name.startswith("place."):
            continue
        number, place = name[6:], _place(call.one(name))
        if place:
            found[place] = {one: call.one(f"{one}.{number}") for one in _FIELDS}
    new = call.one("new")
    if new:
        found[new[:200]] = {one: call.one(f"{one}.new") for one in _FIELDS}
    if len(found) > MAX_PLACES:
        raise Wrong(413, "That is too large", f"A mapping takes {MAX_PLACES} locations here.")
    return found


def _place(text: str) -> str:
    try:
        place = json.loads(text)
    except (ValueError, RecursionError):
        raise Wrong(400, "This form cannot be read") from None
    return place if isinstance(place, str) else ""


def _row(fields: dict[str, str], subject: Subject) -> LocationRow:
    choices = subject.choices
    values: dict[str, Any] = {"name": fields["name"]}
    for name in ("time_zone", "day_close"):
        if fields[name]:
            values[name] = fields[name]
    for name in ("class", "department"):
        if fields[name]:
            values[name] = choices.one_of(
                "class" if name == "class" else "department", fields[name]
            )
    return location_of(values)
