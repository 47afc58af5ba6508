"""Money never meets a binary float, time is always aware, and the environment has one reader.

In the rooms that amounts pass through, everything that makes a binary float is refused: the name
`float`, a literal with a point (but for a constant named ..._SECONDS), a division, a JSON reader
that was not told how to read numbers, and what rounds without saying so. Elsewhere amounts only
pass by, beside seconds and scores; there nothing is turned into a float and nothing divided. The
few places that may are listed with the reason.
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Final

from tests.house.import_checks import room_of
from tests.house.tree import Module, dotted, sites

MONEY_ROOMS: Final = frozenset({"domain", "sources", "pos", "qbo"})
# Rooms that amounts pass by, among durations, counts and scores of likeness.
PASSING_ROOMS: Final = frozenset({"workflows", "store", "console", "queues", "functions", "cli"})
_SECONDS: Final = "a duration in seconds, no amount"
_PATH: Final = "parts of a path"
_INTEGERS: Final = "our own text, in which all numbers are integers"
# (module, the function or class it stands in, what is there) -> why it is no danger.
ALLOWED: Final[dict[tuple[str, str, str], str]] = {
    ("daybook.domain.fields", "_decimal", "float"): "refuses a value that is one",
    ("daybook.domain.event", "FinancialEvent.from_json", "model_validate_json"): (
        "to_json writes amounts as strings"
    ),
    ("daybook.domain.journal", "JournalEntry.from_json", "json.loads"): _INTEGERS,
    ("daybook.domain.day_close", "Content.from_json", "json.loads"): "texts only",
    ("daybook.domain.day_legs", "DayLegs.from_json", "json.loads"): _INTEGERS,
    ("daybook.pos.heartland", "HeartlandClient", "float"): _SECONDS,
    ("daybook.pos.heartland", "HeartlandClient._ask", "float"): _SECONDS,
    ("daybook.pos.heartland", "HeartlandClient._listed", "float"): _SECONDS,
    ("daybook.pos.point_of_rental", "PointOfRentalClient", "float"): _SECONDS,
    ("daybook.pos.point_of_rental", "PointOfRentalClient._ask", "float"): _SECONDS,
    ("daybook.pos.point_of_rental", "PointOfRentalClient._listed", "float"): _SECONDS,
    ("daybook.pos.unleashed", "UnleashedClient", "float"): _SECONDS,
    ("daybook.pos.unleashed", "UnleashedClient._ask", "float"): _SECONDS,
    ("daybook.pos.unleashed", "UnleashedClient._listed", "float"): _SECONDS,
    ("daybook.pos.rest", "RestReader", "float"): _SECONDS,
    ("daybook.pos.rest", "RestReader.ask", "float"): _SECONDS,
    ("daybook.pos.rest", "TryAgain.__init__", "float"): _SECONDS,
    ("daybook.pos.rest", "TryAgain.__init__", "a float literal"): _SECONDS,
    ("daybook.pos.rest", "_told", "float"): _SECONDS,
    ("daybook.pos.rest", "_told", "a float literal"): _SECONDS,
    ("daybook.domain.pos_errors", "Unavailable.__init__", "float"): _SECONDS,
    ("daybook.domain.pos_errors", "Unavailable.__init__", "a float literal"): _SECONDS,
    ("daybook.domain.proof", "DayProof.from_json", "json.loads"): _INTEGERS,
    ("daybook.domain.proof", "ProofState.from_json", "json.loads"): _INTEGERS,
    ("daybook.qbo.rate", "Pace.from_json", "json.loads"): _INTEGERS,
    ("daybook.qbo.tokens", "TokenPair.from_json", "json.loads"): "texts only",
    ("daybook.qbo.token_protocol", "_Refresher", "float"): _SECONDS,
    ("daybook.qbo.token_protocol", "access_token", "float"): _SECONDS,
    ("daybook.qbo.token_protocol", "take_up", "float"): _SECONDS,
    ("daybook.qbo.transport", "HttpsSender.__init__", "float"): _SECONDS,
    ("daybook.console.render", "", "a division"): _PATH,
    ("daybook.console.render", "environment", "a division"): _PATH,
    ("daybook.queues_dead_letters", "letter_of", "a division"): _SECONDS,
    ("daybook.workflows.rest", "_shrunk", "a division"): "a share of a batch's size",
    ("daybook.workflows.suggest", "_both_ways", "a division"): "how much two names are alike",
    ("daybook.workflows.suggest", "_best", "round"): "how much two names are alike",
    ("cli.mapping_tables", "_suggested", "a format that rounds"): "how much two names are alike",
    ("cli.smoke", "_delivers", "a format that rounds"): _SECONDS,
    ("functions.end_of_day.app", "handler.seconds_left", "float()"): _SECONDS,
    ("daybook.workflows.sweep", "_scale", "a division"): _SECONDS,
    ("cli.smoke", "_row", "a division"): _SECONDS,
    ("functions.end_of_day.app", "handler.seconds_left", "a division"): _SECONDS,
    ("functions.poster.app", "handler", "a division"): _SECONDS,
}
_READERS: Final = {
    "json.loads": "parse_float",
    "json.load": "parse_float",
    "json.JSONDecoder": "parse_float",
    "JSONDecoder": "parse_float",
    "loads": "parse_float",
}
# Readers that take numbers as floats and cannot be told otherwise.
_UNTOLD_READERS: Final = frozenset({"json", "model_validate_json", "validate_json"})


_FLOAT_MODULES: Final = frozenset({"math", "cmath", "statistics"})
# Calls that take a type and convert nothing.
_TYPES: Final = frozenset({"isinstance", "issubclass"})
_DIGITS: Final = re.compile(r"\.[0-9{][^f]*[feEgGn%]")


def floats(module: Module) -> Iterator[str]:
    """Everything in a money room that makes a binary float, at a place that is not listed."""
    for line, scope, what in _found(module):
        if (module.name, scope, what) not in ALLOWED:
            yield f"{module.path}:{line}: {what} in {scope or 'the module'}: amounts are exact"


def unused_permissions(found: Callable[[], tuple[Module, ...]]) -> list[tuple[str, str, str]]:
    """Listed places at which nothing stands any more."""
    used = {(one.name, scope, what) for one in found() for _, scope, what in _found(one)}
    return sorted(set(ALLOWED) - used)


def _found(module: Module) -> Iterator[tuple[int, str, str]]:
    room = room_of(module.name)
    if room not in MONEY_ROOMS | PASSING_ROOMS:
        return
    tell = _float_maker if room in MONEY_ROOMS else _converter
    durations = set(_durations(module.tree))
    for scope, node in sites(module.tree):
        what = tell(node) or _rounds(node)
        if what and node not in durations:
            yield getattr(node, "lineno", 0), scope, what


def _durations(tree: ast.AST) -> Iterator[ast.AST]:
    """Literals that are given to a constant whose name ends in _SECONDS."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and all(
            dotted(target).endswith("_SECONDS") for target in node.targets
        ):
            yield node.value


def _float_maker(node: ast.AST) -> str:
    match node:
        case ast.Name(id="float"):
            return "float"
        case ast.Constant(value=float()):
            return "a float literal"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return "a division"
        case ast.Call():
            return _untold(node)
        case ast.keyword(arg="parse_float", value=ast.Constant()):
            return "parse_float without a function"
    return ""


def _converter(node: ast.AST) -> str:
    """What turns an amount into a float where floats of other things may be."""
    match node:
        case ast.Call(func=ast.Name(id="float")):
            return "float()"
        case ast.Call() if any(dotted(one) == "float" for one in _given(node)):
            return "float as a function" if dotted(node.func) not in _TYPES else ""
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return "a division"
    return ""


def _given(call: ast.Call) -> Iterator[ast.AST]:
    yield from call.args
    yield from (word.value for word in call.keywords)


def _rounds(node: ast.AST) -> str:
    """What computes in floats, or rounds half to even, by another name."""
    match node:
        case ast.Import(names=names) if any(one.name in _FLOAT_MODULES for one in names):
            return "a module of floats"
        case ast.ImportFrom(module=module) if module in _FLOAT_MODULES:
            return "a module of floats"
        case ast.Attribute(attr="truediv" | "__truediv__"):
            return "a division"
        case ast.Call(func=ast.Name(id="round")):
            return "round"
        case ast.FormattedValue(format_spec=ast.JoinedStr() as spec) if _DIGITS.search(
            ast.unparse(spec)
        ):
            return "a format that rounds"
    return ""


def _untold(call: ast.Call) -> str:
    name = dotted(call.func)
    told = _READERS.get(name)
    if told:
        return "" if any(word.arg == told for word in call.keywords) else name
    last = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return last if last in _UNTOLD_READERS else ""


_NOW: Final = frozenset({"now", "today", "utcnow", "utcfromtimestamp", "fromtimestamp"})
_OF_TIME: Final = frozenset({"datetime", "date", "dt"})
_CLOCK_ROOMS: Final = frozenset({"wiring"})


def clocks(module: Module) -> Iterator[str]:
    """No instant without a zone anywhere; in daybook itself only the wiring reads the clock."""
    zoned = set(_zoned_at_once(module.tree))
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or node in zoned:
            continue
        *before, last = (dotted(node.func) or "?").split(".")
        if before and before[-1] in _OF_TIME and last in _NOW and not _is_aware(node, last):
            yield f"{module.path}:{node.lineno}: {last}() without a zone"
        elif _reads_clock(before, last) and _needs_argument(module):
            yield f"{module.path}:{node.lineno}: the clock is an argument; only wiring reads it"


def _zoned_at_once(tree: ast.AST) -> Iterator[ast.AST]:
    """The call before `.astimezone()`, which makes an aware instant of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "astimezone":
            yield node.value


def _is_aware(call: ast.Call, last: str) -> bool:
    zone = 1 if last == "fromtimestamp" else 0
    return last in ("now", "fromtimestamp") and (
        len(call.args) > zone or any(word.arg == "tz" for word in call.keywords)
    )


def _reads_clock(before: list[str], last: str) -> bool:
    if before == ["time"]:
        return last in ("time", "time_ns")
    return bool(before) and before[-1] in _OF_TIME and last in ("now", "today")


def _needs_argument(module: Module) -> bool:
    room = room_of(module.name)
    return module.path.startswith(("layers/", "functions/", "cli/")) and room not in _CLOCK_ROOMS


def environment(module: Module) -> Iterator[str]:
    """The environment is read by `settings` alone; simulators and tools of the laptop are free."""
    if not module.path.startswith(("layers/", "functions/", "cli/")):
        return
    if room_of(module.name) == "settings":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in ("os.environ", "os.getenv"):
            yield f"{module.path}:{node.lineno}: only settings reads the environment"
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            named = {alias.name for alias in node.names} & {"environ", "getenv"}
            if named:
                yield f"{module.path}:{node.lineno}: only settings reads the environment"
