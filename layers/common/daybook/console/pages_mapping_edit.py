"""Mapping: the rows with their pickers; saving makes or continues the draft."""

import json
from collections.abc import Sequence
from typing import Any

from daybook.console.mapping_call import MOST_HELD, Subject, moved, row_words, subject_of
from daybook.console.mapping_form import Sent, sent
from daybook.console.pickers import pickers
from daybook.console.web import Answer, Call, See, Wrong, route
from daybook.domain.draft import Unfinished
from daybook.domain.mapping import AccountRow
from daybook.domain.roles import ROLE_ORDER, in_words
from daybook.workflows.choices import NONE_LABEL
from daybook.workflows.drafts import DraftMoved
from daybook.workflows.mapping_edit import (
    Edit,
    Edited,
    TooManyRows,
    Written,
    as_edit,
    edited,
    written,
)


@route("GET", "/mapping/<connection>/edit", "operator")
def mapping_edit(call: Call) -> Answer:
    """The form of all rows, or of those that need somebody (`show=to_do`)."""
    subject = subject_of(call)
    sheet = subject.sheet()
    only = call.query.get("show") == "to_do"
    rows = sheet.to_do if only else [row for group in sheet.groups for row in group.rows]
    lists = pickers(rows, subject.choices)
    groups = [
        (group, [row for row in group.rows if row.to_do] if only else group.rows)
        for group in sheet.groups
    ]
    places = sorted({*subject.working.mapping.locations, *_came_from(subject)})
    return subject.page(
        "mapping_edit.html",
        "Accounts",
        sheet=sheet,
        groups=[(group, shown) for group, shown in groups if shown],
        lists=lists,
        numbers={row.place: number for number, row in enumerate(rows)},
        as_json=json.dumps,
        places=places,
        other_roles=[(role, in_words(role)) for role in sorted(ROLE_ORDER, key=in_words)],
        none_label=NONE_LABEL,
        only=only,
        held_bound=subject.held >= MOST_HELD,
        has_classes=_are_used(subject, "class_", lists.classes),
        has_departments=_are_used(subject, "department", lists.departments),
    )


def _came_from(subject: Subject) -> set[str]:
    return {key.location for key in subject.known.seen if key.location}


def _are_used(subject: Subject, field: str, listed: Sequence[Any]) -> bool:
    """Whether rows have a column for it: the company tracks it, or a row carries one."""
    chart = subject.choices.chart
    tracked = chart and (chart.class_tracking if field == "class_" else chart.departments_on)
    rows = (*subject.working.mapping.accounts, *subject.working.unfinished)
    return bool((tracked and listed) or any(getattr(row, field) for row in rows))


@route("POST", "/mapping/<connection>/edit", "operator")
def mapping_save(call: Call) -> Answer:
    """Keep what was chosen as the next save of the draft."""
    subject = subject_of(call)
    form = sent(call, subject.sheet())
    before = subject.before
    try:
        after = edited(before.mapping, before.unfinished, form.edits, subject.choices)
    except TooManyRows as problem:
        raise Wrong(413, "That is too large", f"{problem}.") from None
    back = subject.url("/edit", show=call.query.get("show", ""))
    if not after.changed:
        return See(back, _said(form, after) or "Nothing was changed.")
    try:
        subject.save(after.mapping, after.unfinished)
    except DraftMoved as problem:
        return moved(subject, problem, _mine(after, problem, subject))
    anchor = f"#{call.one('anchor')}" if call.one("anchor") else ""
    return See(back + anchor, _said(form, after))


def _said(form: Sent, after: Edited) -> str:
    count = len(after.changed)
    parts = [f"Saved in the draft: {count} {_rows(count)} changed."] if count else []
    if form.taken:
        parts.append(f"{form.taken} suggestions taken: look them over.")
    if after.unfinished:
        count = len(after.unfinished)
        parts.append(f"{count} {_rows(count)} not complete yet.")
    if form.left_out:
        parts.append(f"{form.left_out} new {_rows(form.left_out)} without a key left out.")
    return " ".join(parts)


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def _mine(after: Edited, problem: DraftMoved, subject: Subject) -> list[dict[str, Any]]:
    """Each row that I changed, with what stands there now, and the fields that write it again."""
    mine = written(after.mapping, after.unfinished)
    theirs = written(problem.latest.mapping, problem.latest.unfinished)
    rows = []
    for place in after.changed:
        if mine.get(place) == theirs.get(place):
            continue
        edit = as_edit(mine[place]) if place in mine else Edit(*place)
        rows.append(
            {
                "where": row_words(*place),
                "mine": _words(mine.get(place), subject),
                "theirs": _words(theirs.get(place), subject),
                "place": json.dumps(place),
                "edit": edit,
            }
        )
    return rows


def _words(row: Written | None, subject: Subject) -> str:
    match row:
        case None:
            return "no row"
        case Unfinished():
            return f"{row.account} (not complete)".strip()
        case AccountRow(account=None):
            return NONE_LABEL
        case AccountRow():
            return subject.choices.label(row.account or "")
