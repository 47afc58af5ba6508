"""What waits for a person, and the one action that fixes each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.console.next_steps import STEPS
from daybook.console.web import Wrong, href
from daybook.domain.connection import Realm
from daybook.domain.directory import Directory, Listed
from daybook.domain.flags import Flag
from daybook.queues import DeliveryMessage
from tests.unit.console_events.counter import WHY, Counter, read_page
from tests.unit.workflows.office import REALM, SHOP, sale

LETTERS = href("/trouble/dead-letters/<queue>", queue="deliveries")


def dead(counter: Counter, secret: str = "hush") -> str:
    """A delivery that died."""
    message = DeliveryMessage(
        SHOP, "canonical", counter.office.clock(), "0" * 64, headers={"webhook-id": secret},
        query={"secret": secret}, body='{"note": "<b>hats</b>"}',
    )  # fmt: skip
    return counter.queue().lay(message.encode(), timedelta(hours=2))


def on_account(object_id: str = "1") -> dict[str, object]:
    """A sale on account of a customer whom nobody knows."""
    body = {
        "kind": "sale",
        "lines": [{"kind": "item", "key": "Hats", "gross": "10.00"}],
        "tenders": [{"kind": "on_account", "key": "House", "amount": "10.00"}],
    }
    customer = {"id": "77", "display_name": "Ada Lovelace", "email": "ada@example.com"}
    return sale(object_id, body=body, customer=customer)


def test_nothing_waits_where_all_is_well() -> None:
    assert "Nothing waits for a person" in Counter.open().get("/trouble").text


def test_held_events_stand_by_reason_with_count_keys_and_where_they_are_mapped() -> None:
    counter = Counter.open()
    counter.office.deliver([sale("1", key="Shoes"), sale("2", key="Belts")])
    answer = counter.get("/trouble")
    assert "2 of shop" in answer.text
    assert "Shoes" in answer.text
    assert "Belts" in answer.text
    links = [a.get("href") for tag, a in read_page(answer.html).tags if tag == "a"]
    assert href("/mapping/<connection>/edit", connection=SHOP, show="to_do") in links


def test_every_reason_has_its_step() -> None:
    assert all(STEPS.values())


def test_a_company_that_rests_and_one_that_must_reconnect_are_shown() -> None:
    counter = Counter.open()
    parked = Realm(REALM, "Main Street", parked_until="2026-11-20T13:00:00.000Z", park_reason="429")
    counter.office.connections.put_realm(parked)
    assert "rests until" in counter.get("/trouble").text
    counter.office.connections.put_realm(replace(parked, state="reconnect_needed"))
    assert "connect the company to QuickBooks again" in counter.get("/trouble").text


def test_a_customer_is_linked_on_the_spot_and_what_waited_is_posted() -> None:
    counter = Counter.open(
        {"role": "payment_type", "key": "House", "account": "8"},
        {"role": "accounts_receivable", "key": "*", "account": "8"},
    )
    listed = {"58": Listed("58", "Ada Lovelace"), "59": Listed("59", "Walk-in")}
    counter.office.mappings.put_directory(Directory(REALM, 1, listed, {}, {}))
    counter.office.deliver(on_account())
    row = counter.office.row("1")
    known = replace(row, status="held", reason="customer_needed", parties=(("customer:77", ""),))
    counter.office.ledger.rows[row.key, ""] = known
    page = counter.get("/trouble/link", connection=SHOP)
    assert "Ada Lovelace" in page.text
    form = {"connection": SHOP, "kind": "customer", "pos_id": "77", "qbo_id": "58"}
    assert counter.post("/trouble/link", form).notice.startswith("Linked. 1 events were released")
    assert counter.office.mappings.linked(SHOP, "customer", "77") == "58"
    assert [one.action for one in counter.office.actions.kept] == ["link"]
    assert "Nobody waits" in counter.get("/trouble/link", connection=SHOP).text


def test_a_party_that_quickbooks_does_not_have_is_not_linked() -> None:
    counter = Counter.open()
    counter.office.mappings.put_directory(Directory(REALM, 1, {}, {}, {}))
    form = {"connection": SHOP, "kind": "vendor", "pos_id": "77", "qbo_id": "404"}
    with pytest.raises(Wrong, match="Not linked"):
        counter.post("/trouble/link", form)
    assert counter.office.actions.kept == []


def test_dead_letters_are_listed_with_cause_and_one_is_sent_back() -> None:
    counter = Counter.open()
    name, other = dead(counter), dead(counter)
    assert "2 in deliveries" in counter.get("/trouble").text
    assert "The translator failed on it each time" in counter.get(LETTERS).text
    answer = counter.post(f"{LETTERS}/replay", {"letter": name, **WHY})
    assert answer.notice.startswith("It was sent back")
    assert [one.id for one in counter.queue().messages] == [other]
    assert len(counter.queue().home) == 1
    again = counter.post(f"{LETTERS}/replay", {"letter": name, **WHY})
    assert again.notice.startswith("It was sent back before")


def test_all_dead_letters_are_sent_back_with_a_reason() -> None:
    counter = Counter.open()
    for _ in range(3):
        dead(counter)
    with pytest.raises(Wrong, match="Say why"):
        counter.post(f"{LETTERS}/replay", {})
    assert "3 were sent back" in counter.post(f"{LETTERS}/replay", WHY).notice
    assert counter.queue().messages == []
    (action,) = counter.office.actions.kept
    assert (action.action, action.reason) == ("replay_dead_letters", "mended")


def test_a_dead_letter_is_shown_without_its_secrets_and_inert() -> None:
    counter = Counter.open()
    name = dead(counter)
    answer = counter.get(
        href(f"{'/trouble/dead-letters/<queue>'}/<id>", queue="deliveries", id=name)
    )
    assert "hush" not in answer.html
    assert "<b>hats</b>" in answer.text or "<b>hats</b>" not in answer.html
    assert "&lt;b&gt;hats" in answer.html


@pytest.mark.parametrize(
    "path", ["/trouble/dead-letters/nobody", "/trouble/flags", "/trouble/link", f"{LETTERS}/x"]
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    with pytest.raises(Wrong) as wrong:
        Counter.open().get(path)
    assert wrong.value.status == 404


def test_flagged_events_are_listed_by_flag() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    counter.office.drain()
    row = counter.office.row()
    flag = Flag("edited_in_qbo", "2026-11-20T03:00:00.000Z", "Its date is another.", row.qbo_id)
    assert counter.office.ledger.change(row, row.flagged((flag,)))
    text = counter.get("/trouble/flags", connection=SHOP, flag="edited_in_qbo").text
    assert "Its date is another." in text
    assert "T-1001" in text
