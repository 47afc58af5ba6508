"""Doing the same to many events: asked once more, with the reason, then left to a job."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast
from urllib.parse import unquote

from daybook.console.event_choice import Choice, choice_of
from daybook.console.web import Answer, Call, Page, See, Wrong, href, route
from daybook.domain.errors import NEXT_ACTION, ReasonCode
from daybook.domain.job import Job
from daybook.domain.shelf import PileKind, Shelf
from daybook.domain.status import Status
from daybook.workflows.find_events import range_of
from daybook.workflows.jobs import job_name
from daybook.workflows.replay_many import BY_HAND, Filter, start_replay
from daybook.workflows.undo import Selection, start_undo
from daybook.workflows.void import MAY_BE_IN_THE_BOOKS, VOIDABLE
from daybook.workflows.void_many import start_void

type Word = Literal["replay", "undo", "void"]

MAX_PICKS: Final = 200
MAX_COUNTED_DAYS: Final = 31
_JOB: Final = re.compile(r"(replay|undo|void)-\d{8}-\d{6}-[0-9a-f]{6}")
_TITLES: Final[Mapping[Word, str]] = {"replay": "Replay", "undo": "Reverse", "void": "Void"}


@dataclass(frozen=True, slots=True)
class Pick:
    """A row that was ticked: its connection, business date and id."""

    connection: str
    date: str
    id: str

    @staticmethod
    def of(value: str) -> "Pick":
        """Of a checkbox's value, `<date> <row id>`. Raises Wrong."""
        day, _, row = value.partition(" ")
        connection = unquote(row.partition("|")[0])
        if row.count("|") < 4 or not connection or len(value) > 2_000:
            raise Wrong(400, "These events cannot be told", "Go back and select them again.")
        return Pick(connection, day, row)


@route("POST", "/events/selected", "operator")
def selected(call: Call) -> Answer:
    """Say what would be done to how many, and ask why."""
    word = _word(call)
    picks = _picks(call)
    choice = choice_of(call) if call.one("all") else None
    if not picks and choice is None:
        raise Wrong(400, "Nothing is selected", "", "Tick the events that are meant.")
    worker = call.parts.jobs.worker
    hidden = {"do": word, "job": job_name(word, worker)}
    if choice is not None:
        hidden |= {"all": "1"} | choice.fields()
    values = {
        "word": word,
        "title": _TITLES[word],
        "picks": call.form.get("pick", ()),
        "choice": choice,
        "count": _count(call, choice, word) if choice else len(picks),
        "at_most": choice is not None and word == "undo",
        "hidden": hidden,
    }
    return Page("selected.html", values)


@route("POST", "/events/selected/start", "operator")
def start_selected(call: Call) -> Answer:
    """Begin the job; the same form sent twice begins it once."""
    word, picks = _word(call), _picks(call)
    name = call.one("job")
    if not _JOB.fullmatch(name) or not name.startswith(word):
        raise Wrong(400, "This form is not whole", "", "Go back and select the events again.")
    choice = choice_of(call) if call.one("all") else None
    if not picks and choice is None:
        raise Wrong(400, "Nothing is selected", "", "Tick the events that are meant.")
    if word == "undo":
        jobs = _undo(call, picks, choice, name)
    else:
        jobs = [_again_or_never(call, word, picks, choice, name)]
    first = jobs[0]
    to = href("/jobs/<id>", id=first.id) if len(jobs) == 1 else href("/jobs")
    return See(to, "It runs in the background; this page shows how far it is.")


def _word(call: Call) -> Word:
    word = call.one("do")
    if word not in _TITLES:
        raise Wrong(400, "There is no such action")
    return cast("Word", word)


def _picks(call: Call) -> list[Pick]:
    values = call.form.get("pick", ())
    if len(values) > MAX_PICKS:
        raise Wrong(400, "Too many are selected", f"Select up to {MAX_PICKS}, or use a filter.")
    picks = [Pick.of(value) for value in values]
    known = {one.id for one in call.parts.connections.all()}
    if any(pick.connection not in known for pick in picks):
        raise Wrong(404, "There is no such connection")
    return picks


def _count(call: Call, choice: Choice, word: Word) -> int:
    """How many it may be, by the indexes alone. Raises Wrong for what no job can be told."""
    wanted, shelves = choice.wanted, call.parts.shelves
    if word != "undo":
        reasons = ("", *_reasons(word, choice))
        kind: PileKind = "held" if wanted.status == "held" else "failed"
        piles = [pile for one in wanted.connections for pile in shelves.piles(one.id, kind)]
        return sum(pile.count for pile in piles if pile.reason in reasons)
    selection = _selection(call, choice)
    days = selection.days()[:MAX_COUNTED_DAYS]
    return sum(shelves.count(Shelf("day", selection.connection, date=day)) for day in days)


def _reasons(word: Word, choice: Choice) -> tuple[ReasonCode, ...]:
    """What a filter's rows are held for. Raises Wrong for a filter that no job can be told."""
    wanted = choice.wanted
    if wanted.status not in ("held", "failed") or wanted.kind or wanted.text or wanted.location:
        raise Wrong(400, "Choose the status held or failed",
                    "Only that can be replayed or voided by a filter.")  # fmt: skip
    if word == "void" and wanted.reason in MAY_BE_IN_THE_BOOKS:
        raise Wrong(409, "These cannot be voided", "QuickBooks may have them.", "Replay them.")
    if wanted.reason:
        return (cast("ReasonCode", wanted.reason),)
    return BY_HAND if word == "replay" else VOIDABLE


def _selection(call: Call, choice: Choice) -> Selection:
    wanted = choice.wanted
    if wanted.status != "posted" or len(wanted.connections) != 1 or wanted.kind or wanted.text:
        raise Wrong(400, "Choose one connection, the status posted, and dates",
                    "Only that can be reversed by a filter.")  # fmt: skip
    first, last = range_of(wanted, call.now.date())
    return Selection(wanted.connections[0].id, first, last, location=wanted.location)


def _again_or_never(
    call: Call, word: Word, picks: Sequence[Pick], choice: Choice | None, name: str
) -> Job:
    """A bulk replay, or a bulk void."""
    operator, worker, who = call.parts.jobs.operator, call.parts.jobs.worker, call.person()
    begin = start_replay if word == "replay" else start_void
    if choice is None:
        connections = tuple(sorted({pick.connection for pick in picks}))
        wanted = Filter(connections, tuple(NEXT_ACTION), only=tuple(pick.id for pick in picks))
        return begin(wanted, len(picks), who, operator, worker, name)
    wanted = Filter(
        tuple(one.id for one in choice.wanted.connections),
        _reasons(word, choice),
        (cast("Status", choice.wanted.status),),
    )
    return begin(wanted, _count(call, choice, word), who, operator, worker, name)


def _undo(call: Call, picks: Sequence[Pick], choice: Choice | None, name: str) -> list[Job]:
    operator, worker, who = call.parts.jobs.operator, call.parts.jobs.worker, call.person()
    if choice is not None:
        return [start_undo(_selection(call, choice), 0, who, operator, worker, name)]
    jobs = []
    for number, connection in enumerate(sorted({pick.connection for pick in picks})):
        of_it = [pick for pick in picks if pick.connection == connection and pick.date]
        if not of_it:
            continue
        dates = [pick.date for pick in of_it]
        selection = Selection(
            connection, min(dates), max(dates), only=tuple(pick.id for pick in of_it)
        )
        selection.days()
        once = f"{name}-{number}" if number else name
        jobs.append(start_undo(selection, len(of_it), who, operator, worker, once))
    if not jobs:
        raise Wrong(409, "None of these can be reversed", "They have no business date.")
    return jobs
