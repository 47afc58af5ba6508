"""Everything that the demo and `make serve` start: simulators, the stack, the shop in it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from daybook.settings import load
from daybook.wiring import Wiring
from local import stack as local_stack
from local.identity_provider import server as identity_server
from local.pos_simulator import server as pos_server
from local.qbo_simulator import server as qbo_server
from local.qbo_simulator.standard_company import SECOND_REALM
from local.shop import ShopConnection, set_up


@dataclass(frozen=True, slots=True)
class World:
    """What runs, and the shop's connections."""

    stack: local_stack.Stack
    qbo: qbo_server.RunningSimulator
    issuer: str
    parts: Wiring
    connections: list[ShopConnection]


@contextmanager
def running(first_port: int | None = None, settle_seconds: int = 150) -> Iterator[World]:
    """Start all of it; ports are first_port (the webhook API), then the simulators, or free ones.

    The process's environment points to the stack while it runs, as a shell's would.
    """
    with ExitStack() as exits:
        qbo = exits.enter_context(qbo_server.running(first_port + 1 if first_port else 0))
        # A second company that nobody connected yet, to be chosen on the page of consent.
        qbo.new_refresh_token(SECOND_REALM)
        pos = exits.enter_context(pos_server.running(first_port + 2 if first_port else 0))
        issuer = exits.enter_context(identity_server.running(first_port + 3 if first_port else 0))
        stack = exits.enter_context(
            local_stack.running(
                port=first_port,
                qbo_url=qbo.url,
                pos_url=pos.url,
                settle_seconds=settle_seconds,
                sign_in_issuer=issuer,
            )
        )
        exits.callback(_restored, dict(os.environ))
        os.environ.update(stack.environment)
        parts = Wiring(load())
        connections = set_up(parts, qbo.realm, qbo.refresh_token, pos.token)
        stack.warm_up()
        yield World(stack, qbo, issuer, parts, connections)


def _restored(before: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(before)
