"""A small reverse proxy that stands for API Gateway's own front: http://127.0.0.1:<port>.

The emulator serves an HTTP API under a host name that no resolver knows, and cookies named
`__Host-` need a root path. Body, path and headers pass as they came: signatures are checked over
raw bytes.
"""

import asyncio
import contextlib
import io
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from yarl import URL

HOST = "127.0.0.1"
# API Gateway's own quota; it answers 413 before any function runs.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
BODY_BYTES_MAX = 10 * 1024 * 1024
# API Gateway gives an integration 30 s and then answers 503.
INTEGRATION_SECONDS = 30
# Headers of one connection, not of the message (RFC 9110, section 7.6.1).
_HOP_BY_HOP = frozenset(
    (
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)

# What aiohttp would add of its own to a request that lacks it.
_OWN_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")

type Target = Callable[[], tuple[str, str]]
"""Gives the emulator's URL and the Host under which it serves the API; asked for each request."""


@contextlib.contextmanager
def serving(target: Target, port: int = 0) -> Iterator[str]:
    """Serve the API on 127.0.0.1 in a thread of its own; gives the base URL, no trailing slash.

    `port` 0 takes a free one. Raises OSError if the port is taken.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="front", daemon=True)
    thread.start()
    stack = contextlib.AsyncExitStack()

    def run[T](work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(INTEGRATION_SECONDS * 2)

    try:
        bound = run(_start(stack, target, port))
        yield f"http://{HOST}:{bound}"
    finally:
        run(stack.aclose())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(stack: contextlib.AsyncExitStack, target: Target, port: int) -> int:
    session = await stack.enter_async_context(
        ClientSession(timeout=ClientTimeout(total=INTEGRATION_SECONDS), auto_decompress=False)
    )

    async def forward(request: web.Request) -> web.Response:
        return await _forward(request, session, target)

    app = web.Application(client_max_size=BODY_BYTES_MAX)
    app.router.add_route("*", "/{path:.*}", forward)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, HOST, port).start()
    bound: int = runner.addresses[0][1]
    return bound


async def _forward(request: web.Request, session: ClientSession, target: Target) -> web.Response:
    url, host = target()
    body = io.BytesIO(await request.read())
    headers = [(k, v) for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP]
    try:
        async with session.request(
            request.method,
            URL(url + request.raw_path, encoded=True),
            headers=[*headers, ("Host", host)],
            data=body,
            skip_auto_headers=_OWN_HEADERS,
            allow_redirects=False,
        ) as answer:
            kept = [(k, v) for k, v in answer.headers.items() if k.lower() not in _HOP_BY_HOP]
            return _answer(answer.status, kept, await answer.read())
    except (ClientError, TimeoutError):
        # What API Gateway answers when an integration fails or takes longer than 30 s.
        return web.json_response({"message": "Service Unavailable"}, status=503)


def _answer(status: int, headers: list[tuple[str, str]], body: bytes) -> web.Response:
    response = web.Response(status=status, body=body)
    response.headers.clear()
    for name, value in headers:
        response.headers.add(name, value)
    return response
