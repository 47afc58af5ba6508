"""The order of the tests' files. Workers take whole files: a long one that came last would be
waited for by all of them. And every test's logs are watched."""

from pathlib import Path

import pytest
from hypothesis import settings

# Times of single examples are a matter of what else the machine does; benchmarks measure them.
settings.register_profile("suite", settings(), deadline=None)
settings.load_profile("suite")

pytest_plugins = ("tests.watched_logs",)

# Those that mostly wait for servers, and those that compute long.
WAITING, COMPUTING = ("browser", "e2e", "integration"), ("simulation", "property")
LAST = 1_000_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first: beside each one that waits two that compute."""
    files = list(dict.fromkeys(item.path for item in items))
    waiting = [file for file in files if _folder(file) in WAITING]
    computing = [file for file in files if _folder(file) in COMPUTING]
    place = {file: 3 * number for number, file in enumerate(waiting)}
    place |= {file: 3 * (number // 2) + 1 for number, file in enumerate(computing)}
    items.sort(key=lambda item: place.get(item.path, LAST))


def _folder(file: Path) -> str:
    here = Path(__file__).parent
    return file.relative_to(here).parts[0] if file.is_relative_to(here) else ""
