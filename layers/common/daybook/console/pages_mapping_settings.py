"""Mapping: the settings, each explained."""

from typing import Any

from daybook.console.mapping_call import Subject, moved, subject_of
from daybook.console.setting_fields import FIELDS, GROUPS, file_of, shown, typed
from daybook.console.web import Answer, Call, Page, See, route
from daybook.domain.mapping import Mapping as Rules
from daybook.workflows.choices import NotChosen
from daybook.workflows.drafts import DraftMoved
from daybook.workflows.mapping_values import BadValues, settings_of


@route("GET", "/mapping/<connection>/settings", "viewer")
def settings(call: Call) -> Answer:
    """The settings of the draft, else of what is in force."""
    subject = subject_of(call)
    return _page(subject, _named(shown(subject.working.mapping.settings), subject), {})


def _named(values: dict[str, Any], subject: Subject) -> dict[str, Any]:
    """With names for the ids of classes and tax codes."""
    chart = subject.choices.chart
    lists = {"classes": chart.classes, "tax_codes": chart.tax_codes} if chart else {}
    for name, known in lists.items():
        values[name] = [
            [label, known[one].name if one in known else one] for label, one in values[name]
        ]
    return values


def _page(subject: Subject, values: dict[str, Any], wrong: dict[str, str]) -> Page:
    chart = subject.choices.chart
    listed = {
        "classes": sorted(row.name for row in chart.classes.values() if row.active),
        "tax_codes": sorted(row.name for row in chart.tax_codes.values() if row.active),
    } if chart else {"classes": [], "tax_codes": []}  # fmt: skip
    labels = sorted({key.key for key in subject.known.seen if key.role == "source_account"})
    return subject.page(
        "mapping_settings.html",
        "Settings",
        422 if wrong else 200,
        groups=GROUPS,
        values=values,
        wrong=wrong,
        listed=listed,
        labels=labels,
        places=sorted(subject.working.mapping.locations),
        kinds=FIELDS["exports"].options,
    )


@route("POST", "/mapping/<connection>/settings", "operator")
def settings_save(call: Call) -> Answer:
    """Keep the settings in the draft; with something wrong nothing is kept, and all is shown."""
    subject = subject_of(call)
    values = typed(call)
    wrong: dict[str, str] = {}
    fields = file_of(values)
    for name in ("classes", "tax_codes"):
        try:
            fields[name] = _ids(name, fields[name], subject)
        except NotChosen as problem:
            wrong[name] = str(problem)
    try:
        after = settings_of(fields)
    except BadValues as problem:
        wrong = dict(problem.problems) | wrong
    if wrong:
        return _page(subject, values, wrong)
    before = subject.before.mapping
    if after == before.settings:
        return See(subject.url("/settings"), "Nothing was changed.")
    rules = Rules(accounts=before.accounts, locations=before.locations, settings=after)
    try:
        subject.save(rules)
    except DraftMoved as problem:
        return moved(subject, problem)
    return See(subject.url("/settings"), "Settings saved in the draft.")


def _ids(name: str, rows: dict[str, str], subject: Subject) -> dict[str, str]:
    """Names as ids; an id that is known stays one."""
    chart = subject.choices.chart
    known = {} if chart is None else chart.classes if name == "classes" else chart.tax_codes
    by_name = {row.name.casefold(): row.id for row in known.values() if row.active}
    found = {}
    for label, text in rows.items():
        chosen = by_name.get(text.casefold(), text if text in known or not known else "")
        if not chosen:
            raise NotChosen(f"{label!r}: there is none called {text!r}")
        found[label] = chosen
    return found
