"""Who may import whom: one table for our own rooms, one for packages, one for impure parts.

An import counts wherever it stands: at the top, inside a function, under TYPE_CHECKING. Each check
takes modules and gives a sentence for each import that is against the house.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from typing import Final

from tests.house.tree import Module

OURS: Final = ("daybook", "functions", "cli", "local", "tests", "benchmarks", "scripts")
_ROOMS: Final = "domain sources pos qbo store workflows queues settings telemetry wiring console"
_DAYBOOK: Final = frozenset(_ROOMS.split())
# Rooms of more than one module, each named `<room>_<part>`.
_SPLIT: Final = ("wiring", "queues")
# Whom a room may import besides itself. `daybook.sources.contract` is the one name that is a module
# and no room: workflows know what a source is, and no source.
MAY_IMPORT: Final[dict[str, frozenset[str]]] = {
    "domain": frozenset(),
    "sources": frozenset({"domain"}),
    "pos": frozenset({"domain"}),
    "qbo": frozenset({"domain"}),
    "store": frozenset({"domain"}),
    "workflows": frozenset({"domain", "daybook.sources.contract"}),
    "queues": frozenset({"domain"}),
    "settings": frozenset(),
    "telemetry": frozenset(),
    "wiring": _DAYBOOK - {"console"},
    "console": frozenset({"domain", "workflows", "wiring"}),
    "functions": _DAYBOOK,
    "cli": _DAYBOOK,
    "local": _DAYBOOK
    | {"cli", "local.qbo_simulator", "local.pos_simulator", "local.identity_provider"},
    # They imitate the outside: shared code would share its mistakes.
    "local.qbo_simulator": frozenset(),
    "local.pos_simulator": frozenset(),
    "local.identity_provider": frozenset(),
    "benchmarks": _DAYBOOK
    | {"cli", "functions", "local", "local.qbo_simulator", "local.pos_simulator", "tests.fakes"},
}
# Modules of `sources` that every source may use; the rest belongs to one source each.
SHARED_BY_SOURCES: Final = frozenset(
    {"contract", "signatures", "wild", "strict_json", "schema", "registry"}
)
# Packages a room may use. A room that is not named here may use any.
PACKAGES: Final[dict[str, frozenset[str]]] = {
    "domain": frozenset({"pydantic"}),
    "sources": frozenset({"pydantic"}),
    "workflows": frozenset({"pydantic"}),
    "pos": frozenset({"requests"}),
    "qbo": frozenset({"quickbooks", "requests", "requests_oauthlib", "oauthlib"}),
    "store": frozenset({"boto3", "botocore"}),
    "queues": frozenset({"boto3", "botocore"}),
    "settings": frozenset(),
    "telemetry": frozenset({"aws_lambda_powertools"}),
    "wiring": frozenset({"boto3", "botocore", "requests"}),
    "console": frozenset({"aws_lambda_powertools", "jinja2"}),
    # What API Gateway and SQS send is read by Powertools; everything else is wired.
    "functions": frozenset({"aws_lambda_powertools"}),
}
# Packages that one module of a room has for itself.
OWN_PACKAGES: Final[dict[str, frozenset[str]]] = {
    "daybook.console.oidc": frozenset({"jwt", "requests"}),
}
AWS: Final = frozenset({"boto3", "botocore"})
AWS_ROOMS: Final = frozenset({"store", "queues", "wiring", "local", "benchmarks"})
# Clock, ids, randomness, network and processes reach these rooms as arguments.
PURE: Final = frozenset({"domain", "sources", "workflows"})
_IMPURE: Final = (
    "asyncio http logging multiprocessing os random secrets select shutil signal socket ssl "
    "subprocess tempfile threading time uuid urllib.request concurrent.futures"
)
IMPURE_PARTS: Final = frozenset(_IMPURE.split())


def problems(found: Iterable[Module]) -> list[str]:
    """Every import that is against the house; tests and scripts may import anything."""
    return [line for one in found if room_of(one.name) for line in _of_module(one)]


def room_of(name: str) -> str:
    """The room that a dotted name belongs to; "" for tests, scripts and what is not ours."""
    first, _, rest = name.partition(".")
    second = rest.split(".")[0]
    if first == "daybook":
        return next((room for room in _SPLIT if second.startswith(room)), second)
    if first == "local" and f"local.{second}" in MAY_IMPORT:
        return f"local.{second}"
    return first if first in MAY_IMPORT else ""


def _of_module(module: Module) -> Iterator[str]:
    for line, target in imports(module):
        for sentence in _against(module.name, target):
            yield f"{module.path}:{line}: {sentence}"


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Every (line, dotted name) that a module imports; `from a import b` gives `a.b`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in ("__import__", "import_module"):
                yield node.lineno, f".{name}"


def _against(importer: str, target: str) -> Iterator[str]:
    if target.startswith("."):
        yield f"{target} hides what is imported; write the whole name in an import statement"
        return
    room = room_of(importer)
    package = target.split(".", maxsplit=1)[0]
    if package in OURS:
        yield from _ours(importer, target)
    elif package not in sys.stdlib_module_names:
        yield from _package(room, package, OWN_PACKAGES.get(importer, frozenset()))
    elif room in PURE and _is_impure(target):
        yield f"{room} is pure: {target} comes as an argument"


def _ours(importer: str, target: str) -> Iterator[str]:
    room, other = room_of(importer), room_of(target)
    if other == room:
        if room == "sources":
            yield from _between_sources(importer, target)
        return
    allowed = MAY_IMPORT[room]
    if other not in allowed and not any(_within(target, name) for name in allowed if "." in name):
        yield f"{room} may not import {target}"


def _within(target: str, name: str) -> bool:
    return target == name or target.startswith(f"{name}.")


def _between_sources(importer: str, target: str) -> Iterator[str]:
    mine, theirs = _source_module(importer), _source_module(target)
    if mine == "registry":
        return
    if theirs == "registry" or (mine in SHARED_BY_SOURCES and theirs not in SHARED_BY_SOURCES):
        yield f"{mine} is shared by all sources or asked by none: it may not import {target}"
    elif theirs not in SHARED_BY_SOURCES and mine.split("_")[0] != theirs.split("_")[0]:
        yield f"source {mine} may not import another source's module {target}"


def _source_module(name: str) -> str:
    """`contract` of daybook.sources.contract.Delivery."""
    return (name.split(".") + [""] * 3)[2]


def _package(room: str, package: str, own: frozenset[str]) -> Iterator[str]:
    # Stubs of boto3 are imported for types only, by whoever may use boto3.
    used = "boto3" if package.startswith("mypy_boto3_") else package
    if used in AWS and room not in AWS_ROOMS:
        yield f"{room} may not use {package}: AWS is behind the store, the queues and the wiring"
    elif room in PACKAGES and used not in PACKAGES[room] | own:
        yield f"{room} may not use the package {package}"


def _is_impure(target: str) -> bool:
    return target.split(".", maxsplit=1)[0] in IMPURE_PARTS or any(
        _within(target, part) for part in IMPURE_PARTS
    )
