"""What the tests in a browser share: a cafe that a new user set up, and what a page did wrong."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request

from local.browser import Person
from local.qbo_simulator.standard_company import SECOND_REALM
from local.sender import Sample, send
from local.settled import wait_until_settled
from local.shop import ShopConnection
from local.till import reports, ticket
from tests.e2e.shop import Shop
from tests.fakes.hostile import HOSTILE

REALM = SECOND_REALM
TILL = "cafe-till"
REPORTS = "cafe-reports"
ODD = "cafe-odd"
DAY = datetime.now(UTC).date() - timedelta(days=1)
BEFORE = DAY - timedelta(days=1)
_BATCH = 25


@dataclass
class Cafe:
    """A company with two points of sale, and what the browser said while it was set up."""

    shop: Shop
    seen: dict[str, str] = field(default_factory=dict)

    def send(self, connection: str, source: str, body: Any, message: str) -> None:
        """A signed delivery."""
        kept = self.shop.world.parts.secrets.webhook_secret(connection, datetime.now(UTC))
        assert kept is not None
        sender = ShopConnection(connection, source, kept.secrets[0])
        sample = Sample(message, source, None, {"webhook-id": message}, json.dumps(body))
        answer = send(self.shop.world.stack.webhook_url, sender, sample)
        assert answer.status_code == 202, answer.text

    def settle(self) -> None:
        """Until nothing is on its way."""
        wait_until_settled(self.shop.world.parts, 30)


def set_up(cafe: Cafe, admin: Person) -> None:
    """Everything that a new user does, by the pages alone."""
    admin.begin_connecting()
    cafe.seen["consent"] = admin.page.inner_text("main")
    admin.choose_company(REALM)
    cafe.seen["company"] = admin.text()
    cafe.seen["secret"] = admin.add_connection(TILL, "canonical", REALM, "Cafe till")
    for number, item in enumerate(("Coffee", "Breakfast"), 1):
        body = ticket(DAY, number, item, 450, 90, 37, "Cash" if number == 1 else "Visa")
        cafe.send(TILL, "canonical", body, f"m-{number}")
    cafe.settle()
    admin.open("/trouble")
    cafe.seen["held"] = admin.text()
    admin.take_suggestions(TILL)
    cafe.seen["missing"] = admin.page.locator("tr.to-do").first.inner_text()
    admin.choose_account("Payment type, Visa", "Card Clearing")
    admin.set_location(TILL, "harbour", "Harbour", "America/Los_Angeles")
    cafe.seen["in force"] = admin.put_in_force(TILL, "the first mapping")
    cafe.settle()
    admin.open(f"/events?connection={TILL}")
    cafe.seen["events"] = admin.page.inner_text("main table")


def set_up_reports(cafe: Cafe, admin: Person) -> None:
    """A point of sale whose reports a person sends."""
    admin.add_connection(REPORTS, "mobipos", REALM, "Cafe reports")
    admin.copy_mapping(REPORTS, "shop-mobipos")
    admin.set_start(REPORTS, f"{DAY + timedelta(days=365)}")
    admin.put_in_force(REPORTS, "reports are sent by hand")
    for body in reports(DAY):
        cafe.send(REPORTS, "mobipos", body, f"report-{body['date']}")
    cafe.settle()


def day_of(day: date) -> str:
    """The page of a day of the reports."""
    return f"/days/{REPORTS}/12/{day}"


def hostile_events() -> Sequence[list[dict[str, Any]]]:
    """A hundred sales, in a few deliveries: each has a hostile text wherever a text may stand."""
    made = []
    for number, name in enumerate(HOSTILE):
        # Keys and ids take no control characters; what they take is as hostile.
        plain = "".join(" " if sign < " " or sign == "\x7f" else sign for sign in name)[:90]
        text = name.replace("\x00", "")  # refused at the door, in any text
        one = ticket(DAY, 100 + number, plain, 1000, 100, 0, plain)
        one["body"]["lines"][0]["description"] = text
        made.append({
            **one,
            "reference": plain,
            "memo": text,
            "register": plain,
            "customer": {"id": f"{number} {plain}"[:90], "display_name": text},
        })  # fmt: skip
    return [made[start : start + _BATCH] for start in range(0, len(made), _BATCH)]


@dataclass
class Wrongs:
    """What pages of a context did that no page of ours does."""

    found: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext, url: str) -> "Wrongs":
        """url: the console's; whatever else is asked for is wrong."""
        context.add_init_script("window.HOSTILE = () => console.error('HOSTILE ran')")
        context.on("dialog", self._dialog)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("request", lambda request: self._asked(request, url))
        return self

    def _dialog(self, dialog: Dialog) -> None:
        self.found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.found.append(f"console: {message.text}")

    def _asked(self, request: Request, url: str) -> None:
        if not request.url.startswith(f"{url}/console"):
            self.found.append(f"asked for: {request.url}")
