"""The POS simulator speaks as Heartland does, and fails as it is told."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from local.pos_simulator.server import Running, running

ROOT = Path(__file__).parents[2]
TIMEOUT = 5


@pytest.fixture
def pos() -> Iterator[Running]:
    with running() as here:
        yield here


def _get(pos: Running, path: str, **params: str) -> requests.Response:
    return requests.get(
        f"{pos.url}/api/{path}",
        params=params,
        headers={"Authorization": f"Bearer {pos.token}"},
        timeout=TIMEOUT,
        allow_redirects=False,
    )


def _put(pos: Running, path: str, row: Any) -> int:
    url = f"{pos.url}/_simulator/objects/{path}"
    return requests.put(url, data=json.dumps(row), timeout=TIMEOUT).status_code


def _faults(pos: Running, **body: Any) -> int:
    url = f"{pos.url}/_simulator/faults"
    return requests.post(url, json=body, timeout=TIMEOUT).status_code


def test_a_resource_is_bare_and_its_lines_are_a_list_of_their_own(pos: Running) -> None:
    ticket = _get(pos, "sales/tickets/200041").json()
    assert ticket["id"] == 200041
    assert ticket["completed?"] is True
    assert "lines" not in ticket
    lines = _get(pos, "sales/tickets/200041/lines").json()
    assert {"total", "pages", "results"} <= lines.keys()
    assert [line["type"] for line in lines["results"]] == ["ItemLine", "TaxLine"]


def test_items_stand_in_the_lines_only_when_asked_for(pos: Running) -> None:
    path = "sales/tickets/200041/lines"
    assert "item" not in _get(pos, path).json()["results"][0]
    embedded = _get(pos, path, **{"_include[]": "item"}).json()["results"][0]
    assert embedded["item"]["financial_class_id"] == 7


def test_numbers_keep_their_digits(pos: Running) -> None:
    body = '{"public_id": "X", "cost": 2.160, "price": 7.00001}'
    url = f"{pos.url}/_simulator/objects/items/5"
    assert requests.put(url, data=body, timeout=TIMEOUT).status_code == 204
    assert '"cost": 2.160, "price": 7.00001' in _get(pos, "items/5").text


def test_pages_hold_all_rows_once(pos: Running) -> None:
    for number in range(1, 8):
        assert _put(pos, f"payments/{number}", {"amount": number}) == 204
    pages = [_get(pos, "payments", page=str(page), per_page="3").json() for page in (1, 2, 3, 4)]
    assert [page["total"] for page in pages] == [7] * 4
    assert [page["pages"] for page in pages] == [3] * 4
    ids = [row["id"] for page in pages for row in page["results"]]
    assert ids == [1, 2, 3, 4, 5, 6, 7]
    assert len(_get(pos, "payments", per_page="all").json()["results"]) == 7
    assert _get(pos, "payments", page="0").status_code == 400


def test_lists_are_filtered_and_sorted(pos: Running) -> None:
    for number, deposit in ((1, True), (2, False), (3, True)):
        _put(pos, f"payments/{number}", {"order_id": 9 if deposit else 8})
    found = _get(pos, "payments", **{"~[order_id]": "9", "sort": "id,desc"}).json()["results"]
    assert [row["id"] for row in found] == [3, 1]


def test_a_row_put_again_replaces_itself(pos: Running) -> None:
    for price in (1, 2):
        _put(pos, "items/5", {"price": price})
    assert _get(pos, "items/5").json()["price"] == 2


def test_a_wrong_token_is_401_and_an_unknown_path_404(pos: Running) -> None:
    for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": pos.token}):
        answer = requests.get(f"{pos.url}/api/items/100201", headers=header, timeout=TIMEOUT)
        assert answer.status_code == 401
    assert _get(pos, "sales/tickets/1").status_code == 404
    assert _get(pos, "sales/tickets/1/lines").status_code == 404
    assert _get(pos, "financial_events").status_code == 404
    assert _put(pos, "financial_events/1", {}) == 404


@pytest.mark.parametrize(
    ("kind", "status"),
    [("http_429", 429), ("http_500", 500), ("http_503_html", 503), ("redirect", 302)],
)
def test_a_fault_lasts_as_often_as_told_and_only_where_told(
    pos: Running, kind: str, status: int
) -> None:
    assert _faults(pos, rules=[{"kind": kind, "on": "items", "times": 2}]) == 204
    assert _get(pos, "payment_types/1").status_code == 200
    answers = [_get(pos, "items/100201").status_code for _ in range(3)]
    assert answers == [status, status, 200]


def test_throttling_says_how_long(pos: Running) -> None:
    _faults(pos, rules=[{"kind": "http_429", "retry_after_seconds": 7}])
    assert _get(pos, "items").headers["Retry-After"] == "7"


def test_a_drop_ends_the_connection(pos: Running) -> None:
    _faults(pos, rules=[{"kind": "drop", "times": 1}])
    with pytest.raises(requests.ConnectionError):
        _get(pos, "items")


def test_an_outage_lasts_until_it_is_lifted(pos: Running) -> None:
    _faults(pos, outage=True)
    assert {_get(pos, "items").status_code for _ in range(3)} == {503}
    _faults(pos)
    assert _get(pos, "items").status_code == 200


def test_an_unknown_fault_is_refused(pos: Running) -> None:
    assert _faults(pos, rules=[{"kind": "meteor"}]) == 400
    assert _faults(pos, rules=[{"kind": "drop", "where": "x"}]) == 400


def test_requests_are_counted_until_the_reset(pos: Running) -> None:
    _get(pos, "items/100201")
    _get(pos, "items/100201")
    counted = requests.get(f"{pos.url}/_simulator/requests", timeout=TIMEOUT).json()
    assert counted == {"GET items/100201": 2}
    _put(pos, "items/5", {})
    assert requests.post(f"{pos.url}/_simulator/reset", timeout=TIMEOUT).status_code == 204
    assert requests.get(f"{pos.url}/_simulator/requests", timeout=TIMEOUT).json() == {}
    assert _get(pos, "items/5").status_code == 404


def test_it_runs_from_the_command_line() -> None:
    command = [sys.executable, "-m", "local.pos_simulator", "--port", "0", "--token", "t"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[2]
            headers = {"Authorization": "Bearer t"}
            answer = requests.get(f"{url}/api/items/100201", headers=headers, timeout=TIMEOUT)
            assert answer.json()["public_id"] == "HAT-RED-M"
        finally:
            process.terminate()
