"""Each connection's point of sale has the client of its source, with its own secret."""

import pytest

from daybook.domain.connection import Connection
from daybook.domain.errors import Held
from daybook.pos.heartland import HeartlandClient
from daybook.pos.unleashed import UnleashedClient
from daybook.wiring_pos import client_of, secret_of


def _connection(source: str, account: str = "outfitters") -> Connection:
    return Connection("shop", source, pos_account=account)


def test_each_source_has_its_own_client_at_its_vendors_host() -> None:
    heartland = client_of(_connection("heartland"), {"token": "t"}, "")
    unleashed = client_of(_connection("unleashed"), secret_of("unleashed", "id", "key"), "")
    assert isinstance(heartland, HeartlandClient)
    assert isinstance(unleashed, UnleashedClient)
    assert heartland.base_url == "https://outfitters.retail.heartland.us/api/"
    assert unleashed.base_url == "https://api.unleashedsoftware.com/"


@pytest.mark.parametrize(
    ("source", "account", "secret"),
    [
        ("canonical", "", {}),
        ("heartland", "evil.example/", {"token": "t"}),
        ("unleashed", "id", {}),
        ("unleashed", "id", {"api_id": "id", "api_key": ""}),
    ],
)
def test_what_cannot_be_asked_is_held_with_what_is_missing(
    source: str, account: str, secret: dict[str, str]
) -> None:
    with pytest.raises(Held) as caught:
        client_of(_connection(source, account), secret, "")
    assert caught.value.problem.code == "setting_needed"
