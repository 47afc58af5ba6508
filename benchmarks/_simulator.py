"""The QBO simulator in a process of its own, with Intuit's limits and Intuit's slowness."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

# What a request takes, and each of its items besides.
REQUEST_MS = 350
ITEM_MS = 150
_START_SECONDS = 20
_CONTROL_SECONDS = 120


class Simulator:
    """A running simulator. url: without a slash at the end."""

    def __init__(self, url: str) -> None:
        self.url = url

    def refresh_token(self, realm: str) -> str:
        """Consent for a company, which is made if it is new."""
        return str(self._control("tokens", {"realm": realm})["refresh_token"])

    def access_token(self, realm: str) -> tuple[str, str]:
        """An access token of a company, good for an hour, and the refresh token that goes with
        it."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.refresh_token(realm),
            "client_id": "id",
            "client_secret": "secret",
        }
        found = _asked(f"{self.url}/oauth2/v1/tokens/bearer", urlencode(form).encode())
        return found["access_token"], found["refresh_token"]

    def books(self, realm: str) -> dict[str, Any]:
        """Everything in a company's books, and its requests."""
        return self._control(f"books/{realm}")

    def be_as_slow_as_intuit(self) -> None:
        """The limits are enforced always; this is the latency."""
        self._control("faults", {"latency_ms": REQUEST_MS, "latency_per_item_ms": ITEM_MS})

    def advance(self, seconds: float) -> None:
        """Push its clock."""
        self._control("clock", {"advance_seconds": seconds})

    def _control(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        return _asked(f"{self.url}/_simulator/{path}", data)


def _asked(url: str, data: bytes | None) -> dict[str, Any]:
    with urllib.request.urlopen(url, data, timeout=_CONTROL_SECONDS) as reply:
        found: dict[str, Any] = json.load(reply)
    return found


@contextmanager
def running() -> Iterator[Simulator]:
    """A simulator until the block ends. Raises TimeoutError if it does not start."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state.json"
        command = [sys.executable, "-m", "local.qbo_simulator", "--state", str(state)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            simulator = Simulator(json.loads(_text_of(state))["url"])
            simulator.be_as_slow_as_intuit()
            yield simulator
        finally:
            process.terminate()
            process.wait()


def _text_of(state: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if state.exists():
            return state.read_text()
        time.sleep(0.05)
    raise TimeoutError(f"no QBO simulator within {_START_SECONDS} s")
