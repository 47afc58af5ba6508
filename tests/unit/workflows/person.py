"""What a person does in the shop of `office`: undo, replay, void."""

from daybook.domain.errors import Problem, ReasonCode
from daybook.domain.outcome import Outcome
from daybook.domain.posting import Posting
from daybook.workflows.operator import EventName, Who
from daybook.workflows.replay import Replayed, replay_event
from daybook.workflows.undo import undo_event
from daybook.workflows.void import void_event
from tests.unit.workflows.office import SHOP, Office, sale

WHO = Who("ann", "mended")


def name(
    object_id: str = "1001", version: str = "1", effect: str = "", content: str = ""
) -> EventName:
    """The name of an event of the shop."""
    return EventName("ticket", object_id, version, effect, content)


def replayed(office: Office, **which: str) -> Replayed:
    """Replay an event, then send what is due."""
    connection = office.connections.get(SHOP)
    assert connection is not None
    done = replay_event(connection, name(**which), WHO, office.operator())
    office.drain()
    return done


def voided(office: Office, **which: str) -> Posting:
    """Void an event."""
    return void_event(SHOP, name(**which), WHO, office.operator())


def undone(office: Office, **which: str) -> None:
    """Undo an event, and send its reversal."""
    undo_event(SHOP, name(**which), WHO, office.operator())
    office.drain()


def posted() -> Office:
    """One sale that is posted."""
    office = Office.opened()
    office.deliver(sale())
    office.drain()
    return office


def refused(reason: ReasonCode = "qbo_refused") -> Office:
    """One sale that QuickBooks refused."""
    office = Office.opened()
    office.deliver(sale())
    number = office.row().journal().doc_number
    office.books.refusals[number] = Outcome("refused", reason=reason, text="No.")
    office.drain()
    office.books.refusals.clear()
    return office


def held(office: Office, reason: ReasonCode) -> Posting:
    """The only row, held for another reason."""
    row = office.row()
    after = row.held(Problem(reason, "for a test"), office.clock())
    assert office.ledger.change(row, after)
    return after


def given_up(*, in_books: bool) -> Office:
    """One sale of which nobody knew for a day whether it is in the books."""
    office = Office.opened()
    office.deliver(sale())
    office.books.faults.append("lose_reply" if in_books else "drop")
    office.drain()
    held(office, "outcome_unknown")
    office.clock.sleep(2 * 86_400)
    return office
