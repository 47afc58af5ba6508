"""The part of the wiring that waits for a company's turn: its pace, kept in memory and on its row.

The company's one worker owns the pace while its name stands on the row. What it has in memory is
the truth then; what is saved may lack a few batches, with which whoever takes over reckons
(`Pace.taken_over`, docs/decisions/0041-a-pace-with-an-owner.md).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from daybook.domain.connection import Realm
from daybook.qbo.rate import Pace

# Longer than the pace of one item a batch ever asks for.
_MOST_WAIT: Final = timedelta(seconds=60)
# How often a company is taken over again that another process took meanwhile.
_MOST_TRIES: Final = 5


class Rows(Protocol):
    """Where companies are kept: `store.connections.Connections`."""

    def realm(self, realm: str) -> Realm | None: ...
    def save_pace(self, realm: str, pace: str, before: str) -> bool: ...


class Turns:
    """The turns of every company that this process posts to."""

    def __init__(
        self,
        rows: Callable[[], Rows],
        process: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        """process: its own name, which no other process has."""
        self._rows = rows
        self._process = process
        self._now = now
        self._sleep = sleep
        self._own: dict[str, Pace] = {}

    def wait(self, realm: Realm, items: int, clean_minute: timedelta) -> int:
        """Wait for the company's turn; how many items may go at most. realm: as it is now.

        Raises TimeoutError where others take the company over again and again."""
        row = realm
        for _ in range(_MOST_TRIES):
            most = self._turn(row, items, clean_minute)
            if most:
                return most
            row = self._latest(row)
        raise TimeoutError(f"{realm.realm}: the pace changed {_MOST_TRIES} times while it was kept")

    def _turn(self, row: Realm, items: int, clean_minute: timedelta) -> int:
        """As `wait`, by this row; 0 if it changed meanwhile."""
        now = self._now()
        # A rest that was asked for is kept by parking; a company that a person unparked since
        # must not keep the function asleep until it times out.
        at = min(self._pace(row, now).batch_at(now), now + _MOST_WAIT)
        if at > now:
            self._sleep((at - now).total_seconds())
        moment = max(at, self._now())
        pace = self._pace(row, moment)
        most = min(items, pace.most_items)
        sent = pace.after_batch(moment, most, clean_minute)
        is_known = at == now and self._is_own(row) and sent.may_stay_unsaved(moment)
        return most if self._keep(row, sent, saved=not is_known) else 0

    def slow_down(self, realm: Realm, seconds: int) -> None:
        """After a 429. Raises TimeoutError as `wait` does."""
        row = realm
        for _ in range(_MOST_TRIES):
            row, now = self._latest(row), self._now()
            slower = self._pace(row, now).after_throttle(now, seconds)
            if self._keep(row, slower, saved=True):
                return
        raise TimeoutError(f"{realm.realm}: the pace changed {_MOST_TRIES} times while it was kept")

    def _latest(self, realm: Realm) -> Realm:
        return self._rows().realm(realm.realm) or realm

    def _is_own(self, row: Realm) -> bool:
        owner = Pace.from_json(row.pace).owner if row.pace else ""
        return owner == self._process and row.realm in self._own

    def _pace(self, row: Realm, now: datetime) -> Pace:
        """What this process knows if the company is its own, else what it takes over."""
        if self._is_own(row):
            return self._own[row.realm]
        if not row.pace:
            return Pace.starting(now, self._process)
        return Pace.from_json(row.pace).taken_over(now, self._process)

    def _keep(self, row: Realm, pace: Pace, *, saved: bool) -> bool:
        """Whether it is kept: not where another process has written it since the row was read."""
        if saved and not self._rows().save_pace(row.realm, pace.to_json(), row.pace):
            return False
        self._own[row.realm] = pace
        return True
