"""Log lines are written by telemetry alone, which knows the fields that may stand in one."""

import ast
from collections.abc import Iterator
from typing import Final

from tests.house.tree import Module, dotted, sites

_SHIPPED: Final = ("layers/", "functions/")
_TELEMETRY: Final = "daybook.telemetry"
_WORDS: Final = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "append_keys"}
)
_MAKERS: Final = frozenset({"Logger", "Metrics", "Tracer"})
_DECORATORS: Final = frozenset({"inject_lambda_context", "capture_lambda_handler", "log_metrics"})
# (module, the function it stands in) -> why it may touch what logs.
ALLOWED: Final = {
    ("daybook.qbo.tokens", ""): "keeps the libraries of OAuth, which log tokens at DEBUG, quiet"
}


def past_telemetry(module: Module) -> Iterator[str]:
    """Whatever is shipped and logs, prints or makes a logger past `telemetry`."""
    if not module.path.startswith(_SHIPPED) or module.name == _TELEMETRY:
        return
    for scope, node in sites(module.tree):
        what = _logs(node)
        if what and (module.name, scope.split(".", maxsplit=1)[0]) not in ALLOWED:
            yield f"{module.path}:{getattr(node, 'lineno', 0)}: {what}: write by telemetry"


def _logs(node: ast.AST) -> str:
    match node:
        case ast.Import() | ast.ImportFrom():
            return _logger_imported(node)
        case ast.Call():
            return _written(node)
        case ast.Attribute(attr=word) if word in _DECORATORS:
            return word
        case ast.Attribute() if dotted(node) in ("sys.stdout", "sys.stderr"):
            return dotted(node)
    return ""


def _logger_imported(node: ast.Import | ast.ImportFrom) -> str:
    origin = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    names = {one.name for one in node.names}
    if origin == "logging" or (not origin and "logging" in names):
        return "logging is imported"
    powertools = origin.startswith("aws_lambda_powertools")
    return "a logger of Powertools is imported" if powertools and names & _MAKERS else ""


def _written(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id="print"):
            return "print"
        case ast.Attribute(attr=word) as called if word in _WORDS and _is_logger(called.value):
            return f"{dotted(called)}()"
    return ""


def _is_logger(value: ast.AST) -> bool:
    last = dotted(value).rsplit(".", maxsplit=1)[-1].lower().strip("_")
    return last in ("log", "logger", "logging")
