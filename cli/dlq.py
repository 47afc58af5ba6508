"""`daybook dlq list`, `daybook dlq show`, `daybook dlq replay`."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.ages import span
from cli.output import WAITS, AsJson, as_json, progress, refuse, say, table
from cli.stack import wiring
from daybook.domain.dead_letter import QUEUE_NAMES, DeadLetter
from daybook.wiring import now
from daybook.workflows.dead_letters import (
    DeadLetters,
    MoveFailed,
    Replayed,
    Wanted,
    look,
    replay_all,
)
from daybook.workflows.dead_letters import replay as send_back

_SHOWN = 100
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}


class Queue(StrEnum):
    """The queues that have dead letters."""

    deliveries = "deliveries"
    postings = "postings"
    jobs = "jobs"


Which = Annotated[Queue | None, typer.Argument(help="The queue; all of them if not given.")]
Age = Annotated[str, typer.Option(metavar="AGE", help="Counted from the first sending: 90m, 6h.")]


def list_(
    queue: Which = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Show so many a queue.")] = _SHOWN,
    json: AsJson = False,
) -> None:
    """List dead letters: how many, how old, whose, and why. They stay. Exit code 2: there are."""
    found = [_overview(one, limit) for one in _queues(queue)]
    if json:
        as_json({"queues": found})
    else:
        _show(found)
    if any(one["dead"] for one in found):
        raise typer.Exit(WAITS)


def _queues(queue: Queue | None) -> Iterator[DeadLetters]:
    parts = wiring().dead_letters.queues
    return (parts[name] for name in QUEUE_NAMES if queue is None or queue.value == name)


def _overview(queue: DeadLetters, limit: int) -> dict[str, Any]:
    depth, instant = queue.depth(), now()
    letters = look(queue, Wanted(), instant, limit) if depth.waiting else []
    return {
        "name": queue.name,
        # What SQS tells may lag behind what was just seen.
        "dead": max(depth.total, len(letters)),
        "in_hand": depth.in_hand,
        "oldest_seconds": _age(letters[0], instant) if letters else None,
        "messages": [_row(letter, instant) for letter in letters[:limit]],
    }


def _age(letter: DeadLetter, instant: datetime) -> int:
    return max(0, int((instant - letter.sent_at).total_seconds()))


def _row(letter: DeadLetter, instant: datetime) -> dict[str, Any]:
    named = ("connection", "source", "event", "realm", "kind")
    return {
        "id": letter.id,
        "age_seconds": _age(letter, instant),
        "received": letter.received,
        **{name: getattr(letter, name) or None for name in named},
        "cause": letter.cause,
    }


def _show(found: list[dict[str, Any]]) -> None:
    for one in found:
        rows = one["messages"]
        oldest = f", the oldest {_words(one['oldest_seconds'])} old" if rows else ""
        say(f"{one['name']}: {one['dead']} dead letters{oldest}.")
        if one["in_hand"]:
            say(f"{one['in_hand']} of them are in somebody else's hand just now.")
        if not rows:
            continue
        # Without the causes an id stays whole on a line, to be copied.
        cells = [
            [row["id"], _words(row["age_seconds"]), row["received"], _whose(row)] for row in rows
        ]
        table(one["name"], ["id", "age", "received", "whose"], cells)
        for cause, number in Counter(row["cause"] for row in rows).items():
            say(f"{number}: {cause}")
        if one["dead"] > len(rows):
            say(f"{len(rows)} of {one['dead']} are shown.")


def _whose(row: dict[str, Any]) -> str:
    names = ("connection", "source", "event", "realm", "kind")
    return " ".join(row[name] for name in names if row[name])


def _words(seconds: int) -> str:
    for unit in "dhm":
        if seconds >= _SECONDS[unit]:
            return f"{seconds // _SECONDS[unit]}{unit}"
    return f"{seconds}s"


def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `daybook dlq list` shows it.")],
    queue: Annotated[Queue | None, typer.Option(help="Where to look.")] = None,
    json: AsJson = False,
) -> None:
    """Show a dead letter whole, with its body as it came. It stays where it is."""
    instant = now()
    letter = _found(id_, _queues(queue), instant)
    if json:
        as_json({"queue": letter.queue, **_row(letter, instant), "body": letter.body})
        return
    say(f"{letter.id} of {letter.queue}, {_words(_age(letter, instant))} old.")
    say(letter.cause)
    typer.echo(letter.body)


def _found(id_: str, queues: Iterable[DeadLetters], instant: datetime) -> DeadLetter:
    wanted = Wanted(id=id_)
    found = next((letter for one in queues for letter in look(one, wanted, instant)), None)
    if found is None:
        refuse(f"There is no dead letter {id_} within reach just now; see `daybook dlq list`.")
    return found


def replay(
    queue: Annotated[Queue, typer.Argument(help="Whose dead letters.")] = Queue.deliveries,
    id_: Annotated[str, typer.Option("--id", help="This one only.")] = "",
    source: Annotated[str, typer.Option(help="Deliveries of this source only.")] = "",
    connection: Annotated[str, typer.Option(help="Deliveries of this connection only.")] = "",
    older_than: Age = "",
    newer_than: Age = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which would be sent back.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Send dead letters back to the queue in which they died: all, or those that are named."""
    ages = [span(text) if text else None for text in (older_than, newer_than)]
    wanted = Wanted(id_, connection, source, *ages)
    (letters,) = _queues(queue)
    if dry_run:
        _say_which(look(letters, wanted, now()), queue, json)
        return
    try:
        with progress(f"dead letters of {queue.value}") as bar:
            if wanted.everything:
                done = replay_all(letters, now(), time.sleep, bar)
            else:
                done = send_back(letters, wanted, now(), bar)
    except MoveFailed as failed:
        refuse(f"SQS did not move all of them: {failed}. Those left are still dead letters.")
    if id_ and not done.sent:
        refuse(f"There is no dead letter {id_} of {queue.value} within reach just now.")
    _tell(done, queue, json)


def _say_which(letters: list[DeadLetter], queue: Queue, json: bool) -> None:
    instant = now()
    if json:
        rows = [_row(letter, instant) for letter in letters]
        as_json({"queue": queue.value, "dry_run": True, "sent": 0, "messages": rows})
        return
    for letter in letters:
        typer.echo(letter.id)
    say(f"{len(letters)} dead letters of {queue.value} would be sent back.")


def _tell(done: Replayed, queue: Queue, json: bool) -> None:
    if json:
        answer = {"queue": queue.value, "dry_run": False, "sent": done.sent, "left": done.left}
        as_json({**answer, "still_moving": done.still_moving})
        return
    say(f"{done.sent} dead letters of {queue.value} were sent back; about {done.left} are left.")
    if done.still_moving:
        say("SQS is still moving them; run `daybook dlq list` in a while.")
