"""No file speaks of the outside or of unfinished work; no test is left out. All are noticed."""

import pytest

from tests.house.tree import files, module, modules, text_of
from tests.house.word_checks import outside, skipped, unfinished

# The licence is another's text; locks hold names of packages and hashes, and a test of their own.
_OTHERS_TEXT = ("LICENSE",)


def own_files() -> list[str]:
    return [path for path in files() if path not in _OTHERS_TEXT]


def test_no_file_speaks_of_the_outside() -> None:
    assert [problem for path in own_files() for problem in outside(path, text_of(path))] == []


def test_no_file_puts_work_off() -> None:
    assert [problem for path in own_files() for problem in unfinished(path, text_of(path))] == []


def test_no_test_is_left_out() -> None:
    assert [problem for one in modules() for problem in skipped(one)] == []


def joined(*parts: str) -> str:
    """A word in pieces, so that this file does not hold it."""
    return "".join(parts)


@pytest.mark.parametrize(
    "text",
    [
        joined("see /", "work for the rest"),
        joined("see /", "work/main/docs"),
        joined("open('/", "tmp/x')"),
        joined("/", "home/someone/daybook"),
        joined("/", "root/.aws"),
        joined("as ", "shared/", "design.md says"),
        joined("../", "shared/", "facts/x"),
        joined("part of iss", "ue 2"),
        joined("closes iss", "ue #14"),
        joined("https://py", "pi.org/simple"),
        joined("https://files.python", "hosted.org/x"),
        joined("https://registry.npm", "js.org"),
    ],
)
def test_a_word_of_the_outside_is_noticed(text: str) -> None:
    assert len(list(outside("docs/architecture.md", f"A line.\n{text}\n"))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "layers/common/daybook/workflows/post.py",
        "the issues of a share, at issue: 2 of them",
        "GET /v3/company/1/workers and {base}/work",
        "a template is here, temp/ too",
    ],
)
def test_an_innocent_word_passes(text: str) -> None:
    assert not list(outside("docs/architecture.md", text))


def test_only_the_ci_script_may_name_the_folders_beside_the_repository() -> None:
    text = joined("cd ../", "shared/", "facts/samples")
    assert not list(outside(".ci/run", text))
    assert list(outside("Makefile", text))


@pytest.mark.parametrize(
    "text",
    [
        joined("# TO", "DO: later"),
        joined("<!-- FIX", "ME -->"),
        joined("# XX", "X this"),
        joined("raise NotImplemented", "Error"),
    ],
)
def test_unfinished_work_is_noticed(text: str) -> None:
    assert len(list(unfinished("cli/main.py", text))) == 1


def test_the_currency_without_a_country_is_no_mark() -> None:
    assert not list(unfinished("tests/unit/domain/test_money.py", 'minor_units("1", "XXX")'))


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip\ndef test_a() -> None: ...",
        "@pytest.mark.skipif(True, reason='QBO_REPLIES')\ndef test_a() -> None: ...",
        "@pytest.mark.xfail(reason='slow')\ndef test_a() -> None: ...",
        "def test_a() -> None:\n    pytest.skip('not today')",
        "def test_a() -> None:\n    if x:\n        pytest.xfail('QBO')",
        "mark = pytest.mark.skip(reason='later')",
        "np = pytest.importorskip('numpy')",
        "@unittest.skip('later')\nclass A: ...",
    ],
)
def test_a_test_that_is_left_out_is_noticed(text: str) -> None:
    assert len(list(skipped(module("tests/unit/test_x.py", text)))) == 1


def test_a_test_may_do_without_recordings() -> None:
    text = "def test_a() -> None:\n    pytest.skip('POS_SAMPLES names no folder')"
    assert not list(skipped(module("tests/unit/test_x.py", text)))
