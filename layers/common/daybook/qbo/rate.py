"""When the next request to a company may go: a pure value, kept by the company's one worker.

QuickBooks takes 40 batches a minute, 500 requests a minute and 10 a second for a company, and asks
for 60 s of rest after a 429 (https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles).
Whether a batch counts once or per item is not published, and other apps use the same allowance: so
a 429 halves the items a minute, and each clean minute gives a tenth back.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

BATCHES_A_MINUTE = 40
MOST_ITEMS_A_BATCH = 30
MOST_ITEMS_A_MINUTE = BATCHES_A_MINUTE * MOST_ITEMS_A_BATCH
# One item a batch.
LEAST_ITEMS_A_MINUTE = BATCHES_A_MINUTE
# 60 s / 40 and 2 % more: requests reach Intuit a little later or sooner than they left.
BATCH_INTERVAL = timedelta(milliseconds=1_530)
# 500 a minute is stricter than 10 a second.
REQUEST_INTERVAL = timedelta(milliseconds=125)
_MINUTE = timedelta(minutes=1)
# From the least to the most takes 36 clean minutes.
_MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Pace:
    """All instants aware. clean_since: from when on clean minutes are counted."""

    clean_since: datetime
    next_batch_at: datetime
    next_request_at: datetime
    items_a_minute: int = MOST_ITEMS_A_MINUTE

    @staticmethod
    def starting(now: datetime) -> "Pace":
        """Full speed, at once."""
        return Pace(now, now, now)

    @property
    def most_items(self) -> int:
        """How many items the next batch may have: 1 to 30."""
        return max(1, min(MOST_ITEMS_A_BATCH, self.items_a_minute // BATCHES_A_MINUTE))

    def batch_at(self, now: datetime) -> datetime:
        """The first instant, not before now, at which a batch may go."""
        return max(now, self.next_batch_at, self.next_request_at)

    def request_at(self, now: datetime) -> datetime:
        """The first instant, not before now, at which another request may go."""
        return max(now, self.next_request_at)

    def after_batch(self, at: datetime, items: int) -> "Pace":
        """After a batch of `items` was sent at this instant."""
        grown = self._grown(at)
        spread = timedelta(milliseconds=-(-60_000 * items // grown.items_a_minute))
        return replace(
            grown,
            next_batch_at=at + max(BATCH_INTERVAL, spread),
            next_request_at=max(self.next_request_at, at + REQUEST_INTERVAL),
        )

    def after_request(self, at: datetime) -> "Pace":
        """After a look-up, or anything that is no batch, was sent at this instant."""
        return replace(self, next_request_at=max(self.next_request_at, at + REQUEST_INTERVAL))

    def after_throttle(self, at: datetime, wait_seconds: int) -> "Pace":
        """After a 429. Several at once, of requests in flight together, halve the rate once."""
        resumes = at + timedelta(seconds=wait_seconds)
        halved = max(LEAST_ITEMS_A_MINUTE, self.items_a_minute // 2)
        return Pace(
            clean_since=max(resumes, self.clean_since),
            next_batch_at=max(resumes, self.next_batch_at),
            next_request_at=max(resumes, self.next_request_at),
            items_a_minute=self.items_a_minute if at < self.clean_since else halved,
        )

    def _grown(self, at: datetime) -> "Pace":
        steps = min(_MOST_STEPS, max(0, (at - self.clean_since) // _MINUTE))
        rate = self.items_a_minute
        for _ in range(steps):
            rate = min(MOST_ITEMS_A_MINUTE, rate + max(1, rate // 10))
        clean_since = self.clean_since + steps * _MINUTE if steps < _MOST_STEPS else at
        return replace(self, items_a_minute=rate, clean_since=clean_since)

    def to_json(self) -> str:
        """The pace as kept beside the company."""
        instants = (self.clean_since, self.next_batch_at, self.next_request_at)
        return json.dumps([*(instant.isoformat() for instant in instants), self.items_a_minute])

    @staticmethod
    def from_json(text: str) -> "Pace":
        """The pace again."""
        *instants, rate = json.loads(text)
        clean, batch, request = (datetime.fromisoformat(instant) for instant in instants)
        return Pace(clean, batch, request, rate)
