"""`daybook disconnect` and `daybook secret`."""

import json

from daybook.wiring import now
from tests.unit.cli.person import connect, daybook
from tests.unit.functions.deployed import Deployed
from tests.unit.workflows.office import REALM, SHOP


def test_a_company_is_disconnected_with_a_reason_and_a_job_revokes(
    stack: Deployed, token: str
) -> None:
    assert connect(token).exit_code == 0
    assert daybook("disconnect", REALM, "--yes").exit_code == 1
    done = daybook("disconnect", REALM, "--reason", "sold", "--actor", "ada", "--yes", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["state"]) == (0, "disconnected")
    company = stack.parts.connections.realm(REALM)
    assert company is not None
    assert company.state == "disconnected"
    job = stack.parts.jobs.store.get(told["job"])
    assert job is not None
    assert (job.kind, job.actor, job.reason) == ("disconnect", "ada", "sold")
    assert daybook("disconnect", REALM, "--reason", "again", "--yes").exit_code == 1


def test_a_new_secret_is_told_once_and_the_one_before_is_taken_for_a_day(
    stack: Deployed, token: str
) -> None:
    assert connect(token).exit_code == 0
    before = stack.parts.secrets.webhook_secret(SHOP, now())
    assert before is not None
    assert daybook("secret", "nobody", "--reason", "x").exit_code == 1
    done = daybook("secret", SHOP, "--reason", "it leaked", "--json")
    made = json.loads(done.stdout)["secret"]
    stack.parts.secrets._known.clear()
    after = stack.parts.secrets.webhook_secret(SHOP, now())
    assert after is not None
    assert after.secrets == (made, *before.secrets)
