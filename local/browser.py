"""The system's Chromium, driven by Playwright, and a person who uses the console in it."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

CHROMIUM = shutil.which("chromium") or ""
# It runs as root in containers, and calls nobody but who it is sent to.
_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
_SECONDS = 45
_SAVE = "Save draft"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, the system's: nothing is downloaded."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*_ARGUMENTS])
        try:
            yield browser
        finally:
            browser.close()


class Person:
    """Somebody in front of a page of the console."""

    def __init__(self, page: Page, url: str, *, has_scripts: bool = True) -> None:
        """url: scheme and host of the console. has_scripts: whether the browser runs any."""
        self.page = page
        self.url = url
        self._has_scripts = has_scripts
        page.set_default_timeout(_SECONDS * 1000)

    def sign_in(self, role: str) -> "Person":
        """To the console, to the provider, and back as a person of that role."""
        self.page.goto(f"{self.url}/console")
        self.page.click(f"#{role}")
        self.page.wait_for_selector("form.who")
        return self

    def open(self, path: str) -> int:
        """A page below /console; its status."""
        answer = self.page.goto(f"{self.url}/console{path}")
        return answer.status if answer else 0

    def text(self) -> str:
        """What the page says."""
        return self.page.inner_text("main")

    def notice(self) -> str:
        """What the page says of what was just done; "" for nothing."""
        found = self.page.locator("main > .notice")
        return found.inner_text() if found.count() else ""

    def until(self, is_so: Callable[[str], bool]) -> str:
        """Look at the page again and again until its text is so; the text. Raises TimeoutError."""
        deadline = time.monotonic() + _SECONDS
        while not is_so(text := self.text()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.page.url} still says:\n{text}")
            self.page.wait_for_timeout(200)
            self.page.reload()
        return text

    def press(self, label: str) -> None:
        """The first button of the page with that label; until the page that follows is there."""
        button = self.page.locator("main").get_by_role("button", name=label, exact=True).first
        with self.page.expect_navigation():
            button.click()

    def answer_why(self, label: str, reason: str) -> None:
        """Open what asks why, say why, send it, and say yes if it asks once more."""
        summary = self.page.locator("summary", has_text=re.compile(f"^{re.escape(label)}$"))
        act = self.page.locator("details.act", has=summary).first
        if act.get_attribute("open") is None:
            act.locator("summary").click()
        act.locator("input[name=reason]").fill(reason)
        button = act.locator("form button").last
        if self._has_scripts and act.locator("form").get_attribute("data-confirm"):
            button.click()
            button = self.page.locator("#confirm button[value=yes]")
        with self.page.expect_navigation():
            button.click()

    def begin_connecting(self) -> None:
        """To the page on which QuickBooks asks which company."""
        self.open("/companies")
        self.page.select_option("#c-environment", "sandbox")
        self.press("Connect to QuickBooks")
        self.page.wait_for_selector("#deny")

    def choose_company(self, realm: str) -> None:
        """Back to the console, until the company's lists are imported."""
        self.page.click(f"#company-{realm}")
        self.page.wait_for_url(re.compile(f"/console/companies/{realm}"))
        self.until(lambda text: not re.search(r"Imported\s+never", text))

    def add_connection(self, name: str, source: str, realm: str, title: str) -> str:
        """A point of sale; the webhook's secret as it is shown, once."""
        self.open("/connections/new")
        self.page.fill("#f-id", name)
        self.page.select_option("#f-source", source)
        self.page.select_option("#f-realm", realm)
        self.page.fill("#f-name", title)
        self.press("Add")
        return self.page.inner_text("#secret")

    def take_suggestions(self, connection: str) -> None:
        """All of them, into the draft."""
        self.open(f"/mapping/{connection}/edit")
        self.press("Take all suggestions")

    def choose_account(self, row: str, account: str) -> None:
        """On the page of accounts. row: `Payment type, Visa`."""
        self.page.get_by_label(f"Account of {row}", exact=True).select_option(label=account)
        self.press(_SAVE)

    def set_location(self, connection: str, location: str, name: str, zone: str) -> None:
        """A location's name and time zone."""
        self.open(f"/mapping/{connection}/locations")
        self.page.get_by_label(f"Name of {location}", exact=True).fill(name)
        self.page.get_by_label(f"Time zone of {location}", exact=True).fill(zone)
        self.press(_SAVE)

    def copy_mapping(self, connection: str, other: str) -> None:
        """Another connection's mapping, as the draft."""
        self.open(f"/mapping/{connection}/copy?from={other}")
        self.press("Make it the draft")

    def set_start(self, connection: str, day: str) -> None:
        """The date from which events are posted by themselves."""
        self.open(f"/mapping/{connection}/settings")
        self.page.fill("#f-start_date", day)
        self.press(_SAVE)

    def put_in_force(self, connection: str, reason: str) -> str:
        """The draft; what the page says of it when it is in force."""
        self.open(f"/mapping/{connection}/draft")
        self.answer_why("Put it in force", reason)
        return self.until(lambda text: "is in force." in text or "problem" in text)

    def send_report(self, day: str, form: str, reason: str) -> str:
        """The report of a day's page (`/days/...`), as journal or sales_receipt; the notice."""
        self.open(day)
        self.page.select_option("details.act select[name=form]", form)
        self.answer_why("Send report", reason)
        return self.notice()
