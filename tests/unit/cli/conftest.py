"""A stack in this process, and the QuickBooks simulator, for the operators' command."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.qbo_simulator.server import RunningSimulator, running
from tests.unit.functions.deployed import Deployed, deployed
from tests.unit.workflows.office import REALM


@pytest.fixture(scope="module")
def qbo() -> Iterator[RunningSimulator]:
    with running() as simulator:
        # Tests connect faster than a person: ten requests a second are soon reached.
        simulator.set_faults(enforce_limits=False)
        yield simulator


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, qbo: RunningSimulator) -> Iterator[Deployed]:
    with deployed(monkeypatch, QBO_URL=qbo.url) as made:
        keys = json.dumps({"client_id": "a", "client_secret": "b"})
        made.parts.vault.replace(made.parts.vault.name("intuit_app"), keys)
        yield made


@pytest.fixture
def token(tmp_path: Path, qbo: RunningSimulator) -> str:
    """A file with a refresh token, as a person would have it."""
    file = tmp_path / "token"
    file.write_text(qbo.new_refresh_token(REALM) + "\n")
    return str(file)
