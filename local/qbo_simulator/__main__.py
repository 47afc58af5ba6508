"""`python -m local.qbo_simulator --port P`: the simulator in the foreground, until interrupted."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from local.qbo_simulator.server import RunningSimulator, listening
from local.qbo_simulator.simulator import DEFAULT_REALM


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m local.qbo_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--realm", default=DEFAULT_REALM, help="the company connected at start")
    parser.add_argument("--state", type=Path, help="write {url, realm, refresh_token} here")
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.host, chosen.port, chosen.realm, chosen.state))


async def _serve(host: str, port: int, realm: str, state: Path | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with listening(host, port, realm) as simulator:
        if state is not None:
            _write_state(state, simulator)
        print(f"QBO simulator listening on {simulator.url}")
        print(
            f"initial refresh token: {simulator.refresh_token} (realm {simulator.realm})",
            flush=True,
        )
        await stop.wait()


def _write_state(path: Path, simulator: RunningSimulator) -> None:
    """Whole or not at all, for whoever polls for the file."""
    fields = {
        "url": simulator.url,
        "realm": simulator.realm,
        "refresh_token": simulator.refresh_token,
    }
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(fields) + "\n")
    partial.rename(path)


main()
