"""Providers whose issuer ends in a slash, in the words of OpenID Connect Core 3.1.3.7."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from daybook.console.oidc import NotBelieved, Provider
from local.identity_provider.tokens import PEOPLE
from local.identity_provider.tokens import Provider as LocalProvider

HOST, CLIENT, BACK = "https://tenant.example.com", "daybook", "https://books.example.com/back"


def claims_of(says: str, set_to: str, token_says: str) -> dict[str, Any]:
    """The identity where discovery document, setting and ID token name the issuer so."""
    issuing = LocalProvider(token_says, key=KEYS.key, key_id=KEYS.key_id)
    asked = {
        "redirect_uri": BACK,
        "client_id": CLIENT,
        "nonce": "nonce",
        "state": "state",
        "code_challenge_method": "S256",
        "response_type": "code",
        "scope": "openid",
    }
    verifier = "v" * 43
    digest = hashlib.sha256(verifier.encode()).digest()
    asked["code_challenge"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    code = issuing.code_for(PEOPLE["admin"], asked)

    def ask(address: str, form: Mapping[str, str] | None) -> dict[str, Any]:
        if form is not None:
            return issuing.exchanged(dict(form))
        if address == f"{HOST}/keys":
            return issuing.keys()
        assert address == f"{HOST}/.well-known/openid-configuration"
        places = {"authorization_endpoint": "authorize", "token_endpoint": "t", "jwks_uri": "keys"}
        return {"issuer": says} | {name: f"{HOST}/{path}" for name, path in places.items()}

    provider = Provider(set_to, CLIENT, lambda: "", lambda: datetime.now(UTC), ask)
    return provider.identity(code, BACK, "nonce", verifier)


KEYS = LocalProvider(HOST)


@pytest.mark.parametrize("issuer", [HOST, f"{HOST}/"])
@pytest.mark.parametrize("set_to", [HOST, f"{HOST}/"])
def test_an_issuer_with_a_slash_at_its_end_signs_people_in(issuer: str, set_to: str) -> None:
    assert claims_of(issuer, set_to, issuer)["iss"] == issuer


@pytest.mark.parametrize("token_says", [f"{HOST}/", f"{HOST}//", f"{HOST}/x", ""])
def test_an_id_token_names_the_issuer_exactly_as_the_discovery_document(token_says: str) -> None:
    with pytest.raises(NotBelieved):
        claims_of(HOST, HOST, token_says)
