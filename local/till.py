"""A shop to try the console with, while `make serve` runs: sends what a till would send.

    . build/serve/env
    python -m local.till CONNECTION          yesterday's tickets, or reports of the last two days
    python -m local.till CONNECTION dead     a ticket whose delivery ended among the dead letters

It signs with the secret that the stack keeps for the connection, as its sender would.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3

from daybook.queues import DeliveryMessage
from daybook.settings import load
from daybook.wiring import Wiring
from local.sender import Sample, samples, send
from local.shop import ShopConnection

LOCATION = "harbour"
# (item, price, cost, tax, how it was paid); prices in minor units, so that they add up.
_TICKETS: Sequence[tuple[str, int, int, int, str]] = (
    ("Coffee", 450, 90, 37, "Cash"),
    ("Breakfast", 1_650, 520, 136, "Visa"),
    ("Gifts", 4_200, 2_100, 347, "Visa"),
    ("Coffee", 900, 180, 74, "Cash"),
)


def main(arguments: Sequence[str]) -> int:
    """Send; 0 if everything was taken."""
    if not arguments or arguments[1:] not in ([], ["dead"]):
        print("python -m local.till CONNECTION [dead]", file=sys.stderr)
        return 2
    parts = Wiring(load())
    connection = parts.connections.get(arguments[0])
    if connection is None:
        print(f"there is no connection {arguments[0]}", file=sys.stderr)
        return 1
    day = datetime.now(UTC).date() - timedelta(days=1)
    if arguments[1:]:
        print(f"dead letter {put_dead_letter(connection.id, day, parts)}")
        return 0
    if connection.source not in ("canonical", "mobipos"):
        print(f"a {connection.source} till is not played here", file=sys.stderr)
        return 1
    kept = parts.secrets.webhook_secret(connection.id, datetime.now(UTC))
    assert kept is not None, "a connection has a secret"
    sender = ShopConnection(connection.id, connection.source, kept.secrets[0])
    return deliver(parts.settings.console_url, sender, day)


def deliver(url: str, connection: ShopConnection, day: date) -> int:
    """Send a day's tickets, or the reports of that day and the day before; 0 if all were taken."""
    of = reports if connection.source == "mobipos" else tickets
    refused = 0
    for body in of(day):
        name = f"{body.get('object_id', 'report')}-{body.get('date', day)}"
        sample = Sample(name, connection.source, None, {"webhook-id": name}, json.dumps(body))
        answer = send(url, connection, sample)
        print(f"{name}: {answer.status_code}")
        refused += answer.status_code != 202
    return 1 if refused else 0


def tickets(day: date) -> list[dict[str, Any]]:
    """The tickets of a day, as the canonical intake takes them."""
    return [ticket(day, number, *one) for number, one in enumerate(_TICKETS, 1)]


def ticket(  # noqa: PLR0913, PLR0917 -- what a ticket has
    day: date, number: int, item: str, price: int, cost: int, tax: int, tender: str
) -> dict[str, Any]:
    """One ticket of one line."""
    kind = "cash" if tender == "Cash" else "card"
    return {
        "object_type": "ticket",
        "object_id": f"H-{day:%m%d}-{number}",
        "occurred_at": f"{day}T{17 + number % 3}:{number * 7 % 60:02}:00Z",
        "business_date": day.isoformat(),
        "location": LOCATION,
        "currency": "USD",
        "reference": f"{day:%m%d}-{number}",
        "body": {
            "kind": "sale",
            "lines": [{"kind": "item", "key": item, "gross": _money(price), "cost": _money(cost)}],
            "taxes": [{"rule": "State", "computed": _money(tax)}],
            "tenders": [{"kind": kind, "key": tender, "amount": _money(price + tax)}],
        },
    }


def reports(day: date) -> list[dict[str, Any]]:
    """The printed reports of a day and of the day before, from the corpus."""
    whole = next(one for one in samples("mobipos") if one.name == "report__whole_day")
    body = json.loads(whole.body, parse_float=str)
    body.pop("report_type")
    days = (day - timedelta(days=1), day)
    return [{**body, "date": f"{on}", "sent_at": f"{on}T23:40:00Z"} for on in days]


def put_dead_letter(connection: str, day: date, parts: Wiring) -> str:
    """A ticket's delivery put among the dead letters, as SQS does after the last try; its id."""
    body = json.dumps(ticket(day, 9, "Coffee", 500, 100, 41, "Cash"))
    message = DeliveryMessage(
        connection,
        "canonical",
        datetime.now(UTC),
        "0" * 64,
        headers={"webhook-id": f"dead-{day}"},
        body=body,
    )
    sqs = boto3.client("sqs")
    url = parts.settings.deliveries_dead_letters_url
    return sqs.send_message(QueueUrl=url, MessageBody=message.encode())["MessageId"]


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
