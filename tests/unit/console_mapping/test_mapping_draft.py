"""A draft in the browser: compared with what is in force, put in force, discarded, from a file."""

import json

import pytest

from daybook.console.web import Download, Wrong
from daybook.domain.connection import Connection, Realm
from tests.unit.console_mapping.desk import BEN, CHART, Desk
from tests.unit.workflows.office import REALM, SHOP, sale

DRAFT, EDIT = f"/mapping/{SHOP}/draft", f"/mapping/{SHOP}/edit"
HATS, SHOES = json.dumps(["sales", "Hats", ""]), json.dumps(["sales", "Shoes", ""])


def with_draft(place: str = SHOES, account: str = "#51") -> Desk:
    desk = Desk.opened()
    desk.office.deliver(sale("1001"))
    desk.office.deliver(sale("1002", key="Shoes"))
    stamp = desk.get(EDIT).value("stamp")
    desk.post(EDIT, {"stamp": stamp, "place.0": place, "account.0": account})
    return desk


def test_a_draft_is_put_in_force_and_releases_what_it_covers() -> None:
    desk = with_draft()
    page = desk.get(DRAFT)
    assert "4010 Sales:Shoes" in page.text
    answer = desk.post(DRAFT + "/activate", {"stamp": page.value("stamp"), "reason": "shoes"})
    job = desk.work()
    assert (job.state, dict(job.counts)) == ("done", {"released": 1, "still_held": 0})
    told = desk.get(answer.to.partition("#")[0])
    assert "Version 2 is in force. 1 held event was released, 0 still held." in told.text
    assert desk.office.mappings.active_version(SHOP) == 2
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    assert (draft.state, draft.note) == ("activated", "version 2")
    action = desk.office.actions.kept[0]
    assert (action.action, action.reason, action.target) == ("activate", "shoes", job.id)


def test_the_page_of_a_draft_shows_while_it_is_being_put_in_force() -> None:
    desk = with_draft()
    stamp = desk.get(DRAFT).value("stamp")
    answer = desk.post(DRAFT + "/activate", {"stamp": stamp, "reason": "shoes"})
    page = desk.get(answer.to.partition("#")[0]).text
    assert "Putting it in force" in page
    assert "Look again" in page


def test_a_step_that_is_done_twice_makes_one_version() -> None:
    desk = with_draft()
    stamp = desk.get(DRAFT).value("stamp")
    desk.post(DRAFT + "/activate", {"stamp": stamp, "reason": "shoes"})
    first = desk.messages[0]
    job = desk.work()
    again = desk.worker.slices["mapping_activate"](job, lambda: 5.0)
    assert not again.failed
    assert desk.office.mappings.versions(SHOP) == [1, 2]
    assert first[0] == "mapping_activate"


def test_what_would_be_held_is_refused_with_its_reasons_and_may_be_forced() -> None:
    desk = with_draft(HATS, "")
    stamp = desk.get(DRAFT).value("stamp")
    answer = desk.post(DRAFT + "/activate", {"stamp": stamp, "reason": "oops"})
    job = desk.work()
    assert job.state == "failed"
    told = desk.get(answer.to.partition("#")[0])
    assert "sales 'Hats' at 1: mapped now and not in the new mapping" in told.text
    assert 'name="force"' in told.html
    forced = {"stamp": told.value("stamp"), "reason": "yes", "force": "yes"}
    desk.post(DRAFT + "/activate", forced)
    assert desk.work().state == "done"


def test_a_draft_with_a_wrong_account_is_refused_at_once() -> None:
    desk = with_draft(SHOES, "#3")
    page = desk.get(DRAFT)
    assert "account 3 (Checking) is Bank, which sales cannot use" in page.text
    answer = desk.post(DRAFT + "/activate", {"stamp": page.value("stamp"), "reason": "x"})
    assert answer.notice == "Refused: 1 problems."
    assert desk.messages == []
    assert desk.office.actions.kept == []


def test_a_draft_that_is_not_complete_is_refused() -> None:
    desk = with_draft(SHOES, "no such account")
    stamp = desk.get(DRAFT).value("stamp")
    with pytest.raises(Wrong, match="not complete"):
        desk.post(DRAFT + "/activate", {"stamp": stamp, "reason": "x"})


def test_a_draft_that_somebody_changed_is_not_put_in_force_unseen() -> None:
    desk = with_draft()
    stamp = desk.get(DRAFT).value("stamp")
    desk.seat(BEN).post(EDIT, {"stamp": stamp, "place.0": HATS, "account.0": "#51"})
    told = desk.post(DRAFT + "/activate", {"stamp": stamp, "reason": "x"})
    assert told.answer.status == 409
    assert desk.messages == []


def test_the_difference_over_the_last_days_is_shown_entry_by_entry() -> None:
    desk = with_draft(HATS, "#51")
    answer = desk.post(DRAFT + "/compare", {"days": "7"})
    job = desk.work()
    assert (job.state, job.done, job.counts["changed"]) == ("done", 7, 1)
    page = desk.get(answer.to.partition("#")[0])
    assert "ticket/1001/1" in page.text
    assert "4000 Sales:Hats" in page.text
    assert "4010 Sales:Shoes" in page.text
    assert "of an earlier draft" not in page.text
    stamp = page.value("stamp")
    desk.post(EDIT, {"stamp": stamp, "place.0": SHOES, "account.0": "#51"})
    assert "of an earlier draft" in desk.get(DRAFT).text


def test_a_discarded_draft_can_be_had_again() -> None:
    desk = with_draft()
    desk.post(DRAFT + "/discard", {"stamp": desk.get(DRAFT).value("stamp")})
    page = desk.get(DRAFT)
    assert "There is no open draft." in page.text
    desk.post(f"/mapping/{SHOP}/take", {"stamp": page.value("stamp"), "draft": "1"})
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    assert draft.mapping.resolve("sales", "Shoes", "1") is not None


def test_a_downloaded_file_can_be_uploaded_as_the_draft() -> None:
    desk = with_draft()
    file = desk.get(f"/mapping/{SHOP}/file").answer
    assert isinstance(file, Download)
    assert file.name == "mapping-shop-draft-1.json"
    changed = json.loads(file.body)
    changed["settings"] = {"grace_minutes": 30}
    sent = {"stamp": desk.get(DRAFT).value("stamp")}
    desk.post(f"/mapping/{SHOP}/file", sent, {"file": json.dumps(changed).encode()})
    draft = desk.office.mappings.draft(SHOP)
    assert draft is not None
    assert (draft.number, draft.mapping.settings.grace_minutes) == (2, 30)


def test_a_file_with_unknown_fields_names_each_and_saves_nothing() -> None:
    desk = with_draft()
    bad = json.dumps({"accounts": [{"role": "sales", "kee": "7"}], "colour": 1}).encode()
    sent = {"stamp": desk.get(DRAFT).value("stamp")}
    told = desk.post(f"/mapping/{SHOP}/file", sent, {"file": bad})
    assert told.answer.status == 422
    for path in ("accounts.0.kee", "accounts.0.key", "colour"):
        assert path in told.text
    assert len(desk.office.mappings.draft_saves(SHOP)) == 1
    with pytest.raises(Wrong, match="too large"):
        desk.post(f"/mapping/{SHOP}/file", sent, {"file": b" " * 2_000_001})


def test_versions_are_compared_row_by_row() -> None:
    desk = with_draft()
    desk.post(DRAFT + "/activate", {"stamp": desk.get(DRAFT).value("stamp"), "reason": "x"})
    desk.work()
    page = desk.get(f"/mapping/{SHOP}/history/compare", one="2", other="1")
    assert "Shoes" in page.text
    assert "no row 4010 Sales:Shoes" in page.text
    assert "Ann (ann@shop.example)" in desk.get(f"/mapping/{SHOP}/history").text
    assert "as it was put in force" in desk.get(f"/mapping/{SHOP}/history/1").text


def test_a_copy_goes_by_names_and_tells_what_is_not_there() -> None:
    desk = Desk.opened()
    desk.office.connections.put(Connection("live", "canonical", "77"))
    desk.office.connections.put_realm(Realm("77", company="Live"))
    there = {"950": CHART.accounts["50"], "4": CHART.accounts["4"]}
    rows = {name: type(row)(name, row.name, row.type, number=row.number)
            for name, row in there.items()}  # fmt: skip
    desk.office.mappings.put_chart(type(CHART)("77", 1, rows, imported_at="x"))
    page = desk.get("/mapping/live/copy", **{"from": SHOP})
    assert "3 rows and 1 locations would come over" in page.text
    desk.post("/mapping/live/copy", {"stamp": page.value("stamp"), "from": SHOP})
    draft = desk.office.mappings.draft("live")
    assert draft is not None
    sales = draft.mapping.resolve("sales", "Hats", "1")
    assert sales is not None
    assert sales.account == "950"


def test_a_refresh_is_a_job_whose_findings_are_shown() -> None:
    desk = Desk.opened()
    answer = desk.post(f"/mapping/{SHOP}/company", {})
    assert [kind for kind, _ in desk.messages] == ["refresh_chart"]
    job = desk.store.rows[next(iter(desk.store.rows))]
    report = {
        "broken": [{"connection": SHOP, "row": "sales 'Hats'", "text": "account 50 is gone"}],
        "changes": [{"what": "account", "id": "50", "name": "Hats", "change": "removed",
                     "before": "", "after": ""}],
        "counted": {"customer added": 3}, "more_broken": 0, "more_changes": 0, "first": False,
        "released": 2, "still_held": 1,
    }  # fmt: skip
    done = job.moved(desk.office.clock(), cursor={"report": report}, state="done")
    assert desk.store.change(job, done)
    page = desk.get(answer.to)
    assert "account 50 is gone" in page.text
    assert "3 × customer added" in page.text
    assert "2 held events released, 1 still held" in page.text
    assert page.answer.values["realm"].realm == REALM
