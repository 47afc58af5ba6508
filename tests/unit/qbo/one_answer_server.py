"""A real HTTP server on 127.0.0.1 that answers each request from a list, and keeps what it got."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One reply as it goes out; a Content-Length given here may lie.

    drop: the connection is closed without one.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False


@dataclass
class Got:
    """One request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    peer: tuple[str, int]


@dataclass
class AnswerServer:
    url: str
    answers: list[Answer]
    got: list[Got] = field(default_factory=list)


class _QuietServer(ThreadingHTTPServer):
    """A client that hangs up is what some tests are about: nothing to print."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Quiet."""


@contextmanager
def answering(*answers: Answer) -> Iterator[AnswerServer]:
    """Answers in turn, the last one for ever."""
    server = _QuietServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    state = AnswerServer(f"http://127.0.0.1:{server.server_port}", list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.got.append(
                Got(self.command, self.path, dict(self.headers), body, self.client_address)
            )
            chosen = state.answers[min(len(state.got), len(state.answers)) - 1]
            if chosen.drop:
                self.close_connection = True
                return
            self.send_response(chosen.status)
            for name, value in chosen.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in chosen.headers:
                self.send_header("Content-Length", str(len(chosen.body)))
            self.end_headers()
            self.wfile.write(chosen.body)

        do_GET = do_POST = answer  # noqa: N815 -- names of the standard library

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
