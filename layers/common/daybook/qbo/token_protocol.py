"""How the tokens of a company are renewed by many workers without losing the one that counts.

A refresh may end the old refresh token at once, so that the new pair must be kept before anything
is done with it:

    lease (120 s, one refresher a company)
    └── read PENDING and CURRENT; a newer PENDING is what a refresher left that died: promote it
        └── refresh; a lost reply is asked again with the same refresh token
            └── write PENDING, promote it to CURRENT, only then use it

Promoting names the text that it takes the place of, and the store refuses it where something else
is current by then: so nothing is read between writing and promoting, and what is refused is read
again and decided anew.

Writing is never refused for an overrun lease: the pair may be the only one that lives. Of two pairs
the one further from the same consent stays current (`TokenPair.order`). `invalid_grant` is believed
only when no other refresher can still be about to write: if the lease was taken over from one that
let it run out, one lease is waited first. Nobody waits longer than the time that the caller has:
who cannot wait leaves that lease to run out too, so that the next one knows to wait.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from daybook.qbo.tokens import TIMEOUT_SECONDS, GrantRefused, RefreshUnknown, TokenPair

LEASE_SECONDS = 120
MARGIN = timedelta(minutes=5)
REFRESH_TRIES = 3
WRITE_TRIES = 3
PROMOTE_TURNS = 3
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

    promote makes a text that was written as PENDING current, in the place of the one that was read
    there, and PENDING no longer; where it is current already, it does nothing. False, and nothing
    done, where another text is current by now.
    """

    def read_current(self, realm: str) -> str | None: ...
    def read_pending(self, realm: str) -> str | None: ...
    def write_pending(self, realm: str, text: str) -> None: ...
    def promote(self, realm: str, pending: str, current: str | None) -> bool: ...


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
class _Found:
    """A pair, and the text of it that the store has: what is promoted is told by texts."""

    pair: TokenPair
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Refresher:
    realm: str
    secrets: TokenSecrets
    refresh: Callable[[TokenPair], TokenPair]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    remaining: Callable[[], float]

    def current(self) -> TokenPair | None:
        found = _found(self.secrets.read_current(self.realm))
        return found.pair if found else None

    def newest(self) -> _Found | None:
        """The newer of PENDING and CURRENT, made current. None where there is neither."""
        for _ in range(PROMOTE_TURNS):
            current = _found(self.secrets.read_current(self.realm))
            pending = _found(self.secrets.read_pending(self.realm))
            if pending is None or (current and not _is_newer(pending.pair, current.pair)):
                return current
            if self._promoted(pending, current):
                return pending
        raise RefreshUnknown(f"Other refreshers keep changing the tokens of {self.realm}.")

    def _promoted(self, pending: _Found, current: _Found | None) -> bool:
        there = current.text if current else None
        return self._repeated(lambda: self.secrets.promote(self.realm, pending.text, there))

    def is_fresh(self, pair: TokenPair) -> bool:
        return pair.expires_at - self.now() > MARGIN

    def renewed(self, current: _Found, taken_over: bool) -> TokenPair:
        """The pair after this one, kept. Raises ReconnectNeeded, ClientRefused, RefreshUnknown."""
        try:
            fresh = self._asked(current.pair)
        except GrantRefused as refusal:
            return self._written_by_another(current.pair, taken_over, refusal)
        return self._kept(fresh, current)

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

    def _kept(self, pair: TokenPair, before: _Found) -> TokenPair:
        """The pair, or a newer one that somebody else kept. before: what it was had for; while
        that is current still, the pair is the newest there is."""
        kept = _Found(pair, pair.to_json())
        self._repeated(lambda: self.secrets.write_pending(self.realm, kept.text))
        if self._promoted(kept, before):
            return pair
        newest = self.newest()
        return newest.pair if newest is not None and _is_newer(newest.pair, pair) else pair

    def _written_by_another(
        self, refused: TokenPair, taken_over: bool, refusal: GrantRefused
    ) -> TokenPair:
        if taken_over:
            if self.remaining() < LEASE_SECONDS:
                raise NoTimeToWait("Another refresher may be about to write.") from refusal
            self.sleep(LEASE_SECONDS)
        newest = self.newest()
        if newest is None or newest.pair.refresh_token == refused.refresh_token:
            raise ReconnectNeeded(str(refusal), refused.mark) from refusal
        if self.is_fresh(newest.pair):
            return newest.pair
        return self._kept(self._asked_once_more(newest.pair), newest)

    def _asked_once_more(self, pair: TokenPair) -> TokenPair:
        try:
            return self._asked(pair)
        except GrantRefused as refusal:
            raise ReconnectNeeded(str(refusal), pair.mark) from refusal

    def _repeated[T](self, write: Callable[[], T]) -> T:
        """The store may fail for a moment, and the pair must not be lost to that."""
        for turn in range(1, WRITE_TRIES + 1):
            try:
                return write()
            except Exception:
                if turn == WRITE_TRIES:
                    raise
            self.sleep(_PAUSE_SECONDS * turn)
        raise AssertionError("the last try returns or raises")


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
    over: bool = False,
    remaining: Callable[[], float] = lambda: _PLENTY_SECONDS,
    kept: Callable[[TokenPair], None] = _untold,
    given: Callable[[TokenPair], None] = _untold,
) -> str:
    """An access token that lives for at least five minutes more.

    force: the current one was answered with a 401; it is renewed unless another worker does so
    while this one waits. over: the caller remembers the current one, and it ends within five
    minutes; it is read only under the lease, where one that another renewed is found too.
    remaining: for how many seconds more the caller can wait. kept: told of
    the pair that is current after a renewal, also if it was another worker's. given: told of the
    pair whose token it is.
    Raises ReconnectNeeded; ClientRefused; RefreshUnknown where no answer came, another refresher
    held the lease for two minutes, or time is short; and what the secret store or `kept` raises.
    """
    work = _Refresher(realm, secrets, refresh, now, sleep, remaining)
    seen = None if over and not force else work.current()
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
        newest = work.newest()
        if newest is None:
            raise ReconnectNeeded(f"Company {work.realm} has no tokens.")
        if work.is_fresh(newest.pair) and newest.pair != rejected:
            return newest.pair
        return work.renewed(newest, grant.taken_over)
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
    Raises RefreshUnknown where others keep changing them, and what the secret store or `kept`
    raises.
    """
    work = _Refresher(realm, secrets, _never, now, sleep, lambda: _PLENTY_SECONDS)
    newest = work.newest()
    if newest is not None:
        kept(newest.pair)


def _never(_pair: TokenPair) -> TokenPair:
    raise AssertionError("nothing is renewed here")


def _found(text: str | None) -> _Found | None:
    return None if text is None else _Found(TokenPair.from_json(text), text)


def _is_newer(pair: TokenPair, other: TokenPair) -> bool:
    return pair.order > other.order
