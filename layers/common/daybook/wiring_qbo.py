"""The part of the wiring that speaks to Intuit: clients, tokens, pace."""

import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from daybook.domain.connection import Realm
from daybook.domain.posting import Posting
from daybook.qbo import tokens
from daybook.qbo.client import books
from daybook.qbo.company import Company
from daybook.qbo.comparison import is_same
from daybook.qbo.documents import body_of
from daybook.qbo.rate import MINUTE
from daybook.qbo.transport import HttpsSender, Send
from daybook.store.secrets import WebhookSecret
from daybook.telemetry import line, logger
from daybook.wiring_lanes import Lanes, ThreadPool
from daybook.wiring_pace import Turns
from daybook.wiring_tokens import CompanyTokens, Refresh, in_the_posters_words, opening
from daybook.workflows.closed_books import remembered
from daybook.workflows.poster import InlinePool, Pool, Poster, Recent

if TYPE_CHECKING:
    from daybook.domain.imported import Imported
    from daybook.qbo.audit import Audit
    from daybook.queues import Doorbell
    from daybook.settings import Settings
    from daybook.store.connections import Connections
    from daybook.store.ledger import Ledger
    from daybook.store.mappings import Mappings
    from daybook.store.secrets import Secrets, Vault
    from daybook.workflows.connect import Connector
    from daybook.workflows.release import Releaser


_SETTLE_SECONDS = 150
# What nobody sleeps away who waits for a token: it must be left to do something with it.
_RESERVE_SECONDS = 60.0

# For a token, while another process renews it: one lease of 120 s and some.
_AUDIT_WAIT_SECONDS = 150.0


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

    def __init__(  # noqa: PLR0913, PLR0917 -- what it is made from
        self,
        parts: Parts,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        sender: Callable[[], Send] = HttpsSender,
        refresh: Refresh = tokens.refresh,
        process: str = "",
    ) -> None:
        """sender: makes what carries requests to Intuit. refresh: exchanges a pair of tokens.
        process: a name that no other process has; by default a random one."""
        self._parts = parts
        self._now = now
        self._sleep = sleep
        self._sender = sender
        self.tokens = CompanyTokens(parts, now, sleep, refresh, self._opened)
        # By company and environment: connected again it may be in the other one.
        self._companies: dict[tuple[str, str], Company] = {}
        self._lanes: dict[tuple[str, str], Lanes] = {}
        self._tokens: dict[str, str] = {}
        self._posted = Recent()
        # It owns the pace of companies.
        own = process or uuid.uuid4().hex[:12]
        self._turns = Turns(lambda: parts.connections, own, now, self._rest)

    def _rest(self, seconds: float) -> None:
        self._sleep(seconds)

    def company(
        self, realm: Realm, remaining: Callable[[], float] = lambda: float("inf")
    ) -> Company:
        """The client of a company, its token good for three minutes at least. Raises
        ReconnectNeeded, TokenError. remaining: for how many seconds more it may be waited for."""
        self._tokens[realm.realm] = self.tokens.access(realm, remaining)
        return self._company(realm)

    def _company(self, realm: Realm) -> Company:
        where = realm.realm, realm.environment
        if where not in self._companies:
            self._companies[where] = self._client(realm)
        return self._companies[where]

    def _client(self, realm: Realm) -> Company:
        """A new client, for one thread, with the token that is newest when it is used."""
        name = realm.realm
        api = self.tokens.endpoints(realm.environment).api
        return Company(books(name, api, self._sender(), lambda: self._tokens[name]))

    def _open(self, realm: Realm, remaining: Callable[[], float]) -> Company:
        with in_the_posters_words():
            return self.company(realm, remaining)

    def _renew(self, realm: Realm, remaining: Callable[[], float]) -> Company:
        with in_the_posters_words():
            self._tokens[realm.realm] = self.tokens.access(realm, remaining, force=True)
        return self._company(realm)

    @cached_property
    def threads(self) -> ThreadPool:
        """Lanes for the requests of one poster at a time."""
        return ThreadPool()

    def _lanes_of(self, realm: Realm) -> Lanes:
        where = realm.realm, realm.environment
        if where not in self._lanes:
            self._lanes[where] = Lanes(lambda: self._client(realm))
        return self._lanes[where]

    def poster(
        self, remaining_seconds: Callable[[], float], pool: Pool[Any] | None = None
    ) -> Poster:
        """For `drain`. pool: where requests run; by default here, one after the other."""
        parts = self._parts

        def to_wait() -> float:
            return remaining_seconds() - _RESERVE_SECONDS

        def opened(realm: Realm) -> Lanes:
            self._open(realm, to_wait)
            return self._lanes_of(realm)

        def renewed(realm: Realm) -> Lanes:
            self._renew(realm, to_wait)
            return self._lanes_of(realm)

        def rung(realm: str, hint: Sequence[str]) -> None:
            # The bell is made when it is rung: most drains end with nothing left.
            parts.doorbell(realm, hint)

        return Poster(
            ledger=parts.ledger,
            connections=parts.connections,
            doorbell=rung,
            books=opened,
            renew=renewed,
            body=body_of,
            is_same=is_same,
            wait_for_turn=self._wait,
            slow_down=self._slow_down,
            clock=self._now,
            remaining_seconds=remaining_seconds,
            settle_seconds=parts.settings.settle_seconds,
            alarm=_alarm,
            alarm_of_company=_alarm_of_company,
            closing=remembered(parts.connections, parts.mappings),
            parties_known=self._parties_known,
            pool=pool or InlinePool(),
            posted=self._posted,
        )

    def _parties_known(self, rows: Sequence[Posting]) -> None:
        from daybook.workflows.link import created  # noqa: PLC0415

        created(rows, self._parts.releaser)

    def _wait(self, realm: Realm, items: int) -> int:
        """Wait for the company's turn; how many items may go at most."""
        return self._turns.wait(realm, items, self._clean_minute)

    @property
    def _clean_minute(self) -> timedelta:
        """A minute without a 429, which shrinks with the settle time as every rest does."""
        return MINUTE * self._parts.settings.settle_seconds / _SETTLE_SECONDS

    def _slow_down(self, realm: Realm, seconds: int) -> None:
        self._turns.slow_down(realm, seconds)

    def import_books(
        self,
        realm: Realm,
        version: int,
        before: "Imported | None",
        progress: Callable[[int, int], None],
    ) -> "Imported":
        """A company's chart and directory as they are now; with an import before, perhaps by what
        changed since. Raises QboError, TokenError, ReconnectNeeded."""
        from daybook.qbo.chart import import_books  # noqa: PLC0415
        from daybook.qbo.lists import Reader  # noqa: PLC0415

        reader = Reader(self.company(realm), self._sleep, progress)
        return import_books(reader, version, self._now(), before)

    def audit(self, realm: Realm) -> "Audit":
        """A company's books, to be read for a proof. Raises Reconnect, TokenUnavailable."""
        from daybook.qbo.audit import Audit  # noqa: PLC0415

        chart = self._parts.mappings.chart(realm.realm)
        currency = chart.home_currency if chart else "USD"

        def to_wait() -> float:
            return _AUDIT_WAIT_SECONDS

        company = self._open(realm, to_wait)
        return Audit(company, self._sleep, lambda: self._renew(realm, to_wait), currency)

    @cached_property
    def connector(self) -> "Connector":
        """For `connect`."""
        from daybook.workflows.connect import Connector  # noqa: PLC0415

        parts = self._parts
        return Connector(
            connections=parts.connections,
            mappings=parts.mappings,
            releaser=parts.releaser,
            redeem=self.tokens.redeem,
            company=self._name,
            import_books=self.import_books,
            keep_secret=lambda connection, source, secret: parts.secrets.put_webhook_secret(
                connection, WebhookSecret(source, (secret,))
            ),
            clock=self._now,
        )

    def _name(self, realm: Realm) -> str:
        """The name of a company, by the tokens that are kept. Raises WrongCompany."""
        token = self.tokens.redeemed.get(realm.realm)
        with opening(realm.realm):
            if token is not None:
                return self._opened(realm.realm, realm.environment, token)
            return self.company(realm).company_name()

    def _opened(self, realm: str, environment: str, token: str) -> str:
        """The name of the company that an access token opens. Raises QboError."""
        api = self.tokens.endpoints(environment).api
        return Company(books(realm, api, self._sender(), lambda: token)).company_name()


def _alarm(word: str, row: Posting) -> None:
    """What a person must see at once; the log line raises the alarm of its metric filter."""
    line(logger("poster"), word, posting=row.id, connection=row.key.connection)


def _alarm_of_company(word: str, realm: str) -> None:
    """As `_alarm`, of a company as a whole."""
    line(logger("poster"), word, realm=realm)
