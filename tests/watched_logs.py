"""A plugin of the whole suite: a test that makes anything log a secret or a customer fails.

Every record of every logger of the process is read, our own lines and those of libraries, with its
fields and the text of its exception, whether or not anything prints it. Looked for are

- what was planted: the tokens, app keys and webhook secrets that any test made (their classes
  tell), and the customers of the corpus and of the fixtures,
- whatever has the shape of a secret, wherever it came from,
- fields of a function's line that are not on the list of telemetry.

What functions of the local stack log is in its CloudWatch: who stops such a stack hands it in
(`read_text`).
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

CORPUS: Final = Path(__file__).resolve().parents[1] / "events" / "webhooks"
# Customers, words and sums that fixtures use and that nothing but a customer's data holds.
CUSTOMERS: Final = (
    "Canary", "canary@example.com", "7319.46", "Ada Brown", "Ada Lovelace", "Grace O'Hopper",
    "Hats & Co", "Hat Makers",
)  # fmt: skip
# Webhook secrets, tokens of Intuit and of its simulator, codes of consent, headers that hold one.
SHAPES: Final = re.compile(
    r"whsec_[A-Za-z0-9+/]{8,}|\bRT1-[\w-]{8,}|\beyJ[\w-]{8,}|\bAB11[\w-]{20,}"
    r"|\b(?:Bearer|Basic) [\w.~+/=-]{6,}|(?:access|refresh)_token\W{1,5}\w"
)
FUNCTIONS: Final = frozenset(
    {"webhook", "translator", "poster", "end_of_day", "sweeper", "console", "proof"}
)
# Classes that hold a secret, and which of their fields do. They are watched once they are imported.
HOLDERS: Final = (
    ("daybook.qbo.tokens", "TokenPair", ("access_token", "refresh_token")),
    ("daybook.qbo.tokens", "AppKeys", ("client_secret",)),
    ("daybook.store.secrets", "WebhookSecret", ("secrets",)),
)
# Shorter ones ("R0") are in every other word.
_SHORTEST: Final = 8
_PERSONAL: Final = re.compile(
    r'"(?:display_?name|customer_?name|e_?mail|(?:first|last)_name|name)"\s*:\s*"([^"\\]+)"',
    re.IGNORECASE,
)
_OF_A_RECORD: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}
# What Powertools and the embedded format of metrics add to a line.
_OF_A_LINE: Final = frozenset({"level", "location", "timestamp", "service", "_aws"})


@cache
def customers() -> tuple[str, ...]:
    """Names and addresses of people and firms, of the corpus and of the fixtures."""
    found = {
        name
        for path in CORPUS.rglob("*.json")
        for name in _PERSONAL.findall(path.read_text(encoding="utf-8"))
        # One word may be a town that a shop is called after; a person's has two, a mail its sign.
        if len(name) >= _SHORTEST and (" " in name or "@" in name)
    }
    return (*CUSTOMERS, *sorted(found))


class Watch:
    """What was planted, and what was logged since it was last looked at."""

    def __init__(self) -> None:
        self.planted: set[str] = set()
        self.texts: list[str] = []
        self.wrong: list[str] = []
        self._watched: set[str] = set()

    def plant(self, *secrets: object) -> None:
        """Texts that no log may hold; of other things nothing is kept."""
        for one in secrets:
            if isinstance(one, tuple):
                self.plant(*one)
            elif isinstance(one, str) and len(one) >= _SHORTEST:
                self.planted.add(one)

    def watch_holders(self) -> None:
        """Plant whatever the classes that hold secrets are made with from now on."""
        for module, name, fields in HOLDERS:
            if module in sys.modules and f"{module}.{name}" not in self._watched:
                self._watched.add(f"{module}.{name}")
                _after_init(getattr(sys.modules[module], name), fields, self.plant)

    def read(self, record: logging.LogRecord) -> None:
        """Take one record as a formatter would write it."""
        extra = {k: v for k, v in vars(record).items() if k not in _OF_A_RECORD}
        text = [_message(record), json.dumps(extra, default=repr, ensure_ascii=False)]
        if record.exc_info:
            text += traceback.format_exception(*record.exc_info)
        self.texts.append("\n".join(text))
        if record.name in FUNCTIONS and (strange := set(extra) - _fields()):
            self.wrong.append(f"{record.name}: {record.msg!r} has the fields {sorted(strange)}")

    def read_text(self, lines: Iterable[str]) -> None:
        """Take lines of a function that ran elsewhere."""
        self.texts += lines

    def read_stack(self, log_lines: Callable[[str], Iterable[str]], *secrets: str) -> None:
        """Take all that the functions of a local stack logged, whose secrets these are."""
        self.plant(*secrets)
        for function in sorted(FUNCTIONS - {"proof"}):
            self.read_text(log_lines(function))

    def findings(self) -> list[str]:
        """What is wrong with what was logged since the last look."""
        said, wrong = "\n".join(self.texts), [*self.wrong]
        self.texts.clear()
        self.wrong.clear()
        if said:
            wrong += [f"{one!r} was logged" for one in customers() if one in said]
            wrong += [f"{one!r} was logged" for one in sorted(self.planted) if one in said]
            wrong += [f"{one!r} has the shape of a secret" for one in _shaped(said)]
        return wrong


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return f"{record.msg} {record.args}"


def _fields() -> frozenset[str]:
    telemetry = sys.modules["daybook.telemetry"]
    known: frozenset[str] = telemetry.ALLOWED | frozenset(telemetry.METRICS) | _OF_A_LINE
    return known


def _shaped(text: str) -> Iterator[str]:
    yield from sorted({found[0] for found in SHAPES.finditer(text)})


def _after_init(holder: type, fields: tuple[str, ...], plant: Callable[..., None]) -> None:
    made: Callable[..., None] = holder.__init__  # type: ignore[misc]

    def init(self: object, *values: Any, **named: Any) -> None:
        made(self, *values, **named)
        plant(*(getattr(self, field) for field in fields))

    holder.__init__ = init  # type: ignore[misc]


WATCH: Final = Watch()


def pytest_configure() -> None:
    """Read every record, whoever logs it and whoever prints it."""
    handle = logging.Logger.handle

    def read_and_handle(self: logging.Logger, record: logging.LogRecord) -> None:
        WATCH.read(record)
        handle(self, record)

    logging.Logger.handle = read_and_handle  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    """Classes that were imported meanwhile are watched too."""
    WATCH.watch_holders()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """After a test and the fixtures that end with it: an error if anything was told."""
    yield
    if found := WATCH.findings():
        pytest.fail("\n".join(["logged what no log may hold:", *found[:20]]), pytrace=False)
