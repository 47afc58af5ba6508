"""The part of the wiring that has tokens: renewed, kept before they are used, noted on the row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from daybook.domain.connection import Realm
from daybook.qbo import tokens
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.exceptions import DisconnectedError, QboError, UnauthorisedError
from daybook.qbo.token_protocol import MARGIN, ReconnectNeeded, access_token, take_up
from daybook.qbo.tokens import TokenPair
from daybook.store import clients
from daybook.store.secrets import SecretsUnavailable
from daybook.store.token_secrets import TokenLease, TokenSecrets
from daybook.workflows.poster import Reconnect, TokenUnavailable

if TYPE_CHECKING:
    from daybook.settings import Settings
    from daybook.store.connections import Connections
    from daybook.store.secrets import Secrets, Vault
    from daybook.workflows.connect import Consent, Redeemed

type Refresh = Callable[[Endpoints, tokens.AppKeys, TokenPair, datetime], TokenPair]
# For the moment in which a new consent takes the place of what was there.
_LEASE_SECONDS = 15
_LEASE_TRIES = 4
_LEASE_PAUSE_SECONDS = 1.0

# The name of the company that an access token opens, by its realm and environment.
type Opened = Callable[[str, str, str], str]


class Parts(Protocol):
    """The other parts of the stack that this one is made from."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def vault(self) -> "Vault": ...
    @property
    def secrets(self) -> "Secrets": ...
    @property
    def connections(self) -> "Connections": ...


class CompanyTokens:
    """The tokens of each company."""

    def __init__(
        self,
        parts: Parts,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        refresh: Refresh,
        opened: Opened,
    ) -> None:
        self._parts = parts
        self._now = now
        self._sleep = sleep
        self._refresh = refresh
        self._opened = opened
        # Access tokens that a person's consent has just given, by company: who may only write the
        # secret can use what it has in hand.
        self.redeemed: dict[str, str] = {}
        # By company: an access token, how long it is given out, and the marks of the pair that the
        # company's row may tell of meanwhile.
        self._held: dict[str, tuple[str, datetime, tuple[str, str]]] = {}

    @cached_property
    def secrets(self) -> TokenSecrets:
        """Where they are kept."""
        return TokenSecrets(clients.secrets_manager(), self._parts.vault)

    @cached_property
    def keys(self) -> tokens.AppKeys:
        """The app's own."""
        return tokens.AppKeys(*self._parts.secrets.intuit_app())

    def endpoints(self, environment: str) -> Endpoints:
        """Intuit's addresses, or the simulator's."""
        if self._parts.settings.qbo_url:
            return Endpoints.at(self._parts.settings.qbo_url)
        return Endpoints.intuit("sandbox" if environment == "sandbox" else "production")

    def access(
        self,
        realm: Realm,
        remaining: Callable[[], float] = lambda: float("inf"),
        *,
        force: bool = False,
    ) -> str:
        """An access token that is good for three minutes at least. Raises ReconnectNeeded,
        TokenError, SecretsUnavailable. remaining, force: as `access_token` has them.

        What was read is not read again until it would be renewed, while the company's row tells
        of the same pair: a call for each invocation would cost more than all else that posting
        does. A pair that is not taken any more is answered with a 401, and read again (force).
        """
        held = self._held.pop(realm.realm, None)
        known = held is not None and bool(realm.pair) and realm.pair in held[2]
        if held and known and not force and self._now() < held[1]:
            self._held[realm.realm] = held
            return held[0]
        endpoints = self.endpoints(realm.environment)

        def given(pair: TokenPair) -> None:
            # A secret is told as it was for a moment after it was written
            # (https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html): what
            # is older than the row is used once.
            if pair.mark >= realm.pair:
                marks = (realm.pair, pair.mark)
                self._held[realm.realm] = (pair.access_token, pair.expires_at - MARGIN, marks)

        return access_token(
            realm.realm,
            secrets=self.secrets,
            lease=TokenLease(self._parts.connections, self._now),
            refresh=lambda pair: self._with_keys(
                lambda keys: self._refresh(endpoints, keys, pair, self._now())
            ),
            now=self._now,
            sleep=self._sleep,
            force=force,
            over=known,
            remaining=remaining,
            kept=self._note,
            given=given,
        )

    def _with_keys(self, ask: Callable[[tokens.AppKeys], TokenPair]) -> TokenPair:
        """What Intuit answers to the app's keys. They are read once; where they are not taken any
        more they may have been replaced: then they are read again, and it is asked once more."""
        known = self.keys
        try:
            return ask(known)
        except tokens.ClientRefused:
            fresh = tokens.AppKeys(*self._parts.secrets.intuit_app())
            if fresh == known:
                raise
            self.keys = fresh
        return ask(fresh)

    def _note(self, pair: TokenPair) -> None:
        self._parts.connections.tokens_kept(pair.realm, pair.life(self._now()))

    def renew_idle(self, realm: Realm) -> None:
        """Have the tokens of a company renewed if they are old, and noted if another worker
        renewed them and did not. Raises Reconnect, TokenUnavailable."""
        with in_the_posters_words():
            self.access(realm)
        self.look(realm)

    def look(self, realm: Realm) -> None:
        """Take up newer tokens that a refresher kept and did not note. Raises as `renew_idle`."""
        with in_the_posters_words():
            take_up(
                realm.realm,
                secrets=self.secrets,
                now=self._now,
                sleep=self._sleep,
                kept=self._note,
            )

    def redeem(self, realm: str, consent: "Consent", environment: str) -> "Redeemed":
        """Exchange a person's consent; the new pair is kept before it is used.

        Where there is a pair already, the new one has to open that company first: tokens of
        another one would take the place of what works. Raises TokenError, QboError, WrongCompany.
        """
        from daybook.workflows.connect import Redeemed  # noqa: PLC0415

        moment = self._now()
        pair = self._exchanged(realm, consent, environment, moment)
        name = self._check_opens(realm, environment, consent, pair)
        with self._undisturbed(realm):
            self.secrets.create(realm, pair.to_json())
        self.redeemed[realm] = pair.access_token
        return Redeemed(pair.life(moment), name)

    @contextmanager
    def _undisturbed(self, realm: str) -> Iterator[None]:
        """While no refresher is between reading what is current and making its own so. Who does
        not end in a few seconds is not waited for: the new consent must be kept."""
        lease = TokenLease(self._parts.connections, self._now)
        grant = None
        for turn in range(_LEASE_TRIES):
            grant = lease.acquire(realm, _LEASE_SECONDS)
            if grant is not None or turn == _LEASE_TRIES - 1:
                break
            self._sleep(_LEASE_PAUSE_SECONDS)
        try:
            yield
        finally:
            # One that ran out is left to run out again: the next refresher has to know of it.
            if grant is not None and not grant.taken_over:
                lease.release(realm, grant.fence)

    def authorise_url(self, environment: str, redirect_uri: str, state: str) -> str:
        """Where a person consents. Raises SecretsUnavailable where the app has no keys yet."""
        keys = replace(self.keys, redirect_uri=redirect_uri)
        return tokens.authorise_url(self.endpoints(environment), keys, state)

    def revoke(self, realm: Realm) -> None:
        """End a company's consent. Raises TokenError, SecretsUnavailable."""
        text = self.secrets.read_pending(realm.realm) or self.secrets.read_current(realm.realm)
        try:
            pair = None if text is None else TokenPair.from_json(text)
        except ValueError:
            # Overwritten by hand: there is nothing of ours to be revoked.
            pair = None
        if pair is not None:
            tokens.revoke(self.endpoints(realm.environment), self.keys, pair.refresh_token)

    def _exchanged(
        self, realm: str, consent: "Consent", environment: str, moment: datetime
    ) -> TokenPair:
        endpoints = self.endpoints(environment)
        if consent.code:
            return self._with_keys(
                lambda keys: tokens.exchange_code(
                    endpoints,
                    replace(keys, redirect_uri=consent.redirect_uri or keys.redirect_uri),
                    consent.code,
                    realm,
                    moment,
                )
            )
        token = consent.refresh_token
        given = TokenPair("", token, moment, moment, realm, connected_at=moment)
        return self._with_keys(lambda keys: self._refresh(endpoints, keys, given, moment))

    def _check_opens(
        self, realm: str, environment: str, consent: "Consent", pair: TokenPair
    ) -> str:
        """The name of the company that the pair opens; "" where that is asked when it is kept."""
        known = self._parts.connections.realm(realm)
        if known is None or (consent.refresh_token and self._is_own(realm, consent)):
            return ""
        try:
            with opening(realm):
                return self._opened(realm, environment, pair.access_token)
        except UnauthorisedError:
            raise
        except DisconnectedError:
            # It is the company, which takes nothing for a reason of its own.
            return ""
        except QboError:
            if known.state == "connected":
                # What works is not given up for what may not.
                raise
            return ""

    def _is_own(self, realm: str, consent: "Consent") -> bool:
        """Whether no kept pair can be lost: there is none, its own token was given (then what
        that was exchanged for may be all that lives), or somebody has overwritten it by hand."""
        try:
            there = self.secrets.read_current(realm)
        except SecretsUnavailable:
            # The console may not read it: then the new pair is tried before it is kept.
            return False
        try:
            return there is None or (
                TokenPair.from_json(there).refresh_token == consent.refresh_token
            )
        except ValueError:
            return True


@contextmanager
def opening(realm: str) -> Iterator[None]:
    """Tokens that do not open a company, in words for the person who gave them."""
    try:
        yield
    except DisconnectedError as refusal:
        if refusal.outcome.reason != "reconnect_needed":
            raise
        from daybook.workflows.connect import WrongCompany  # noqa: PLC0415

        raise WrongCompany(
            f"These tokens do not open company {realm}: they are of another company, or the user "
            "who gave them is no administrator of it. Whatever worked before stays."
        ) from refusal


@contextmanager
def in_the_posters_words() -> Iterator[None]:
    """What keeps a token from being had, as what the poster does about it."""
    try:
        yield
    except ReconnectNeeded as lost:
        raise Reconnect(str(lost), lost.pair) from lost
    except ValueError as unreadable:
        # The secret was overwritten by hand: only another consent makes tokens.
        raise Reconnect(f"The company's tokens cannot be read: {unreadable}.") from unreadable
    except (tokens.TokenError, SecretsUnavailable) as failure:
        raise TokenUnavailable(str(failure)) from failure
