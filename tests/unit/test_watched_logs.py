"""The watch over the suite's logs fails a test that has a secret or a customer logged."""

import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daybook.qbo.tokens import AppKeys, TokenPair
from daybook.sources.signatures import new_secret
from daybook.store.secrets import WebhookSecret
from daybook.telemetry import logger
from local.qbo_simulator.tokens import TokenStore
from tests.watched_logs import Watch, customers

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 22, tzinfo=UTC)
# In pieces, so that the watch over this very test finds nothing.
NAME = "Zyxwvut " + "".join(("Can", "ary"))
TEST = """
import logging
import pytest
from daybook.store.secrets import WebhookSecret
from daybook.telemetry import logger

SECRET = "planted-" + "by-this-test"

@pytest.fixture(scope="module")
def shop():
    yield WebhookSecret("canonical", (SECRET,))
    logging.getLogger("some.library").warning("closing %s", {at_the_end})

def test_one(shop):
    {said}

def test_two(shop):
    pass
"""


def record(message: str, **extra: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "poster", "msg": message, **extra})


def read(*records: logging.LogRecord) -> list[str]:
    watch = Watch()
    for one in records:
        watch.read(one)
    return watch.findings()


def test_a_customer_is_found_in_a_message_its_arguments_a_field_and_an_exception() -> None:
    argument = record("%s")
    argument.args = (NAME,)
    assert len(read(record(f"sold to {NAME}"))) == 1
    assert len(read(argument)) == 1
    assert len(read(record("held", reason=NAME))) == 1
    try:
        raise ValueError(NAME)
    except ValueError:
        assert len(read(record("failed", exc_info=sys.exc_info()))) == 1


@pytest.mark.parametrize(
    "text",
    [
        new_secret(b"x" * 32),
        f"RT1-{'x' * 43}",
        f"eyJhbGciOiJkaXIifQ..{'x' * 43}",
        f"Authorization: Bearer {'x' * 20}",
        "access_token=x",
        '{"refresh_token": "x"}',
    ],
)
def test_what_has_the_shape_of_a_secret_is_found(text: str) -> None:
    assert len(read(record(text))) >= 1


def test_the_simulators_tokens_have_such_a_shape() -> None:
    store = TokenStore()
    code = store.new_code("9341450000000001", "http://x", AT)
    assert read(record(code))
    pair = store.redeem(code, "http://x", AT)
    assert read(record(pair.access_token))
    assert read(record(pair.refresh_token))


def test_what_the_classes_that_hold_secrets_are_made_with_is_planted() -> None:
    from tests.watched_logs import WATCH  # noqa: PLC0415 -- the one that watches this test

    made = ("-".join(("held", str(number), "apart")) for number in range(5))
    access, refresh, client, first, second = made
    TokenPair(access, refresh, AT, AT, "9341450000000001")
    AppKeys("client", client)
    WebhookSecret("canonical", (first, second))
    assert {access, refresh, client, first, second} <= WATCH.planted


def test_a_field_that_is_not_on_the_list_is_found() -> None:
    assert len(read(record("drained", memo="x"))) == 1
    assert read(record("drained", posted=1, realm="77", service="poster")) == []


def test_lines_of_a_function_that_ran_elsewhere_are_read() -> None:
    watch = Watch()
    watch.read_text(['{"message": "drained"}', f'{{"message": "{NAME}"}}'])
    assert len(watch.findings()) == 1
    assert watch.findings() == []


def test_the_corpus_gives_its_customers() -> None:
    assert {"Harbour Books Ltd", "orders@example.com"} <= set(customers())
    assert "Burbank" not in customers()


@pytest.mark.parametrize(
    ("said", "at_the_end", "outcome"),
    [
        ("pass", "'time'", "2 passed"),
        ("logging.getLogger().warning('%s', SECRET)", "'time'", "2 passed, 1 error"),
        ("logging.getLogger().info(SECRET)", "'time'", "2 passed"),
        ("logger('poster').info('drained', extra={'realm': SECRET})", "''", "2 passed, 1 error"),
        ("logger('poster').info('drained', extra={'memo': 'x'})", "''", "2 passed, 1 error"),
        ("pass", "SECRET", "2 passed, 1 error"),
    ],
)
def test_a_test_that_has_a_secret_logged_fails(
    tmp_path: Path, said: str, at_the_end: str, outcome: str
) -> None:
    file = tmp_path / "test_planted.py"
    file.write_text(TEST.format(said=said, at_the_end=at_the_end))
    words = ["-q", "-p", "tests.watched_logs", "-p", "no:cacheprovider", "-p", "no:xdist"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "-c", "/dev/null", "--rootdir", tmp_path, file],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT}/layers/common", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome in ran.stdout, ran.stdout + ran.stderr
    assert ran.returncode == int("error" in outcome)
    assert "error" in outcome or "logged what no log may hold" not in ran.stdout


def test_this_suite_is_watched(request: pytest.FixtureRequest) -> None:
    assert request.config.pluginmanager.has_plugin("tests.watched_logs")
    assert logging.Logger.handle.__name__ == "read_and_handle"
    assert logger("poster").name == "poster"
