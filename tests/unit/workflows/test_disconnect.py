"""Ending a consent: nothing more is posted, the tokens are revoked, a new consent is left alone."""

from dataclasses import replace

import pytest

from daybook.domain.connection import Realm
from daybook.domain.job import Job
from daybook.workflows.disconnect import MAX_ASKS, Revoker, disconnect_company, revoke_slice
from daybook.workflows.jobs import Worker
from daybook.workflows.operator import NotPossible, Who
from tests.fakes.jobs import FakeJobStore
from tests.unit.workflows.office import REALM, Office, sale

ADA = Who("ada", "sold")
JOB = Job("disconnect-1", "disconnect", {"realm": REALM}, "", "")


class Intuit:
    """Which companies' consents were ended. silent: so often it does not answer first."""

    def __init__(self, silent: int = 0) -> None:
        self.revoked: list[str] = []
        self.silent = silent

    def revoke(self, realm: Realm) -> None:
        if self.silent:
            self.silent -= 1
            raise ConnectionError("No answer.")
        self.revoked.append(realm.realm)

    def tools(self, office: Office) -> Revoker:
        return Revoker(office.connections.realm, self.revoke, (ConnectionError,))


@pytest.fixture
def office() -> Office:
    return Office.opened()


def worker(office: Office) -> Worker:
    return Worker(
        FakeJobStore(), lambda *_: None, {"disconnect": lambda *_: None},  # type: ignore[dict-item]
        office.clock, lambda: "abcdef",
    )  # fmt: skip


def test_nothing_is_posted_from_the_moment_it_is_asked(office: Office) -> None:
    office.deliver(sale())
    assert office.ledger.realms_due([REALM]) == [REALM]
    job = disconnect_company(REALM, ADA, office.operator(), worker(office))
    company = office.connections.realm(REALM)
    assert company is not None
    assert (company.state, company.park_reason) == ("disconnected", "by ada: sold")
    assert (job.kind, job.actor, job.reason) == ("disconnect", "ada", "sold")
    office.drain()
    assert office.books.entries == []


def test_a_company_that_is_not_there_or_disconnected_cannot_be(office: Office) -> None:
    tools, jobs = office.operator(), worker(office)
    with pytest.raises(NotPossible, match="no company"):
        disconnect_company("1", ADA, tools, jobs)
    disconnect_company(REALM, ADA, tools, jobs)
    with pytest.raises(NotPossible, match="already"):
        disconnect_company(REALM, ADA, tools, jobs)
    assert len(office.actions.kept) == 1


def test_the_job_revokes_once(office: Office) -> None:
    disconnect_company(REALM, ADA, office.operator(), worker(office))
    intuit = Intuit()
    step = revoke_slice(JOB, lambda: 60.0, intuit.tools(office))
    assert (step.finished, step.counts, intuit.revoked) == (True, {"revoked": 1}, [REALM])


def test_a_company_that_was_connected_again_meanwhile_keeps_its_consent(office: Office) -> None:
    disconnect_company(REALM, ADA, office.operator(), worker(office))
    company = office.connections.realm(REALM)
    assert company is not None
    office.connections.put_realm(replace(company, state="connected"))
    intuit = Intuit()
    step = revoke_slice(JOB, lambda: 60.0, intuit.tools(office))
    assert (step.finished, intuit.revoked) == (True, [])


@pytest.mark.parametrize("silent", [1, MAX_ASKS - 1, MAX_ASKS])
def test_intuit_is_asked_again_and_in_the_end_a_person_is_told(office: Office, silent: int) -> None:
    disconnect_company(REALM, ADA, office.operator(), worker(office))
    intuit, job, asked = Intuit(silent), JOB, 0
    step = revoke_slice(job, lambda: 60.0, intuit.tools(office))
    while not (step.finished or step.failed):
        asked += 1
        job = replace(job, cursor=step.cursor)
        step = revoke_slice(job, lambda: 60.0, intuit.tools(office))
    assert asked < MAX_ASKS
    assert bool(step.failed) == (silent == MAX_ASKS)
    assert ("My apps" in step.failed) == (silent == MAX_ASKS)
