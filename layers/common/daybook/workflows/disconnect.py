"""Ending a company's consent: nothing is posted from now on, then the tokens are revoked.

The company's row is marked first, so that nothing more goes out however long Intuit takes; revoking
needs the tokens, which only the sweeper may read, and is its job.
"""

from collections.abc import Callable
from dataclasses import dataclass

from daybook.domain.connection import Realm
from daybook.domain.job import Job, Step
from daybook.workflows.jobs import SecondsLeft, Worker, start
from daybook.workflows.operator import NotPossible, Operator, Who, keep_action

KIND = "disconnect"
# As often as Intuit is asked to revoke, before the job says that it did not.
MAX_ASKS = 3


def of_company(realm: str) -> str:
    """Under which name actions on a company as a whole are kept, beside those on connections."""
    return f"company:{realm}"


def disconnect_company(realm_id: str, who: Who, operator: Operator, worker: Worker) -> Job:
    """Mark a company disconnected and have its tokens revoked. Raises NotPossible for a company
    that is not known, or disconnected already."""
    realm = operator.connections.realm(realm_id)
    if realm is None:
        raise NotPossible(f"There is no company {realm_id}.")
    if realm.state == "disconnected":
        raise NotPossible(f"Company {realm_id} is disconnected already.")
    # One job a consent, whoever asks and however often.
    job_id = f"{KIND}-{realm_id}-{''.join(filter(str.isdigit, realm.connected_at))}"
    keep_action(of_company(realm_id), KIND, who, operator, target=realm_id, once=job_id)
    operator.connections.set_state(realm_id, "disconnected", f"by {who.actor}: {who.reason}")
    return start(
        KIND, {"realm": realm_id}, worker, actor=who.actor, reason=who.reason, job_id=job_id
    )


@dataclass(frozen=True, slots=True)
class Revoker:
    """What revoking needs. revoke: ends the consent at Intuit; raises one of `failures`."""

    realm: Callable[[str], Realm | None]
    revoke: Callable[[Realm], None]
    failures: tuple[type[Exception], ...]


def revoke_slice(job: Job, _seconds_left: SecondsLeft, tools: Revoker) -> Step:
    """Revoke a company's tokens, unless somebody has connected it again meanwhile."""
    realm = tools.realm(job.scope["realm"])
    if realm is None or realm.state != "disconnected":
        return Step({}, 1, 1, {"connected again": 1}, finished=True)
    asked = int(job.cursor.get("asked", 0)) + 1
    try:
        tools.revoke(realm)
    except tools.failures as failure:
        if asked < MAX_ASKS:
            return Step({"asked": asked}, 0, 1, {})
        text = (
            f"Intuit did not confirm it: {failure} Nothing is posted; take daybook away under "
            "Apps, My apps in QuickBooks itself."
        )
        return Step({"asked": asked}, 0, 1, {}, failed=text)
    return Step({}, 1, 1, {"revoked": 1}, finished=True)
