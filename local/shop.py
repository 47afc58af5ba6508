"""The shop that the demo and `make serve` run: one company, one connection of each source.

It is set up through the same workflows that the command `daybook` calls.
"""

import json
import secrets as randomness
from dataclasses import dataclass
from pathlib import Path

from daybook.domain.connection import Connection
from daybook.domain.mapping import Mapping
from daybook.sources.registry import SOURCES
from daybook.wiring import Wiring
from daybook.wiring_console import new_secret
from daybook.wiring_pos import secret_of
from daybook.workflows import connect, map_accounts
from local.pos_simulator.point_of_rental import DEFAULT_KEY
from local.pos_simulator.unleashed_api import API_ID

_MAPPINGS = Path(__file__).parent / "mappings"


@dataclass(frozen=True, slots=True)
class ShopConnection:
    """A connection as its senders need it."""

    id: str
    source: str
    secret: str


def set_up(parts: Wiring, realm: str, refresh_token: str, pos_token: str) -> list[ShopConnection]:
    """Connect the company, import its chart, enter and map one connection of each source."""
    keys = {"client_id": "local-app", "client_secret": randomness.token_urlsafe(24)}
    parts.vault.replace(parts.vault.name("intuit_app"), json.dumps(keys))
    connect.connect_company(realm, refresh_token, "sandbox", parts.connector)
    connect.refresh_chart(realm, parts.connector)
    return [_connect(parts, source, realm, pos_token) for source in SOURCES]


def _connect(parts: Wiring, source: str, realm: str, pos_token: str) -> ShopConnection:
    name = f"shop-{source}"
    secret = new_secret(source)
    account = API_ID if source == "unleashed" else "outfitters"
    token = DEFAULT_KEY if source == "point_of_rental" else pos_token
    parts.secrets.put_pos_secret(name, secret_of(source, account, token))
    connection = connect.connect_source(
        Connection(name, source, realm, name="Main Street Outfitters", pos_account=account),
        secret,
        parts.connector,
    )
    mapping = Mapping.model_validate_json((_MAPPINGS / f"{source}.json").read_bytes())
    map_accounts.activate(connection, mapping, "local", parts.releaser)
    return ShopConnection(name, source, secret)
