"""Mapping: the draft as a whole: what it changes, what is wrong, putting it in force, ending it."""

from datetime import timedelta
from typing import Any, Final

from daybook.console.mapping_call import Subject, moved, subject_of
from daybook.console.mapping_words import change_rows, entry_lines, value_rows
from daybook.console.web import Answer, Call, See, Wrong, route
from daybook.domain.job import Job
from daybook.domain.mapping import Mapping as Rules
from daybook.workflows import drafts, jobs
from daybook.workflows.drafts import DraftMoved, NothingOpen
from daybook.workflows.mapping_changes import changes
from daybook.workflows.mapping_problems import problems_of, warnings_of
from daybook.workflows.operator import keep_action

# How many business dates a comparison may cover.
RANGES: Final = (3, 7, 14, 31)
USUAL: Final = 7


@route("GET", "/mapping/<connection>/draft", "viewer")
def draft(call: Call) -> Answer:
    """What the draft changes, its problems, the last comparison, and the buttons."""
    subject = subject_of(call)
    work = subject.working
    compared = subject.job(call.query.get("compared", "")) or subject.last_job("mapping_diff")
    activation = subject.job(call.query.get("activation", ""))
    values: dict[str, Any] = {
        "problems": (),
        "warnings": (),
        "row_changes": (),
        "value_changes": (),
        "to_do": 0,
        "ranges": RANGES,
        "usual": USUAL,
        "compared": compared,
        "is_of_draft": bool(compared and _is_of(compared, subject)),
        "report": compared.cursor.get("report", {}) if compared else {},
        "entries": entry_lines(compared.cursor.get("report", {}), subject.choices)
        if compared and not compared.is_open
        else (),
        "activation": activation,
        "saves": list(reversed(call.parts.mappings.draft_saves(subject.connection.id)))[:20],
        "can_force": bool(activation and activation.cursor.get("would_hold")),
    }
    if work.draft:
        rules, choices = work.mapping, subject.choices
        found = changes(in_force(subject), rules)
        values |= {
            "problems": problems_of(rules, choices.chart, choices.directory),
            "warnings": warnings_of(
                rules, choices.chart, choices.directory, subject.connection.source
            ),
            "row_changes": change_rows(found, choices),
            "value_changes": value_rows(found),
            "to_do": len(subject.sheet().to_do),
        }
    return subject.page("mapping_draft.html", "Draft", **values)


def in_force(subject: Subject) -> Rules:
    """The mapping in force; an empty one before the first."""
    active = subject.call.parts.mappings.active(subject.connection.id)
    return active.mapping if active else Rules()


def _is_of(job: Job, subject: Subject) -> bool:
    wanted = {"draft": subject.working.number}, {"version": subject.working.in_force}
    return (job.scope["after"], job.scope["before"]) == wanted


@route("POST", "/mapping/<connection>/draft/compare", "operator")
def compare_draft(call: Call) -> Answer:
    """Run the last days' events under the draft and under what is in force, as a job."""
    subject = subject_of(call)
    work = subject.working
    if work.draft is None:
        raise Wrong(409, "There is no open draft", "", "Edit the mapping first.")
    days = call.one("days", str(USUAL))
    if days not in map(str, RANGES):
        raise Wrong(400, "That is no range of days")
    last = call.now.date()
    first = last - timedelta(days=int(days) - 1)
    scope = {
        "connection": subject.connection.id,
        "before": {"version": work.in_force},
        "after": {"draft": work.number},
        "from": first.isoformat(),
        "to": last.isoformat(),
    }
    job = jobs.start(
        "mapping_diff", scope, call.parts.jobs.worker, actor=call.visitor.actor,
        reason=f"draft {work.number}", total=int(days),
    )  # fmt: skip
    return See(subject.url("/draft", compared=job.id) + "#compared")


@route("POST", "/mapping/<connection>/draft/activate", "admin")
def activate_draft(call: Call) -> Answer:
    """Put the draft in force: refused at once for what is plainly wrong, else done by a job."""
    subject = subject_of(call)
    work = _open(subject)
    if call.one("stamp") != work.stamp:
        return moved(subject, DraftMoved(work))
    if work.unfinished:
        raise Wrong(
            409, "The draft is not complete", f"{len(work.unfinished)} rows have no account yet.",
            "Complete or remove them, then put it in force.",
        )  # fmt: skip
    who = call.person()
    problems = problems_of(work.mapping, subject.choices.chart, subject.choices.directory)
    if problems:
        # The page of the draft names every one of them.
        return See(subject.url("/draft") + "#problems", f"Refused: {len(problems)} problems.")
    worker = call.parts.jobs.worker
    name = jobs.job_name("mapping_activate", worker)
    force = call.one("force") == "yes"
    scope = {"connection": subject.connection.id, "draft": work.number, "force": force}
    keep_action(
        subject.connection.id, "activate", who, call.parts.jobs.operator, target=name,
        scope=f"mapping draft {work.number}" + (", forced" if force else ""),
    )  # fmt: skip
    jobs.start(
        "mapping_activate", scope, worker, actor=who.actor, reason=who.reason, total=2, job_id=name
    )
    return See(subject.url("/draft", activation=name) + "#activation")


def _open(subject: Subject) -> drafts.Working:
    if subject.working.draft is None:
        raise Wrong(409, "There is no open draft", "It was put in force or discarded meanwhile.")
    return subject.working


@route("POST", "/mapping/<connection>/draft/discard", "operator")
def discard_draft(call: Call) -> Answer:
    """End the draft; its saves stay."""
    subject = subject_of(call)
    try:
        drafts.discard(subject.before, call.parts.mappings, actor=call.visitor.actor, at=call.now)
    except NothingOpen:
        raise Wrong(409, "There is no open draft", "Somebody was faster.") from None
    except DraftMoved as problem:
        return moved(subject, problem)
    return See(subject.url("/draft"), "The draft is discarded. Its saves can be had again below.")
