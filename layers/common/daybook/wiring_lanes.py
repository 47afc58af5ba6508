"""Where the poster's requests run on AWS: threads, each with a client of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from daybook.domain.found import FoundBySought, Sought
from daybook.domain.outcome import BatchItem, Outcomes
from daybook.qbo.company import Company
from daybook.workflows.poster import Reply

# Requests of one company in flight. A batch of 30 takes some seconds, and 40 may begin in a minute.
LANES = 4
# A request ends within 135 s, whatever becomes of it.
_MOST_SECONDS = 180


class ThreadPool:
    """`poster.Pool` with a thread for each lane."""

    def __init__(self, lanes: int = LANES) -> None:
        self.lanes = lanes
        self._threads = ThreadPoolExecutor(lanes, "lane")

    def submit(self, call: Callable[[], Reply]) -> Future[Reply]:
        """Begin a call."""
        return self._threads.submit(call)

    def one_of(self, flying: Sequence[Future[Reply]]) -> Future[Reply]:
        """One that has ended. Raises TimeoutError if none does."""
        ended = wait(flying, _MOST_SECONDS, FIRST_COMPLETED).done
        if not ended:
            raise TimeoutError(f"no request ended within {_MOST_SECONDS} s")
        return next(future for future in flying if future in ended)


class Lanes:
    """`ports.BooksOfRealm` for several threads. A client of python-quickbooks is for one thread:
    each that comes gets its own.

    make: a new client of the company, with the token that is newest when it is used.
    """

    def __init__(self, make: Callable[[], Company]) -> None:
        self._make = make
        self._mine = threading.local()

    def _company(self) -> Company:
        if not hasattr(self._mine, "company"):
            self._mine.company = self._make()
        found: Company = self._mine.company
        return found

    def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes:
        """As `Company.post_batch`."""
        return self._company().post_batch(items, request_id)

    def find(self, wanted: Sequence[Sought]) -> FoundBySought:
        """As `Company.find`."""
        return self._company().find(wanted)
