"""Connecting: a point of sale to daybook, and daybook to a QuickBooks company."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from daybook.domain.broken_rows import BrokenRow, broken_rows
from daybook.domain.connection import Connection, Realm, TokenLife
from daybook.domain.imported import Change, Imported, changes_between
from daybook.domain.posting import instant_text
from daybook.workflows.ports import Connections, Mappings
from daybook.workflows.release import Released, Releaser, release

type Progress = Callable[[int, int], None]


class WrongCompany(ValueError):  # noqa: N818 -- what is wrong
    """A connection stays with its company for good: another needs a connection of its own."""


class ImportOvertaken(RuntimeError):  # noqa: N818 -- what happened
    """Another import of the company was kept meanwhile; this one was not."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person brings: a refresh token, or the code with which Intuit sent them back to
    redirect_uri."""

    refresh_token: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    redirect_uri: str = ""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Tokens that were exchanged and kept. company: the name of the company that they opened, ""
    where that was not asked yet."""

    life: TokenLife
    company: str = ""


@dataclass(frozen=True, slots=True)
class Connector:
    """What connecting needs.

    redeem: exchanges a consent for a company's tokens and keeps them before they are used; raises
    WrongCompany, and leaves what is there, for those of another company.
    company: the name of the company that the tokens open.
    import_books: chart and directory as they are now, under a version; with an import before, it
    need only read what changed since. keep_secret: stores a webhook's secrets.
    """

    connections: Connections
    mappings: Mappings
    releaser: Releaser
    redeem: Callable[[str, Consent, str], Redeemed]
    company: Callable[[Realm], str]
    import_books: Callable[[Realm, int, Imported | None, Progress], Imported]
    keep_secret: Callable[[str, str, str], None]
    clock: Callable[[], datetime]


def connect_company(realm_id: str, refresh_token: str, environment: str, tools: Connector) -> Realm:
    """Take over a company's refresh token; the company answers before anything is said done.

    Raises what `redeem` and `company` raise; a company that is new, or was not connected, stays
    `disconnected` until both worked, and one that was connected stays as it is.
    """
    return _connect(realm_id, Consent(refresh_token=refresh_token), environment, tools)


def connect_by_code(
    realm_id: str, consent: Consent, environment: str, tools: Connector, *, wanted: str = ""
) -> Realm:
    """Redeem the code with which Intuit sent a person back. realm_id: as told there. wanted: the
    company that was to be connected again. Raises as `connect_company`, and WrongCompany, before
    the code is used, where the person chose another one."""
    if wanted and realm_id != wanted:
        raise WrongCompany(
            f"Consent was given for company {realm_id}; company {wanted} was to be connected "
            "again. Choose that one, or take another connection for the other."
        )
    return _connect(realm_id, consent, environment, tools)


def _connect(realm_id: str, consent: Consent, environment: str, tools: Connector) -> Realm:
    redeemed = tools.redeem(realm_id, consent, environment)
    known = tools.connections.realm(realm_id)
    realm = replace(known or Realm(realm_id), environment=environment)
    if known is None or known.state != "connected":
        realm = replace(realm, state="disconnected")
        tools.connections.put_realm(realm)
    life = redeemed.life
    realm = replace(
        realm,
        company=redeemed.company or tools.company(realm),
        state="connected",
        parked_until="",
        park_reason="",
        connected_at=instant_text(tools.clock()),
        pair=life.pair,
        refreshed_at=life.refreshed_at,
        refresh_expires_at=life.refresh_expires_at,
        hard_expires_at=life.hard_expires_at,
    )
    tools.connections.put_realm(realm)
    # What waited while the company was not connected goes at once, not at the next tick.
    if tools.releaser.ledger.realms_due([realm_id]):
        tools.releaser.doorbell(realm_id, ())
    return realm


def connect_source(connection: Connection, secret: str | None, tools: Connector) -> Connection:
    """Enter a point of sale, or name the company of one that has none yet.

    secret: None leaves the one that there is. Raises WrongCompany if the connection belongs to
    another company already.
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


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found and did.

    first: nothing comparable was imported before, so nothing is said to have changed. kept: a new
    version was kept; only where nothing changed is there none. broken: rows of each connection's
    active mapping that a person must look at.
    """

    imported: Imported
    first: bool
    kept: bool
    changes: tuple[Change, ...]
    broken: tuple[tuple[str, BrokenRow], ...]
    released: Released


def _silent(_done: int, _total: int) -> None:
    """Nobody looks on."""


def refresh_chart(
    realm_id: str,
    tools: Connector,
    *,
    only_changes: bool = False,
    reading: Progress = _silent,
    releasing: Progress = _silent,
) -> Refreshed:
    """Import a company's chart and directory, and release what they held.

    only_changes: read no more than what changed since the last import, where QuickBooks can tell.
    Raises LookupError for no such company, ImportOvertaken, and what `import_books` raises.
    """
    realm = tools.connections.realm(realm_id)
    if realm is None:
        raise LookupError(f"no company {realm_id} is connected")
    chart, directory = tools.mappings.chart(realm_id), tools.mappings.directory(realm_id)
    # The directory is written first: a refresh that died in between left it ahead of the chart.
    version = max(chart.version if chart else 0, directory.version if directory else 0) + 1
    before = None
    if chart and chart.imported_at and directory:
        before = Imported(chart, directory)
    after = tools.import_books(realm, version, before if only_changes else None, reading)
    if only_changes and before is None:
        after = replace(after, note="nothing was imported before that changes could be added to")
    kept = after.whole or before is None or not _is_same(before, after)
    if kept:
        _keep(after, tools.mappings)
    elif before:
        after = replace(before, whole=False)
    broken = [
        (connection.id, row)
        for connection in _of_company(realm_id, tools)
        if (active := tools.mappings.active(connection.id))
        for row in broken_rows(active.mapping, after, chart)
    ]
    return Refreshed(
        imported=after,
        first=before is None,
        kept=kept,
        changes=tuple(changes_between(before, after)) if before else (),
        broken=tuple(broken),
        released=_release(realm_id, tools, releasing),
    )


def refresh_all(
    tools: Connector, failures: tuple[type[Exception], ...]
) -> dict[str, Refreshed | Exception]:
    """Take over the changes of every connected company; one's trouble does not stop the others.

    failures: what reaching a company may raise; it then stands in its place in the answer.
    """
    answers: dict[str, Refreshed | Exception] = {}
    caught: tuple[type[Exception], ...] = (ImportOvertaken, *failures)
    for realm in tools.connections.realms():
        if realm.state != "connected":
            continue
        try:
            answers[realm.realm] = refresh_chart(realm.realm, tools, only_changes=True)
        except caught as failure:
            answers[realm.realm] = failure
    return answers


def _is_same(before: Imported, after: Imported) -> bool:
    chart, directory = before.chart, before.directory
    new_chart = replace(after.chart, version=chart.version, imported_at=chart.imported_at)
    return chart == new_chart and directory == replace(after.directory, version=directory.version)


def _keep(imported: Imported, mappings: Mappings) -> None:
    try:
        mappings.put_directory(imported.directory)
        mappings.put_chart(imported.chart)
    except ValueError as taken:
        raise ImportOvertaken(f"{taken}; another import was faster: look, or refresh again") from (
            taken
        )


def _of_company(realm_id: str, tools: Connector) -> Collection[Connection]:
    return [one for one in tools.connections.all() if one.realm == realm_id]


def _release(realm_id: str, tools: Connector, progress: Progress) -> Released:
    total = Released()
    for connection in _of_company(realm_id, tools):
        one = release(connection, "chart", tools.releaser, progress)
        total = Released(
            total.looked_at + one.looked_at,
            total.released + one.released,
            total.still_held + one.still_held,
        )
    return total
