"""What every store of secrets promises: the one on Secrets Manager and the fake alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from daybook.store.secrets import Secrets, WebhookSecret
from daybook.store.token_secrets import TokenSecrets
from tests.fakes.aws import in_process
from tests.fakes.secrets import FakeSecrets, FakeTokenSecrets

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["fake", "secrets_manager"])
def secrets(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Secrets | FakeSecrets]:
    if request.param == "fake":
        yield FakeSecrets()
        return
    with in_process(monkeypatch) as aws:
        yield aws.secrets()


@pytest.fixture(params=["fake", "secrets_manager"])
def tokens(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TokenSecrets | FakeTokenSecrets]:
    if request.param == "fake":
        yield FakeTokenSecrets()
        return
    with in_process(monkeypatch) as aws:
        yield aws.token_secrets()


def test_a_webhook_secret_comes_back_and_can_be_replaced(secrets: Secrets | FakeSecrets) -> None:
    first = WebhookSecret("canonical", ("whsec_one",))
    secrets.put_webhook_secret("shop", first)
    assert secrets.webhook_secret("shop", NOW) == first
    both = WebhookSecret("canonical", ("whsec_one", "whsec_two"))
    secrets.put_webhook_secret("shop", both)
    assert secrets.webhook_secret("shop", NOW) == both


def test_an_unknown_connection_has_no_secret(secrets: Secrets | FakeSecrets) -> None:
    assert secrets.webhook_secret("nobody", NOW) is None
    assert secrets.webhook_secret("../pos/shop", NOW) is None
    assert secrets.pos_secret("nobody") is None


def test_a_pos_secret_comes_back_and_can_be_replaced(secrets: Secrets | FakeSecrets) -> None:
    secrets.put_pos_secret("shop", {"token": "a"})
    secrets.put_pos_secret("shop", {"token": "b"})
    assert secrets.pos_secret("shop") == {"token": "b"}


def test_a_company_without_tokens_has_none(tokens: TokenSecrets | FakeTokenSecrets) -> None:
    assert tokens.read_current("4620") is None
    assert tokens.read_pending("4620") is None


def test_the_first_token_is_current(tokens: TokenSecrets | FakeTokenSecrets) -> None:
    tokens.create("4620", "one")
    assert tokens.read_current("4620") == "one"
    assert tokens.read_pending("4620") is None
    assert tokens.read_current("other") is None


def test_a_pending_token_is_not_current_until_promoted(
    tokens: TokenSecrets | FakeTokenSecrets,
) -> None:
    tokens.create("4620", "one")
    tokens.write_pending("4620", "two")
    assert (tokens.read_current("4620"), tokens.read_pending("4620")) == ("one", "two")
    assert tokens.promote("4620", "two", "one")
    assert (tokens.read_current("4620"), tokens.read_pending("4620")) == ("two", None)


def test_writing_and_promoting_twice_is_as_once(tokens: TokenSecrets | FakeTokenSecrets) -> None:
    tokens.create("4620", "one")
    tokens.write_pending("4620", "two")
    tokens.write_pending("4620", "two")
    assert tokens.promote("4620", "two", "one")
    assert tokens.promote("4620", "two", "one")
    assert (tokens.read_current("4620"), tokens.read_pending("4620")) == ("two", None)


def test_what_is_current_by_now_is_not_replaced_in_the_place_of_what_was(
    tokens: TokenSecrets | FakeTokenSecrets,
) -> None:
    tokens.create("4620", "one")
    tokens.write_pending("4620", "two")
    tokens.create("4620", "three")
    assert not tokens.promote("4620", "two", "one")
    assert (tokens.read_current("4620"), tokens.read_pending("4620")) == ("three", "two")
    assert tokens.promote("4620", "two", "three")
    assert (tokens.read_current("4620"), tokens.read_pending("4620")) == ("two", None)


def test_what_another_wrote_as_pending_meanwhile_stays_pending(
    tokens: TokenSecrets | FakeTokenSecrets,
) -> None:
    tokens.create("4620", "one")
    tokens.write_pending("4620", "two")
    tokens.write_pending("4620", "another's")
    assert tokens.promote("4620", "two", "one")
    assert (tokens.read_current("4620"), tokens.read_pending("4620")) == ("two", "another's")


def test_many_renewals_follow_one_another(tokens: TokenSecrets | FakeTokenSecrets) -> None:
    tokens.create("4620", "0")
    for number in range(1, 6):
        tokens.write_pending("4620", str(number))
        assert tokens.read_current("4620") == str(number - 1)
        assert tokens.promote("4620", str(number), str(number - 1))
        assert tokens.read_current("4620") == str(number)


def test_a_pending_token_that_was_not_promoted_gives_way_to_the_next(
    tokens: TokenSecrets | FakeTokenSecrets,
) -> None:
    tokens.create("4620", "one")
    tokens.write_pending("4620", "two")
    tokens.write_pending("4620", "three")
    assert tokens.read_pending("4620") == "three"
    assert tokens.promote("4620", "three", "one")
    assert (tokens.read_current("4620"), tokens.read_pending("4620")) == ("three", None)


def test_connecting_again_replaces_the_token(tokens: TokenSecrets | FakeTokenSecrets) -> None:
    tokens.create("4620", "one")
    tokens.create("4620", "two")
    assert tokens.read_current("4620") == "two"


def test_while_a_secret_is_changed_over_the_one_before_vouches_too(
    secrets: Secrets | FakeSecrets,
) -> None:
    secrets.put_webhook_secret("shop", WebhookSecret("canonical", ("whsec_one",)))
    new = WebhookSecret("canonical", ("whsec_two",))
    secrets.put_webhook_secret("shop", new, "2026-11-21T12:00:00.000Z")
    both = WebhookSecret("canonical", ("whsec_two", "whsec_one"))
    assert secrets.webhook_secret("shop", NOW) == both
    assert secrets.webhook_secret("shop", NOW + timedelta(hours=24)) == new
    at_once = WebhookSecret("canonical", ("whsec_three",))
    secrets.put_webhook_secret("shop", at_once)
    assert secrets.webhook_secret("shop", NOW) == at_once


def test_a_secret_that_is_the_first_has_none_before_it(secrets: Secrets | FakeSecrets) -> None:
    only = WebhookSecret("canonical", ("whsec_one",))
    secrets.put_webhook_secret("shop", only, "2026-11-21T12:00:00.000Z")
    assert secrets.webhook_secret("shop", NOW) == only
