"""Mapping: its versions, who put each in force and when, and what differs between two."""

from daybook.console.mapping_call import Subject, subject_of
from daybook.console.mapping_words import change_rows, value_rows
from daybook.console.web import Answer, Call, Wrong, is_number, route
from daybook.domain.mapping import Mapping as Rules
from daybook.workflows.mapping_changes import changes
from daybook.workflows.mapping_problems import warnings_of

MOST_SHOWN = 200


@route("GET", "/mapping/<connection>/history", "viewer")
def history(call: Call) -> Answer:
    """All versions, the newest first."""
    subject = subject_of(call)
    versions = list(reversed(call.parts.mappings.history(subject.connection.id)))
    return subject.page(
        "mapping_history.html", "History", versions=versions[:MOST_SHOWN], count=len(versions)
    )


@route("GET", "/mapping/<connection>/history/compare", "viewer")
def history_compare(call: Call) -> Answer:
    """What differs between two versions."""
    subject = subject_of(call)
    one, other = sorted(_number(call, name) for name in ("one", "other"))
    found = changes(_version(subject, one), _version(subject, other))
    return subject.page(
        "mapping_compare.html",
        "History",
        one=one,
        other=other,
        row_changes=change_rows(found, subject.choices),
        value_changes=value_rows(found),
    )


@route("GET", "/mapping/<connection>/history/<version>", "viewer")
def history_version(call: Call) -> Answer:
    """One version, as it was put in force."""
    subject = subject_of(call)
    text = call.params["version"]
    number = int(text) if is_number(text) else 0
    rules, choices = _version(subject, number), subject.choices
    return subject.page(
        "mapping.html",
        "History",
        sheet=subject.sheet(rules),
        choices=choices,
        warnings=warnings_of(rules, choices.chart, choices.directory, subject.connection.source),
        held_bound=False,
        rules=rules,
        shown_version=number,
    )


def _number(call: Call, name: str) -> int:
    text = call.query.get(name, "")
    if not is_number(text):
        raise Wrong(400, "Choose two versions to compare")
    return int(text)


def _version(subject: Subject, number: int) -> Rules:
    found = subject.call.parts.mappings.version(subject.connection.id, number) if number else None
    if found is None:
        raise Wrong(404, "There is no such version of the mapping")
    return found
