"""The part of the wiring that speaks to Intuit: clients, tokens, pace."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from daybook.domain.connection import Realm
from daybook.domain.imported import Imported
from daybook.domain.posting import Posting
from daybook.qbo import tokens
from daybook.qbo.chart import import_books
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.comparison import is_same
from daybook.qbo.documents import body_of
from daybook.qbo.endpoints import Endpoints
from daybook.qbo.exceptions import DisconnectedError, QboError, UnauthorisedError
from daybook.qbo.lists import Reader
from daybook.qbo.rate import Pace
from daybook.qbo.token_protocol import ReconnectNeeded, access_token
from daybook.qbo.transport import HttpsSender
from daybook.store import clients
from daybook.store.secrets import SecretsUnavailable, WebhookSecret
from daybook.store.token_secrets import TokenLease, TokenSecrets
from daybook.telemetry import line, logger
from daybook.workflows.connect import Connector
from daybook.workflows.poster import Poster, Reconnect, TokenUnavailable

if TYPE_CHECKING:
    from daybook.queues import Doorbell
    from daybook.settings import Settings
    from daybook.store.connections import Connections
    from daybook.store.ledger import Ledger
    from daybook.store.mappings import Mappings
    from daybook.store.secrets import Secrets, Vault
    from daybook.workflows.release import Releaser


# Longer than the pace of one item a batch ever asks for.
_MOST_WAIT_SECONDS = 60.0


class Parts(Protocol):
    """The other parts of the stack that this one is made from; `wiring.Wiring` has them."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def vault(self) -> "Vault": ...
    @property
    def secrets(self) -> "Secrets": ...
    @property
    def ledger(self) -> "Ledger": ...
    @property
    def connections(self) -> "Connections": ...
    @property
    def mappings(self) -> "Mappings": ...
    @property
    def doorbell(self) -> "Doorbell": ...
    @property
    def releaser(self) -> "Releaser": ...


class QuickBooks:
    """Clients of companies, with tokens that are renewed and kept before they are used."""

    def __init__(
        self,
        parts: Parts,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._parts = parts
        self._now = now
        self._sleep = sleep
        self._companies: dict[str, Company] = {}
        self._tokens: dict[str, str] = {}

    @cached_property
    def _secrets(self) -> TokenSecrets:
        return TokenSecrets(clients.secrets_manager(), self._parts.vault)

    @cached_property
    def _keys(self) -> tokens.AppKeys:
        return tokens.AppKeys(*self._parts.secrets.intuit_app())

    def _endpoints(self, environment: str) -> Endpoints:
        if self._parts.settings.qbo_url:
            return Endpoints.at(self._parts.settings.qbo_url)
        return Endpoints.intuit("sandbox" if environment == "sandbox" else "production")

    def company(self, realm: Realm) -> Company:
        """The client of a company, its token good for five minutes at least. Raises
        ReconnectNeeded, TokenError."""
        self._tokens[realm.realm] = self._token(realm)
        if realm.realm not in self._companies:
            name = realm.realm
            api = self._endpoints(realm.environment).api
            self._companies[name] = Company(
                books(name, api, HttpsSender(), lambda: self._tokens[name])
            )
        return self._companies[realm.realm]

    def _token(self, realm: Realm, force: bool = False) -> str:
        endpoints = self._endpoints(realm.environment)
        return access_token(
            realm.realm,
            secrets=self._secrets,
            lease=TokenLease(self._parts.connections, self._now),
            refresh=lambda pair: tokens.refresh(endpoints, self._keys, pair, self._now()),
            now=self._now,
            sleep=self._sleep,
            force=force,
        )

    def _open(self, realm: Realm) -> Company:
        with _in_the_posters_words():
            return self.company(realm)

    def _renew(self, realm: Realm) -> Company:
        with _in_the_posters_words():
            self._tokens[realm.realm] = self._token(realm, force=True)
        return self._companies[realm.realm]

    def poster(self, remaining_seconds: Callable[[], float]) -> Poster:
        """For `drain`."""
        parts = self._parts
        return Poster(
            ledger=parts.ledger,
            connections=parts.connections,
            doorbell=parts.doorbell,
            books=self._open,
            renew=self._renew,
            body=body_of,
            is_same=is_same,
            wait_for_turn=self._wait,
            slow_down=self._slow_down,
            clock=self._now,
            remaining_seconds=remaining_seconds,
            settle_seconds=parts.settings.settle_seconds,
            alarm=_alarm,
            parties_known=self._parties_known,
        )

    def _parties_known(self, rows: Sequence[Posting]) -> None:
        from daybook.workflows.link import created  # noqa: PLC0415

        created(rows, self._parts.releaser)

    def _wait(self, realm: Realm, items: int) -> int:
        """Wait for the company's turn; how many items may go at most."""
        now = self._now()
        pace = Pace.from_json(realm.pace) if realm.pace else Pace.starting(now)
        at = pace.batch_at(now)
        if at > now:
            # A rest that was asked for is kept by parking; a company that a person unparked since
            # must not keep the function asleep until it times out.
            self._sleep(min((at - now).total_seconds(), _MOST_WAIT_SECONDS))
        most = min(items, pace.most_items)
        self._parts.connections.save_pace(realm.realm, pace.after_batch(at, most).to_json())
        return most

    def _slow_down(self, realm: Realm, seconds: int) -> None:
        now = self._now()
        latest = self._parts.connections.realm(realm.realm) or realm
        pace = Pace.from_json(latest.pace) if latest.pace else Pace.starting(now)
        slower = pace.after_throttle(now, seconds)
        self._parts.connections.save_pace(realm.realm, slower.to_json())

    def import_books(
        self,
        realm: Realm,
        version: int,
        before: Imported | None,
        progress: Callable[[int, int], None],
    ) -> Imported:
        """A company's chart and directory as they are now; with an import before, perhaps by what
        changed since. Raises QboError, TokenError, ReconnectNeeded."""
        reader = Reader(self.company(realm), self._sleep, progress)
        return import_books(reader, version, self._now(), before)

    @cached_property
    def connector(self) -> Connector:
        """For `connect`."""
        parts = self._parts
        return Connector(
            connections=parts.connections,
            mappings=parts.mappings,
            releaser=parts.releaser,
            redeem=self._redeem,
            company=lambda realm: self.company(realm).company_name(),
            import_books=self.import_books,
            keep_secret=lambda connection, source, secret: parts.secrets.put_webhook_secret(
                connection, WebhookSecret(source, (secret,))
            ),
            clock=self._now,
        )

    def _redeem(self, realm: str, refresh_token: str, environment: str) -> tuple[str, str]:
        """Exchange a pasted refresh token; the new pair is kept before it is used.

        Where a connected company has a pair that works, the new one has to open that company
        first: a token of another one would end what works. Raises TokenError, QboError.
        """
        moment = self._now()
        given = tokens.TokenPair("", refresh_token, moment, moment, realm, connected_at=moment)
        pair = tokens.refresh(self._endpoints(environment), self._keys, given, moment)
        self._check_opens(realm, environment, given, pair)
        self._secrets.create(realm, pair.to_json())
        hard = pair.hard_expires_at.isoformat() if pair.hard_expires_at else ""
        return pair.refresh_expires_at.isoformat(), hard

    def _check_opens(
        self, realm: str, environment: str, given: tokens.TokenPair, pair: tokens.TokenPair
    ) -> None:
        known = self._parts.connections.realm(realm)
        kept = self._secrets.read_current(realm)
        if known is None or known.state != "connected" or kept is None:
            return
        try:
            own = tokens.TokenPair.from_json(kept).refresh_token == given.refresh_token
        except ValueError:
            # Overwritten by hand: there is nothing that works and could be lost.
            return
        if own:
            # What it was exchanged for may be all that lives: it is kept before it is used.
            return
        api = self._endpoints(environment).api
        company = Company(books(realm, api, HttpsSender(), lambda: pair.access_token))
        try:
            company.company_name()
        except UnauthorisedError:
            raise
        except DisconnectedError as refusal:
            if refusal.outcome.reason == "reconnect_needed":
                raise
        except QboError:
            # No answer to the question: as before, the pair is kept before it is used.
            return


@contextmanager
def _in_the_posters_words() -> Iterator[None]:
    """What keeps a token from being had, as what the poster does about it."""
    try:
        yield
    except ReconnectNeeded as lost:
        raise Reconnect(str(lost)) from lost
    except ValueError as unreadable:
        # The secret was overwritten by hand: only another consent makes tokens.
        raise Reconnect(f"The company's tokens cannot be read: {unreadable}.") from unreadable
    except (tokens.TokenError, SecretsUnavailable) as failure:
        raise TokenUnavailable(str(failure)) from failure


def _alarm(word: str, row: Posting) -> None:
    """What a person must see at once; the log line raises the alarm of its metric filter."""
    line(logger("poster"), word, posting=row.id, connection=row.key.connection)
