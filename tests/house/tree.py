"""The repository as the house checks see it: its files, and its Python modules parsed.

Files are found by walking, less what .gitignore names, so that the checks also see a file that was
not committed yet and run where there is no git.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYER = "layers/common/"
# Rooms whose code is shipped or run by people; tests and scripts stand outside.
PRODUCT = ("layers/", "functions/", "cli/", "local/", "benchmarks/")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file. path: below the root, with slashes. name: as it is imported."""

    path: str
    name: str
    text: str
    tree: ast.Module

    @property
    def is_product(self) -> bool:
        """Whether it is shipped or run by people."""
        return self.path.startswith(PRODUCT)


def module(path: str, text: str) -> Module:
    """A module from its text, for a file or for a planted violation."""
    name = path.removeprefix(LAYER).removesuffix(".py").removesuffix("/__init__")
    return Module(path, name.replace("/", "."), text, ast.parse(text, path))


@cache
def files() -> tuple[str, ...]:
    """Every file that is or would be committed, below the root, with slashes."""
    ignored = [line.strip("/") for line in text_of(".gitignore").splitlines() if line]
    return tuple(sorted(_walk(ROOT, [".git", *ignored])))


def _walk(folder: Path, ignored: list[str]) -> Iterator[str]:
    for path in folder.iterdir():
        if any(fnmatch(path.name, pattern) for pattern in ignored):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        else:
            yield path.relative_to(ROOT).as_posix()


def text_of(path: str) -> str:
    """A file's text; of a picture, what there is of it."""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the repository."""
    return tuple(module(path, text_of(path)) for path in files() if path.endswith(".py"))


def sites(tree: ast.AST, scope: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every node with the dotted name of the class or function that it stands in ("" outside)."""
    for node in ast.iter_child_nodes(tree):
        yield scope, node
        inner = scope
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{scope}.{node.name}" if scope else node.name
        yield from sites(node, inner)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or an attribute of one; "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
