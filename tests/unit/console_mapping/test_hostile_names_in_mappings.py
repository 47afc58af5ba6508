"""Whatever a point of sale or QuickBooks calls things, the pages show it and run none of it; and a
large company's page stays light."""

import json
import time
from dataclasses import replace

import pytest

from daybook.domain.chart import Account
from daybook.domain.directory import Directory, Listed
from daybook.domain.mapping import AccountRow, LocationRow, Mapping
from daybook.domain.roles import takes
from daybook.domain.seen_key import SeenKey
from tests.unit.console_mapping.desk import CHART, Desk
from tests.unit.workflows.office import REALM, SHOP, sale

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
    "</textarea></select><svg onload=alert(1)>", "{{ 7 * 7 }}{% raw %}", "javascript:alert(1)",
    "\u202e=HYPERLINK(1)", "a#b/c?d=e&f", "\x00\x1b[31m", "</datalist><script>",
)  # fmt: skip
PAGES = ("", "/edit", "/locations", "/settings", "/draft", "/history", "/history/1", "/company")


def hostile(text: str) -> Desk:
    desk = Desk.opened()
    desk.office.connections.put(replace(desk.office.connections.all()[0], name=text))
    accounts = {**CHART.accounts, "60": Account("60", text, "Income", number=text)}
    classes = {"200": Listed("200", text)}
    desk.office.mappings.put_chart(replace(CHART, version=3, accounts=accounts, classes=classes))
    people = {"58": Listed("58", text)}
    desk.office.mappings.put_directory(Directory(REALM, 3, people, dict(people), {}))
    rules = Mapping(
        accounts=(
            AccountRow.model_validate(
                {"role": "sales", "key": text, "account": "60", "class": "200"}
            ),
            AccountRow(role="accounts_receivable", key="*", account="8", customer="58"),
        ),
        locations={text: LocationRow(name=text)},
    )
    mappings = desk.office.mappings
    mappings.activate(SHOP, mappings.put(SHOP, rules, text, ""))
    mappings.note_keys(SHOP, [SeenKey("sales", text, text), SeenKey("cogs", text, "1")])
    mappings.name_keys(SHOP, {("sales", text): text, ("location", text): text})
    return desk


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_shown_and_run_nothing(text: str) -> None:
    desk = hostile(text)
    stamp = desk.get(f"/mapping/{SHOP}/edit").value("stamp")
    row = {"place.0": json.dumps(["cogs", text, ""]), "account.0": text}
    desk.post(f"/mapping/{SHOP}/edit", {"stamp": stamp, **row})
    answers = [desk.get(f"/mapping/{SHOP}{page}") for page in PAGES]
    body = {"connection": SHOP, "text": json.dumps(sale(key=text, reference=text)), "event": text}
    answers.append(desk.post("/preview", body))
    for answer in answers:
        for living in ("<script>alert", "<img src", "<svg", "onmouseover='", "</datalist><script>"):
            assert living not in answer.html
        assert "49" not in answer.html or "{{" not in text or "{{ 7 * 7 }}" in answer.html


def test_a_page_of_500_accounts_and_80_rows_is_light_and_quick() -> None:
    desk = Desk.opened()
    kinds = ["Bank", "Income", "Other Current Asset", "Other Current Liability", "Expense",
             "Cost of Goods Sold"]  # fmt: skip
    accounts = {
        str(number): Account(
            str(number),
            f"Part {number % 7}:Account {number}",
            kinds[number % 6],
            number=str(number),
        )
        for number in range(4000, 4500)
    }
    desk.office.mappings.put_chart(replace(CHART, version=3, accounts=accounts))
    roles = ("payment_type", "sales", "returns", "markdowns", "cogs", "inventory_on_hand",
             "tax_liability", "adjustment_offset")  # fmt: skip
    rows = tuple(
        AccountRow(
            role=role,
            key=str(key),
            account=next(one.id for one in accounts.values() if takes(role, one.type)),
        )
        for role in roles
        for key in range(10)
    )
    mappings = desk.office.mappings
    mappings.activate(SHOP, mappings.put(SHOP, Mapping(accounts=rows), "", ""))
    mappings.note_keys(SHOP, [SeenKey(row.role, row.key, "1") for row in rows])
    started = time.perf_counter()
    page = desk.get(f"/mapping/{SHOP}/edit")
    took = time.perf_counter() - started
    assert page.html.count("<option") < 3_000
    assert len(page.html.encode()) < 250_000
    # Far above what it takes (30 ms), far below what 40,000 options would.
    assert took < 1.5
