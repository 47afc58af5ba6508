"""Secrets: remembered for five minutes, never confused with a fault, never shown."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from daybook.store.secrets import CACHED, Secrets, SecretsUnavailable, Vault, WebhookSecret
from daybook.store.token_secrets import TokenLease, TokenSecrets
from tests.fakes.aws import InProcessAws, in_process
from tests.fakes.clock import FakeClock
from tests.fakes.connections import FakeConnections

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Manager:
    """Secrets Manager as far as reading goes; `error` is raised while it is set."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.asked: list[str] = []
        self.error: Exception | None = None

    def get_secret_value(self, **request: str) -> dict[str, str]:
        self.asked.append(request["SecretId"])
        if self.error:
            raise self.error
        if request["SecretId"] not in self.texts:
            raise _refusal("ResourceNotFoundException")
        return {"VersionId": "1", "SecretString": self.texts[request["SecretId"]]}


def _refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "whsec_hidden"}}, "GetSecretValue")


@pytest.fixture
def manager() -> Manager:
    return Manager()


@pytest.fixture
def secrets(manager: Manager) -> Secrets:
    return Secrets(Vault(manager, "daybook/dev"))  # type: ignore[arg-type]


def keep(manager: Manager, connection: str = "shop", text: Any = None) -> None:
    row = {"source": "canonical", "secrets": ["whsec_hidden"]} if text is None else text
    manager.texts[f"daybook/dev/webhook/{connection}"] = json.dumps(row)


def test_a_secret_is_asked_for_once_in_a_quarter_of_an_hour(
    manager: Manager, secrets: Secrets
) -> None:
    keep(manager)
    for seconds in (0, 1, 899):
        assert secrets.webhook_secret("shop", NOW + timedelta(seconds=seconds))
    assert manager.asked == ["daybook/dev/webhook/shop"]
    secrets.webhook_secret("shop", NOW + timedelta(seconds=900))
    assert len(manager.asked) == 2


def test_absence_is_remembered_for_a_quarter_of_an_hour_too(
    manager: Manager, secrets: Secrets
) -> None:
    assert secrets.webhook_secret("shop", NOW) is None
    keep(manager)
    assert secrets.webhook_secret("shop", NOW + timedelta(seconds=899)) is None
    assert secrets.webhook_secret("shop", NOW + timedelta(seconds=900)) is not None


@pytest.mark.parametrize("first", [None, "whsec_before"])
def test_what_did_not_vouch_is_read_again_once_a_minute(
    manager: Manager, secrets: Secrets, first: str | None
) -> None:
    if first:
        keep(manager, text={"source": "canonical", "secrets": [first]})
    before = secrets.webhook_secret("shop", NOW)
    keep(manager)
    assert secrets.webhook_secret("shop", NOW + timedelta(seconds=59), doubted=True) == before
    newer = secrets.webhook_secret("shop", NOW + timedelta(seconds=60), doubted=True)
    assert newer == WebhookSecret("canonical", ("whsec_hidden",))
    assert secrets.webhook_secret("shop", NOW + timedelta(seconds=119), doubted=True) == newer
    assert len(manager.asked) == 2


@pytest.mark.parametrize(
    "error",
    [
        _refusal("ThrottlingException"),
        _refusal("InternalServiceError"),
        _refusal("AccessDeniedException"),
        _refusal("DecryptionFailure"),
        EndpointConnectionError(endpoint_url="https://example.com"),
    ],
)
def test_a_fault_of_aws_is_no_absence_and_is_not_remembered(
    manager: Manager, secrets: Secrets, error: Exception
) -> None:
    keep(manager)
    manager.error = error
    with pytest.raises(SecretsUnavailable) as raised:
        secrets.webhook_secret("shop", NOW)
    assert "whsec_hidden" not in str(raised.value)
    manager.error = None
    assert secrets.webhook_secret("shop", NOW) is not None


@pytest.mark.parametrize(
    "row", [[], {}, {"source": "x", "secrets": []}, {"source": "x", "secrets": [1]}, "text", 3]
)
def test_a_secret_of_another_shape_is_a_fault(manager: Manager, secrets: Secrets, row: Any) -> None:
    keep(manager, text=row)
    with pytest.raises(SecretsUnavailable):
        secrets.webhook_secret("shop", NOW)


def test_a_secret_that_is_no_json_is_a_fault_that_does_not_show_it(
    manager: Manager, secrets: Secrets
) -> None:
    manager.texts["daybook/dev/webhook/shop"] = "whsec_hidden"
    with pytest.raises(SecretsUnavailable) as raised:
        secrets.webhook_secret("shop", NOW)
    assert "whsec_hidden" not in repr(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("name", ["", "a/b", "../pos/shop", "shop\n", "é", "x" * 101, "a b"])
def test_a_name_that_is_no_connection_is_never_asked_for(
    manager: Manager, secrets: Secrets, name: str
) -> None:
    assert secrets.webhook_secret(name, NOW) is None
    assert manager.asked == []


def test_no_more_than_1024_connections_are_remembered(manager: Manager, secrets: Secrets) -> None:
    for number in range(CACHED + 1):
        secrets.webhook_secret(f"c{number}", NOW)
    secrets.webhook_secret("c1", NOW)
    assert len(manager.asked) == CACHED + 1
    secrets.webhook_secret("c0", NOW)
    assert len(manager.asked) == CACHED + 2


def test_a_secret_is_not_shown() -> None:
    assert "hidden" not in repr(WebhookSecret("canonical", ("whsec_hidden",)))


def test_the_intuit_app_is_read_and_must_be_filled_in(manager: Manager, secrets: Secrets) -> None:
    with pytest.raises(SecretsUnavailable):
        secrets.intuit_app()
    manager.texts["daybook/dev/intuit_app"] = '{"client_id": "", "x": 1}'
    with pytest.raises(SecretsUnavailable):
        secrets.intuit_app()
    manager.texts["daybook/dev/intuit_app"] = '{"client_id": "id", "client_secret": "s"}'
    assert secrets.intuit_app() == ("id", "s")


def test_a_realm_cannot_reach_another_secret(manager: Manager) -> None:
    tokens = TokenSecrets(manager, Vault(manager, "daybook/dev"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="characters"):
        tokens.read_current("../intuit_app")
    assert manager.asked == []


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[InProcessAws]:
    with in_process(monkeypatch) as account:
        yield account


class Overtaken:
    """A client before whose first promotion another worker promotes."""

    def __init__(self, client: Any, first: Any) -> None:
        self._client = client
        self._first = [first]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def update_secret_version_stage(self, **request: str) -> Any:
        while self._first:
            self._first.pop()()
        return self._client.update_secret_version_stage(**request)


def test_a_token_that_another_worker_promoted_meanwhile_stays_current(aws: InProcessAws) -> None:
    other = aws.token_secrets()
    other.create("4620", "one")
    other.write_pending("4620", "two")

    def overtake() -> None:
        other.write_pending("4620", "three")
        assert other.promote("4620", "three", "one")

    client: Any = Overtaken(aws.secrets_manager, overtake)
    assert not TokenSecrets(client, aws.vault()).promote("4620", "two", "one")
    assert other.read_current("4620") == "three"


def test_a_text_that_was_written_by_hand_gives_way_too(aws: InProcessAws) -> None:
    tokens, name = aws.token_secrets(), "daybook/dev/qbo/4620"
    tokens.create("4620", "one")
    aws.secrets_manager.put_secret_value(SecretId=name, SecretString="by hand")
    tokens.write_pending("4620", "two")
    assert tokens.promote("4620", "two", "by hand")
    assert (tokens.read_current("4620"), tokens.read_pending("4620")) == ("two", None)


def test_a_pending_version_is_named_by_its_content(aws: InProcessAws) -> None:
    tokens = aws.token_secrets()
    tokens.create("4620", "one")
    tokens.write_pending("4620", "two")
    tokens.write_pending("4620", "two")
    listed = aws.secrets_manager.list_secret_version_ids(SecretId="daybook/dev/qbo/4620")
    assert len(listed["Versions"]) == 2


def test_the_lease_goes_by_the_clock() -> None:
    clock = FakeClock()
    lease = TokenLease(FakeConnections(), clock)
    first = lease.acquire("4620", 120)
    assert first is not None
    assert lease.acquire("4620", 120) is None
    clock.sleep(120)
    second = lease.acquire("4620", 120)
    assert second is not None
    assert (second.fence, second.taken_over) == (2, True)
    lease.release("4620", second.fence)
    assert lease.acquire("4620", 120) is not None
