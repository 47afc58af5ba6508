"""The work of every night: tokens are cared for, charts read again, proofs begun.

One company's trouble does not stop the others: it is named on the job, and tried again tomorrow.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daybook.domain.job import Job, Step
from daybook.workflows.jobs import SecondsLeft
from daybook.workflows.ports import Connections

_TOKENS, _CHART, _PROOF = "tokens", "chart", "proof"


@dataclass(frozen=True, slots=True)
class Night:
    """What a night needs.

    care: looks after all companies' tokens; its counts by word. refresh: takes over what changed
    in a company's lists. prove: begins the proof of a company for this night's job. failures: what
    reaching a company may raise.
    """

    connections: Connections
    care: Callable[[], Counter[str]]
    refresh: Callable[[str], object]
    prove: Callable[[str, Job], None]
    failures: tuple[type[Exception], ...]


def daily_slice(job: Job, seconds_left: SecondsLeft, tools: Night) -> Step:
    """Some tasks of a night. cursor: the tasks left, and those that failed, with why."""
    left = list(job.cursor.get("left", ())) if job.cursor else _tasks(tools)
    failed, counts = list(job.cursor.get("failed", ())), Counter(job.counts)
    total = job.total or len(left)
    while left:
        word, realm = left.pop(0)
        try:
            counts += _do(word, realm, job, tools)
        except tools.failures as failure:
            counts[f"{word} failed"] += 1
            failed.append(f"{word} {realm}: {type(failure).__name__}".replace(" :", ":"))
        if seconds_left() <= 0:
            break
    cursor = {"left": left, "failed": failed}
    return Step(cursor, total - len(left), total, counts, finished=not left)


def _tasks(tools: Night) -> list[Sequence[str]]:
    """Tokens first: the others need them. A company without consent is asked nothing."""
    realms = [one.realm for one in tools.connections.realms() if one.state == "connected"]
    return [
        (_TOKENS, ""),
        *[(_CHART, realm) for realm in realms],
        *[(_PROOF, realm) for realm in realms],
    ]


def _do(word: str, realm: str, job: Job, tools: Night) -> Counter[str]:
    if word == _TOKENS:
        return tools.care()
    if word == _CHART:
        tools.refresh(realm)
        return Counter({"charts": 1})
    tools.prove(realm, job)
    return Counter({"proofs begun": 1})
