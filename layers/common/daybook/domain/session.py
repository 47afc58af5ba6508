"""A person who is signed in to the console, and for how long."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. role: viewer, operator or admin, as the provider said then. csrf: what each
    form brings back. began_at, seen_at: RFC 3339. notice: what the next page shows once."""

    subject: str
    name: str
    role: str
    csrf: str = field(repr=False)
    began_at: str
    seen_at: str
    notice: str = ""

    def lives(self, now: datetime) -> bool:
        """Whether it is neither idle for 30 minutes nor older than 12 hours."""
        seen, began = datetime.fromisoformat(self.seen_at), datetime.fromisoformat(self.began_at)
        return now - seen < IDLE and now - began < LONGEST
