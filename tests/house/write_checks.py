"""No write without a condition where a state changes, and no way past the conditions.

A state here is what two workers may change at once: a posting, a day, a job, a lease, tokens' life.
Their rows are written by `Table.put_new` and by `Table.update` with what must be there (or must
not). A write that has no such condition stands in a list with the reason why it needs none.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Final

from tests.house.tree import Module, dotted, sites

_STORE: Final = "daybook.store."
# What DynamoDB offers beside the two writes of `Table`.
_WRITES: Final = frozenset({"put_item", "update_item"})
FORBIDDEN: Final = frozenset(
    {
        "delete_item", "batch_write_item", "transact_write_items", "execute_statement",
        "batch_execute_statement", "execute_transaction", "delete_table", "delete_object",
        "delete_objects", "purge_queue", "delete_secret",
    }
)  # fmt: skip
_CONDITIONS: Final = ("only_if", "absent")
_NOTHING: Final = ("None", "{}", "()", "[]", "dict()", "tuple()")
_ONE_WRITER: Final = "written whole by a person's command; the last word counts"
_SAME: Final = "computed from its key's own content: who writes it writes the same"
_LATER_IS_RIGHT: Final = "a mark that only a later look replaces; an older one costs one more look"
# (module, the function it stands in) -> why its write needs no condition.
UNCONDITIONAL: Final[dict[tuple[str, str], str]] = {
    ("daybook.store.table", "Table.put"): "the one naked put, for those below",
    ("daybook.store.connections", "Connections.put"): _ONE_WRITER,
    ("daybook.store.connections", "Connections.put_realm"): _ONE_WRITER,
    ("daybook.store.connections", "Connections._change"): (
        "pace and parking: a company has one worker at a time, and a lost one is a slower start"
    ),
    ("daybook.store.mappings", "Mappings.activate"): _ONE_WRITER,
    ("daybook.store.seen_keys", "SeenKeys.name"): _ONE_WRITER,
    ("daybook.store.seen_keys", "SeenKeys.link"): _ONE_WRITER,
    ("daybook.store.versions", "Versions.put"): "chunks under the number that put_new takes last",
    ("daybook.store.proofs", "Proofs._put"): "what a proof saw; the next one sees anew",
    ("daybook.store.days", "OpenDays.mark"): _LATER_IS_RIGHT,
    ("daybook.store.days", "Days.looked"): _LATER_IS_RIGHT,
    ("daybook.store.sessions", "Sessions._set"): "a session's own marks, of one person's requests",
    ("daybook.store.sessions", "OneUses.keep"): "its key is random",
}


def naked_writes(module: Module) -> Iterator[str]:
    """Every write of the store without a condition, at a place that is not listed; a listed place
    has one such write, so that its permission covers no other."""
    seen: set[str] = set()
    for line, scope, what in _found(module):
        if (module.name, scope) not in UNCONDITIONAL or scope in seen:
            yield f"{module.path}:{line}: {what} in {scope or 'the module'} has no condition"
        seen.add(scope)


def deletions(module: Module) -> Iterator[str]:
    """Every call in the product that deletes, or writes past the store's conditions."""
    if not module.is_product or module.path.startswith(("local/", "benchmarks/")):
        return
    for scope, node in sites(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN:
            yield f"{module.path}:{node.lineno}: {node.attr} in {scope or 'the module'}"
        if isinstance(node, ast.Attribute) and node.attr in _WRITES and not _in_table(module):
            yield f"{module.path}:{node.lineno}: {node.attr} past store.table"


def _in_table(module: Module) -> bool:
    return module.name == f"{_STORE}table"


def unused_permissions(modules: Callable[[], tuple[Module, ...]]) -> list[tuple[str, str]]:
    """Listed places that write nothing naked any more."""
    used = {(one.name, scope) for one in modules() for _, scope, _ in _found(one)}
    return sorted(set(UNCONDITIONAL) - used)


def _found(module: Module) -> Iterator[tuple[int, str, str]]:
    if not module.name.startswith(_STORE):
        return
    for scope, node in sites(module.tree):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        if called.endswith("_table.put"):
            yield node.lineno, scope, "a naked put"
        elif called.endswith("_table.update") and not _conditional_update(node):
            yield node.lineno, scope, "a naked update"
        elif _writes(node) and not _has(node, "ConditionExpression"):
            yield node.lineno, scope, "a naked write"


def _conditional_update(call: ast.Call) -> bool:
    """`update(key, to_set, to_remove, only_if, absent)`: one of the last two is given."""
    given = call.args[3:] + [one.value for one in call.keywords if one.arg in _CONDITIONS]
    return any(ast.unparse(one) not in _NOTHING for one in given)


def _writes(call: ast.Call) -> bool:
    """A call of a client's write, or one that is handed it."""
    return any(
        isinstance(part, ast.Attribute) and part.attr in _WRITES for part in (call.func, *call.args)
    )


def _has(call: ast.Call, keyword: str) -> bool:
    return any(one.arg == keyword for one in call.keywords)
