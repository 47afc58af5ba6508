"""Connecting: a point of sale to daybook, and daybook to a QuickBooks company."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from daybook.domain.chart import Chart
from daybook.domain.connection import Connection, Realm
from daybook.domain.posting import instant_text
from daybook.workflows.ports import Connections, Mappings
from daybook.workflows.release import Released, Releaser, release


class WrongCompany(ValueError):  # noqa: N818 -- what is wrong
    """A connection stays with its company for good: another needs a connection of its own."""


@dataclass(frozen=True, slots=True)
class Connector:
    """What connecting needs.

    redeem: exchanges a refresh token, keeps the new pair before it is used, and says until when
    both expire (refresh, five years). company: the name of the company that the tokens open.
    import_chart: the chart as it is now, under a version. keep_secret: stores a webhook's secrets.
    """

    connections: Connections
    mappings: Mappings
    releaser: Releaser
    redeem: Callable[[str, str, str], tuple[str, str]]
    company: Callable[[Realm], str]
    import_chart: Callable[[Realm, int], Chart]
    keep_secret: Callable[[str, str, str], None]
    clock: Callable[[], datetime]


def connect_company(realm_id: str, refresh_token: str, environment: str, tools: Connector) -> Realm:
    """Take over a company's refresh token; the company answers before anything is said done.

    Raises what `redeem` and `company` raise; the realm stays `disconnected` until both worked.
    """
    known = tools.connections.realm(realm_id)
    realm = known or Realm(
        realm_id, environment=environment, connected_at=instant_text(tools.clock())
    )
    realm = replace(realm, environment=environment, state="disconnected")
    refresh_expires, hard_expires = tools.redeem(realm_id, refresh_token, environment)
    tools.connections.put_realm(realm)
    realm = replace(
        realm,
        company=tools.company(realm),
        state="connected",
        parked_until="",
        park_reason="",
        refresh_expires_at=refresh_expires,
        hard_expires_at=hard_expires,
    )
    tools.connections.put_realm(realm)
    return realm


def connect_source(connection: Connection, secret: str | None, tools: Connector) -> Connection:
    """Enter a point of sale, or name the company of one that has none yet.

    secret: None leaves the one that there is. Raises WrongCompany if the connection belongs to another company already.
    """
    known = tools.connections.get(connection.id)
    if known and (known.source != connection.source or known.realm not in ("", connection.realm)):
        raise WrongCompany(
            f"Connection {connection.id} is {known.source} of company {known.realm or '(none)'}; "
            "take another id for another source or company."
        )
    if secret is not None:
        tools.keep_secret(connection.id, connection.source, secret)
    entered = replace(connection, created_at=instant_text(tools.clock()))
    tools.connections.put(entered)
    release(entered, "connection", tools.releaser)
    return entered


def refresh_chart(
    realm_id: str,
    tools: Connector,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Chart, Released]:
    """Import a company's chart and release what it held. Raises LookupError for no such realm."""
    realm = tools.connections.realm(realm_id)
    if realm is None:
        raise LookupError(f"no company {realm_id} is connected")
    chart = tools.import_chart(realm, tools.mappings.chart_version(realm_id) + 1)
    tools.mappings.put_chart(chart)
    total = Released()
    for connection in tools.connections.all():
        if connection.realm == realm_id:
            one = release(connection, "chart", tools.releaser, progress)
            total = Released(
                total.looked_at + one.looked_at,
                total.released + one.released,
                total.still_held + one.still_held,
            )
    return chart, total
