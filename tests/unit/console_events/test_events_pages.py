"""The list of events and the page of one event."""

from datetime import timedelta
from itertools import pairwise

import pytest

from daybook.console.web import Wrong, href
from daybook.domain.flags import Flag
from daybook.workflows.find_events import Cursor
from daybook.workflows.operator import NotPossible
from tests.unit.console_events.counter import EVE, WHY, Counter, read_page
from tests.unit.workflows.office import SHOP, sale

VERSION = {"version": "1", "effect": "post"}


def page(object_id: str = "1001") -> str:
    return href("/events/<connection>/<type>/<id>", connection=SHOP, type="ticket", id=object_id)


def test_the_latest_events_are_listed_with_amount_status_and_quickbooks_id() -> None:
    counter = Counter.open()
    counter.office.deliver([sale("1"), sale("2", amount="20.00"), sale("3", key="Shoes")])
    counter.office.drain()
    text = counter.get("/events").text
    assert "T-1" in text
    assert "20.00 USD" in text
    assert "unmapped account" in text
    assert counter.office.row("1").qbo_id in text
    assert "Open the mapping" in text


def test_a_list_goes_on_where_the_page_ended_and_shows_each_event_once() -> None:
    counter = Counter.open()
    for number in range(0, 120, 40):
        counter.office.deliver([sale(f"n{number + one}") for one in range(40)])
        counter.office.clock.sleep(60)
    shown: list[str] = []
    answer = counter.get("/events")
    for _ in range(5):
        names = [attributes.get("value", "") for tag, attributes in read_page(answer.html).tags
                 if tag == "input" and attributes.get("name") == "pick"]  # fmt: skip
        shown += names
        following = [a["href"] for tag, a in read_page(answer.html).tags if a.get("rel") == "next"]
        if not following:
            break
        answer = counter.get(following[0])
    assert len(shown) == 120
    assert len(set(shown)) == 120


def test_the_newest_event_stands_first() -> None:
    counter = Counter.open()
    for name in ("old", "mid", "new"):
        counter.office.deliver(sale(name))
        counter.office.clock.sleep(60)
    text = counter.get("/events").text
    places = [text.index(f"T-{name}") for name in ("new", "mid", "old")]
    assert all(earlier < later for earlier, later in pairwise(places))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "held"}, {"3"}),
        ({"status": "held", "reason": "unmapped_account"}, {"3"}),
        ({"reason": "qbo_refused"}, set()),
        ({"status": "ready"}, {"1", "2"}),
        ({"text": "t-2"}, {"2"}),
        ({"kind": "deposit"}, set()),
        ({"location": "1"}, {"1", "2", "3"}),
        ({"location": "9"}, set()),
        ({"first": "2026-11-20", "last": "2026-11-20"}, {"1", "2", "3"}),
        ({"first": "2026-11-01", "last": "2026-11-19"}, set()),
        ({"source": "canonical"}, {"1", "2", "3"}),
        ({"connection": SHOP, "status": "void"}, set()),
    ],
)
def test_each_filter_shows_what_fits_it(query: dict[str, str], names: set[str]) -> None:
    counter = Counter.open()
    counter.office.deliver([sale("1"), sale("2"), sale("3", key="Shoes")])
    text = counter.get("/events", **query).text
    assert {name for name in ("1", "2", "3") if f"T-{name}" in text} == names


@pytest.mark.parametrize(
    "query",
    [
        {"status": "nonsense"},
        {"reason": "nonsense"},
        {"connection": "nobody"},
        {"first": "yesterday", "last": "2026-11-20"},
        {"first": "2020-01-01", "last": "2026-11-20"},
        {"after": "AAAA"},
        {"after": "!!"},
        {"after": Cursor("", "x' OR 1").to_text()},
        {"after": Cursor("2026-99-99", "").to_text()},
    ],
)
def test_what_is_no_choice_is_told_as_such(query: dict[str, str]) -> None:
    with pytest.raises((Wrong, NotPossible)):
        Counter.open().get("/events", **query)


def test_a_search_that_finds_little_stops_and_offers_to_go_on() -> None:
    counter = Counter.open()
    for first in range(0, 400, 50):
        counter.office.deliver([sale(f"n{first + one}") for one in range(50)])
        counter.office.clock.sleep(60)
    answer = counter.get("/events", text="n399 nobody")
    assert "Search further" in answer.text
    assert "looked at 180 events" in answer.text


def test_one_event_is_shown_with_delivery_lines_and_history() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    counter.office.drain()
    text = counter.get(page()).text
    for said in ("Journal entry", "Account 4", "108.25", "Credit", "ready to sending", "T-1001",
                 "as it came", "Is in the books"):  # fmt: skip
        assert said in text, said


def test_an_event_in_quickbooks_is_linked_there() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    counter.office.drain()
    wanted = f"https://app.qbo.intuit.com/app/journal?txnId={counter.office.row().qbo_id}"
    links = [a["href"] for tag, a in read_page(counter.get(page()).html).tags if tag == "a"]
    assert wanted in links


def test_a_held_event_names_what_is_missing_and_its_next_action() -> None:
    counter = Counter.open()
    counter.office.deliver(sale(key="Shoes"))
    text = counter.get(page()).text
    assert "Shoes" in text
    assert "Map each missing role" in text


def test_a_held_event_is_replayed_after_the_fix_and_the_answer_has_its_id() -> None:
    counter = Counter.open()
    counter.office.deliver(sale(key="Shoes"))
    row = {"role": "sales", "key": "Shoes", "account": "51"}
    more = Counter.open(row).office.mappings.version(SHOP, 1)
    assert more is not None
    mappings = counter.office.mappings
    mappings.activate(SHOP, mappings.put(SHOP, more, "ann", ""))
    answer = counter.post(f"{page()}/replay", {**VERSION, **WHY})
    assert answer.notice == f"It is in QuickBooks, as JournalEntry {counter.office.row().qbo_id}."
    assert answer.to == page()


def test_a_second_click_on_a_button_does_no_harm() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    counter.office.drain()
    for _ in range(2):
        counter.post(f"{page()}/undo", {**VERSION, **WHY})
    for _ in range(2):
        counter.post(f"{page()}/replay", {**VERSION, **WHY})
    assert len(counter.office.in_books()) == 3


def test_a_void_keeps_who_and_why() -> None:
    counter = Counter.open()
    counter.office.deliver(sale(key="Shoes"))
    counter.post(f"{page()}/void", {**VERSION, "reason": "a test sale"})
    assert counter.office.row().status == "void"
    text = counter.get(page()).text
    assert "void by Ben (ben@shop.example): a test sale" in text


def test_a_posted_event_is_not_voided() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    counter.office.drain()
    with pytest.raises(NotPossible, match="only held and failed"):
        counter.post(f"{page()}/void", {**VERSION, **WHY})


@pytest.mark.parametrize("button", ["replay", "void", "undo", "clear"])
def test_no_button_works_without_a_reason(button: str) -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    with pytest.raises(Wrong, match="Say why"):
        counter.post(f"{page()}/{button}", VERSION)


def test_a_flag_is_cleared_with_a_reason() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    counter.office.drain()
    row = counter.office.row()
    flag = Flag("edited_in_qbo", "2026-11-20T03:00:00.000Z", "Entry was changed.", row.qbo_id)
    assert counter.office.ledger.change(row, row.flagged((flag,)))
    assert "Edited in qbo" in counter.get("/trouble").text
    answer = counter.post(f"{page()}/clear", {**VERSION, **WHY})
    assert answer.notice == "Cleared: edited in qbo."
    assert "Nothing waits for a person" in counter.get("/trouble").text


def test_a_viewer_sees_an_event_and_no_button() -> None:
    counter = Counter.open()
    counter.office.deliver(sale(key="Shoes"))
    counter.visitor = EVE
    for address in (page(), "/events", "/trouble"):
        tags = read_page(counter.get(address).html).tags
        posts = [a["action"] for tag, a in tags if tag == "form" and a.get("method") == "post"]
        assert posts == ["/console/sign-out"]


def test_an_event_that_is_not_there_is_not_found() -> None:
    with pytest.raises(Wrong) as wrong:
        Counter.open().get(page("nobody"))
    assert wrong.value.status == 404


def test_the_fragment_asks_again_only_while_something_moves() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    assert "data-poll" in counter.get(page(), fragment="1").html
    counter.office.drain()
    assert "data-poll" not in counter.get(page(), fragment="1").html


def test_each_version_of_an_object_has_its_own_card() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    counter.office.drain()
    counter.office.clock.sleep(timedelta(hours=1).total_seconds())
    counter.office.deliver(sale(version="2", amount="90.00"))
    counter.office.drain()
    text = counter.get(page()).text
    assert "version 2" in text
    assert "reversal" in text


def test_a_large_body_is_cut() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    row = counter.office.row()
    delivery = counter.office.ledger.deliveries[SHOP, row.delivery]
    long = delivery._replace(body=b'{"note":"' + b"x" * 100_000 + b'"}')
    counter.office.ledger.deliveries[SHOP, row.delivery] = long
    answer = counter.get(page())
    assert "cut after" in answer.text
    assert len(answer.html) < 60_000
