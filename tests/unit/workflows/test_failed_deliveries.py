"""A delivery that died is seen as failed, and is posted once when it is replayed."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from daybook.domain.dead_letter import DeadLetter
from daybook.domain.posting import Posting
from daybook.queues import DeliveryMessage
from daybook.sources.contract import Delivery
from daybook.sources.registry import find
from daybook.workflows.dead_letters import Wanted, replay
from daybook.workflows.failed_deliveries import FailedDeliveries, Recorded, record
from daybook.workflows.translate import translate
from tests.fakes.dead_letters import FakeDeadLetters
from tests.unit.workflows.deaths import Fragile, Fuse, Killed, Moment
from tests.unit.workflows.office import SHOP, Office, amounts, sale


class Broken(RuntimeError):  # noqa: N818 -- what the code is
    """A defect of ours."""


@dataclass
class Mortuary:
    """An office with its dead letters; `broken` translates nothing."""

    office: Office = field(default_factory=Office.opened)
    letters: FakeDeadLetters = field(init=False)
    broken: bool = True

    def __post_init__(self) -> None:
        self.letters = FakeDeadLetters(self.office.clock)

    def die(self, event: Any, message: str = "msg-1", connection: str = SHOP) -> str:
        """A delivery fails until it is a dead letter; its message's id."""
        body = json.dumps(event)
        sent = DeliveryMessage(
            connection,
            "canonical",
            self.office.clock(),
            "0" * 64,
            headers={"webhook-id": message},
            body=body,
        )
        return self.letters.lay(sent.encode(), age=timedelta(hours=1))

    def recorder(self) -> FailedDeliveries:
        """For `record`."""
        return FailedDeliveries(
            self.letters, self.office.ledger, self.delivery, find, self.office.clock
        )

    def record(self) -> Recorded:
        """What the sweeper does each hour."""
        return record(self.recorder())

    @staticmethod
    def delivery(letter: DeadLetter) -> tuple[Delivery, str]:
        """What a letter carries."""
        message = DeliveryMessage.decode(letter.body)
        assert message.body is not None
        return Delivery(
            message.connection,
            message.source,
            message.body.encode(),
            message.received_at,
            message.headers,
        ), ""

    def replay(self) -> None:
        """All go home, and are translated there unless that is broken still."""
        replay(self.letters, Wanted(), self.office.clock())
        while self.letters.home:
            body = self.letters.home.pop(0)
            delivery, _ = self.delivery(DeadLetter("", "deliveries", self.office.clock(), 1, body))
            if self.broken:
                self.letters.lay(body)
            else:
                translate(delivery, self.office.translator())

    def failed(self) -> list[Posting]:
        """The failed rows of the shop."""
        return list(self.office.ledger.held(SHOP, "failed"))


@pytest.fixture
def place() -> Mortuary:
    return Mortuary()


def test_a_dead_letter_becomes_a_failed_row_that_says_why_and_stays_a_dead_letter(
    place: Mortuary,
) -> None:
    letter = place.die(sale())
    assert place.record() == Recorded(1, 1)
    (row,) = place.failed()
    assert (row.key.connection, row.source, row.delivery) == (SHOP, "canonical", "msg-1")
    assert letter in row.reason_text
    assert "2026-12-04" in row.reason_text
    assert "translator" in row.reason_text
    assert "108.25" not in row.reason_text
    assert place.letters.depth().waiting == 1
    kept = place.office.ledger.delivery(SHOP, "msg-1")
    assert kept is not None
    assert json.loads(kept.body) == sale()


def test_a_dead_letter_is_recorded_once_however_often_it_is_looked_at(place: Mortuary) -> None:
    place.die(sale())
    assert [place.record().new for _ in range(3)] == [1, 0, 0]
    assert place.office.ledger.counts() == {"failed": 1}


def test_a_replay_posts_it_once_and_nothing_stays_failed(place: Mortuary) -> None:
    place.die(sale())
    place.record()
    place.broken = False
    place.replay()
    place.office.settle()
    assert place.office.ledger.counts() == {"posted": 1, "superseded": 1}
    assert amounts(place.office) == [("debit", 10825)]
    assert place.letters.depth().total == 0


def test_a_replay_that_fails_again_leaves_it_failed(place: Mortuary) -> None:
    place.die(sale())
    place.record()
    place.replay()
    place.record()
    assert len(place.failed()) == 1
    assert place.letters.depth().total == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_dies_again_while_it_is_replayed_stays_failed_until_all_its_events_are_there(
    moment: Moment,
) -> None:
    events = [sale("1"), sale("2")]
    for number in range(1, 40):
        place = Mortuary(broken=False)
        place.die(events)
        place.record()
        ledger, fuse = place.office.ledger, Fuse(number, moment)
        place.office.ledger = Fragile(ledger, fuse)  # type: ignore[assignment]
        try:
            place.replay()
        except Killed:
            place.die(events)
        place.office.ledger = ledger
        there = {row.key.object_id for row in ledger.rows.values()} - {"msg-1"}
        assert place.failed() or there == {"1", "2"}, f"killed {moment} call {number}"
        place.replay()
        place.office.settle()
        assert place.failed() == []
        assert len(amounts(place.office)) == 2
        if not fuse.blown:
            return
    raise AssertionError("a replay makes more calls than are tried")


def test_two_replays_and_the_sweeper_at_once_post_once(place: Mortuary) -> None:
    place.die(sale())
    place.die(sale())
    place.broken = False
    bodies = [one.body for one in place.letters.messages]
    place.letters.home.extend(bodies)
    place.replay()
    place.record()
    place.office.settle()
    assert amounts(place.office) == [("debit", 10825)]
    assert place.failed() == []


def test_a_row_that_is_recorded_after_the_delivery_was_translated_goes_with_its_dead_letter(
    place: Mortuary,
) -> None:
    place.die(sale())
    place.office.deliver(sale(), "msg-1")
    place.record()
    assert len(place.failed()) == 1
    place.broken = False
    place.replay()
    place.office.settle()
    assert place.failed() == []
    assert amounts(place.office) == [("debit", 10825)]


def test_the_sender_sending_again_moves_it_on_and_the_dead_letter_then_adds_nothing(
    place: Mortuary,
) -> None:
    place.die(sale())
    place.record()
    place.office.deliver(sale(), "msg-1")
    assert place.failed() == []
    assert place.record() == Recorded(1, 0)
    place.broken = False
    place.replay()
    place.office.settle()
    assert amounts(place.office) == [("debit", 10825)]


def test_a_second_delivery_of_the_same_event_posts_once(place: Mortuary) -> None:
    place.die(sale(), "msg-1")
    place.record()
    place.office.deliver(sale(), "msg-2")
    place.office.settle()
    place.broken = False
    place.replay()
    place.office.settle()
    assert amounts(place.office) == [("debit", 10825)]
    assert place.failed() == []


def test_a_replay_that_meets_a_business_problem_is_held_for_it(place: Mortuary) -> None:
    place.die({"no": "event"})
    place.record()
    place.broken = False
    place.replay()
    (row,) = place.office.ledger.held(SHOP)
    assert row.reason == "unreadable"
    assert place.failed() == []


def test_what_is_held_as_a_whole_already_is_left_so(place: Mortuary) -> None:
    place.office.deliver({"no": "event"}, "msg-1")
    place.die({"no": "event"})
    assert place.record().new == 0
    assert place.office.ledger.counts() == {"held": 1}


def test_other_content_under_the_same_delivery_id_stands_beside_it(place: Mortuary) -> None:
    place.office.deliver(sale(), "msg-1")
    place.die(sale(amount="7.00"), "msg-1")
    assert place.record().new == 1
    assert place.record().new == 0
    place.broken = False
    place.replay()
    place.office.settle()
    (row,) = place.office.ledger.held(SHOP)
    assert row.reason == "conflict"
    assert place.failed() == []
    assert amounts(place.office) == [("debit", 10825)]


def test_a_message_of_nobody_is_counted_and_keeps_nothing_else_waiting(place: Mortuary) -> None:
    stranger = place.letters.lay("poison")
    place.die(sale())
    assert place.record() == Recorded(2, 1, [stranger])
    assert len(place.failed()) == 1


def test_a_delivery_whose_id_cannot_be_told_has_a_row_that_names_its_message(
    place: Mortuary,
) -> None:
    letter = place.die(sale())
    tools = place.recorder()

    def lost(_letter: DeadLetter) -> tuple[Delivery, str]:
        raise LookupError("not in the archive")

    for new in (1, 0):
        assert record(
            FailedDeliveries(tools.letters, tools.ledger, lost, find, tools.clock)
        ) == Recorded(1, new)
    (row,) = place.failed()
    assert row.key.event_name == f"dead_letter/{letter}/1/post"
    assert "LookupError" in row.reason_text
    assert "archive" not in row.reason_text


def test_a_ledger_that_does_not_answer_gives_the_letters_back(place: Mortuary) -> None:
    place.die(sale())

    def down(posting: Posting) -> Any:
        raise Broken

    place.office.ledger.put = down  # type: ignore[method-assign]
    with pytest.raises(Broken):
        place.record()
    assert place.letters.depth().waiting == 1


def test_a_look_that_takes_too_long_ends_and_gives_back_what_it_has(place: Mortuary) -> None:
    for number in range(40):
        place.die(sale(str(number)), f"msg-{number}")
    put = place.office.ledger.put

    def slow(posting: Posting) -> Any:
        place.office.clock.sleep(9)
        return put(posting)

    place.office.ledger.put = slow  # type: ignore[method-assign]
    assert 20 <= place.record().new <= 24
    assert place.letters.depth().waiting == 40
    while place.record().new:
        pass
    assert len(place.failed()) == 40


@pytest.mark.parametrize("moment", ["before", "after"])
def test_wherever_the_sweeper_dies_the_next_hour_makes_it_good(moment: Moment) -> None:
    for number in range(1, 20):
        place = Mortuary()
        place.die([sale("1"), sale("2")])
        ledger, fuse = place.office.ledger, Fuse(number, moment)
        place.office.ledger = Fragile(ledger, fuse)  # type: ignore[assignment]
        try:
            place.record()
        except Killed:
            place.record()
        place.office.ledger = ledger
        assert len(place.failed()) == 1
        place.broken = False
        place.replay()
        assert place.failed() == []
        if not fuse.blown:
            return
    raise AssertionError("recording makes more calls than are tried")
