"""Nothing is sent to a company for a while: after a 429, unclear answers, or while it refuses all.

Its rows stay as they are. When the time is over one request goes alone; only its clear answer opens
the company for more.
"""

from datetime import timedelta

from daybook.domain.connection import Realm
from daybook.domain.posting import instant_text
from daybook.workflows.poster import Poster

# https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles
THROTTLE_SECONDS = 60
# A company whose subscription ended: asked again each hour, for the shop may have paid.
REFUSED_COMPANY_SECONDS = 3_600
# After unclear answers, or where no token or probe can be had.
REST_SECONDS = 150
# An allowance of the app that is used up answers every request with a 429 until the month ends
# (https://blogs.intuit.com/2026/01/08/understanding-builder-tier-api-limits-for-you-and-your-customers):
# so many rests in a row, over so long a time, are no matter of pace.
CAP_RESTS = 5
CAP_AFTER_SECONDS = 600
CAP_SECONDS = 3_600
MONTHLY_CAP = "monthly_cap"
# Waits are meant for a settle time of 150 s and shrink with it, on a laptop that is in a hurry.
_SETTLE_SECONDS = 150


def is_proven(realm: Realm) -> bool:
    """Whether more than one request may be in flight: the last rest ended with a clear answer."""
    return not realm.parked_until and not realm.throttled_at


def prove(realm: Realm, tools: Poster) -> None:
    """A request that went alone after a rest was answered clearly."""
    latest = tools.connections.realm(realm.realm) or realm
    if latest.parked_until == realm.parked_until:
        tools.connections.park(realm.realm, "", "", "")


def park(realm: Realm, seconds: int, reason: str, tools: Poster) -> None:
    """Send nothing to the company for a while; a longer rest that it has already is kept."""
    latest = tools.connections.realm(realm.realm) or realm
    until = instant_text(tools.clock() + timedelta(seconds=_shrunk(seconds, tools)))
    if until > latest.parked_until:
        tools.connections.park(realm.realm, until, reason, latest.throttled_at)


def throttled(realm: Realm, asked_seconds: int, tools: Poster) -> None:
    """After a 429: rest for as long as it asks, at a slower pace.

    Where none of many in a row was followed by a clear answer, the app's allowance for the month
    seems used up: rest for an hour, and say so.
    """
    seconds = asked_seconds or THROTTLE_SECONDS
    tools.slow_down(realm, int(_shrunk(seconds, tools)))
    now = tools.clock()
    latest = tools.connections.realm(realm.realm) or realm
    if latest.parked_until > instant_text(now):
        # One of several requests in flight together: they rest once.
        park(latest, seconds, "QuickBooks asked to slow down", tools)
        return
    rests = [*latest.throttled_at.split(), instant_text(now)][-CAP_RESTS:]
    long_ago = instant_text(now - timedelta(seconds=_shrunk(CAP_AFTER_SECONDS, tools)))
    reason = "QuickBooks asked to slow down"
    if len(rests) == CAP_RESTS and rests[0] <= long_ago:
        seconds = max(seconds, CAP_SECONDS)
        reason = (
            f"{MONTHLY_CAP}: QuickBooks answered each request since {rests[0]} with a 429, so the "
            "app's allowance for this month seems used up; it is asked again each hour"
        )
        tools.alarm_of_company(MONTHLY_CAP, realm.realm)
    until = instant_text(now + timedelta(seconds=_shrunk(seconds, tools)))
    tools.connections.park(realm.realm, until, reason, " ".join(rests))


def _shrunk(seconds: int, tools: Poster) -> float:
    return seconds * tools.settle_seconds / _SETTLE_SECONDS
