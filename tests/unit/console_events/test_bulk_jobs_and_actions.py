"""Many events at once, the jobs that do it, what is kept of it, and tables to take away."""

import csv
import io

import pytest

from daybook.console.web import Wrong, href
from tests.unit.console_events.counter import WHY, Counter, hidden, read_page
from tests.unit.workflows.office import SHOP, sale


def picks(counter: Counter, **query: str) -> list[str]:
    """The checkboxes of the list."""
    page = read_page(counter.get("/events", **query).html)
    return [a["value"] for tag, a in page.tags if tag == "input" and a.get("name") == "pick"]


def posted(*names: str) -> Counter:
    counter = Counter.open()
    counter.office.deliver([sale(name) for name in names])
    counter.office.drain()
    return counter


def test_selected_events_are_reversed_by_a_job_and_others_are_not() -> None:
    counter = posted("1", "2", "3")
    chosen = [pick for pick in picks(counter) if "ticket/2/" not in pick]
    asked = counter.post("/events/selected", {"do": "undo", "pick": chosen})
    assert "Reverse 2 events?" in asked.text
    begun = counter.post("/events/selected/start", {**hidden(asked), **WHY})
    job = counter.work()
    assert begun.to == href("/jobs/<id>", id=job.id)
    assert (job.state, job.counts) == ("done", {"taken back": 2})
    assert {name for name, status in counter.office.statuses().items() if status == "reversed"} == {
        "1/1/post/post", "3/1/post/post",
    }  # fmt: skip


def test_the_same_form_sent_twice_begins_one_job() -> None:
    counter = posted("1")
    asked = counter.post("/events/selected", {"do": "undo", "pick": picks(counter)})
    form = {**hidden(asked), **WHY}
    assert (
        counter.post("/events/selected/start", form).to
        == counter.post("/events/selected/start", form).to
    )
    assert len(counter.store.rows) == 1
    assert len(counter.office.actions.kept) == 1


def test_all_that_is_held_for_a_reason_is_replayed_from_trouble() -> None:
    counter = Counter.open()
    counter.office.deliver([sale("1", key="Shoes"), sale("2")])
    asked = counter.post(
        "/events/selected",
        {"do": "replay", "all": "1", "only_status": "held", "only_reason": "unmapped_account"},
    )
    assert "Replay 1 event?" in asked.text
    counter.post("/events/selected/start", {**hidden(asked), **WHY})
    assert counter.work().counts == {"held": 1}


def test_selected_events_are_voided_by_a_job_and_what_is_posted_is_left() -> None:
    counter = Counter.open()
    counter.office.deliver([sale("1", key="Shoes"), sale("2", key="Shoes"), sale("3")])
    counter.office.drain()
    chosen = [pick for pick in picks(counter) if "ticket/2/" not in pick]
    asked = counter.post("/events/selected", {"do": "void", "pick": chosen})
    assert "Void 2 events?" in asked.text
    form = {**hidden(asked), **WHY}
    begun = counter.post("/events/selected/start", form)
    assert counter.post("/events/selected/start", form).to == begun.to
    job = counter.work()
    assert (job.kind, job.state, job.counts) == ("void", "done", {"void": 1})
    statuses = counter.office.statuses()
    assert statuses == {
        "1/1/post/post": "void", "2/1/post/post": "held", "3/1/post/post": "posted",
    }  # fmt: skip


def test_all_that_is_held_for_a_reason_is_voided_but_never_what_may_be_in_the_books() -> None:
    counter = Counter.open()
    counter.office.deliver([sale("1", key="Shoes"), sale("2")])
    choice = {"status": "held", "reason": "unmapped_account"}
    assert "Void all that are held here" in counter.get("/events", **choice).text
    form = {"do": "void", "all": "1", "only_status": "held"}
    asked = counter.post("/events/selected", form)
    assert "Void 1 event?" in asked.text
    counter.post("/events/selected/start", {**hidden(asked), **WHY})
    assert counter.work().counts == {"void": 1}
    unknown = {"status": "held", "reason": "outcome_unknown"}
    assert "Void all" not in counter.get("/events", **unknown).text
    with pytest.raises(Wrong, match="cannot be voided"):
        counter.post("/events/selected", {**form, "only_reason": "outcome_unknown"})


def test_all_that_is_posted_on_some_dates_is_reversed() -> None:
    counter = posted("1", "2")
    choice = {"status": "posted", "first": "2026-11-20", "last": "2026-11-20"}
    assert "Reverse all that are posted here" in counter.get("/events", **choice).text
    only = {f"only_{name}": value for name, value in choice.items()}
    asked = counter.post("/events/selected", {"do": "undo", "all": "1", **only})
    assert "up to 2 events" in asked.text
    counter.post("/events/selected/start", {**hidden(asked), **WHY})
    assert counter.work().counts == {"taken back": 2}


@pytest.mark.parametrize(
    "form",
    [
        {"do": "undo"},
        {"do": "nonsense", "pick": "x"},
        {"do": "undo", "pick": "no row"},
        {"do": "undo", "pick": "2026-11-20 nobody|a/b/1/post|post|0|0"},
        {"do": "undo", "all": "1", "only_status": "held"},
    ],
)
def test_a_form_that_names_nothing_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(Wrong):
        Counter.open().post("/events/selected", form)


@pytest.mark.parametrize(
    "job", ["", "prove-1", "undo-20261120-120000-zzzzzz", "replay-20261120-120000-00000a"]
)
def test_a_job_takes_no_other_name(job: str) -> None:
    counter = posted("1")
    with pytest.raises(Wrong, match="not whole"):
        counter.post(
            "/events/selected/start", {"do": "undo", "job": job, "pick": picks(counter), **WHY}
        )


def test_jobs_are_listed_with_who_why_and_what_they_came_to() -> None:
    counter = posted("1")
    asked = counter.post("/events/selected", {"do": "undo", "pick": picks(counter)})
    counter.post("/events/selected/start", {**hidden(asked), **WHY})
    running = counter.get("/jobs")
    assert "Reverse events" in running.text
    job = counter.work()
    assert "1 taken back" in counter.get("/jobs").text
    text = counter.get(href("/jobs/<id>", id=job.id)).text
    assert "Ben (ben@shop.example)" in text
    assert "mended" in text


def test_a_job_that_runs_asks_for_itself_and_can_be_stopped() -> None:
    counter = posted("1")
    asked = counter.post("/events/selected", {"do": "undo", "pick": picks(counter)})
    job = counter.post("/events/selected/start", {**hidden(asked), **WHY}).to
    assert "data-poll" in counter.get(job, fragment="1").html
    assert counter.post(f"{job}/stop", {}).notice.startswith("It was stopped")
    assert counter.post(f"{job}/stop", {}).notice == "It was over already."
    assert "data-poll" not in counter.get(job, fragment="1").html


def test_a_job_that_is_not_there_is_not_found() -> None:
    with pytest.raises(Wrong) as wrong:
        Counter.open().get("/jobs/nobody")
    assert wrong.value.status == 404


def test_what_people_did_is_listed_by_month_and_connection() -> None:
    counter = posted("1")
    page = href("/events/<connection>/<type>/<id>", connection=SHOP, type="ticket", id="1")
    counter.post(f"{page}/undo", {"version": "1", "reason": "wrong day"})
    text = counter.get("/actions").text
    assert "Ben (ben@shop.example)" in text
    assert "wrong day" in text
    assert "wrong day" in counter.get("/actions", connection=SHOP, month="2026-11").text
    assert "Nobody did anything" in counter.get("/actions", month="2026-10").text
    with pytest.raises(Wrong):
        counter.get("/actions", month="2026-13")
    with pytest.raises(Wrong):
        counter.get("/actions", connection="nobody")


def test_events_are_taken_away_as_a_table_and_that_is_noted() -> None:
    counter = posted("1", "2")
    rows = list(csv.DictReader(io.StringIO(counter.csv("/export/events.csv"), newline="")))
    assert {row["object_id"] for row in rows} == {"1", "2"}
    assert {row["total"] for row in rows} == {"108.25"}
    (action,) = counter.office.actions.kept
    assert (action.action, action.actor) == ("downloaded", "Ben (ben@shop.example)")
    assert "2 rows" in action.scope


def test_days_and_actions_are_taken_away_as_tables() -> None:
    counter = posted("1")
    days = list(csv.DictReader(io.StringIO(counter.csv("/export/days.csv", connection=SHOP))))
    assert {(row["what"], row["key"]) for row in days} == {("events", "posted"), ("tender", "Visa")}
    actions = list(csv.DictReader(io.StringIO(counter.csv("/export/actions.csv"))))
    assert [row["action"] for row in actions] == ["downloaded"]
