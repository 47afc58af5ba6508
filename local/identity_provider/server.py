"""The provider over HTTP, on 127.0.0.1: discovery, keys, the page to pick a person, tokens.

with running() as issuer: ...
"""

import asyncio
import contextlib
import html
import threading
from collections.abc import Coroutine, Iterator
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from local.identity_provider.tokens import PEOPLE, Provider, Refused

HOST = "127.0.0.1"
START_SECONDS = 30
_NEEDED = ("client_id", "redirect_uri", "state", "code_challenge")
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; background: #eef0f2; color: #1c2126; margin: 0 }}
main {{ max-width: 26rem; margin: 12vh auto; background: #fff; padding: 1.5rem 2rem 2rem;
  border: 1px solid #d5d9dd; border-radius: 10px }}
a {{ display: block; padding: .75rem 1rem; margin: .5rem 0; border: 1px solid #b9c0c7;
  border-radius: 8px; color: inherit; text-decoration: none }}
a:hover, a:focus {{ border-color: #1d5c4c; outline: 2px solid #1d5c4c }}
small {{ color: #59626b }}
</style></head><body><main><h1>Who are you?</h1>
<p><small>This provider runs on your own computer and takes no password.</small></p>{people}
</main></body></html>"""
_PERSON = """<a id="{role}" href="{address}"><strong>{name}</strong><br>
<small>{role}: {text}</small></a>"""


@contextlib.contextmanager
def running(port: int = 0) -> Iterator[str]:
    """Serve a provider in a thread of its own; gives its issuer. `port` 0 takes a free one.

    Raises OSError if the port is taken.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="identity", daemon=True)
    thread.start()

    def run[T](work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(START_SECONDS)

    provider = Provider()
    runner = web.AppRunner(application(provider), access_log=None, shutdown_timeout=1)
    try:
        bound = run(_start(runner, port))
        provider.issuer = f"http://{HOST}:{bound}"
        yield provider.issuer
    finally:
        run(runner.cleanup())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(runner: web.AppRunner, port: int) -> int:
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    bound: int = runner.addresses[0][1]
    return bound


def application(provider: Provider) -> web.Application:
    """The provider's routes."""

    async def discovery(_request: web.Request) -> web.Response:
        return web.json_response(_document(provider.issuer))

    async def keys(_request: web.Request) -> web.Response:
        return web.json_response(provider.keys())

    async def picked(request: web.Request) -> web.Response:
        query = dict(request.query)
        person = PEOPLE.get(query.get("person", ""))
        if person is None or any(not query.get(name) for name in _NEEDED):
            raise web.HTTPBadRequest(text="nobody was picked")
        answer = {"code": provider.code_for(person, query), "state": query["state"]}
        there = query["redirect_uri"]
        raise web.HTTPFound(f"{there}{'&' if '?' in there else '?'}{urlencode(answer)}")

    async def token(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            return web.json_response(provider.exchanged(form))
        except Refused as refusal:
            return web.json_response({"error": str(refusal)}, status=400)

    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", discovery)
    app.router.add_get("/keys", keys)
    app.router.add_get("/authorize", _authorise)
    app.router.add_get("/picked", picked)
    app.router.add_post("/token", token)
    return app


def _document(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }


async def _authorise(request: web.Request) -> web.Response:
    """The page on which a person is picked."""
    if any(not request.query.get(name) for name in _NEEDED):
        raise web.HTTPBadRequest(text=f"needed: {', '.join(_NEEDED)}")
    query = dict(request.query)
    people = "".join(
        _PERSON.format(
            role=role,
            name=html.escape(person.name),
            text=html.escape(person.text),
            address=html.escape(f"/picked?{urlencode({**query, 'person': role})}"),
        )
        for role, person in PEOPLE.items()
    )
    return web.Response(text=_PAGE.format(people=people), content_type="text/html")
