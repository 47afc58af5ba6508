"""In the running stack: sign in, connect a company, disconnect it, under the console's own role.

The emulator enforces the template's rights, so that a right that is missing fails here.
"""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from daybook.domain.connection import Realm
from tests.e2e.shop import Shop, opened

SECONDS = 20


class Browser:
    """A browser that keeps cookies of 127.0.0.1, Secure ones too, as Chromium does."""

    def __init__(self, shop: Shop) -> None:
        self.url = shop.world.stack.console_url
        self.issuer = shop.world.issuer
        self.jar: dict[str, str] = {}
        self.csrf = ""

    def go(
        self, address: str, form: dict[str, str] | None = None, **headers: str
    ) -> requests.Response:
        """One request; redirects are not followed."""
        own = not address.startswith("http") or address.startswith(self.url)
        if own and self.jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        answer = requests.request(
            "GET" if form is None else "POST",
            address if address.startswith("http") else self.url + address,
            data=form and {"csrf": self.csrf, **form},
            headers=headers,
            allow_redirects=False,
            timeout=30,
        )
        for line in answer.raw.headers.getlist("Set-Cookie") if own else ():
            name, _, rest = line.partition("=")
            self.jar.pop(name, None)
            if "Max-Age=0" not in line:
                self.jar[name] = rest.split(";")[0]
        return answer

    def sign_in(self, who: str) -> "Browser":
        """By the provider's page."""
        first = self.go("/console")
        asked = self.go(self.go(first.headers["Location"]).headers["Location"])
        link = re.search(rf'id="{who}" href="([^"]+)"', asked.text)
        assert link
        back = self.go(self.issuer + link[1].replace("&amp;", "&"))
        assert self.go(back.headers["Location"]).headers["Location"] == "/console"
        token = re.search(r'name="csrf" value="([^"]+)"', self.go("/console").text)
        assert token
        self.csrf = token[1]
        return self


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with opened(settle_seconds=2) as there:
        yield there


@pytest.fixture(scope="module")
def admin(shop: Shop) -> Browser:
    return Browser(shop).sign_in("admin")


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def job_of(admin: Browser, shop: Shop, address: str) -> None:
    """Until the job of a company's page is done."""
    (name,) = parse_qs(urlsplit(address).query)["job"]

    def is_done() -> bool:
        job = shop.world.parts.jobs.store.get(name)
        assert job is not None
        return job.state == "done"

    assert admin.go(address).status_code == 200
    until(is_done)


def company(shop: Shop) -> Realm:
    found = shop.world.parts.connections.realm(shop.world.qbo.realm)
    assert found is not None
    return found


def consent(admin: Browser, form: dict[str, str]) -> requests.Response:
    """To the simulator's page of consent and back."""
    asked = admin.go("/console/companies/connect", form)
    assert asked.headers["Location"].startswith("http://127.0.0.1:")
    return admin.go(admin.go(asked.headers["Location"]).headers["Location"])


def test_a_company_is_connected_imported_disconnected_and_connected_again(
    admin: Browser, shop: Shop
) -> None:
    realm = shop.world.qbo.realm
    before = company(shop).pair
    done = consent(admin, {"environment": "sandbox"})
    assert done.headers["Location"].startswith(f"/console/companies/{realm}?job=")
    assert company(shop).pair > before
    job_of(admin, shop, done.headers["Location"])
    gone = admin.go(f"/console/companies/{realm}/disconnect", {"reason": "moving away"})
    assert company(shop).state == "disconnected"
    job_of(admin, shop, gone.headers["Location"])
    again = consent(admin, {"environment": "sandbox", "realm": realm})
    assert company(shop).state == "connected"
    job_of(admin, shop, again.headers["Location"])


def test_a_new_point_of_sale_gets_a_secret_that_its_deliveries_are_signed_with(
    admin: Browser, shop: Shop
) -> None:
    form = {"id": "corner-shop", "source": "heartland", "realm": shop.world.qbo.realm}
    made = admin.go("/console/connections/new", form)
    secrets = re.findall(r'id="secret">([^<]+)<', made.text)
    rotated = admin.go("/console/connections/corner-shop/secret", {"reason": "it leaked"})
    secrets += re.findall(r'id="secret">([^<]+)<', rotated.text)
    assert len(set(secrets)) == 2
    hook = f"{shop.world.stack.webhook_url}/webhooks/corner-shop/sales_transaction_completed"
    for secret, status in ((secrets[0], 202), (secrets[1], 202), ("another", 401)):
        sent = requests.post(hook, params={"secret": secret}, data=b"{}", timeout=30)
        assert sent.status_code == status
    page = admin.go("/console/connections/corner-shop").text
    assert not any(secret in page for secret in secrets)


def test_a_viewer_connects_nothing_and_a_signed_out_browser_sees_nothing(shop: Shop) -> None:
    viewer = Browser(shop).sign_in("viewer")
    assert viewer.go("/console/companies").status_code == 200
    assert viewer.go("/console/companies/connect", {"environment": "sandbox"}).status_code == 403
    kept = dict(viewer.jar)
    assert viewer.go("/console/sign-out", {"x": ""}).status_code == 303
    viewer.jar = kept
    assert viewer.go("/console/companies").headers["Location"].startswith("/console/sign-in")


def test_no_secret_of_all_this_is_in_a_log(admin: Browser, shop: Shop) -> None:
    lines = "".join(shop.world.stack.log_lines("console"))
    assert "page" in lines
    for secret in (*admin.jar.values(), admin.csrf):
        assert secret not in lines
