"""What a point of sale sends as a name is text on a page, and a text in a table."""

import csv
import io
import re

import pytest

from daybook.console.web import href
from daybook.workflows.csv_text import Amount, csv_bytes
from tests.fakes.hostile import HOSTILE
from tests.unit.console_events.counter import Counter, read_page
from tests.unit.workflows.office import SHOP, sale

# What pages are made of. An element or attribute beyond these came from a name.
TAGS = frozenset(re.findall(r"\w+", """
html head meta title link script body a header span nav form input small button main p h1 h2 h3 div
label select option table caption thead tbody tr th td strong dl dt dd details summary pre code ol
ul li time section dialog progress fieldset legend textarea
"""))  # fmt: skip
ADDRESSES = ("href", "src", "action", "data-poll")
# What begins a formula, and names that hide one behind what separates cells elsewhere.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\x00", "＝")
SPLIT = ("hat;=1+1", "hat;  +1", 'hat;"=1+1', "hat\n=1+1", "hat\t@SUM(1)", "a;-1;=2", "hat\r\n-1")


def events_named(names: tuple[str, ...]) -> list[dict[str, object]]:
    """An event a name, which stands wherever a name may; ids and keys take no control character."""
    found = []
    for number, name in enumerate(names):
        plain = "".join(" " if sign < " " or sign == "\x7f" else sign for sign in name)[:90]
        body = {
            "kind": "sale",
            "lines": [{"kind": "item", "key": plain, "gross": "10.00", "description": name}],
            "tenders": [{"kind": "card", "key": plain, "amount": "10.00"}],
        }
        found.append(
            sale(
                f"{number} {plain}"[:90],
                amount="10.00",
                body=body,
                reference=plain,
                memo=name,
                register=plain,
                customer={"id": f"{number} {plain}"[:90], "display_name": name},
            )
        )
    return found


@pytest.fixture(scope="module")
def counter() -> Counter:
    made = Counter.open()
    for event in events_named(HOSTILE):
        made.office.deliver(event)
    assert len(made.office.ledger.rows) == 100
    return made


def check(html: str) -> str:
    """That a page has no element, script or address but its own; its text."""
    page = read_page(html)
    for tag, attributes in page.tags:
        assert tag in TAGS, (tag, attributes)
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if tag == "script":
            assert attributes["src"].startswith("/console/static/console.js")
        for name in ADDRESSES:
            target = attributes.get(name, "")
            assert target.startswith(("/console", "#", "https://app.")) or not target, target
    return "".join(page.words)


@pytest.mark.parametrize(
    "path",
    ["/events", "/events?status=held", "/days", "/trouble", f"/trouble/link?connection={SHOP}",
     "/jobs", "/actions"],
)  # fmt: skip
def test_hostile_names_are_text_on_every_list(counter: Counter, path: str) -> None:
    check(counter.get(path).html)


def test_hostile_names_are_text_on_the_page_of_each_event(counter: Counter) -> None:
    for key, _ in counter.office.ledger.rows:
        address = href("/events/<connection>/<type>/<id>", connection=key.connection,
                       type=key.object_type, id=key.object_id)  # fmt: skip
        shown = check(counter.get(address).html)
        assert "HOSTILE" in shown or "O\u0336S" in shown


def test_hostile_names_in_filters_and_reasons_are_text(counter: Counter) -> None:
    for name in HOSTILE:
        check(counter.get("/events", text=name, location=name, kind=name).html)
    (key, _) = next(iter(counter.office.ledger.rows))
    address = href("/events/<connection>/<type>/<id>", connection=key.connection,
                   type=key.object_type, id=key.object_id)  # fmt: skip
    counter.post(f"{address}/void", {"version": "1", "reason": HOSTILE[0]})
    assert HOSTILE[0] in check(counter.get("/actions").html)


def test_no_cell_of_a_table_begins_a_formula(counter: Counter) -> None:
    text = counter.csv("/export/events.csv", first="2026-11-20", last="2026-11-20")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    dated = [row for row in counter.office.ledger.rows.values() if row.business_date]
    assert len(rows) == len(dated) + 1 >= 100
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell.startswith(STARTS)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_cell_comes_back_as_it_was_but_for_an_apostrophe(name: str) -> None:
    body = csv_bytes(["name", "amount"], [[name, Amount(-505, "USD")]])
    (_, (cell, amount)) = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert cell.replace("'", "") == name.replace("'", "")
    assert amount == "-5.05"


@pytest.mark.parametrize("name", [*HOSTILE, *SPLIT])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_separator_of_any_spreadsheet_brings_a_formula_out_of_a_cell(
    name: str, separator: str
) -> None:
    text = csv_bytes(["at", "name"], [["here", name]]).decode("utf-8-sig")
    # Where the separator is not ours, quotes are text, or begin a cell behind it.
    ours = separator == ","
    file = io.StringIO(text, newline="")
    read = csv.reader(file, delimiter=separator) if ours else csv.reader(
        file, delimiter=separator, quoting=csv.QUOTE_NONE
    )  # fmt: skip
    cells = [cell.strip(" " if ours else ' "') for row in read for cell in row]
    assert not [cell for cell in cells if cell.startswith(STARTS)]
