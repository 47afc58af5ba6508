"""Sizes, docstrings and names: what keeps a file readable from top to bottom.

Each check takes a module and gives a sentence for each thing that is against the house.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tests.house.tree import Module, sites

type Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

MAX_FILE_LINES = 300
# A suite is a list of facts: it is read by its names, not from top to bottom.
MAX_TEST_FILE_LINES = 450
MAX_APP_LINES = 60
MAX_FUNCTION_LINES = 50
MAX_HANDLER_LINES = 14
# Words that say that a thing has no purpose of its own.
EMPTY_WORDS: Final = frozenset(
    ["helper", "helpers", "manager", "managers", "misc", "util", "utils", "utility", "utilities"]
)
# AWS's own name for its service.
_VENDOR_NAMES: Final = re.compile(r"secrets_?manager", re.IGNORECASE)
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def sizes(module: Module) -> Iterator[str]:
    """Files, functions and the bodies of Lambda handlers."""
    lines = module.text.count("\n") + (not module.text.endswith("\n"))
    if lines > (most := _most_lines(module.path)):
        yield f"{module.path}: {lines} lines, at most {most}"
    for scope, node in sites(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            long = _lines(node.lineno, node)
            if long > MAX_FUNCTION_LINES:
                yield f"{module.path}: {node.name} has {long} lines, at most {MAX_FUNCTION_LINES}"
            if not scope and node.name == "handler" and _is_app(module.path):
                yield from _handler(module.path, node)


def _most_lines(path: str) -> int:
    if _is_app(path):
        return MAX_APP_LINES
    return MAX_TEST_FILE_LINES if path.startswith("tests/") else MAX_FILE_LINES


def _is_app(path: str) -> bool:
    return path.startswith("functions/") and path.endswith("/app.py")


def _lines(first: int, node: ast.stmt) -> int:
    return (node.end_lineno or first) - first + 1


def _handler(path: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    long = _lines(body[0].lineno, body[-1]) if body else 0
    if long > MAX_HANDLER_LINES:
        yield f"{path}: the handler's body has {long} lines, at most {MAX_HANDLER_LINES}"


def docstrings(module: Module) -> Iterator[str]:
    """Every public module, class, function and method of the product says what it is.

    A method of a Protocol may be without: the class speaks for those whose name says all.
    """
    if not module.is_product:
        return
    if not ast.get_docstring(module.tree):
        yield f"{module.path}: the module has no docstring"
    for node in _public(module.tree):
        if not ast.get_docstring(node):
            yield f"{module.path}:{node.lineno}: {node.name} has no docstring"


def _public(owner: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    for node in owner.body:
        if not isinstance(node, Definition.__value__) or node.name.startswith("_"):
            continue
        if not _is_stub(node):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from _public(node)


def _is_stub(node: Definition) -> bool:
    (first, *others) = node.body
    return not others and isinstance(first, ast.Expr) and _is_ellipsis(first.value)


def _is_ellipsis(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is Ellipsis


def names(module: Module) -> Iterator[str]:
    """No file, and in the product no class, function, argument or variable, is named for having
    no purpose."""
    given = _given_names(module.tree) if module.is_product else []
    for name in (module.path, *given):
        words = {word.lower() for word in _WORDS.findall(_VENDOR_NAMES.sub("", name))}
        for word in sorted(words & EMPTY_WORDS):
            yield f"{module.path}: the name {name} says {word}; say what it does"


def _given_names(tree: ast.Module) -> list[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, Definition.__value__):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return sorted(found)
