"""What a function that starts leaves aside: each of these costs every cold start of it."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from benchmarks.cold_start import STARTS, started

_NOT_LOADED: Final = {
    "webhook": (
        "pydantic", "requests", "quickbooks", "asyncio", "daybook.domain.posting",
        "daybook.workflows.translate", "daybook.store.ledger", "daybook.sources.heartland",
    ),
    "translator": (
        "requests", "quickbooks", "asyncio", "daybook.domain.document", "daybook.domain.day_legs",
        "daybook.domain.purchase_document", "daybook.domain.draft", "daybook.workflows.accumulate",
        "daybook.workflows.creations", "daybook.workflows.day_form", "daybook.workflows.documents",
        "daybook.workflows.post", "daybook.sources.heartland", "daybook.sources.unleashed",
    ),
    "poster": (
        "pydantic", "asyncio", "daybook.domain.bodies", "daybook.domain.mapping",
        "daybook.sources.contract", "daybook.workflows.judge", "daybook.workflows.translate",
    ),
}  # fmt: skip


class Start:
    """What a start has loaded, and how many clients of the archive it made."""

    def __init__(self, name: str, bytecode: Path) -> None:
        asked = "import sys; print(clients.s3.cache_info().currsize, *sys.modules)"
        made, *modules = started(f"{STARTS[name]}; {asked}", bytecode).split()
        self.name, self.archives, self.loaded = name, int(made), set(modules)


@pytest.fixture(scope="module", params=_NOT_LOADED)
def start(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Start:
    return Start(request.param, tmp_path_factory.mktemp("starts") / "none")


def test_a_start_leaves_aside_what_its_first_message_does_not_need(start: Start) -> None:
    assert f"functions.{start.name}.app" in start.loaded
    assert start.loaded.isdisjoint(_NOT_LOADED[start.name]), start.loaded


def test_a_start_makes_no_client_of_the_archive(start: Start) -> None:
    assert start.archives == 0


@pytest.mark.parametrize("module", sorted(set().union(*_NOT_LOADED.values())))
def test_what_is_left_aside_is_a_module_that_there_is(module: str) -> None:
    assert find_spec(module) is not None
