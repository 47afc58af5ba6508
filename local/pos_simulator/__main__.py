"""`python -m local.pos_simulator --port P [--token T]`."""

import argparse
import contextlib

from local.pos_simulator.server import serve
from local.pos_simulator.urls import DEFAULT_TOKEN


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m local.pos_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the Bearer token it takes")
    asked = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        serve(asked.port, asked.token)


if __name__ == "__main__":
    main()
