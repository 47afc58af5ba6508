"""Runs the sweeper at a chosen pace, where the template's schedule would be too slow to watch.

Each time it is also told to pull the points of sale, which it does once an hour.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from local.stack import InvocationError, Stack

_ERRANDS = ("tick", "pulls")
_TICK = {"Records": [{"messageId": one, "body": json.dumps({"kind": one})} for one in _ERRANDS]}
_STOP_SECONDS = 30


@contextmanager
def sweeping(stack: Stack, every_seconds: float) -> Iterator[None]:
    """Sweep every so many seconds until the block ends; a failing sweep is shown, not fatal."""
    stop = threading.Event()
    thread = threading.Thread(target=_sweep, args=(stack, every_seconds, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_STOP_SECONDS)


def _sweep(stack: Stack, every_seconds: float, stop: threading.Event) -> None:
    while not stop.wait(every_seconds):
        try:
            stack.invoke("sweeper", _TICK)
        except InvocationError as failure:
            print(f"the sweeper failed: {failure}", flush=True)
