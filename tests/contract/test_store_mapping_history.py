"""Who put a mapping in force, and when: on DynamoDB and in the fake alike."""

from collections.abc import Iterator

import pytest

from daybook.domain.mapping import KeptMapping, Mapping
from daybook.workflows.ports import Mappings
from tests.fakes.aws import in_process
from tests.fakes.mappings import FakeMappings

FIRST, SECOND = "2026-11-20T12:00:00.000Z", "2026-11-21T09:30:00.000Z"


@pytest.fixture(params=["fake", "dynamodb"])
def mappings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mappings]:
    if request.param == "fake":
        yield FakeMappings()
        return
    with in_process(monkeypatch) as aws:
        yield aws.mappings()


def test_each_version_is_kept_with_who_and_when(mappings: Mappings) -> None:
    assert mappings.history("shop") == []
    mappings.put("shop", Mapping(), "ann", FIRST)
    mappings.put("shop", Mapping(), "ben", SECOND)
    mappings.put("other", Mapping(), "eve", FIRST)
    assert mappings.history("shop") == [
        KeptMapping(1, "ann", FIRST),
        KeptMapping(2, "ben", SECOND),
    ]


def test_a_version_without_labels_has_none(mappings: Mappings) -> None:
    mappings.put("shop", Mapping(), "", "")
    assert mappings.history("shop") == [KeptMapping(1)]
