"""A bare HTTP client of the simulator for tests: it keeps status, headers and exact amounts."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from local.qbo_simulator.exact_json import dumps, loads

_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """One HTTP response."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        """The JSON, decimals as Decimal. Raises ValueError when it is none."""
        return loads(self.text)

    @property
    def codes(self) -> list[str]:
        """The codes of a service Fault, in order; [] without one."""
        return [error["code"] for error in self.body.get("Fault", {}).get("Error", [])]


def send(
    method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request; `body` goes as JSON, a str or bytes as they are.

    Raises OSError or http.client.HTTPException when the connection is dropped.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port or 80, timeout=_TIMEOUT_SECONDS
    )
    text = body if body is None or isinstance(body, str | bytes) else dumps(body)
    payload = text.encode() if isinstance(text, str) else text
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    sent = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
    try:
        connection.request(method, path, payload, sent)
        response = connection.getresponse()
        received = response.read().decode()
        return Answer(response.status, dict(response.getheaders()), received)
    finally:
        connection.close()


class Company:
    """The API of one company, as a client that does nothing but send."""

    def __init__(self, url: str, realm: str, refresh_token: str) -> None:
        self.url = url
        self.realm = realm
        self.refresh_token = refresh_token
        self.access_token = ""
        self.refresh()

    def refresh(self) -> Answer:
        """A new access token; the refresh token is replaced when a new one comes."""
        form = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
        answer = send(
            "POST",
            f"{self.url}/oauth2/v1/tokens/bearer",
            urlencode({**form, "client_id": "client", "client_secret": "secret"}),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        if answer.status == 200:
            self.access_token = answer.body["access_token"]
            self.refresh_token = answer.body["refresh_token"]
        return answer

    def get(self, path: str, **params: str) -> Answer:
        """GET a path below the company."""
        return self.request("GET", path, None, **params)

    def post(self, path: str, body: Any, **params: str) -> Answer:
        """POST to a path below the company."""
        return self.request("POST", path, body, **params)

    def query(self, statement: str) -> Answer:
        """POST /query."""
        return self.request("POST", "query", statement)

    def batch(self, *items: Any, **params: str) -> Answer:
        """POST /batch with these items."""
        return self.post("batch", {"BatchItemRequest": list(items)}, **params)

    def edit_entry(self, identity: str, **fields: Any) -> Answer:
        """What a person does who changes fields of a journal entry."""
        return self.post("journalentry", {**self._current(identity), "sparse": True, **fields})

    def delete_entry(self, identity: str) -> Answer:
        """What a person does who deletes a journal entry."""
        return self.post("journalentry", self._current(identity), operation="delete")

    def _current(self, identity: str) -> dict[str, Any]:
        found = self.journal_entry(identity)
        return {"Id": found["Id"], "SyncToken": found["SyncToken"]}

    def journal_entry(self, identity: str) -> dict[str, Any]:
        """A journal entry as it is. Raises KeyError if there is none of that Id."""
        found: dict[str, Any] = self.get(f"journalentry/{identity}").body["JournalEntry"]
        return found

    def request(self, method: str, path: str, body: Any, **params: str) -> Answer:
        """Any request with the access token."""
        query = "?" + urlencode(params) if params else ""
        return send(
            method,
            f"{self.url}/v3/company/{self.realm}/{path}{query}",
            body,
            {"Authorization": f"Bearer {self.access_token}"},
        )


def line(side: str, account: str, amount: Any, **detail: Any) -> dict[str, Any]:
    """One journal line; `detail` holds ClassRef, Entity and so on."""
    detail = {"PostingType": side, "AccountRef": {"value": account}, **detail}
    kind = "JournalEntryLineDetail"
    return {"DetailType": kind, "Amount": amount, kind: detail}


def entry(amount: Any = 10, **fields: Any) -> dict[str, Any]:
    """A balanced journal entry, Checking (1) to Sales (50)."""
    lines = [line("Debit", "1", amount), line("Credit", "50", amount)]
    return {"TxnDate": "2026-11-20", "Line": lines, **fields}
