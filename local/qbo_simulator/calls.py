"""What a request is about, found before it is handled: faults and limits go by it."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from local.qbo_simulator.batch import item_tags, items_of
from local.qbo_simulator.exact_json import loads
from local.qbo_simulator.simulator import Simulator

SIMULATOR: web.AppKey[Simulator] = web.AppKey("simulator", Simulator)
TOKEN_PATH = "/oauth2/v1/tokens/bearer"


@dataclass(frozen=True)
class Call:
    """One request. `tags` are the words that fault rules match in their `on`."""

    realm_id: str | None = None
    tags: frozenset[str] = frozenset()
    items: int = 0
    text: str = ""
    body: Any = None
    problem: str | None = None
    params: dict[str, str] = field(default_factory=dict)

    @property
    def is_batch(self) -> bool:
        """Whether it counts as a batch request."""
        return "batch" in self.tags


CALL: web.RequestKey[Call] = web.RequestKey("call", Call)
# The seconds after which the request's work is done; absent: at once.
LATE: web.RequestKey[float] = web.RequestKey("late", float)


async def understand(request: web.Request) -> Call:
    """Read the request. What cannot be parsed is noted in `problem`, never raised."""
    parts = request.path.strip("/").split("/")
    if request.path.rstrip("/") == TOKEN_PATH:
        return Call(tags=frozenset({"any", "token"}))
    if parts[:2] != ["v3", "company"] or len(parts) < 4:
        return Call()
    params = {name.lower(): value for name, value in request.query.items()}
    name = parts[3].lower()
    text, problem = await _text(request)
    body: Any = None
    if request.method == "POST" and name != "query" and problem is None:
        body, problem = _parsed(text)
    tags = {"any", name} | ({"read"} if request.method == "GET" and len(parts) > 4 else set())
    items = items_of(body) if name == "batch" else []
    for item in items:
        tags |= item_tags(item) - {"query"}
    return Call(parts[2], frozenset(tags), len(items), text, body, problem, params)


async def _text(request: web.Request) -> tuple[str, str | None]:
    try:
        return (await request.read()).decode("utf-8"), None
    except UnicodeDecodeError:
        return "", "500"


def _parsed(text: str) -> tuple[Any, str | None]:
    try:
        return loads(text), None
    except (ValueError, RecursionError):
        return None, "2010"
