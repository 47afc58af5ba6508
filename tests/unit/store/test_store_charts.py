"""Imported charts and directories as text: what was kept stays readable."""

from dataclasses import replace
from datetime import date

import pytest

from daybook.domain.chart import Account, Chart, TaxRate
from daybook.domain.directory import Directory, Listed
from daybook.store.charts import chart_of, directory_of, text_of_chart, text_of_directory

CHART = Chart(
    realm="4620",
    version=3,
    accounts={"79": Account("79", "Sales \N{EM DASH} shop", "Income", number="4000")},
    close_date=date(2025, 12, 31),
    classes={"5": Listed("5", "Retail:Hats")},
    departments={"7": Listed("7", "Store 1:Burbank", active=False)},
    tax_codes={"TAX": Listed("TAX", "TAX")},
    tax_rates={"3": TaxRate("3", "State", "8.25")},
    class_tracking=True,
    departments_on=True,
    imported_at="2026-11-20T12:00:00.000Z",
    fiscal_month=7,
)
# As it was kept when accounts alone were imported.
OLD = (
    b'{"realm":"4620","version":1,"home_currency":"USD","multicurrency":true,"company":"Books",'
    b'"close_date":"2025-12-31","accounts":[{"id":"79","name":"Sales","type":"Income",'
    b'"sub_type":"","number":"4000","active":true}]}'
)


@pytest.mark.parametrize("chart", [CHART, replace(CHART, close_date=None), Chart("1", 1)])
def test_a_chart_comes_back_from_its_text(chart: Chart) -> None:
    assert chart_of(text_of_chart(chart)) == chart


def test_the_order_of_rows_does_not_change_the_text() -> None:
    more = {**CHART.classes, "4": Listed("4", "Rental")}
    turned = dict(reversed(more.items()))
    texts = {text_of_chart(replace(CHART, classes=rows)) for rows in (more, turned)}
    assert len(texts) == 1


def test_a_chart_of_accounts_alone_is_still_read() -> None:
    chart = chart_of(OLD)
    assert chart == Chart(
        realm="4620",
        version=1,
        accounts={"79": Account("79", "Sales", "Income", number="4000")},
        multicurrency=True,
        close_date=date(2025, 12, 31),
        company="Books",
    )
    assert chart.class_refusal("5") is None


def test_a_directory_comes_back_from_its_text() -> None:
    directory = Directory(
        "4620",
        2,
        customers={"58": Listed("58", "Ada Brown", active=False)},
        items={"9": Listed("9", "Hats:Cap", asset_account="8")},
    )
    assert directory_of(text_of_directory(directory)) == directory
