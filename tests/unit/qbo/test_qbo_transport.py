"""One request, one reply, bounded; whatever the network does is NoReplyError."""

import socket

import pytest

from daybook.qbo.exceptions import NoReplyError
from daybook.qbo.transport import MAX_REPLY_BYTES, HttpReply, HttpRequest, HttpsSender
from tests.unit.qbo.one_answer_server import Answer, answering


def ask(url: str, sender: HttpsSender | None = None) -> HttpReply:
    request = HttpRequest(
        "POST",
        f"{url}/v3/company/1/batch",
        {"requestid": "R&1", "minorversion": "75"},
        {"Authorization": "Bearer t", "Content-Type": "application/json"},
        b'{"a":108.25}',
    )
    return (sender or HttpsSender())(request)


def test_bytes_on_the_wire_carry_request_id_and_body() -> None:
    with answering(Answer(200, b"{}", {"intuit_tid": "1-x"})) as server:
        reply = ask(server.url)
    assert (reply.status, reply.body, reply.headers["INTUIT_TID"]) == (200, b"{}", "1-x")
    (got,) = server.got
    assert got.path == "/v3/company/1/batch?requestid=R%261&minorversion=75"
    assert (got.body, got.headers["Authorization"]) == (b'{"a":108.25}', "Bearer t")


def test_redirect_is_a_reply_and_never_followed() -> None:
    for target in ("/elsewhere", "http://[", "https://example.test/"):
        with answering(Answer(302, b"moved", {"Location": target})) as server:
            assert ask(server.url).status == 302
        assert len(server.got) == 1


def test_password_file_does_not_replace_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with answering(Answer()) as server:
        ask(server.url)
    assert server.got[0].headers["Authorization"] == "Bearer t"


def test_every_status_is_a_reply() -> None:
    for status in (400, 401, 429, 500, 503):
        with answering(Answer(status, b"<html>")) as server:
            assert ask(server.url).status == status


def test_dropped_connection_is_no_reply_and_not_sent_again() -> None:
    with answering(Answer(drop=True)) as server, pytest.raises(NoReplyError) as raised:
        ask(server.url)
    assert len(server.got) == 1
    assert (raised.value.outcome.kind, raised.value.status) == ("uncertain", 0)


def test_no_server_is_no_reply() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NoReplyError):
            ask(f"http://127.0.0.1:{taken.getsockname()[1]}")


def test_silence_is_no_reply_after_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(NoReplyError, match="ReadTimeout"):
            ask(f"http://127.0.0.1:{silent.getsockname()[1]}", HttpsSender(timeout_seconds=0.1))


def test_reply_that_is_cut_short_is_no_reply() -> None:
    short = Answer(200, b"{}", {"Content-Length": "50", "Connection": "close"})
    with answering(short) as server, pytest.raises(NoReplyError):
        ask(server.url, HttpsSender(timeout_seconds=0.5))


def test_reply_beyond_the_cap_is_no_reply() -> None:
    with (
        answering(Answer(200, b" " * (MAX_REPLY_BYTES + 1))) as server,
        pytest.raises(NoReplyError, match="did not end"),
    ):
        ask(server.url)


def test_reply_that_drips_past_the_deadline_is_no_reply() -> None:
    ticks = iter(range(0, 10_000, 100))
    sender = HttpsSender(timeout_seconds=125, clock=lambda: float(next(ticks)))
    with (
        answering(Answer(200, b" " * 1_000_000)) as server,
        pytest.raises(NoReplyError, match="did not end"),
    ):
        ask(server.url, sender)


def test_connection_that_idled_is_not_used_again() -> None:
    now = [0.0]
    sender = HttpsSender(clock=lambda: now[0])
    with answering(Answer()) as server:
        for idle in (0.0, 5.0, 21.0):
            now[0] += idle
            ask(server.url, sender)
    assert len({got.peer for got in server.got[:2]}) == 1
    assert server.got[2].peer != server.got[1].peer
