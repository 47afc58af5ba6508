"""`make screenshots`: fills a local stack as docs/getting-started.md does; a picture of each page.

Writes docs/images/console/*.png. Needs the system's Chromium.
"""

import json
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from local import till
from local.browser import CHROMIUM, DESKTOP, PHONE, Person, chromium
from local.qbo_simulator.standard_company import SECOND_REALM
from local.sender import samples, send
from local.settled import wait_until_settled
from local.shop import ShopConnection
from local.small_png import smaller
from local.ticks import sweeping
from local.world import World, running

FOLDER = Path("docs/images/console")
TILL = "harbour-till"
REPORTS = "harbour-reports"
_MAX_HEIGHT = 1_000
_SETTLE_SECONDS = 60


def main() -> int:
    """Take them all; 1 where there is no Chromium."""
    if not CHROMIUM:
        print("Chromium is not installed", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running(settle_seconds=4) as here, sweeping(here.stack, 3), chromium() as browser:
        page = browser.new_context(viewport=DESKTOP).new_page()
        admin = Person(page, here.stack.console_url).sign_in("admin")
        _main_street(here)
        _set_up(here, admin)
        _reports(here, admin)
        _trouble(here, admin)
        phone = browser.new_context(viewport=PHONE).new_page()
        visitor = Person(phone, here.stack.console_url).sign_in("viewer")
        visitor.open("/trouble")
        _take(visitor, "phone-trouble")
    return 0


def _main_street(here: World) -> None:
    """The other company has a day as well."""
    for connection in here.connections:
        if connection.source == "heartland":
            for sample in samples("heartland"):
                send(here.stack.webhook_url, connection, sample)
    wait_until_settled(here.parts, _SETTLE_SECONDS)


def _set_up(here: World, admin: Person) -> None:
    admin.open("")
    _take(admin, "now")
    admin.begin_connecting()
    admin.choose_company(SECOND_REALM)
    admin.open(f"/companies/{SECOND_REALM}")
    _take(admin, "company")
    admin.add_connection(TILL, "canonical", SECOND_REALM, "Harbour Cafe till")
    admin.open("/companies")
    _take(admin, "companies")
    admin.open(f"/connections/{TILL}")
    _take(admin, "connection")
    _play(here, TILL, "canonical")
    admin.take_suggestions(TILL)
    _take(admin, "mapping")
    admin.choose_account("Payment type, Visa", "Card Clearing")
    admin.set_location(TILL, "harbour", "Harbour", "America/Los_Angeles")
    admin.open(f"/mapping/{TILL}/draft")
    admin.press("Compare")
    admin.until(lambda text: "events read" in text)
    _take(admin, "draft", below="#compared")
    admin.put_in_force(TILL, "the first mapping")
    wait_until_settled(here.parts, _SETTLE_SECONDS)
    admin.open(f"/events?connection={TILL}")
    _take(admin, "events")
    admin.page.locator("tbody a").first.click()
    admin.page.wait_for_load_state()
    _take(admin, "event")


def _reports(here: World, admin: Person) -> None:
    admin.add_connection(REPORTS, "mobipos", SECOND_REALM, "Harbour Cafe reports")
    admin.copy_mapping(REPORTS, "shop-mobipos")
    day = datetime.now(UTC).date() - timedelta(days=1)
    admin.set_start(REPORTS, f"{day + timedelta(days=366)}")
    admin.put_in_force(REPORTS, "reports are sent by hand")
    _play(here, REPORTS, "mobipos")
    admin.send_report(f"/days/{REPORTS}/12/{day}", "journal", "end of day")
    _take(admin, "day")
    admin.open(f"/days?connection={REPORTS}")
    _take(admin, "days")


def _trouble(here: World, admin: Person) -> None:
    day = datetime.now(UTC).date() - timedelta(days=1)
    letter = till.put_dead_letter(TILL, day, here.parts)
    admin.open("/trouble")
    _take(admin, "trouble")
    admin.open(f"/trouble/dead-letters/deliveries/{letter}")
    _take(admin, "dead-letter")
    admin.answer_why("Replay", "the layer is mended")
    for name in ("jobs", "actions"):
        admin.open(f"/{name}")
        _take(admin, name)
    admin.open(f"/preview?connection={TILL}")
    ticket = till.ticket(day, 7, "Coffee", 450, 90, 37, "Cash")
    admin.page.fill("textarea[name=text]", json.dumps(ticket, indent=2))
    admin.press("Show what it would post")
    _take(admin, "preview")


def _play(here: World, connection: str, source: str) -> None:
    now = datetime.now(UTC)
    kept = here.parts.secrets.webhook_secret(connection, now)
    assert kept is not None, "a connection has a secret"
    sender = ShopConnection(connection, source, kept.secrets[0])
    with redirect_stdout(StringIO()):
        till.deliver(here.stack.webhook_url, sender, now.date() - timedelta(days=1))
    wait_until_settled(here.parts, _SETTLE_SECONDS)


def _take(person: Person, name: str, below: str = "") -> None:
    """The page, from its top or from an element on, as high as it is but at most 1,000 pixels."""
    page = person.page
    page.evaluate("scrollTo(0, 0)")
    top = page.locator(below).bounding_box() if below else None
    start = top["y"] - 16 if top else 0
    high = page.evaluate("document.body.offsetHeight") - start
    width = page.viewport_size["width"] if page.viewport_size else 0
    clip = {"x": 0, "y": start, "width": width, "height": min(high, _MAX_HEIGHT)}
    picture = smaller(page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]
    (FOLDER / f"{name}.png").write_bytes(picture)
    print(f"{name}: {len(picture) // 1024} KB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
