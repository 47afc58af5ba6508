"""`python -m benchmarks._peer URL REALM WAY SECONDS`: python-quickbooks posting tickets, as its
documentation shows: `one_by_one` saves each, `batch_helper` hands thirty to `batch_create`.

Writes a JSON list of [seconds since the start, entries so far] to standard output. The library
refuses plain http unless OAUTHLIB_INSECURE_TRANSPORT is set.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.batch import batch_create

from benchmarks._simulator import Simulator
from benchmarks._tickets import library_entry

_ITEMS = 30


def connected(simulator: Simulator, realm: str) -> Any:
    """The library's client of a company."""
    discovery = f"{simulator.url}/.well-known/openid_configuration/"
    auth = AuthClient("id", "secret", "http://localhost/callback", discovery)
    pointed = type("Pointed", (QuickBooks,), {"api_url_v3": f"{simulator.url}/v3"})
    token = simulator.refresh_token(realm)
    return pointed(auth_client=auth, refresh_token=token, company_id=realm, minorversion=75)


def one_by_one(qb: Any, first: int) -> int:
    """Save one; how many that were."""
    library_entry(first).save(qb=qb)
    return 1


def by_thirty(qb: Any, first: int) -> int:
    """Save thirty at once."""
    made = batch_create([library_entry(first + place) for place in range(_ITEMS)], qb=qb)
    return len(made.successes)


WAYS: dict[str, Callable[[Any, int], int]] = {
    "one_by_one": one_by_one,
    "batch_helper": by_thirty,
}


def main() -> None:
    """Post until the time is over; what had begun by then is counted with the time it took."""
    url, realm, way, seconds = sys.argv[1:]
    qb = connected(Simulator(url), realm)
    start, done, course = time.monotonic(), 0, [(0.0, 0)]
    while time.monotonic() - start < float(seconds):
        done += WAYS[way](qb, done)
        course.append((round(time.monotonic() - start, 3), done))
    print(json.dumps(course))


if __name__ == "__main__":
    main()
