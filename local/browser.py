"""The system's Chromium, driven by Playwright, and what a person does with the console in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or ""
# It runs as root in containers, and may call nobody but who it is sent to.
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
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser. Playwright's own is not asked for: nothing is downloaded."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*_ARGUMENTS])
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, console_url: str, role: str) -> None:
    """To the console, to the provider, and back as a person of that role."""
    page.goto(f"{console_url}/console")
    page.click(f"#{role}")
    page.wait_for_selector("form.who")


def answer_why(page: Page, button: str, reason: str) -> None:
    """Open a button that asks why, answer, send, and say yes if it asks once more."""
    act = page.locator("details.act", has=page.locator("summary", has_text=button)).first
    if act.get_attribute("open") is None:
        act.locator("summary").click()
    act.locator("input[name=reason]").fill(reason)
    act.locator("form button").last.click()
    agree(page)


def agree(page: Page) -> None:
    """Say yes where the page asks once more; it asks by script, so at once or not at all."""
    yes = page.locator("#confirm[open] button[value=yes]")
    if yes.count():
        yes.click()
    page.wait_for_load_state()
