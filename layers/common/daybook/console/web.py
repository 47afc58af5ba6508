"""What a page is asked and what it answers; the table of routes that the pages enter themselves in.

    @route("GET", "/events/<connection>", "viewer")
    def events(call: Call) -> Answer:
        return Page("events.html", {"connection": call.params["connection"]})

`site` finds the route, checks who asks, and only then calls the page. Paths stand below `/console`.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlencode

from daybook.workflows.operator import Who

if TYPE_CHECKING:
    from aws_lambda_powertools.shared.cookies import Cookie

    from daybook.wiring import Wiring

type Role = Literal["anyone", "viewer", "operator", "admin"]
type Method = Literal["GET", "POST"]

# Each role includes those before it. `anyone` has not signed in.
ROLES: Final[tuple[Role, ...]] = ("anyone", "viewer", "operator", "admin")
BASE: Final = "/console"
MAX_REASON: Final = 500
_MAX_DIGITS: Final = 9

_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:-]{0,199}")
_PLACE = re.compile(r"<([a-z_]+)>")


class Wrong(Exception):  # noqa: N818 -- what a person is told
    """Something that a person asked for and cannot have, shown as a page.

    status: of HTTP. title: what it is. text: why. next_step: what to do now.
    """

    def __init__(self, status: int, title: str, text: str = "", next_step: str = "") -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.text = text
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. subject: the provider's own id of a person. csrf: what each form must bring back.
    session: names the session without opening it."""

    subject: str
    name: str
    role: Role
    csrf: str = field(default="", repr=False)
    session: str = field(default="", repr=False)

    @property
    def actor(self) -> str:
        """As kept with what the person does."""
        return f"{self.name} ({self.subject})" if self.name != self.subject else self.subject

    def may(self, role: Role) -> bool:
        """Whether the visitor has the role, or one that includes it."""
        return ROLES.index(self.role) >= ROLES.index(role)


NOBODY: Final = Visitor("", "", "anyone")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked. path: below `/console`. params: the route's `<name>`s. files: what was
    uploaded, by field. base_url: scheme and host under which the console is reached."""

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, Sequence[str]]
    files: Mapping[str, bytes]
    visitor: Visitor
    parts: "Wiring"
    now: datetime
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_url: str = ""

    def one(self, name: str, default: str = "") -> str:
        """The first value of a form's field, without white space around it."""
        return next(iter(self.form.get(name, ())), default).strip()

    def person(self, reason: str = "") -> Who:
        """Who asks and why, as kept with an action; the form's `reason` if none is given.

        Raises Wrong where there is none, or a very long one.
        """
        why = (reason or self.one("reason")).strip()
        if not why:
            raise Wrong(400, "Say why", "It is kept with who did it and when.", "Give a reason.")
        if len(why) > MAX_REASON:
            raise Wrong(400, "The reason is too long", f"It takes {MAX_REASON} characters.")
        return Who(self.visitor.actor, why)


@dataclass(frozen=True, slots=True)
class Page:
    """A template with its values. `visitor`, `navigation`, `csrf`, `notice` are added to them."""

    template: str
    values: Mapping[str, Any]
    status: int = 200
    cookies: tuple["Cookie", ...] = ()


@dataclass(frozen=True, slots=True)
class See:
    """Go there now (303). to: a path below `/console`, or what `href` gave, or a provider's
    address that is no one's input. notice: a sentence that the next page shows once."""

    to: str
    notice: str = ""
    cookies: tuple["Cookie", ...] = ()


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be saved."""

    name: str
    content_type: str
    body: bytes = field(repr=False)


type Answer = Page | See | Download


@dataclass(frozen=True, slots=True)
class Route:
    """A page and who may ask for it. path: below `/console`; `<name>` stands for a part of it."""

    method: Method
    path: str
    role: Role
    page: Callable[[Call], Answer]


ROUTES: Final[dict[tuple[str, str], Route]] = {}


def route(method: Method, path: str, role: Role) -> Callable[[Callable[[Call], Answer]], Any]:
    """Enter a page in the table. Raises ValueError for a route that is there already, and for one
    that changes something and asks for no more than a viewer."""
    if method == "POST" and role == "viewer" and path != "/sign-out":
        raise ValueError(f"{method} {path}: who only looks changes nothing")

    def entered(page: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        known = ROUTES.get((method, path))
        if known and known.page.__qualname__ != page.__qualname__:
            raise ValueError(f"{method} {path} is there already")
        ROUTES[method, path] = Route(method, path, role, page)
        return page

    return entered


def href(path: str, **values: object) -> str:
    """The address of a page: each `<name>` of its path filled in, other values as its query.

    Values may be any text a point of sale sends. Empty ones and None are left out of the query.
    """
    left = {name: str(value) for name, value in values.items() if value not in (None, "")}

    def filled(found: re.Match[str]) -> str:
        return part(left.pop(found[1], ""))

    whole = BASE + _PLACE.sub(filled, path).rstrip("/")
    return f"{whole}?{urlencode(left, errors='replace')}" if left else whole


def is_number(text: str) -> bool:
    """Whether a text from outside is a whole number that is not absurdly long."""
    return text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS


def part(text: str) -> str:
    """A text as one part of a path, whatever is in it: a proxy may decode or normalise a path, so
    that what is not plain goes as base64url behind `~`. `read_part` gives it back."""
    if _PLAIN.fullmatch(text):
        return text
    raw = text.encode("utf-8", "surrogatepass")
    return "~" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_part(text: str) -> str:
    """The text of a part of a path. Raises Wrong where it is none."""
    if not text.startswith("~"):
        return text
    try:
        padded = text[1:] + "=" * (-len(text[1:]) % 4)
        return base64.b64decode(padded, b"-_", validate=True).decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError):
        raise Wrong(404, "There is no such page") from None
