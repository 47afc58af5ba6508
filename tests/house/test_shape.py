"""Sizes, docstrings and names are as the house wants them, and a breach of each is noticed."""

import pytest

from tests.house.shape_checks import docstrings, names, sizes
from tests.house.tree import module, modules


@pytest.mark.parametrize("check", [sizes, docstrings, names])
def test_every_module_passes(check: object) -> None:
    assert callable(check)
    assert [problem for one in modules() for problem in check(one)] == []


def lines(count: int) -> str:
    return "\n".join(f"x{number} = {number}" for number in range(count)) + "\n"


def function(name: str, count: int) -> str:
    body = "\n".join(f"    x{number} = {number}" for number in range(count - 1))
    return f"def {name}() -> None:\n{body}\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("layers/common/daybook/store/ledger.py", lines(301)),
        ("local/stack.py", lines(301)),
        ("tests/unit/test_x.py", lines(451)),
        ("functions/poster/app.py", lines(61)),
        ("cli/main.py", function("work", 51)),
        ("tests/unit/test_x.py", function("test_work", 51)),
        ("cli/main.py", "class A:\n" + function("work", 51).replace("\n", "\n    ").strip()),
        ("functions/poster/app.py", function("handler", 16)),
    ],
)
def test_what_is_too_long_is_noticed(path: str, text: str) -> None:
    indented = text.replace("class A:\ndef", "class A:\n    def")
    assert len(list(sizes(module(path, indented)))) == 1


def test_what_is_just_short_enough_passes() -> None:
    assert not list(sizes(module("local/stack.py", lines(300))))
    assert not list(sizes(module("functions/poster/app.py", function("handler", 15))))
    assert not list(sizes(module("cli/main.py", function("work", 50))))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("x = 1", "the module"),
        ('"""M."""\nclass Ledger:\n    x = 1', "Ledger"),
        ('"""M."""\ndef post() -> None:\n    x = 1', "post"),
        ('"""M."""\nclass A:\n    """A."""\n    def put(self) -> None:\n        x = 1', "put"),
    ],
)
def test_a_missing_docstring_is_noticed(text: str, who: str) -> None:
    found = list(docstrings(module("layers/common/daybook/store/ledger.py", text)))
    assert len(found) == 1
    assert who in found[0]


def test_private_names_and_stubs_of_protocols_need_no_docstring() -> None:
    text = (
        '"""M."""\nclass P:\n    """P."""\n    def get(self) -> int: ...\ndef _own() -> None: ...\n'
    )
    assert not list(docstrings(module("cli/main.py", text)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cli/utils.py", ""),
        ("layers/common/daybook/misc/money.py", ""),
        ("cli/main.py", "class LedgerManager: ..."),
        ("cli/main.py", "def parse_helper() -> None: ..."),
        ("cli/main.py", "def parse(token_util: int) -> None: ..."),
        ("cli/main.py", "rate_manager = 1"),
    ],
)
def test_an_empty_name_is_noticed(path: str, text: str) -> None:
    assert len(list(names(module(path, text)))) == 1


def test_the_vendors_own_name_passes() -> None:
    text = "def secrets_manager() -> None: ...\nclass SecretsManagerClient: ..."
    assert not list(names(module("cli/main.py", text)))
