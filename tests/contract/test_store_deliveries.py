"""What every ledger promises of deliveries: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator

import pytest

from daybook.domain.delivery import DeliveryRow
from daybook.domain.posting import content_sha
from daybook.workflows.ports import Ledger
from tests.fakes.aws import in_process
from tests.fakes.ledger import FakeLedger
from tests.fakes.postings import SHOP


@pytest.fixture(params=["fake", "dynamodb"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    if request.param == "fake":
        yield FakeLedger()
        return
    with in_process(monkeypatch) as aws:
        yield aws.ledger()


def delivery(text: bytes = b'{"a":1}', delivery_id: str = "msg-1") -> DeliveryRow:
    return DeliveryRow(
        SHOP, delivery_id, content_sha(text), "canonical", "2026-11-20T18:00:00Z", body=text
    )


def test_a_delivery_is_kept_once(ledger: Ledger) -> None:
    assert ledger.put_delivery(delivery()) == "created"
    assert ledger.put_delivery(delivery()) == "same"
    assert ledger.put_delivery(delivery(b"other")) == "conflict"
    assert ledger.put_delivery(delivery(b"other")) == "conflict"
    assert ledger.put_delivery(delivery(b"other", "msg-2")) == "created"
    assert ledger.delivery(SHOP, "msg-1") == delivery()
    assert ledger.delivery(SHOP, "msg-3") is None


def test_an_archived_delivery_keeps_its_key_and_event(ledger: Ledger) -> None:
    row = delivery()._replace(body=b"", archive_key="raw/1", event="ticket.completed")
    ledger.put_delivery(row)
    assert ledger.delivery(SHOP, "msg-1") == row


def test_repeats_are_counted_by_events(ledger: Ledger) -> None:
    ledger.put_delivery(delivery())
    ledger.put_delivery(delivery(delivery_id="msg-2"))
    assert ledger.repeats() == 0
    ledger.count_repeat(delivery(), 2)
    ledger.count_repeat(delivery(), 2)
    ledger.count_repeat(delivery(delivery_id="msg-2"), 1)
    assert ledger.repeats() == 5
    assert ledger.put_delivery(delivery()) == "same"


def test_a_delivery_that_was_never_put_cannot_repeat(ledger: Ledger) -> None:
    with pytest.raises(LookupError):
        ledger.count_repeat(delivery(), 1)
    assert ledger.put_delivery(delivery()) == "created"
