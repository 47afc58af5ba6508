"""The calendar of business days, a day's own page, and what is done there."""

import pytest

from daybook.console.web import Wrong, href
from daybook.domain.control_totals import Place, Total
from daybook.domain.proof import DayProof, Finding
from daybook.workflows.operator import NotPossible
from tests.unit.console_events.counter import WHY, Counter
from tests.unit.workflows.office import REALM, SHOP, sale
from tests.unit.workflows.test_chosen_form import refused
from tests.unit.workflows.test_send_day import live, report, standing

DATE = "2026-11-20"
DAY = href("/days/<connection>/<location>/<date>", connection=SHOP, location="1", date=DATE)


def test_a_date_shows_what_came_its_tenders_and_what_is_held() -> None:
    counter = Counter.open()
    counter.office.deliver([sale("1"), sale("2"), sale("3", key="Shoes")])
    counter.office.drain()
    text = counter.get("/days").text
    for said in ("2026-11-20", "2 posted", "1 held", "Visa 216.50", "1 unmapped account"):
        assert said in text, said
    page = counter.get(DAY).text
    assert "Something of it waits for a person" in page
    assert "216.50" in page


def test_a_day_is_closed_now_and_its_close_shown_with_its_id() -> None:
    counter = Counter.in_days()
    counter.office.deliver([sale("1"), sale("2")])
    assert "2 wait for the close" in counter.get("/days").text
    answer = counter.post(f"{DAY}/close", WHY)
    assert answer.notice.startswith("It is closed. Close 1: 1 of 1 parts in QuickBooks")
    page = counter.get(DAY).text
    assert "1 of 1 posted" in page
    assert "JournalEntry" in page
    again = counter.post(f"{DAY}/close", WHY)
    assert again.notice.startswith("It was closed before")
    assert len(counter.office.in_books()) == 1
    assert {one.action for one in counter.office.actions.kept} == {"close_day"}


def test_a_day_of_which_nothing_was_added_up_is_not_closed() -> None:
    with pytest.raises(NotPossible, match="Nothing was added up"):
        Counter.in_days().post(f"{DAY}/close", WHY)


def test_a_report_is_sent_once_and_the_answer_has_its_id() -> None:
    counter = Counter(live())
    report(counter.office)
    assert "Send report" in counter.get(DAY).text
    answer = counter.post(f"{DAY}/send", {"form": "journal", **WHY})
    (row,) = standing(counter.office)
    assert answer.notice.endswith(f"is in QuickBooks: JournalEntry {row.qbo_id}.")
    again = counter.post(f"{DAY}/send", {"form": "journal", **WHY})
    assert "already_sent" in again.notice
    assert len(counter.office.in_books()) == 1


def test_a_report_takes_no_form_that_there_is_not() -> None:
    with pytest.raises(Wrong, match="no such form"):
        Counter.open().post(f"{DAY}/send", {"form": "invoice", **WHY})


def test_past_events_are_sent_by_a_job() -> None:
    counter = Counter.open()
    form = {"first": "2026-11-01", "last": "2026-11-03", **WHY}
    counter.post(href("/days/<connection>/backfill", connection=SHOP), form)
    job = counter.work()
    assert (job.kind, job.state, job.done) == ("send", "done", 3)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-11-03", "2026-11-01"), ("x", "2026-11-01"), ("", "")]
)
def test_dates_that_make_no_range_are_told(first: str, last: str) -> None:
    with pytest.raises(Wrong):
        Counter.open().post(
            href("/days/<connection>/backfill", connection=SHOP),
            {"first": first, "last": last, **WHY},
        )


def test_a_date_shows_its_proof_where_the_sides_differ_and_what_was_found() -> None:
    counter = Counter.open()
    counter.office.deliver(sale())
    place = Place("1", "USD", "payment_type", "Visa")
    finding = Finding(
        "edited_in_qbo", SHOP, "ticket/1001/1/post", "p", "1", DATE, ("5",), "Edited."
    )
    proof = DayProof(
        REALM, DATE, "2026-11-21T03:00:00.000Z", 1,
        (Total(place, {"ledger": 10825, "qbo": 10000}),), (finding,),
    )  # fmt: skip
    counter.proofs.put(proof)
    text = counter.get(DAY).text
    for said in ("108.25", "100.00", "differs", "Edited."):
        assert said in text, said
    assert "1 to look at" in counter.get("/days").text
    assert "Edited." in counter.get("/trouble").text


def test_a_date_of_very_many_events_is_counted_and_added_up_on_request() -> None:
    counter = Counter.open()
    for first in range(0, 300, 50):
        counter.office.deliver([sale(f"n{first + one}") for one in range(50)])
    assert "300 rows" in counter.get("/days").text
    page = counter.get(DAY)
    assert "Add them up" in page.text
    assert "32475.00" in counter.get(DAY, all="1").text


@pytest.mark.parametrize(
    "query", [{"connection": "nobody"}, {"first": "x"}, {"last": "2026-02-30"}]
)
def test_days_that_are_none_are_told(query: dict[str, str]) -> None:
    with pytest.raises((Wrong, NotPossible)):
        Counter.open().get("/days", **query)


def test_a_day_is_closed_in_the_form_chosen() -> None:
    counter = Counter.in_days(day_form="sales_receipt")
    counter.office.deliver(sale("1"))
    counter.post(f"{DAY}/close", {"form": "journal", **WHY})
    (row,) = (row for row in counter.office.ledger.rows.values() if row.key.purpose == "close")
    assert (row.entity, row.status, row.form) == ("JournalEntry", "posted", "journal")
    assert [one.scope for one in counter.office.actions.kept] == ["journal"]
    with pytest.raises(Wrong, match="no such form"):
        counter.post(f"{DAY}/close", {"form": "postcard", **WHY})


def test_a_refused_receipt_is_offered_as_a_journal_entry() -> None:
    counter = Counter(refused())
    assert "Send as journal entry" in counter.get(DAY).text
    answer = counter.post(f"{DAY}/close", {"form": "journal", **WHY})
    assert "1 of 1 parts in QuickBooks" in answer.notice
    assert len(counter.office.in_books()) == 1
    assert "Send as journal entry" not in counter.get(DAY).text
