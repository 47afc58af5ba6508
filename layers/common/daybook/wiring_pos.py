"""Which REST client a connection's point of sale has.

Each source's secret and account have parts of their own; a room of `pos` is imported on first use.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

import requests

from daybook.domain.errors import Held

if TYPE_CHECKING:
    from daybook.domain.connection import Connection
    from daybook.sources.contract import ListClient

type Make = Callable[["Connection", Mapping[str, str], str], "ListClient"]


def client_of(connection: "Connection", secret: Mapping[str, str], pos_url: str) -> "ListClient":
    """The REST client of a connection's point of sale.

    secret: as kept for the connection, empty where there is none. pos_url: the base URL of a
    stand-in for all points of sale, or "". Raises Held `setting_needed`.
    """
    make = CLIENTS.get(connection.source)
    if make is None:
        raise Held("setting_needed", f"Nothing is read over an API of source {connection.source}.")
    try:
        return make(connection, secret, pos_url)
    except ValueError as wrong:
        text = f"The connection's account at the point of sale is not usable: {wrong}."
        raise Held("setting_needed", text) from wrong


# A pull has a minute a slice, and nobody waits for its answer.
PATIENT_SECONDS: Final = 20.0


def patient(client: "ListClient") -> "ListClient":
    """The same client with more time for each call and each answer."""
    fields = {"budget_seconds": PATIENT_SECONDS, "read_seconds": PATIENT_SECONDS}
    patient_one: ListClient = replace(cast("Any", client), **fields)
    return patient_one


def secret_of(source: str, account: str, token: str) -> dict[str, str]:
    """What is kept for a connection's REST client. account: as the person names the shop; at
    Unleashed it is the API id, and the token the API key that belongs to it."""
    if source == "unleashed":
        return {"api_id": account, "api_key": token}
    return {"token": token}


def _heartland(connection: "Connection", secret: Mapping[str, str], pos_url: str) -> "ListClient":
    from daybook.pos.heartland import BearerToken, HeartlandClient, api_url  # noqa: PLC0415

    url = api_url(connection.pos_account, pos_url)
    return HeartlandClient(url, BearerToken(secret.get("token", "")), requests.Session())


def _unleashed(_connection: "Connection", secret: Mapping[str, str], pos_url: str) -> "ListClient":
    from daybook.pos.unleashed import SignedQuery, UnleashedClient, api_url  # noqa: PLC0415

    if not (secret.get("api_id") and secret.get("api_key")):
        raise ValueError("it has no API id and key of Unleashed")
    auth = SignedQuery(secret["api_id"], secret["api_key"])
    return UnleashedClient(api_url(pos_url), auth, requests.Session())


def _point_of_rental(
    _connection: "Connection", secret: Mapping[str, str], pos_url: str
) -> "ListClient":
    from daybook.pos.point_of_rental import (  # noqa: PLC0415
        ApiKey,
        PointOfRentalClient,
        api_url,
    )

    if not secret.get("token"):
        raise ValueError("it has no API key of Point of Rental")
    return PointOfRentalClient(api_url(pos_url), ApiKey(secret["token"]), requests.Session())


CLIENTS: Final[Mapping[str, Make]] = MappingProxyType(
    {"heartland": _heartland, "unleashed": _unleashed, "point_of_rental": _point_of_rental}
)
