"""The `requestid` store: the same id in the same realm gets the first reply again.

https://blogs.intuit.com/2015/04/06/15346 promises the replay; how long it is kept, whether it is
kept per item or per request, and whether faults are kept are unknown, hence switches.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MAX_REQUESTID = 50
_TEN_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True)
class Reply:
    """What one operation answered: the members of its JSON object, and whether it is a fault."""

    members: dict[str, Any]
    status: int = 200
    is_fault: bool = False


@dataclass(frozen=True)
class _Kept:
    reply: Reply
    request: str
    at: datetime


class ReplayStore:
    """Replies by key; a key is the requestid, for a batch item with its bId appended."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def find(self, key: str, mode: str, now: datetime) -> Reply | None:
        """The reply kept under `key` in `mode` (kept, 10min, ignored), or None."""
        kept = self._kept.get(key)
        if kept is None or mode == "ignored":
            return None
        if mode == "10min" and now - kept.at > _TEN_MINUTES:
            return None
        return kept.reply

    def is_other_request(self, key: str, request: str) -> bool:
        """Whether what was first sent under `key` differs from `request`."""
        kept = self._kept.get(key)
        return kept is not None and kept.request != request

    def keep(self, key: str, request: str, reply: Reply, now: datetime) -> None:
        """Remember the reply to `request`."""
        self._kept[key] = _Kept(reply, request, now)
