"""When the next request to a company may go: a pure value, kept by the company's one worker.

The worker owns the pace while its name stands on the company's row, and while a minute has few
batches it keeps them in memory alone (docs/decisions/0041-a-pace-with-an-owner.md).

QuickBooks takes 40 batches a minute, 500 requests a minute and 10 a second for a company, and asks
for 60 s of rest after a 429 (https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles).
Whether a batch counts once or per item is not published, and other apps use the same allowance: so
a 429 that our own items may have brought about halves the items a minute, and each clean minute
gives a tenth back (docs/decisions/0014-a-429-that-is-not-ours.md).
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

BATCHES_A_MINUTE = 40
MOST_ITEMS_A_BATCH = 30
MOST_ITEMS_A_MINUTE = BATCHES_A_MINUTE * MOST_ITEMS_A_BATCH
# One item a batch.
LEAST_ITEMS_A_MINUTE = BATCHES_A_MINUTE
# Were each item a request of its own, 500 a minute would be the limit. Less than nine tenths of it
# in the minute before a 429: then it was not for our items.
ITEMS_THAT_MAY_OVERLOAD = 450
BATCH_INTERVAL = timedelta(milliseconds=1_500)
# So many batches may go without waiting after a pause, so that what comes alone goes at once.
BURST = 4
# Within so long no more than 40 batches go: 60 s and 2 % more, for requests reach Intuit a little
# later or sooner than they left.
BATCH_WINDOW = timedelta(milliseconds=61_200)
# So many batches of one window its owner may keep in memory alone: what comes every eleven seconds
# costs no write, and a worker that takes over has 34 batches in its first minute.
UNSAVED = 6
# 500 a minute is stricter than 10 a second.
REQUEST_INTERVAL = timedelta(milliseconds=125)
MINUTE = timedelta(minutes=1)
# From the least to the most takes 36 clean minutes.
_MOST_STEPS = 60
_MILLISECOND = timedelta(milliseconds=1)

# When a batch went and how many items it had.
type Sent = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Pace:
    """All instants aware. clean_since: from when on clean minutes are counted.

    due_at: when the next batch would be due if batches went evenly; it may go up to three
    intervals before. sent: the batches of the last minute or so, at most 40. owner: the process
    that may have sent a few batches more than are saved.
    """

    clean_since: datetime
    due_at: datetime
    next_request_at: datetime
    items_a_minute: int = MOST_ITEMS_A_MINUTE
    sent: tuple[Sent, ...] = ()
    owner: str = ""

    @staticmethod
    def starting(now: datetime, owner: str = "") -> "Pace":
        """Full speed, at once."""
        return Pace(now, now, now, owner=owner)

    @property
    def most_items(self) -> int:
        """How many items the next batch may have: 1 to 30."""
        return max(1, min(MOST_ITEMS_A_BATCH, self.items_a_minute // BATCHES_A_MINUTE))

    def batch_at(self, now: datetime) -> datetime:
        """The first instant, not before now, at which a batch may go."""
        evenly = self.due_at - (BURST - 1) * BATCH_INTERVAL
        room = now
        if len(self.sent) >= BATCHES_A_MINUTE:
            room = self.sent[-BATCHES_A_MINUTE][0] + BATCH_WINDOW
        return max(now, evenly, room, self.next_request_at)

    def taken_over(self, at: datetime, owner: str) -> "Pace":
        """As another process finds it and makes it its own at this instant.

        The owner before saves each batch with which its window has more than UNSAVED: so what is
        missing here are at most those that UNSAVED leaves beside what is saved. They are taken for
        sent just now, at full size, and the next batch may go at once.
        """
        known = _since(self.sent, at - BATCH_WINDOW)
        unknown = max(0, UNSAVED - len(known))
        evenly = at + (BURST - 1) * BATCH_INTERVAL
        return replace(
            self,
            due_at=max(self.due_at, evenly) if unknown else self.due_at,
            sent=(*known, *[(at, self.most_items)] * unknown),
            owner=owner,
        )

    def may_stay_unsaved(self, at: datetime) -> bool:
        """Whether the window that ends at this instant has so few batches that whoever takes over
        reckons with them unasked."""
        return len(_since(self.sent, at - BATCH_WINDOW)) <= UNSAVED

    def request_at(self, now: datetime) -> datetime:
        """The first instant, not before now, at which another request may go."""
        return max(now, self.next_request_at)

    def after_batch(self, at: datetime, items: int, minute: timedelta = MINUTE) -> "Pace":
        """After a batch of `items` was sent at this instant. minute: how long a clean one is."""
        grown = self._grown(at, minute)
        spread = timedelta(milliseconds=-(-60_000 * items // grown.items_a_minute))
        return replace(
            grown,
            due_at=max(at, self.due_at) + max(BATCH_INTERVAL, spread),
            next_request_at=max(self.next_request_at, at + REQUEST_INTERVAL),
            sent=(*_since(self.sent, at - BATCH_WINDOW), (at, items))[-BATCHES_A_MINUTE:],
        )

    def after_request(self, at: datetime) -> "Pace":
        """After a look-up, or anything that is no batch, was sent at this instant."""
        return replace(self, next_request_at=max(self.next_request_at, at + REQUEST_INTERVAL))

    def after_throttle(self, at: datetime, wait_seconds: int) -> "Pace":
        """After a 429: rest, and halve the rate if our items may have been too many.

        Several at once, of requests in flight together, halve it once.
        """
        resumes = at + timedelta(seconds=wait_seconds)
        items = sum(number for _, number in _since(self.sent, at - MINUTE))
        halved = max(LEAST_ITEMS_A_MINUTE, self.items_a_minute // 2)
        is_ours = items >= ITEMS_THAT_MAY_OVERLOAD and at >= self.clean_since
        return replace(
            self,
            clean_since=max(resumes, self.clean_since),
            next_request_at=max(resumes, self.next_request_at),
            items_a_minute=halved if is_ours else self.items_a_minute,
        )

    def _grown(self, at: datetime, minute: timedelta) -> "Pace":
        steps = min(_MOST_STEPS, max(0, (at - self.clean_since) // minute))
        rate = self.items_a_minute
        for _ in range(steps):
            rate = min(MOST_ITEMS_A_MINUTE, rate + max(1, rate // 10))
        clean_since = self.clean_since + steps * minute if steps < _MOST_STEPS else at
        return replace(self, items_a_minute=rate, clean_since=clean_since)

    def to_json(self) -> str:
        """The pace as kept beside the company: batches by their milliseconds before `due_at`."""
        instants = (self.clean_since, self.due_at, self.next_request_at)
        ages = [[(self.due_at - at) // _MILLISECOND, items] for at, items in self.sent]
        at = (instant.isoformat() for instant in instants)
        kept = [*at, self.items_a_minute, ages, self.owner]
        return json.dumps(kept, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> "Pace":
        """The pace again."""
        row: list[Any] = json.loads(text)
        clean, due, request, rate = row[:4]
        ages, owner = (row[4], row[5]) if len(row) > 5 else ((), "")
        due_at = datetime.fromisoformat(due)
        sent = tuple((due_at - age * _MILLISECOND, items) for age, items in ages)
        since, next_request = datetime.fromisoformat(clean), datetime.fromisoformat(request)
        return Pace(since, due_at, next_request, rate, sent, owner)


def _since(sent: tuple[Sent, ...], start: datetime) -> tuple[Sent, ...]:
    return tuple(one for one in sent if one[0] > start)
