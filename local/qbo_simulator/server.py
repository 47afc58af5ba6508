"""Runs the simulator: in the foreground, or inside a test on a thread of its own."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from local.qbo_simulator.client import Company, send
from local.qbo_simulator.clock import SimulatorClock
from local.qbo_simulator.realm import Json
from local.qbo_simulator.simulator import DEFAULT_REALM, Simulator
from local.qbo_simulator.urls import application

_START_SECONDS = 10
_STOP_SECONDS = 10


@dataclass(frozen=True)
class RunningSimulator:
    """A simulator that listens. `url` has no trailing slash; the token is the default realm's."""

    url: str
    realm: str
    refresh_token: str

    @property
    def discovery_url(self) -> str:
        """The discovery document, which tells clients where everything else is."""
        return f"{self.url}/.well-known/openid_configuration/"

    def company(self, realm: str | None = None) -> Company:
        """A bare client of a company (the default one), with a fresh access token."""
        name = realm or self.realm
        return Company(self.url, name, self.new_refresh_token(name))

    def new_refresh_token(self, realm: str) -> str:
        """Consent for a company, without a browser."""
        return str(self._control("/tokens", {"realm": realm})["refresh_token"])

    def books(self, realm: str | None = None) -> Json:
        """`{"objects": {name: [...]}, "requests": {...}}` of a company."""
        return self._control(f"/books/{realm or self.realm}", None)

    def set_faults(self, **switches: Any) -> Json:
        """Replace all rules and switches."""
        return self._control("/faults", switches)

    def advance(self, seconds: float) -> Json:
        """Push the clock."""
        return self._control("/clock", {"advance_seconds": seconds})

    def reset(self) -> None:
        """Empty the transactions of every company."""
        self._control("/reset", {})

    def _control(self, path: str, body: Json | None) -> Json:
        reply = send("GET" if body is None else "POST", f"{self.url}/_simulator{path}", body)
        if reply.status != 200:
            raise ValueError(reply.text)
        answer: Json = reply.body
        return answer


@asynccontextmanager
async def listening(
    host: str = "127.0.0.1",
    port: int = 0,
    realm: str = DEFAULT_REALM,
    clock: SimulatorClock | None = None,
) -> AsyncIterator[RunningSimulator]:
    """Serve until the block ends; port 0 takes a free one."""
    simulator = Simulator(realm, clock)
    runner = web.AppRunner(application(simulator), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0][1]
        yield RunningSimulator(f"http://{host}:{bound}", realm, simulator.initial_refresh_token)
    finally:
        await runner.cleanup()


@dataclass
class _Thread:
    """Hands the running simulator, or why it did not start, from its thread to the caller."""

    ready: threading.Event = field(default_factory=threading.Event)
    loop: asyncio.AbstractEventLoop | None = None
    stop: asyncio.Event | None = None
    running: RunningSimulator | None = None
    failure: BaseException | None = None

    async def serve(self, host: str, port: int, realm: str, clock: SimulatorClock | None) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with listening(host, port, realm, clock) as self.running:
                self.ready.set()
                await self.stop.wait()
        except OSError as error:
            self.failure = error
        finally:
            self.ready.set()


@contextmanager
def running(
    port: int = 0,
    host: str = "127.0.0.1",
    realm: str = DEFAULT_REALM,
    clock: SimulatorClock | None = None,
) -> Iterator[RunningSimulator]:
    """A simulator on a background thread, stopped when the block ends. Raises OSError."""
    state = _Thread()
    thread = threading.Thread(
        target=lambda: asyncio.run(state.serve(host, port, realm, clock)), name="qbo-simulator"
    )
    thread.start()
    try:
        if not state.ready.wait(_START_SECONDS) or state.running is None:
            raise state.failure or TimeoutError("the QBO simulator did not start")
        yield state.running
    finally:
        if state.loop is not None and state.stop is not None and not state.loop.is_closed():
            state.loop.call_soon_threadsafe(state.stop.set)
        thread.join(_STOP_SECONDS)
