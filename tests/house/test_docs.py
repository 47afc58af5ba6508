"""The docs name everything that users meet, and no link leads nowhere; both are noticed."""

import pytest

from daybook.domain.errors import NEXT_ACTION
from daybook.domain.flags import FLAG_ACTION
from daybook.domain.proof import FINDINGS
from daybook.domain.status import MEANING
from local.transform import read_template
from tests.house.docs_checks import broken_links, unexplained, unexplained_alarms, unnamed, words
from tests.house.tree import ROOT, files, text_of


def pages() -> dict[str, str]:
    """Every file by its path; the text of the pages."""
    return {path: text_of(path) if path.endswith(".md") else "" for path in files()}


def docs() -> list[str]:
    return [text for path, text in pages().items() if path.startswith("docs/")]


def test_every_word_that_users_meet_is_in_the_docs() -> None:
    assert list(unnamed(words(), docs())) == []


def test_the_words_are_those_of_the_product() -> None:
    counts = {what: len(names) for what, names in words().items()}
    assert min(counts.values()) >= 6
    assert "daybook chart refresh" in words()["command"]


def test_every_alarm_is_explained() -> None:
    resources = read_template(ROOT / "template.yaml")["Resources"]
    assert list(unexplained_alarms(resources, text_of("docs/operations.md"))) == []


@pytest.mark.parametrize("meanings", [MEANING, NEXT_ACTION, FLAG_ACTION, FINDINGS])
def test_the_operators_page_says_what_the_product_says(meanings: dict[str, str]) -> None:
    assert list(unexplained(meanings, text_of("docs/operations.md"))) == []


def test_every_relative_link_leads_somewhere() -> None:
    all_pages = pages()
    found = [
        problem
        for path, text in all_pages.items()
        if path.endswith(".md")
        for problem in broken_links(path, text, all_pages)
    ]
    assert found == []


def test_a_word_without_a_page_is_noticed() -> None:
    wanted = {"status": ["posted", "held"], "command": ["daybook status", "daybook undo"]}
    page = "`posted` means posted, held is a word.\n\n    daybook status --json\n"
    assert list(unnamed(wanted, [page])) == [
        "no page of docs/ names the status held",
        "no page of docs/ names the command daybook undo",
    ]


def test_a_command_may_be_named_with_its_arguments() -> None:
    assert not list(unnamed({"command": ["daybook undo"]}, ["Run `daybook undo ID` then."]))
    assert list(unnamed({"command": ["daybook undo"]}, ["Run `daybook undone` then."]))


def test_a_row_with_another_sentence_is_noticed() -> None:
    meanings = {"held": "Waits for a person.", "void": "Posts nothing."}
    page = "| `held` | Waits for nobody. |\n| `void` | Posts nothing. |"
    assert len(list(unexplained(meanings, page))) == 1


@pytest.mark.parametrize(
    "page",
    [
        "`AgeAlarm` rings.",
        "| `AgeAlarm` | a message waits for over an hour |",
        "| `AgeAlarm` | a message waits for over an hour | mend it |",
        "| `AgeAlarm` |  | read the log of the function that it is for |",
        "",
    ],
)
def test_an_alarm_without_an_explanation_is_noticed(page: str) -> None:
    resources = {"AgeAlarm": {"Type": "AWS::CloudWatch::Alarm"}, "Queue": {"Type": "AWS::SQS"}}
    assert len(list(unexplained_alarms(resources, page))) == 1


def test_an_alarm_is_explained_by_its_row_and_a_row_needs_an_alarm() -> None:
    row = "| `AgeAlarm` | a message waits for over an hour | read the log of its function |"
    resources = {"AgeAlarm": {"Type": "AWS::CloudWatch::Alarm"}}
    assert not list(unexplained_alarms(resources, row))
    assert len(list(unexplained_alarms({}, row))) == 1


@pytest.mark.parametrize(
    "link",
    [
        "[a](missing.md)",
        "[a](../../README.md)",
        "[a](#nowhere)",
        "[a](b.md#nowhere)",
        '[a](missing.md "title")',
    ],
)
def test_a_link_that_leads_nowhere_is_noticed(link: str) -> None:
    known = {"README.md": "# Start here", "docs/a.md": link, "docs/b.md": "# What it is"}
    assert len(list(broken_links("docs/a.md", link, known))) == 1


@pytest.mark.parametrize(
    "link",
    [
        "[a](b.md)",
        "[a](../README.md#start-here)",
        "[a](b.md#what-it-is)",
        "[a](../docs)",
        "[a](https://example.com/x)",
        "[a](#here)",
        "```\n[a](missing.md)\n```",
    ],
)
def test_a_link_that_leads_somewhere_passes(link: str) -> None:
    text = f"# Here\n{link}\n"
    known = {"README.md": "# Start here", "docs/a.md": text, "docs/b.md": "# What it is?"}
    assert not list(broken_links("docs/a.md", text, known))
