"""The locks: complete, hashed, hostless, in agreement with pyproject.toml and each other."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "requirements-dev.txt"
LAYER = ROOT / "layers/common/requirements.txt"
TOOLS = ROOT / "requirements-tools.txt"
AUDIT = ROOT / "requirements-audit.txt"
BOOTSTRAP = ROOT / "scripts/requirements-bootstrap.txt"
LOCKS = (DEV, LAYER, TOOLS, AUDIT, BOOTSTRAP)

_PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ;\\]+)")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_EXACT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[.*\])?==(?P<version>\S+)$")


def entries(lock: str) -> list[str]:
    """The requirements of a lock, each with its hashes on one line, without comments."""
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    return [entry for entry in "\n".join(lines).replace("\\\n", " ").splitlines() if entry.strip()]


def pins(path: Path) -> dict[str, str]:
    """Version by name."""
    found = [_PIN.match(entry) for entry in entries(path.read_text())]
    assert all(found), f"{path.name} holds more than pins"
    return {pin["name"]: pin["version"] for pin in found if pin}


def declared() -> dict[str, list[str]]:
    """What pyproject.toml asks for, by the lock that answers."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    return {
        LAYER.name: runtime,
        DEV.name: runtime + project["project"]["optional-dependencies"]["dev"],
        TOOLS.name: project["dependency-groups"]["tools"],
        AUDIT.name: project["dependency-groups"]["audit"],
        BOOTSTRAP.name: project["dependency-groups"]["bootstrap"],
    }


def normal(requirement: str) -> str:
    """The name of a requirement as locks spell it (PEP 503)."""
    matched = _NAME.match(requirement)
    assert matched, requirement
    return re.sub(r"[-_.]+", "-", matched[0]).lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_a_hash(lock: Path) -> None:
    assert entries(lock.read_text())
    assert [e for e in entries(lock.read_text()) if "--hash=sha256:" not in e] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_declared_dependency_is_locked(lock: Path) -> None:
    key = LAYER.name if lock == LAYER else lock.name
    assert {normal(r) for r in declared()[key]} - set(pins(lock)) == set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_an_exact_version_in_pyproject_is_the_locked_one(lock: Path) -> None:
    for requirement in declared()[LAYER.name if lock == LAYER else lock.name]:
        if exact := _EXACT.match(requirement):
            assert pins(lock)[normal(requirement)] == exact["version"]


def test_tests_run_on_the_versions_that_lambda_gets() -> None:
    tested = pins(DEV)
    assert {n: v for n, v in pins(LAYER).items() if tested.get(n) != v} == {}


def test_the_layer_ships_nothing_of_development() -> None:
    shipped = set(pins(LAYER))
    assert shipped & {"pytest", "moto", "ministack", "mypy", "ruff", "typer", "aiohttp"} == set()


@pytest.mark.parametrize(
    "path",
    [*LOCKS, ROOT / "pyproject.toml", *sorted((ROOT / "scripts").glob("*.sh")), ROOT / "Makefile"],
    ids=lambda path: path.name,
)
def test_no_package_source_is_named(path: Path) -> None:
    text = path.read_text()
    for word in ("://", "--index-url", "--extra-index-url", "--find-links", "--trusted-host"):
        assert word not in text, f"{path.name} names where packages come from: {word}"


def test_the_python_versions_agree() -> None:
    version = (ROOT / ".python-version").read_text().strip()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert version == "3.13"
    assert project["project"]["requires-python"] == ">=3.13,<3.14"
    assert project["tool"]["mypy"]["python_version"] == version
