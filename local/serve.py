"""`make serve`: the local stack with its shop, left running until interrupted.

PORT (default 8080) is the webhook API's and the console's; the QBO simulator takes the next, the
POS simulator the one after, the sign-in provider the third. SETTLE_SECONDS shortens the settle
time and every park; SWEEP_SECONDS runs the sweeper at that pace. Writes build/serve/state.json for
programs and build/serve/env for shells.
"""

import json
import os
import shlex
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from local import world
from local.ticks import sweeping

FOLDER = Path("build/serve")
_COMMANDS = Path(__file__).resolve().parent.parent / "bin"
_DEFAULT_PORT = 8080
_DEFAULT_SETTLE_SECONDS = 150
_DEFAULT_SWEEP_SECONDS = 300


class BadOption(ValueError):  # noqa: N818 -- what it is
    """A variable that takes a whole number has something else."""


def main() -> int:
    """Serve; 0 after an interrupt, 1 if it could not start."""
    try:
        port = _number("PORT", _DEFAULT_PORT)
        settle = _number("SETTLE_SECONDS", _DEFAULT_SETTLE_SECONDS)
        pace = _number("SWEEP_SECONDS", _DEFAULT_SWEEP_SECONDS)
        return _serve(port, settle, pace)
    except (BadOption, OSError) as problem:
        print(f"not started: {problem}", file=sys.stderr)
        return 1


def _serve(port: int, settle_seconds: int, sweep_seconds: int) -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print("starting the local stack ...", flush=True)
    with (
        world.running(first_port=port, settle_seconds=settle_seconds) as here,
        sweeping(here.stack, sweep_seconds),
    ):
        _write_state(here)
        print(_greeting(here), flush=True)
        stop.wait()
        print("stopping ...", flush=True)
    for name in ("state.json", "env"):
        (FOLDER / name).unlink(missing_ok=True)
    return 0


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        raise BadOption(f"{name} is {text!r}; it takes a whole number from 1")
    return int(text)


def _write_state(here: world.World) -> None:
    """state.json last, and whole: programs wait for it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    exports = sorted(here.stack.environment.items())
    lines = [f"export {name}={shlex.quote(value)}" for name, value in exports]
    lines.append(f'export PATH={shlex.quote(str(_COMMANDS))}:"$PATH"')
    (FOLDER / "env").write_text("\n".join(lines) + "\n")
    state = {
        "webhook_url": here.stack.webhook_url,
        "console_url": here.stack.console_url,
        "qbo_url": here.qbo.url,
        "realm": here.qbo.realm,
        "connections": [asdict(connection) for connection in here.connections],
    }
    partial = FOLDER / "state.json.partial"
    partial.write_text(json.dumps(state, indent=2) + "\n")
    partial.rename(FOLDER / "state.json")


def _greeting(here: world.World) -> str:
    lines = [
        f"webhook API    {here.stack.webhook_url}/webhooks/{{connection}}",
        f"console        {here.stack.console_url}",
        f"QBO simulator  {here.qbo.url}",
        f"sign-in        {here.issuer}  (pick a person: viewer, operator or admin)",
        f"company        {here.qbo.realm}",
        *(f"connection     {one.id}  ({one.source})" for one in here.connections),
        "",
        f"secrets: {FOLDER}/state.json   for the command daybook: . {FOLDER}/env",
        "Ctrl-C ends it.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
