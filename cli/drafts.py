"""`daybook mapping draft show|save|discard|activate`: the draft that the pages work on."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.jobs import followed
from cli.mapping_lookup import mapping_named
from cli.mappings import write
from cli.output import WAITS, AsJson, as_json, refuse, say
from cli.person import Actor, Reason, who
from cli.stack import connection_named, wiring
from daybook.domain.draft import Unfinished
from daybook.domain.job import Job
from daybook.domain.mapping import Mapping
from daybook.domain.row_names import row_name
from daybook.wiring import Wiring, now
from daybook.workflows import drafts, jobs
from daybook.workflows.drafts import DraftMoved, Working, working
from daybook.workflows.mapping_changes import changes
from daybook.workflows.mapping_file import file_of, text_of
from daybook.workflows.operator import keep_action

_Connection = Annotated[str, typer.Argument(help="The connection's id.")]
_Number = Annotated[int, typer.Argument(min=1, help="Its number, as `show` prints it.")]


def show(
    connection: _Connection,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as a mapping file here.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the open draft: its number, by whom, what it changes. Ends 2 if a row is unfinished."""
    parts = wiring()
    work = working(connection_named(connection, parts).id, parts.mappings)
    if work.draft is None:
        refuse(f"Connection {connection} has no open draft.")
    if output is not None:
        write(output, text_of(work.mapping))
    found = _as_json(work, parts)
    if json:
        as_json(found)
    else:
        say(f"Draft {work.number} of {connection}, by {work.draft.actor} at {work.draft.at}"
            f"{f', {work.draft.note}' if work.draft.note else ''}.")  # fmt: skip
        for text in found["changes"]:
            say(text)
        for one in work.unfinished:
            say(f"unfinished: {_place(one)}: {one.text}")
        if work.overtaken:
            say(f"Version {work.in_force} came into force since it was begun.")
    if work.unfinished:
        raise typer.Exit(WAITS)


def _as_json(work: Working, parts: Wiring) -> dict[str, Any]:
    active = parts.mappings.active(work.connection)
    found = changes(active.mapping if active else Mapping(), work.mapping)
    rows = [
        f"{one.word}: {row_name(row)}" for one in found.rows if (row := one.after or one.before)
    ]  # fmt: skip
    values = [f"changed: {one.where}: {one.name}" for one in found.values]
    draft = work.draft
    assert draft is not None, "only an open draft is shown"
    return {
        "draft": work.number,
        "actor": draft.actor,
        "at": draft.at,
        "note": draft.note,
        "based_on": draft.based_on,
        "in_force": work.in_force,
        "changes": rows + values,
        "unfinished": [{"row": _place(one), "text": one.text} for one in work.unfinished],
        "mapping": file_of(work.mapping),
    }


def _place(one: Unfinished) -> str:
    return f"{one.role} {one.key!r}" + (f" at {one.location}" if one.location else "")


def save(
    connection: _Connection,
    mapping: Annotated[
        str, typer.Argument(metavar="FILE|VERSION", help="A mapping file, or a version's number.")
    ],
    over: Annotated[
        int, typer.Option(metavar="NUMBER", help="The open draft that this takes the place of.")
    ] = 0,
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Save a mapping as the draft: it posts nothing yet, and the console's pages show it."""
    parts = wiring()
    rules = mapping_named(connection_named(connection, parts).id, mapping, parts)
    work = working(connection, parts.mappings)
    if work.draft is not None and work.number != over:
        refuse(f"Draft {work.number} by {work.draft.actor} is open: look at it, then say "
               f"--over {work.number}.")  # fmt: skip
    note = f"from version {mapping}" if mapping.isdigit() else "from a file"
    by = who(actor, note).actor
    try:
        draft = drafts.save(work, rules, (), parts.mappings, actor=by, at=now(), note=note)
    except DraftMoved:
        refuse("Somebody saved the draft at the same moment: look at it again.")
    if json:
        as_json({"draft": draft.number})
    else:
        say(f"Draft {draft.number} is saved. It posts nothing yet.")


def discard(
    connection: _Connection, number: _Number, actor: Actor = "", json: AsJson = False
) -> None:
    """End the draft without putting it in force. Its saves stay."""
    parts = wiring()
    work = _open(connection, number, parts)
    by = who(actor, "discarded").actor
    try:
        drafts.discard(work, parts.mappings, actor=by, at=now())
    except (DraftMoved, drafts.NothingOpen):
        refuse("Somebody saved or ended the draft at the same moment: look at it again.")
    if json:
        as_json({"discarded": number})
    else:
        say(f"Draft {number} is discarded.")


def activate(
    connection: _Connection,
    number: _Number,
    force: Annotated[
        bool, typer.Option("--force", help="Even if something that posts today would be held.")
    ] = False,
    reason: Reason = "",
    actor: Actor = "",
    json: AsJson = False,
) -> None:
    """Put the draft in force, as a job, and release the held events that it covers.

    Exit code 2: some are still held.
    """
    parts = wiring()
    asked, work = who(actor, reason), _open(connection, number, parts)
    if work.unfinished:
        rows = [f"{_place(one)}: {one.text}" for one in work.unfinished]
        refuse("\n".join(("These rows are not complete:", *rows)))
    worker = parts.jobs.worker
    name = jobs.job_name("mapping_activate", worker)
    said = f"mapping draft {number}" + (", forced" if force else "")
    keep_action(connection, "activate", asked, parts.jobs.operator, target=name, scope=said)
    job = jobs.start(
        "mapping_activate", {"connection": connection, "draft": number, "force": force}, worker,
        actor=asked.actor, reason=asked.reason, total=2, job_id=name,
    )  # fmt: skip
    _tell(followed(job, parts), json)


def _tell(job: Job, json: bool) -> None:
    problems = job.cursor.get("problems", ())
    if job.state != "done":
        hint = "activate with --force to hold it:" if job.cursor.get("would_hold") else ""
        refuse("\n".join((f"{job.error or f'Job {job.id} is {job.state}.'} {hint}", *problems)))
    counts = job.counts
    if json:
        as_json({"version": job.cursor["version"], **counts})
    else:
        say(f"Version {job.cursor['version']} is active. {counts['released']} held events "
            f"released, {counts['still_held']} still held.")  # fmt: skip
    if counts["still_held"]:
        raise typer.Exit(WAITS)


def _open(connection: str, number: int, parts: Wiring) -> Working:
    """The open draft, if it is the one that was looked at."""
    work = working(connection_named(connection, parts).id, parts.mappings)
    if work.draft is None:
        refuse(f"Connection {connection} has no open draft.")
    if work.number != number:
        refuse(f"Draft {work.number} by {work.draft.actor} is the latest: look at that one first.")
    return work
