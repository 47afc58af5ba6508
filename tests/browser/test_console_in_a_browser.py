"""The console in a real browser, before the whole local stack, as people use it.

One stack for all of it. A new user sets up a cafe by the pages alone; the tests read what the
pages said, and go on from there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from local.browser import CHROMIUM, DESKTOP, PHONE, Person, chromium
from local.till import put_dead_letter, ticket
from local.trial_balance import trial_balance
from tests.browser.cafe import (
    BEFORE,
    DAY,
    ODD,
    REALM,
    REPORTS,
    TILL,
    Cafe,
    Wrongs,
    day_of,
    hostile_events,
    set_up,
    set_up_reports,
)
from tests.e2e.shop import opened

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")

TICKET = f"/events/{TILL}/ticket/H-{DAY:%m%d}-1"
PAGES = (
    "",
    "/companies",
    f"/companies/{REALM}",
    "/connections",
    "/connections/new",
    f"/connections/{TILL}",
    "/mapping",
    f"/mapping/{TILL}",
    f"/mapping/{TILL}/edit",
    f"/mapping/{TILL}/locations",
    f"/mapping/{TILL}/settings",
    f"/mapping/{TILL}/draft",
    f"/mapping/{TILL}/history",
    f"/mapping/{TILL}/history/1",
    f"/mapping/{TILL}/copy?from=shop-canonical",
    f"/mapping/{TILL}/company",
    "/preview",
    "/events",
    TICKET,
    "/days",
    f"/days?connection={REPORTS}",
    day_of(DAY),
    "/jobs",
    "/trouble",
    f"/trouble/link?connection={TILL}",
    "/trouble/dead-letters/deliveries",
    "/actions",
    "/nothing-here",
)
DARK = ("", f"/mapping/{TILL}/edit", "/events", TICKET, day_of(DAY), "/trouble")
# Where something stands that a point of sale sent.
SHOWN = (
    "",
    f"/mapping/{ODD}",
    f"/mapping/{ODD}/edit",
    f"/mapping/{ODD}/settings",
    f"/mapping/{ODD}/draft",
    f"/events?connection={ODD}",
    f"/events?connection={ODD}&status=held",
    f"/days?connection={ODD}",
    f"/days/{ODD}/harbour/{DAY}",
    "/trouble",
    f"/trouble/link?connection={ODD}",
)

type Visit = Callable[..., Person]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as there:
        yield there


@pytest.fixture(scope="module")
def cafe(browser: Browser) -> Iterator[Cafe]:
    with opened(settle_seconds=2) as shop:
        made = Cafe(shop)
        page = browser.new_context(viewport=DESKTOP).new_page()
        admin = Person(page, shop.world.stack.console_url).sign_in("admin")
        set_up(made, admin)
        set_up_reports(made, admin)
        page.context.close()
        yield made


@pytest.fixture
def visit(browser: Browser, cafe: Cafe) -> Iterator[Visit]:
    """`visit("admin")`: a person who has just signed in, in a browser of their own."""
    contexts = []

    def arrived(role: str, **options: object) -> Person:
        context = browser.new_context(**{"viewport": DESKTOP, **options})  # type: ignore[arg-type]
        contexts.append(context)
        url = cafe.shop.world.stack.console_url
        scripts = options.get("java_script_enabled") is not False
        return Person(context.new_page(), url, has_scripts=scripts).sign_in(role)

    yield arrived
    for context in contexts:
        context.close()


@dataclass(frozen=True)
class Look:
    """What was found on a page. faults: grave ones of accessibility; beyond: pixels that it is
    wider than a phone; wrongs: scripts that failed, what the policy forbade."""

    faults: list[tuple[str, str]]
    beyond: int
    wrongs: list[str]


@pytest.fixture(scope="module")
def looks(browser: Browser, cafe: Cafe) -> Iterator[dict[str, Look]]:
    """Every page, on a phone, on a desk and, for some, in the dark."""
    # Colours change at once: what is looked at is not on its way from light to dark.
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    admin = Person(context.new_page(), cafe.shop.world.stack.console_url).sign_in("admin")
    wrongs = Wrongs().watch(context, admin.url)
    found = {}
    for path in PAGES:
        wrongs.found.clear()
        status = admin.open(path)
        assert status == (404 if path == "/nothing-here" else 200), path
        beyond = admin.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        admin.page.set_viewport_size(DESKTOP)
        faults = grave(admin.page, {})
        if path in DARK:
            admin.page.emulate_media(color_scheme="dark")
            faults += grave(admin.page, {"runOnly": ["color-contrast"]})
            admin.page.emulate_media(color_scheme="light")
        admin.page.set_viewport_size(PHONE)
        said = [one for one in wrongs.found if "status of 404" not in one]
        found[path] = Look(faults, beyond, said)
    yield found
    context.close()


def grave(page: Page, options: dict[str, object]) -> list[tuple[str, str]]:
    """The rules that a page breaks gravely, each with the first element that does."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        (one["id"], one["nodes"][0]["html"])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def test_a_new_user_connects_the_company_and_its_chart_is_imported(cafe: Cafe) -> None:
    assert "Harbour Cafe" in cafe.seen["consent"]
    assert re.search(r"Accounts\s+[4-9]\d, 3 classes", cafe.seen["company"])
    assert cafe.seen["secret"].startswith("whsec_")


def test_a_new_user_maps_what_is_missing_and_the_held_events_post(cafe: Cafe) -> None:
    assert "2 of Cafe till" in cafe.seen["held"]
    assert "Visa" in cafe.seen["missing"]
    assert "2 held events were released, 0 still held" in cafe.seen["in force"]
    assert len(re.findall(r"\bposted\b", cafe.seen["events"])) == 2
    assert len(cafe.shop.world.qbo.books(REALM)["objects"]["JournalEntry"]) >= 2


@pytest.mark.parametrize(
    ("day", "form", "entity"),
    [(DAY, "journal", "JournalEntry"), (BEFORE, "sales_receipt", "SalesReceipt")],
)
def test_a_report_is_sent_and_the_page_says_its_number(
    cafe: Cafe, visit: Visit, day: object, form: str, entity: str
) -> None:
    said = visit("operator").send_report(f"/days/{REPORTS}/12/{day}", form, "end of day")
    found = re.fullmatch(rf"The report 12-{day}-day is in QuickBooks: {entity} (\d+)\.", said)
    assert found, said
    rows = cafe.shop.world.qbo.books(REALM)["objects"][entity]
    assert [row["TxnDate"] for row in rows if row["Id"] == found[1]] == [f"{day}"]


def test_a_dead_letter_is_looked_at_and_replayed_into_the_books(cafe: Cafe, visit: Visit) -> None:
    letter = put_dead_letter(TILL, DAY, cafe.shop.world.parts)
    operator = visit("operator")
    operator.open("/trouble")
    assert "1 in deliveries" in operator.text()
    operator.open(f"/trouble/dead-letters/deliveries/{letter}")
    assert "Coffee" in operator.text()
    operator.answer_why("Replay", "the layer is mended")
    assert operator.notice().startswith("It was sent back")
    cafe.settle()
    operator.open(f"/events/{TILL}/ticket/H-{DAY:%m%d}-9")
    assert "posted" in operator.until(lambda text: "posted" in text)


def test_an_event_held_for_a_new_tender_posts_once_it_is_mapped(cafe: Cafe, visit: Visit) -> None:
    cafe.send(TILL, "canonical", ticket(DAY, 20, "Coffee", 450, 90, 37, "Amex"), "m-amex")
    cafe.settle()
    admin = visit("admin")
    admin.open(f"/events/{TILL}/ticket/H-{DAY:%m%d}-20")
    assert "Amex" in admin.text()
    admin.page.locator("ul.missing a", has_text="Amex").click()
    admin.choose_account("Payment type, Amex", "Card Clearing")
    assert "1 held event was released" in admin.put_in_force(TILL, "they take Amex now")
    admin.open(f"/events/{TILL}/ticket/H-{DAY:%m%d}-20")
    admin.until(lambda text: "in the books" in text)


def test_an_entry_is_reversed_for_a_reason_that_is_kept(cafe: Cafe, visit: Visit) -> None:
    operator = visit("operator")
    operator.open(f"/events/{TILL}/ticket/H-{DAY:%m%d}-2")
    operator.answer_why("Reverse", "rung up twice")
    operator.until(lambda text: "reversed" in text.lower())
    operator.open("/actions")
    assert "rung up twice" in operator.text()
    cafe.settle()
    assert trial_balance(cafe.shop.world.qbo).difference == 0


def test_a_viewer_sees_no_button_and_is_refused(visit: Visit) -> None:
    viewer = visit("viewer")
    token = viewer.page.locator("form.who input[name=csrf]").get_attribute("value")
    for path in ("/companies", f"/companies/{REALM}", f"/connections/{TILL}", TICKET, "/trouble",
                 day_of(DAY), "/events", f"/mapping/{TILL}", f"/mapping/{TILL}/draft"):  # fmt: skip
        assert viewer.open(path) == 200, path
        assert viewer.page.locator("main form[method=post]").count() == 0, path
    for path in ("/connections/new", f"/mapping/{TILL}/edit"):
        assert viewer.open(path) == 403
    for path in (f"{TICKET}/void", "/companies/connect", f"/mapping/{TILL}/draft/activate"):
        refused = viewer.page.request.post(
            f"{viewer.url}/console{path}",
            form={"csrf": token or "", "reason": "let me", "version": "1"},
            headers={"Origin": viewer.url},
        )
        assert refused.status == 403, path


def test_hostile_names_are_inert_on_every_page(cafe: Cafe, visit: Visit) -> None:
    admin = visit("admin")
    admin.add_connection(ODD, "canonical", REALM, "A till that says anything")
    for number, batch in enumerate(hostile_events()):
        cafe.send(ODD, "canonical", batch, f"hostile-{number}")
    cafe.settle()
    wrongs = Wrongs().watch(admin.page.context, admin.url)
    sold = [f"/events/{ODD}/ticket/H-{DAY:%m%d}-{100 + number}" for number in range(0, 100, 10)]
    shown = 0
    for path in (*SHOWN, *sold):
        assert admin.open(path) == 200, path
        admin.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        shown += admin.page.locator("body").inner_text().count("HOSTILE")
    assert shown > 500
    assert wrongs.found == []


def test_no_page_has_a_grave_fault_of_accessibility(looks: dict[str, Look]) -> None:
    assert {path: look.faults for path, look in looks.items() if look.faults} == {}


def test_no_page_is_wider_than_a_phone(looks: dict[str, Look]) -> None:
    assert {path: look.beyond for path, look in looks.items() if look.beyond > 0} == {}


def test_no_page_asks_for_what_its_policy_forbids(looks: dict[str, Look]) -> None:
    assert {path: look.wrongs for path, look in looks.items() if look.wrongs} == {}


def test_the_keyboard_reaches_the_page_and_shows_where_it_is(visit: Visit) -> None:
    admin = visit("admin")
    admin.open(TICKET)
    reached = []
    for _ in range(30):
        admin.page.keyboard.press("Tab")
        at = admin.page.evaluate(
            "(at => [at.innerText, getComputedStyle(at).outlineStyle])(document.activeElement)"
        )
        assert at[1] != "none", at
        reached.append(at[0].strip())
        if at[0].strip() == "Reverse":
            break
    assert reached[0] == "Skip to the page"
    assert reached[1:4] == ["daybook", "Now", "Companies"]
    assert reached[-1] == "Reverse"
    admin.page.keyboard.press("Enter")
    assert admin.page.locator("details.act[open] input[name=reason]").is_visible()
    admin.open(TICKET)
    admin.page.keyboard.press("Tab")
    admin.page.keyboard.press("Enter")
    assert admin.page.evaluate("document.activeElement.id") == "content"


def test_everything_goes_without_scripts(cafe: Cafe, visit: Visit) -> None:
    cafe.send(TILL, "canonical", ticket(DAY, 30, "Coffee", 300, 60, 25, "Cash"), "m-30")
    cafe.settle()
    admin = visit("admin", java_script_enabled=False)
    admin.open("/events")
    admin.page.select_option("#f-connection", TILL)
    admin.page.select_option("#f-status", "posted")
    admin.press("Show")
    assert "status=posted" in admin.page.url
    admin.page.locator("tbody a", has_text=f"{DAY:%m%d}-30").first.click()
    admin.answer_why("Reverse", "no script was run")
    admin.until(lambda text: "reversed" in text.lower())
    admin.open(f"/companies/{REALM}")
    admin.press("Refresh from QuickBooks")
    admin.until(lambda text: re.search(r"\bdone\b", text) is not None)
