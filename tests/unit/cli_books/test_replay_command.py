"""`daybook replay` and `daybook void` against a stack in this process and the simulator."""

import pytest

from tests.unit.cli_books.books import Books, answer, daybook, said
from tests.unit.workflows.office import SHOP, mapping, sale

WHY = ("--reason", "wrong account", "--actor", "ann")
TICKET = "ticket/1001/1"


def test_an_undone_event_is_posted_again(books: Books) -> None:
    books.deliver(sale())
    books.post()
    answer("undo", SHOP, TICKET, *WHY)
    books.post()
    done = answer("replay", SHOP, TICKET)
    assert (done["done"], done["status"], done["revision"]) == ("moved on", "ready", 1)
    books.post()
    assert len(books.entries()) == 3
    assert books.row(purpose="post", revision=1).status == "posted"


def test_a_posted_event_is_shown_with_its_quickbooks_id(books: Books) -> None:
    books.deliver(sale())
    books.post()
    shown = daybook("replay", SHOP, TICKET)
    assert shown.exit_code == 0
    assert f"in QuickBooks already, as {books.row().qbo_id}" in said(shown)
    assert len(books.entries()) == 1


def test_what_is_still_held_ends_with_2_and_the_next_action(books: Books) -> None:
    books.deliver(sale(key="Shoes"))
    ended = daybook("replay", SHOP, TICKET)
    assert ended.exit_code == 2
    assert "Map each missing role and key" in said(ended)


def test_many_are_tried_again_by_a_job(books: Books) -> None:
    books.deliver(sale("1", key="Shoes"), sale("2", key="Shoes"), sale("3"))
    books.post()
    shoes = mapping({"role": "sales", "key": "Shoes", "account": "51"})
    store = books.stack.parts.mappings
    store.activate(SHOP, store.put(SHOP, shoes, "test", "2026-11-20"))
    dry = answer("replay", SHOP, "--reason", "unmapped_account", "--dry-run", code=2)
    assert dry == {"dry_run": True, "events": 2, "reasons": {"unmapped_account": 2}}
    which = ("--reason", "unmapped_account", "--yes", "--no-wait", "--actor", "ann")
    assert daybook("replay", SHOP, *which).exit_code == 0
    books.sweep()
    books.post()
    (job,) = answer("jobs")["jobs"]
    assert (job["state"], job["counts"], job["actor"]) == ("done", {"ready": 2}, "ann")
    assert len(books.entries()) == 3


def test_by_default_only_what_a_person_mends_is_tried_again(books: Books) -> None:
    books.deliver(sale(key="Shoes"))
    assert answer("replay", SHOP, "--yes") == {"job": None, "events": 0}


def test_all_connections_of_a_source_are_named_at_once(books: Books) -> None:
    books.deliver(sale(key="Shoes"))
    which = ("--source", "canonical", "--reason", "unmapped_account")
    assert answer("replay", *which, "--dry-run", code=2)["events"] == 1


def test_what_is_held_for_a_shorter_time_is_left(books: Books) -> None:
    books.deliver(sale(key="Shoes"))
    which = ("--reason", "unmapped_account", "--older-than", "1h")
    assert answer("replay", SHOP, *which, "--dry-run")["events"] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Name a connection, or a source"),
        ((SHOP, "--source", "canonical"), "Name a connection, or a source"),
        (("--source", "heartland"), "No connection is of source"),
        ((SHOP, "--reason", "bad_luck"), "No such reason: bad_luck"),
        ((SHOP, "--status", "posted"), "`held` or `failed`"),
        ((SHOP, "--older-than", "soon"), "is no age"),
        ((SHOP, TICKET, "--status", "held"), "not both"),
        ((SHOP, TICKET), "There is no such event"),
    ],
)
def test_wrong_use_ends_with_1_and_says_why(
    books: Books, arguments: tuple[str, ...], says: str
) -> None:
    ended = daybook("replay", *arguments)
    assert ended.exit_code == 1, ended.output
    assert says in said(ended)
    assert books.rows() == []


def test_a_held_event_is_voided_with_who_and_why(books: Books) -> None:
    books.deliver(sale(key="Shoes"))
    done = answer("void", SHOP, TICKET, *WHY)
    assert done["status"] == "void"
    assert "void by ann: wrong account" in said(daybook("events", SHOP, TICKET))


def test_a_posted_event_is_not_voided(books: Books) -> None:
    books.deliver(sale())
    books.post()
    ended = daybook("void", SHOP, TICKET, *WHY)
    assert ended.exit_code == 1
    assert "is posted" in said(ended)


def test_many_are_voided_by_a_job_each_with_who_and_why(books: Books) -> None:
    books.deliver(sale("1", key="Shoes"), sale("2", key="Shoes"), sale("3"))
    books.post()
    which = ("--held-for", "unmapped_account")
    dry = answer("void", SHOP, *which, "--dry-run", code=2)
    assert dry == {"dry_run": True, "events": 2, "reasons": {"unmapped_account": 2}}
    assert daybook("void", SHOP, *which, *WHY, "--yes", "--no-wait").exit_code == 0
    books.sweep()
    (job,) = answer("jobs")["jobs"]
    assert (job["kind"], job["state"], job["counts"]) == ("void", "done", {"void": 2})
    assert "void by ann: wrong account" in said(daybook("events", SHOP, "ticket/2/1"))
    assert answer("status")["events"] == {"posted": 1, "void": 2}
    assert answer("void", SHOP, *which, *WHY, "--yes") == {"job": None, "events": 0}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((SHOP, *WHY), "say which"),
        ((SHOP, "--status", "held"), "Say why"),
        ((SHOP, "--held-for", "outcome_unknown", *WHY), "QuickBooks may have these"),
        ((SHOP, "--held-for", "bad_luck", *WHY), "No such reason"),
        ((SHOP, TICKET, "--status", "held", *WHY), "not both"),
        (("--status", "held", *WHY), "Name a connection, or a source"),
    ],
)
def test_a_void_that_names_nothing_ends_with_1(
    books: Books, arguments: tuple[str, ...], says: str
) -> None:
    books.deliver(sale(key="Shoes"))
    ended = daybook("void", *arguments)
    assert ended.exit_code == 1, ended.output
    assert says in said(ended)
    assert books.row().status == "held"


def test_an_unreadable_delivery_goes_on_the_queue_again(books: Books) -> None:
    books.deliver({"object_type": "ticket"}, message_id="msg-9")
    (whole,) = books.rows()
    assert (whole.status, whole.reason) == ("held", "unreadable")
    answer("replay", SHOP, "--reason", "unreadable", "--yes", "--no-wait")
    books.sweep()
    (again,) = books.stack.waiting("deliveries")
    assert again["headers"] == {"webhook-id": "msg-9"}
