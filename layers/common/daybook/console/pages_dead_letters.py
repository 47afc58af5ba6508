"""Dead letters: messages that made their function fail again and again; look, and send back."""

import json
from typing import Any, Final

from daybook.console.event_sheet import pretty
from daybook.console.web import Answer, Call, Page, See, Wrong, href, route
from daybook.domain.dead_letter import QUEUE_NAMES, DeadLetterQueueName
from daybook.workflows.dead_letters import DeadLetters, Wanted, begin_replay_all, look, replay
from daybook.workflows.operator import keep_action

MAX_SHOWN: Final = 50
# What may carry a signature, a secret or a token: their names are shown, never their values.
_HIDDEN: Final = ("headers", "query")
_PATH: Final = "/trouble/dead-letters/<queue>"


@route("GET", _PATH, "viewer")
def dead_letters(call: Call) -> Answer:
    """The dead letters of a queue, the oldest first. Looking leaves them where they are."""
    name, queue = _queue(call)
    depth = queue.depth()
    letters = look(queue, Wanted(), call.now, MAX_SHOWN) if depth.waiting else []
    values: dict[str, Any] = {
        "queue": name,
        "letters": letters,
        "dead": max(depth.total, len(letters)),
        "in_hand": depth.in_hand,
        "url": href(_PATH, queue=name),
        "may_act": call.visitor.may("operator"),
    }
    return Page("dead_letters.html", values)


@route("GET", f"{_PATH}/<id>", "viewer")
def dead_letter(call: Call) -> Answer:
    """One of them with its body, which is what the point of sale sent."""
    name, queue = _queue(call)
    found = look(queue, Wanted(id=call.params["id"]), call.now)
    if not found:
        raise Wrong(404, "There is no such dead letter within reach just now",
                    "It was sent back, or somebody else has it in hand.",
                    "Look at the list again in two minutes.")  # fmt: skip
    values = {
        "queue": name,
        "letter": found[0],
        "body": without_secrets(found[0].body),
        "url": href(_PATH, queue=name),
    }
    return Page("dead_letter.html", values)


@route("POST", f"{_PATH}/replay", "operator")
def send_back(call: Call) -> Answer:
    """Send one back, or all."""
    name, queue = _queue(call)
    letter, who = call.one("letter"), call.person()
    operator = call.parts.jobs.operator
    to = href(_PATH, queue=name)
    if not letter:
        keep_action("", "replay_dead_letters", who, operator, target=name, scope="all",
                    once=f"{name} {call.now.isoformat()}")  # fmt: skip
        done = begin_replay_all(queue, call.now)
        if done.still_moving:
            return See(to, "SQS is moving them back; look again in a moment.")
        return See(to, f"{done.sent} were sent back; about {done.left} are left.")
    keep_action("", "replay_dead_letters", who, operator, target=name, scope=letter,
                once=f"{name} {letter}")  # fmt: skip
    done = replay(queue, Wanted(id=letter), call.now)
    if not done.sent:
        return See(to, "It was sent back before, or somebody else has it in hand.")
    return See(to, "It was sent back; what became of it shows among the events.")


def _queue(call: Call) -> tuple[DeadLetterQueueName, DeadLetters]:
    name = call.params["queue"]
    if name not in QUEUE_NAMES:
        raise Wrong(404, "There is no such queue", f"There are: {', '.join(QUEUE_NAMES)}.")
    return name, call.parts.dead_letters.queues[name]


def without_secrets(body: str) -> str:
    """A message for a person: the values of its headers and its query are left out."""
    try:
        message = json.loads(body)
    except ValueError:
        # A message of nobody's: nothing tells what in it is a secret.
        return f"{len(body)} characters that are no JSON."
    if isinstance(message, dict):
        for name in _HIDDEN:
            if isinstance(message.get(name), dict):
                message[name] = dict.fromkeys(message[name], "(not shown)")
        inner = message.get("body")
        if isinstance(inner, str):
            try:
                message["body"] = json.loads(inner, parse_float=str)
            except ValueError:
                message["body"] = inner
    return pretty(json.dumps(message).encode())
