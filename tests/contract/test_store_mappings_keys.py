"""Seen keys, their names, links of parties and directories: DynamoDB and the fake alike."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from daybook.domain.directory import Directory, Listed
from daybook.domain.seen_key import SeenKey
from daybook.workflows.ports import Mappings
from tests.fakes.aws import in_process
from tests.fakes.mappings import FakeMappings

VISA = SeenKey("payment_type", "7", "1")
HATS = SeenKey("sales", "30", "1")
DIRECTORY = Directory(
    "4620",
    1,
    customers={"1": Listed("1", "Café \N{EM DASH} Ann"), "2": Listed("2", "Gone", active=False)},
    vendors={"9": Listed("9", "Hat Makers")},
    items={"5": Listed("5", "Hats:Red")},
)


@pytest.fixture(params=["fake", "dynamodb"])
def mappings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mappings]:
    if request.param == "fake":
        yield FakeMappings()
        return
    with in_process(monkeypatch) as aws:
        yield aws.mappings()


def test_seen_keys_come_back_sorted_and_once(mappings: Mappings) -> None:
    assert mappings.seen_keys("shop") == []
    mappings.note_keys("shop", [HATS, VISA, HATS])
    mappings.note_keys("shop", [VISA])
    assert mappings.seen_keys("shop") == [VISA, HATS]


def test_each_connection_has_keys_of_its_own(mappings: Mappings) -> None:
    mappings.note_keys("shop", [VISA])
    mappings.note_keys("shop#2", [HATS])
    assert mappings.seen_keys("shop") == [VISA]
    assert mappings.seen_keys("shop#2") == [HATS]


def test_noting_no_key_changes_nothing(mappings: Mappings) -> None:
    mappings.note_keys("shop", [])
    assert mappings.seen_keys("shop") == []


@pytest.mark.parametrize(
    "key", ["", "a#b", "%", "Straße", "\N{PILE OF POO}", "\ud800", "x" * 900, " ", "\n"]
)
def test_whatever_is_a_key_comes_back(mappings: Mappings, key: str) -> None:
    odd = SeenKey("sales", key, key)
    mappings.note_keys("shop", [odd, VISA])
    assert set(mappings.seen_keys("shop")) == {odd, VISA}


def test_many_keys_come_back(mappings: Mappings) -> None:
    keys = [SeenKey("sales", str(number), "1") for number in range(230)]
    mappings.note_keys("shop", keys[:150])
    mappings.note_keys("shop", keys)
    assert mappings.seen_keys("shop") == sorted(keys)


def test_names_replace_those_before(mappings: Mappings) -> None:
    assert mappings.key_names("shop") == {}
    mappings.name_keys("shop", {("payment_type", "7"): "Visa", ("sales", "30"): "Hats"})
    mappings.name_keys("shop", {("payment_type", "7"): "Visa \N{EM DASH} card"})
    assert mappings.key_names("shop") == {("payment_type", "7"): "Visa \N{EM DASH} card"}
    assert mappings.key_names("other") == {}
    assert mappings.seen_keys("shop") == []


def test_a_link_is_of_one_connection_kind_and_party(mappings: Mappings) -> None:
    assert mappings.linked("shop", "customer", "c1") is None
    mappings.link("shop", "customer", "c1", "58")
    assert mappings.linked("shop", "customer", "c1") == "58"
    assert mappings.linked("shop", "vendor", "c1") is None
    assert mappings.linked("shop", "customer", "c2") is None
    assert mappings.linked("other", "customer", "c1") is None


def test_the_last_link_counts(mappings: Mappings) -> None:
    mappings.link("shop", "vendor", "v#1", "9")
    mappings.link("shop", "vendor", "v#1", "10")
    assert mappings.linked("shop", "vendor", "v#1") == "10"


def test_a_directory_comes_back(mappings: Mappings) -> None:
    assert mappings.directory("4620") is None
    mappings.put_directory(DIRECTORY)
    assert mappings.directory("4620") == DIRECTORY
    mappings.put_directory(DIRECTORY)
    newer = replace(DIRECTORY, version=7, vendors={})
    mappings.put_directory(newer)
    assert mappings.directory("4620") == newer
    assert mappings.directory("4621") is None


@pytest.mark.parametrize("version", [1, 2])
def test_a_directory_that_comes_too_late_is_refused(mappings: Mappings, version: int) -> None:
    newest = replace(DIRECTORY, version=2)
    mappings.put_directory(newest)
    with pytest.raises(ValueError, match=str(version)):
        mappings.put_directory(replace(DIRECTORY, version=version, items={}))
    assert mappings.directory("4620") == newest


def test_a_directory_of_many_customers_comes_back(mappings: Mappings) -> None:
    customers = {
        str(number): Listed(str(number), f"Customer {number * 7919}") for number in range(60_000)
    }
    large = replace(DIRECTORY, customers=customers)
    mappings.put_directory(large)
    assert mappings.directory("4620") == large
