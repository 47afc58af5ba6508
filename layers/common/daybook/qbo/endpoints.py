"""Where Intuit is reached.

https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
"""

from dataclasses import dataclass
from typing import Literal

type Environment = Literal["production", "sandbox"]

_API: dict[Environment, str] = {
    "production": "https://quickbooks.api.intuit.com",
    "sandbox": "https://sandbox-quickbooks.api.intuit.com",
}
_AUTHORISE_PATH = "/connect/oauth2"
_TOKEN_PATH = "/oauth2/v1/tokens/bearer"  # noqa: S105 -- a path
_REVOKE_PATH = "/v2/oauth2/tokens/revoke"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """URLs without a trailing slash. api: scheme and host, to which `/v3/company/...` is added."""

    api: str
    authorise: str
    token: str
    revoke: str

    @staticmethod
    def intuit(environment: Environment = "production") -> "Endpoints":
        """Intuit's own. Sandbox and production differ in the API's host and in the keys."""
        return Endpoints(
            _API[environment],
            f"https://appcenter.intuit.com{_AUTHORISE_PATH}",
            f"https://oauth.platform.intuit.com{_TOKEN_PATH}",
            f"https://developer.api.intuit.com{_REVOKE_PATH}",
        )

    @staticmethod
    def at(base_url: str) -> "Endpoints":
        """All of them under one address, as the simulator has them."""
        base = base_url.rstrip("/")
        return Endpoints(
            base, f"{base}{_AUTHORISE_PATH}", f"{base}{_TOKEN_PATH}", f"{base}{_REVOKE_PATH}"
        )
