"""Words that no committed file may hold: unfinished work, and the outside of this repository.

The project speaks only of itself: no path of anybody's machine, no reference to a list of issues
that a reader cannot see, no host that packages come from. Patterns are written so that this file
does not match them.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tests.house.tree import Module, dotted

# What this machine's folders are called is nobody's business; .ci/run names two by a relative path.
_OUTSIDE: Final = {
    "a path of one machine": r"(?<![\w.}\])-])/(?:wor[k]|hom[e]|roo[t]|User[s])(?![\w:.-])",
    "a path of one machine's scratch folder": r"(?<![\w.}\])-])/tm[p]/",
    "a folder outside the repository": r"(?<![\w/])(?:\.\./)?share[d]/(?:fact[s]|[a-z]+\.md)",
    "an issue that a reader cannot see": r"(?<![\w-])issues? +#?[0-9]",
    "a host that packages come from": (
        r"pypi\.or[g]|pythonhosted\.or[g]|npmjs\.(?:or[g]|co[m])|crates\.i[o]|proxy\.golang\.or[g]"
    ),
}
OUTSIDE: Final = {what: re.compile(pattern, re.IGNORECASE) for what, pattern in _OUTSIDE.items()}
_MAY_NAME_FOLDERS: Final = ".ci/run"

UNFINISHED: Final = re.compile(r"\bTOD[O]\b|\bFIXM[E]\b|(?:#|//|--) ?XX[X]\b|NotImplemente[d]Error")
# Tests that need recordings which are not part of the repository may do without them, and those
# that need the system's browser without that; .ci/run installs it.
RECORDINGS: Final = ("QBO_REPLIES", "POS_SAMPLES", "Chromium is not installed")
_SKIPS: Final = frozenset(
    f"{module}.{word}"
    for module, words in {
        "pytest": "skip importorskip xfail mark.skip mark.skipif mark.xfail",
        "unittest": "skip skipIf skipUnless expectedFailure SkipTest",
    }.items()
    for word in words.split()
)


def outside(path: str, text: str) -> Iterator[str]:
    """Everything in a file that speaks of what is not in the repository."""
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in OUTSIDE.items():
            found = pattern.search(line)
            if found and not (path == _MAY_NAME_FOLDERS and "folder" in what):
                yield f"{path}:{number}: {found[0].strip()!r} is {what}"


def unfinished(path: str, text: str) -> Iterator[str]:
    """Marks of work that was put off."""
    for number, line in enumerate(text.splitlines(), 1):
        found = UNFINISHED.search(line)
        if found:
            yield f"{path}:{number}: {found[0]}: finish it, or write down why it is not there"


def skipped(module: Module) -> Iterator[str]:
    """Tests that are left out for another reason than recordings that are not there."""
    for statement in ast.walk(module.tree):
        if not isinstance(statement, ast.stmt):
            continue
        for node in _own_expressions(statement):
            if dotted(node) in _SKIPS and not _for_recordings(statement):
                yield f"{module.path}:{node.lineno}: {dotted(node)}: a test runs or is not there"


def _own_expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement, less those of statements inside it."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr):
            yield from (node for node in ast.walk(child) if isinstance(node, ast.expr))


def _for_recordings(statement: ast.stmt) -> bool:
    return not isinstance(statement, ast.FunctionDef | ast.ClassDef) and any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(RECORDINGS)
        for node in ast.walk(statement)
    )
