"""Drafts of mappings, saved by several people: on DynamoDB and in the fake alike."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from daybook.domain.draft import Draft, Unfinished
from daybook.domain.mapping import KeptMapping, Mapping
from daybook.workflows.ports import Mappings
from tests.fakes.aws import in_process
from tests.fakes.mappings import FakeMappings

AT = "2026-11-20T12:00:00.000Z"
RULES = Mapping.model_validate(
    {
        "accounts": [{"role": "sales", "key": "a#\N{PILE OF POO}", "account": "79", "class": "2"}],
        "locations": {"1": {"time_zone": "America/Chicago"}},
        "settings": {"start_date": "2026-01-01"},
    }
)
DRAFT = Draft(
    "shop", 1, RULES, (Unfinished("cogs", "7", "1", "Frei", text="no such"),), 3, actor="ann", at=AT
)


@pytest.fixture(params=["fake", "dynamodb"])
def mappings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mappings]:
    if request.param == "fake":
        yield FakeMappings()
        return
    with in_process(monkeypatch) as aws:
        yield aws.mappings()


def test_a_save_comes_back_with_what_was_not_finished(mappings: Mappings) -> None:
    assert mappings.draft("shop") is None
    assert mappings.put_draft(DRAFT)
    assert mappings.draft("shop") == DRAFT
    assert mappings.draft("other") is None
    assert mappings.versions("shop") == []


def test_a_number_is_taken_by_whoever_saves_first(mappings: Mappings) -> None:
    assert mappings.put_draft(DRAFT)
    assert not mappings.put_draft(replace(DRAFT, actor="ben"))
    assert mappings.put_draft(DRAFT)
    assert mappings.draft("shop") == DRAFT


def test_every_save_stays_with_who_and_when(mappings: Mappings) -> None:
    ended = replace(DRAFT, number=2, actor="ben", state="discarded", unfinished=())
    assert mappings.put_draft(DRAFT)
    assert mappings.put_draft(ended)
    assert mappings.draft("shop") == ended
    assert mappings.draft_saved("shop", 1) == DRAFT
    assert mappings.draft_saved("shop", 3) is None
    assert mappings.draft_saves("shop") == [KeptMapping(1, "ann", AT), KeptMapping(2, "ben", AT)]
