"""What a mail of an alarm tells to do can be done: its commands, options and pages exist."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from cli.main import app
from tests.house.docs_checks import commands
from tests.house.tree import text_of
from tests.unit.alarms.measures import resources

MAILS: dict[str, str] = {
    name: alarm["AlarmDescription"] for name, alarm in resources("AWS::CloudWatch::Alarm").items()
}
# A sentence, or half of one, that tells somebody to do something.
ORDER = re.compile(
    r"(?:^|[.:;,] |\bthen |\band )"
    r"(?:run|look at|look for|read|compare|have|delete|mend|buy|find out) |must connect",
    re.IGNORECASE,
)
COMMAND = re.compile(r"daybook ((?:[a-z-]+ ?)+)")
OPTION = re.compile(r"--[a-z-]+")
PAGE = re.compile(r"docs/operations\.md, \"([^\"]+)\"")
DOES = ("goes", "deletes", "changes")
NAMES = tuple(name.removeprefix("daybook ") for name in commands(app))


def ordered(text: str) -> bool:
    """Whether the text tells somebody to do something."""
    return ORDER.search(text) is not None


def unknown_commands(text: str) -> Iterator[str]:
    """What follows `daybook` and is neither a command nor what daybook itself does."""
    for found in COMMAND.findall(text):
        if found.split()[0] not in DOES and not any(
            f"{found} ".startswith(f"{name} ") for name in NAMES
        ):
            yield found.strip()


def unknown_options(text: str) -> Iterator[str]:
    """Options that no command has."""
    known = set(_options(typer.main.get_command(app)))
    yield from (one for one in OPTION.findall(text) if one not in known)


def _options(command: Any) -> Iterator[str]:
    yield from (name for one in command.params for name in one.opts)
    for inner in getattr(command, "commands", {}).values():
        yield from _options(inner)


@pytest.mark.parametrize("alarm", MAILS)
def test_a_mail_tells_what_to_do(alarm: str) -> None:
    assert ordered(MAILS[alarm])


@pytest.mark.parametrize("alarm", MAILS)
def test_what_a_mail_names_exists(alarm: str) -> None:
    text = MAILS[alarm]
    assert list(unknown_commands(text)) == []
    assert list(unknown_options(text)) == []
    page = text_of("docs/operations.md")
    assert [one for one in PAGE.findall(text) if f"\n## {one}\n" not in page] == []


def test_the_mails_name_commands_and_pages() -> None:
    text = " ".join(MAILS.values())
    assert len(set(COMMAND.findall(text))) > 8
    assert len(set(PAGE.findall(text))) > 4


@pytest.mark.parametrize(
    "text",
    [
        "A delivery could not be translated.",
        "The company has no tokens any more; nothing is posted.",
        "See docs/operations.md.",
    ],
)
def test_a_mail_that_tells_nothing_is_noticed(text: str) -> None:
    assert not ordered(text)


def test_a_command_and_an_option_that_do_not_exist_are_noticed() -> None:
    text = "Run daybook dlq send, or daybook prove --again; daybook goes on asking."
    assert list(unknown_commands(text)) == ["dlq send"]
    assert list(unknown_options(text)) == ["--again"]
