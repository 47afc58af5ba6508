"""How the tokens of a company are renewed by many workers without losing the one that counts.

A refresh may end the old refresh token at once, so that the new pair must be kept before anything
is done with it:

    lease (120 s, one refresher a company)
    └── read PENDING and CURRENT; a newer PENDING is what a refresher left that died: promote it
        └── refresh; a lost reply is asked again with the same refresh token
            └── write PENDING, promote it to CURRENT, only then use it

Writing is never refused for an overrun lease: the pair may be the only one that lives. Of two pairs
the one further from the same consent stays current (`TokenPair.order`). `invalid_grant` is believed
only when no other refresher can still be about to write: if the lease was taken over from one that
let it run out, one lease is waited first. Nobody waits longer than the time that the caller has:
who cannot wait leaves that lease to run out too, so that the next one knows to wait.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from daybook.qbo.tokens import TIMEOUT_SECONDS, GrantRefused, RefreshUnknown, TokenPair

LEASE_SECONDS = 120
MARGIN = timedelta(minutes=5)
REFRESH_TRIES = 3
WRITE_TRIES = 3
_PAUSE_SECONDS = 1.0
# Three tries of 30 s each end within the lease.
_LAST_TRY_AFTER = timedelta(seconds=LEASE_SECONDS - 45)
# A little longer than a lease, so that one that is never released can be taken over.
_LEASE_TURNS = 65
_LEASE_PAUSE_SECONDS = 2.0
# Of a caller whose time nothing limits.
_PLENTY_SECONDS = 86_400


class ReconnectNeeded(Exception):  # noqa: N818 -- the reason it becomes
    """The consent is over: a person must connect the company again.

    pair: the mark of the tokens that were refused, "" where there are none.
    """

    def __init__(self, text: str, pair: str = "") -> None:
        super().__init__(text)
        self.pair = pair


class NoTimeToWait(RefreshUnknown):
    """Another refresher may be about to write, and the caller's time ends before that is over."""


class TokenSecrets(Protocol):
    """The secret of a company: a text in each of the stages CURRENT and PENDING, or None.

    promote makes what is PENDING current; where it is already, it does nothing.
    """

    def read_current(self, realm: str) -> str | None: ...
    def read_pending(self, realm: str) -> str | None: ...
    def write_pending(self, realm: str, text: str) -> None: ...
    def promote(self, realm: str) -> None: ...


class Grant(Protocol):
    """A lease held. taken_over: the one before was not released but ran out."""

    @property
    def fence(self) -> int: ...
    @property
    def taken_over(self) -> bool: ...


class Lease(Protocol):
    """One refresher a company. acquire: None while another holds it."""

    def acquire(self, realm: str, seconds: int) -> Grant | None: ...
    def release(self, realm: str, fence: int) -> None: ...


@dataclass(frozen=True, slots=True)
class _Refresher:
    realm: str
    secrets: TokenSecrets
    refresh: Callable[[TokenPair], TokenPair]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    remaining: Callable[[], float]

    def current(self) -> TokenPair | None:
        return _pair(self.secrets.read_current(self.realm))

    def newest(self) -> TokenPair | None:
        """The newer of PENDING and CURRENT, made current. None where there is neither."""
        current, pending = self.current(), _pair(self.secrets.read_pending(self.realm))
        if pending is not None and _is_newer(pending, current):
            self._repeated(lambda: self.secrets.promote(self.realm))
            return pending
        return current

    def is_fresh(self, pair: TokenPair) -> bool:
        return pair.expires_at - self.now() > MARGIN

    def renewed(self, pair: TokenPair, taken_over: bool) -> TokenPair:
        """The pair after this one, kept. Raises ReconnectNeeded, ClientRefused, RefreshUnknown."""
        try:
            fresh = self._asked(pair)
        except GrantRefused as refusal:
            return self._written_by_another(pair, taken_over, refusal)
        return self._kept(fresh)

    def _asked(self, pair: TokenPair) -> TokenPair:
        began = self.now()
        for turn in range(1, REFRESH_TRIES + 1):
            if self.remaining() < TIMEOUT_SECONDS:
                raise RefreshUnknown("No time is left to wait for an answer.")
            try:
                return self.refresh(pair)
            except RefreshUnknown:
                if turn == REFRESH_TRIES or self.now() - began > _LAST_TRY_AFTER:
                    raise
            self.sleep(_PAUSE_SECONDS * turn)
        raise AssertionError("the last try returns or raises")

    def _kept(self, pair: TokenPair) -> TokenPair:
        self._repeated(lambda: self.secrets.write_pending(self.realm, pair.to_json()))
        newest = self.newest()
        return newest if newest is not None and _is_newer(newest, pair) else pair

    def _written_by_another(
        self, refused: TokenPair, taken_over: bool, refusal: GrantRefused
    ) -> TokenPair:
        if taken_over:
            if self.remaining() < LEASE_SECONDS:
                raise NoTimeToWait("Another refresher may be about to write.") from refusal
            self.sleep(LEASE_SECONDS)
        newest = self.newest()
        if newest is not None and newest.refresh_token != refused.refresh_token:
            return newest if self.is_fresh(newest) else self._kept(self._asked_once_more(newest))
        raise ReconnectNeeded(str(refusal), refused.mark) from refusal

    def _asked_once_more(self, pair: TokenPair) -> TokenPair:
        try:
            return self._asked(pair)
        except GrantRefused as refusal:
            raise ReconnectNeeded(str(refusal), pair.mark) from refusal

    def _repeated(self, write: Callable[[], None]) -> None:
        """The store may fail for a moment, and the pair must not be lost to that."""
        for turn in range(1, WRITE_TRIES + 1):
            try:
                return write()
            except Exception:
                if turn == WRITE_TRIES:
                    raise
            self.sleep(_PAUSE_SECONDS * turn)
        return None


def _untold(_pair: TokenPair) -> None:
    """Nobody keeps account of the tokens' lives."""


def access_token(  # noqa: PLR0913 -- what it depends on
    realm: str,
    *,
    secrets: TokenSecrets,
    lease: Lease,
    refresh: Callable[[TokenPair], TokenPair],
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    force: bool = False,
    remaining: Callable[[], float] = lambda: _PLENTY_SECONDS,
    kept: Callable[[TokenPair], None] = _untold,
    given: Callable[[TokenPair], None] = _untold,
) -> str:
    """An access token that lives for at least five minutes more.

    force: the current one was answered with a 401; it is renewed unless another worker does so
    while this one waits. remaining: for how many seconds more the caller can wait. kept: told of
    the pair that is current after a renewal, also if it was another worker's. given: told of the
    pair whose token it is.
    Raises ReconnectNeeded; ClientRefused; RefreshUnknown where no answer came, another refresher
    held the lease for two minutes, or time is short; and what the secret store or `kept` raises.
    """
    work = _Refresher(realm, secrets, refresh, now, sleep, remaining)
    seen = work.current()
    if seen is not None and work.is_fresh(seen) and not force:
        given(seen)
        return seen.access_token
    for _ in range(_LEASE_TURNS):
        grant = lease.acquire(realm, LEASE_SECONDS)
        if grant is not None:
            pair = _under_lease(work, lease, grant, seen if force else None)
            kept(pair)
            given(pair)
            return pair.access_token
        if remaining() < _LEASE_PAUSE_SECONDS:
            break
        sleep(_LEASE_PAUSE_SECONDS)
        there = work.current()
        if there is not None and there != seen and work.is_fresh(there):
            given(there)
            return there.access_token
    raise RefreshUnknown(f"Another refresher holds the lease of {realm}.")


def _under_lease(
    work: _Refresher, lease: Lease, grant: Grant, rejected: TokenPair | None
) -> TokenPair:
    overtaken = False
    try:
        pair = work.newest()
        if pair is None:
            raise ReconnectNeeded(f"Company {work.realm} has no tokens.")
        if not work.is_fresh(pair) or pair == rejected:
            pair = work.renewed(pair, grant.taken_over)
        return pair
    except NoTimeToWait:
        overtaken = True
        raise
    finally:
        if not overtaken:
            lease.release(work.realm, grant.fence)


def take_up(
    realm: str,
    *,
    secrets: TokenSecrets,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    kept: Callable[[TokenPair], None],
) -> None:
    """Make a pair current that was kept by a refresher that died, and tell of the newest there
    is. Asks Intuit nothing, and needs no lease: the newer of two pairs wins whoever compares them.
    Raises what the secret store or `kept` raises.
    """
    work = _Refresher(realm, secrets, _never, now, sleep, lambda: _PLENTY_SECONDS)
    pair = work.newest()
    if pair is not None:
        kept(pair)


def _never(_pair: TokenPair) -> TokenPair:
    raise AssertionError("nothing is renewed here")


def _pair(text: str | None) -> TokenPair | None:
    return None if text is None else TokenPair.from_json(text)


def _is_newer(pair: TokenPair, other: TokenPair | None) -> bool:
    return other is None or pair.order > other.order
