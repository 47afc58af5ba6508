"""`daybook days`: what each business date came to, and how far its close is."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from cli.output import WAITS, AsJson, as_json, counts_text, progress, refuse, table
from cli.stack import connection_named, wiring
from daybook.domain.money import to_text
from daybook.wiring import now
from daybook.workflows import go_live
from daybook.workflows.day_overview import ClosedDay, DayAt, days_of
from daybook.workflows.send_by_hand import close_text

_DATES = ["%Y-%m-%d"]
_WEEK = timedelta(days=6)


def days(
    connection: Annotated[str, typer.Argument(help="The connection's id.")],
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=_DATES, help="First business date.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=_DATES, help="Last business date.")
    ] = None,
    location: Annotated[str, typer.Option(help="Only this location of the shop.")] = "",
    json: AsJson = False,
) -> None:
    """Show each business date by location: events, tenders, what is held, closes and their parts.

    The last seven days if no dates are given. Exit code 2: something of them waits for a person.
    """
    parts = wiring()
    found = connection_named(connection, parts)
    last = to.date() if to else max(now().date(), from_.date() if from_ else now().date())
    first = from_.date() if from_ else last - _WEEK
    try:
        dates = go_live.days_between(first, last)
    except go_live.BadRange as problem:
        refuse(f"{problem}.")
    shown: list[DayAt] = []
    with progress("business days") as bar:
        for done, day in enumerate(dates, 1):
            shown += days_of(found.id, [day.isoformat()], parts.ledger, parts.days, location)
            bar(done, len(dates))
    if json:
        as_json({"connection": found.id, "days": [day_json(one) for one in shown]})
    else:
        _show(found.id, shown)
    if any(one.waits for one in shown):
        raise typer.Exit(WAITS)


def day_json(day: DayAt) -> dict[str, Any]:
    """A location's date for programs."""
    return {
        "location": day.location,
        "date": day.date,
        "events": dict(day.events),
        "accumulated": day.events["accumulated"],
        "held": dict(day.reasons),
        "tenders": [
            {
                "key": key,
                "currency": currency,
                "debit": to_text(debit, currency),
                "credit": to_text(credit, currency),
            }
            for (key, currency), (debit, credit) in sorted(day.tenders.items())
        ],
        "waiting": day.waiting,
        "closes": [close_json(one) for one in day.closes],
        "qbo_ids": day.qbo_ids,
    }


def close_json(one: ClosedDay) -> dict[str, Any]:
    """A close for programs."""
    close = one.close
    return {
        "currency": close.day.currency,
        "sequence": close.sequence,
        "events": close.events,
        "parts": close.parts,
        "posted": one.posted,
        "held": {row.reason: row.reason_text for row in one.troubled},
        "qbo_ids": one.qbo_ids,
    }


def _show(connection: str, shown: list[DayAt]) -> None:
    columns = ["date", "location", "events", "tenders", "closes", "held for"]
    rows = [
        [
            one.date,
            one.location,
            counts_text(one.events),
            "\n".join(_tender(*row) for row in sorted(one.tenders.items())),
            "\n".join([*map(close_text, one.closes), *_waiting(one)]),
            counts_text(one.reasons) if one.reasons else "",
        ]
        for one in shown
    ]
    table(f"Business days of {connection}", columns, rows, whole=2)


def _tender(place: tuple[str, str], sums: tuple[int, int]) -> str:
    key, currency = place
    debit, credit = (to_text(amount, currency) for amount in sums)
    return f"{key} {debit} {currency}" + (f" - {credit}" if sums[1] else "")


def _waiting(day: DayAt) -> list[str]:
    return [f"{day.waiting} events wait for the close"] if day.waiting else []
