"""What every store of mappings promises: the one on DynamoDB and the fake alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from daybook.domain.chart import Account, Chart
from daybook.domain.mapping import Mapping
from daybook.workflows.ports import Mappings
from tests.fakes.aws import in_process
from tests.fakes.mappings import FakeMappings

AT = "2026-11-20T12:00:00.000Z"
CHART = Chart(
    "4620",
    1,
    {
        "79": Account("79", "Sales \N{EM DASH} shop", "Income", "SalesOfProductIncome", "4000"),
        "80": Account("80", "Old", "Bank", active=False),
    },
    "USD",
    multicurrency=True,
    close_date=date(2025, 12, 31),
    company="Northgate Books",
)


@pytest.fixture(params=["fake", "dynamodb"])
def mappings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mappings]:
    if request.param == "fake":
        yield FakeMappings()
        return
    with in_process(monkeypatch) as aws:
        yield aws.mappings()


def mapping(account: str = "79") -> Mapping:
    return Mapping.model_validate(
        {
            "accounts": [
                {"role": "sales", "key": "*", "account": account, "class": "2"},
                {"role": "cogs", "key": "30", "location": "1", "account": None},
            ],
            "locations": {"1": {"time_zone": "America/Chicago", "day_close": "04:00"}},
            "settings": {
                "start_date": "2026-01-01",
                "modes_by_location": {"1": [{"from": "2026-02-01", "mode": "day_summary"}]},
            },
        }
    )


def test_versions_are_numbered_from_one_and_come_back(mappings: Mappings) -> None:
    assert mappings.versions("shop") == []
    assert mappings.put("shop", mapping("79"), "ann", AT) == 1
    assert mappings.put("shop", mapping("80"), "ann", AT) == 2
    assert mappings.put("other", mapping("81"), "ann", AT) == 1
    assert mappings.versions("shop") == [1, 2]
    assert mappings.version("shop", 1) == mapping("79")
    assert mappings.version("shop", 2) == mapping("80")
    assert mappings.version("other", 1) == mapping("81")


def test_a_version_is_absent_until_it_is_put(mappings: Mappings) -> None:
    assert mappings.version("shop", 1) is None
    assert mappings.version("shop", 0) is None
    mappings.put("shop", mapping(), "ann", AT)
    assert mappings.version("shop", 1) == mapping()


def test_nothing_is_active_until_a_version_is_activated(mappings: Mappings) -> None:
    mappings.put("shop", mapping("79"), "ann", AT)
    mappings.put("shop", mapping("80"), "ann", AT)
    assert mappings.active("shop") is None
    assert mappings.active_version("shop") == 0
    mappings.activate("shop", 2)
    active = mappings.active("shop")
    assert active is not None
    assert (active.version, active.mapping) == (2, mapping("80"))
    mappings.activate("shop", 1)
    assert mappings.active_version("shop") == 1


def test_a_version_that_is_not_there_cannot_be_activated(mappings: Mappings) -> None:
    with pytest.raises(LookupError):
        mappings.activate("shop", 1)
    assert mappings.active_version("shop") == 0


def test_a_chart_comes_back(mappings: Mappings) -> None:
    assert mappings.chart("4620") is None
    assert mappings.chart_version("4620") == 0
    mappings.put_chart(CHART)
    assert mappings.chart("4620") == CHART
    assert mappings.chart_version("4620") == 1


def test_the_newest_chart_is_the_chart(mappings: Mappings) -> None:
    newer = replace(CHART, version=12, close_date=None)
    mappings.put_chart(CHART)
    mappings.put_chart(newer)
    assert mappings.chart("4620") == newer
    assert mappings.chart_version("4620") == 12


def test_mapping_and_chart_in_force_are_told_at_once(mappings: Mappings) -> None:
    assert mappings.active_and_chart("shop", "") == (None, None)
    assert mappings.active_and_chart("shop", "4620") == (None, None)
    assert mappings.versions_in_force("shop", "") == (0, 0)
    for version in (3, 12):
        mappings.put_chart(replace(CHART, version=version))
        assert mappings.versions_in_force("shop", "4620") == (0, version)
    mappings.put("shop", mapping("79"), "ann", AT)
    mappings.put("shop", mapping("80"), "ann", AT)
    for number in (2, 1):
        mappings.activate("shop", number)
        assert mappings.versions_in_force("shop", "4620") == (number, 12)
        active, chart = mappings.active_and_chart("shop", "4620")
        assert (active, chart) == (mappings.active("shop"), mappings.chart("4620"))
    assert mappings.active_and_chart("shop", "")[1] is None


def test_the_same_import_again_changes_nothing(mappings: Mappings) -> None:
    mappings.put_chart(CHART)
    mappings.put_chart(CHART)
    assert mappings.chart("4620") == CHART


@pytest.mark.parametrize("version", [1, 2])
def test_an_import_that_comes_too_late_is_refused(mappings: Mappings, version: int) -> None:
    newest = replace(CHART, version=2)
    mappings.put_chart(newest)
    with pytest.raises(ValueError, match=str(version)):
        mappings.put_chart(replace(CHART, version=version, company="Another name"))
    assert mappings.chart("4620") == newest


def test_a_chart_of_many_accounts_comes_back(mappings: Mappings) -> None:
    accounts = {
        str(number): Account(str(number), f"Account {number * 7919}", "Income")
        for number in range(10_000)
    }
    chart = replace(CHART, accounts=accounts)
    mappings.put_chart(chart)
    assert mappings.chart("4620") == chart
