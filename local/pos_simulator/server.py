"""Serving the simulator: for ever from the command line, or in a thread within a test."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from local.pos_simulator.urls import DEFAULT_TOKEN, PosSimulator, application

HOST = "127.0.0.1"
START_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers. url: its base, without a slash. token: what it takes as Bearer."""

    url: str
    token: str
    simulator: PosSimulator


@contextmanager
def running(port: int = 0, token: str = DEFAULT_TOKEN) -> Iterator[Running]:
    """Serve on 127.0.0.1 in a thread; port 0 takes a free one. Raises OSError if it is taken."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="pos-simulator", daemon=True)
    thread.start()
    simulator = PosSimulator(token)
    runner = web.AppRunner(application(simulator), access_log=None, shutdown_timeout=1.0)
    try:
        started = asyncio.run_coroutine_threadsafe(_start(runner, port), loop)
        url = started.result(START_SECONDS)
        yield Running(url, token, simulator)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(START_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_SECONDS)
        loop.close()


def serve(port: int, token: str = DEFAULT_TOKEN) -> None:
    """Serve until interrupted, and say where."""
    with running(port, token) as here:
        print(f"POS simulator: {here.url}  token: {here.token}", flush=True)
        threading.Event().wait()


async def _start(runner: web.AppRunner, port: int) -> str:
    await runner.setup()
    site = web.TCPSite(runner, HOST, port)
    await site.start()
    _, bound = runner.addresses[0][:2]
    return f"http://{HOST}:{bound}"
