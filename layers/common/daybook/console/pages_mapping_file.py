"""Mapping: as a file, down and up; an earlier save or version as the draft again."""

from typing import Final

from daybook.console.mapping_call import Subject, moved, subject_of
from daybook.console.web import Answer, Call, Download, See, Wrong, is_number, route
from daybook.domain.mapping import Mapping as Rules
from daybook.workflows.drafts import DraftMoved
from daybook.workflows.mapping_file import BadMapping, mapping_of, text_of

MAX_BYTES: Final = 2_000_000


@route("GET", "/mapping/<connection>/file", "viewer")
def mapping_file(call: Call) -> Answer:
    """The mapping as a file: a version, a save of the draft, or what is worked on."""
    subject = subject_of(call)
    version, save = call.query.get("version", ""), call.query.get("draft", "")
    rules, what = _wanted(subject, version, save)
    name = f"mapping-{subject.connection.id}-{what}.json"
    return Download(name, "application/json", text_of(rules).encode("utf-8", "replace"))


def _wanted(subject: Subject, version: str, save: str) -> tuple[Rules, str]:
    mappings, connection = subject.call.parts.mappings, subject.connection.id
    if is_number(version):
        found = mappings.version(connection, int(version))
        if found is not None:
            return found, f"version-{version}"
    elif is_number(save):
        draft = mappings.draft_saved(connection, int(save))
        if draft is not None:
            return draft.mapping, f"draft-{save}"
    elif not version and not save:
        work = subject.working
        return work.mapping, f"draft-{work.number}" if work.draft else f"version-{work.in_force}"
    raise Wrong(404, "There is no such version of the mapping")


@route("POST", "/mapping/<connection>/file", "operator")
def mapping_upload(call: Call) -> Answer:
    """A mapping file becomes the draft; every problem in it is named."""
    subject = subject_of(call)
    data = call.files.get("file") or call.one("text").encode()
    if not data:
        raise Wrong(400, "There is no file", "", "Choose a mapping file, or paste it.")
    if len(data) > MAX_BYTES:
        raise Wrong(413, "The file is too large", f"A mapping file takes {MAX_BYTES:,} bytes.")
    try:
        rules = mapping_of(data)
    except BadMapping as problem:
        return subject.page("mapping_bad_file.html", "Draft", 422, problems=problem.problems)
    return _becomes_draft(subject, rules, "from a file")


@route("POST", "/mapping/<connection>/take", "operator")
def mapping_take(call: Call) -> Answer:
    """An earlier version, or an earlier save, becomes the draft."""
    subject = subject_of(call)
    rules, what = _wanted(subject, call.one("version"), call.one("draft"))
    return _becomes_draft(subject, rules, f"from {what.replace('-', ' ')}")


def _becomes_draft(subject: Subject, rules: Rules, note: str) -> Answer:
    try:
        number = subject.save(rules, (), note)
    except DraftMoved as problem:
        return moved(subject, problem)
    return See(subject.url("/draft"), f"Draft {number} is {note}. It posts nothing yet.")
