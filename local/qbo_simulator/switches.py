"""What a test can set: the switches and fault rules of `POST /_simulator/faults`."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FAULT_KINDS = frozenset(
    {
        "commit_then_drop",
        "commit_then_500",
        "drop",
        "http_429",
        "http_500",
        "http_503_html",
        "empty_200",
        "fault",
    }
)
# These do the work and lose the reply.
COMMITTING = frozenset({"commit_then_drop", "commit_then_500", "empty_200"})
SHAPES = frozenset({"xml", "service", "gateway"})


@dataclass(frozen=True)
class FaultRule:
    """One way to fail: `on` what, which `kind`, how likely, at most how many `times`.

    surfaces_after_seconds: where the kind does the work without a reply, it does it so much later.
    """

    on: str
    kind: str
    code: str = "6000"
    probability: float = 1.0
    times: int | None = None
    shape: str = "xml"
    retry_after_seconds: int | None = None
    surfaces_after_seconds: float = 0


@dataclass(frozen=True)
class Switches:
    """How this QuickBooks behaves where Intuit's behaviour is unknown or configurable."""

    seed: int = 0
    rules: tuple[FaultRule, ...] = ()
    rotate_refresh_token: str = "daily"
    requestid: str = "kept"
    requestid_scope: str = "item"
    faults_cached: bool = False
    latency_ms: float = 0
    latency_per_item_ms: float = 0
    enforce_limits: bool = True
    batch_counts_items: bool = False
    unbalanced_code: str = "2300"
    item_accounts: str = "any"
    duplicate_numbers: str = "refused"
    query_lag_seconds: float = 0

    def as_json(self) -> dict[str, Any]:
        """The switches as `GET /_simulator/faults` shows them."""
        return {**asdict(self), "rules": [asdict(rule) for rule in self.rules]}


def _one_of(*allowed: str) -> Callable[[Any], bool]:
    return lambda value: value in allowed


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_amount_of_time(value: Any) -> bool:
    return _is_number(value) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_SWITCHES: dict[str, Callable[[Any], bool]] = {
    "seed": _is_whole,
    "rotate_refresh_token": _one_of("daily", "always"),
    "requestid": _one_of("kept", "10min", "ignored"),
    "requestid_scope": _one_of("item", "request"),
    "faults_cached": _is_flag,
    "latency_ms": _is_amount_of_time,
    "latency_per_item_ms": _is_amount_of_time,
    "enforce_limits": _is_flag,
    "batch_counts_items": _is_flag,
    "unbalanced_code": _one_of("2300", "6000"),
    "item_accounts": _one_of("any", "income"),
    "duplicate_numbers": _one_of("refused", "taken"),
    "query_lag_seconds": _is_amount_of_time,
}

_RULE_FIELDS: dict[str, Callable[[Any], bool]] = {
    "on": lambda value: isinstance(value, str) and value != "",
    "kind": lambda value: value in FAULT_KINDS,
    "code": lambda value: isinstance(value, str) and value != "",
    "probability": lambda value: _is_number(value) and 0 <= value <= 1,
    "times": lambda value: value is None or (_is_whole(value) and value >= 0),
    "shape": lambda value: value in SHAPES,
    "retry_after_seconds": lambda value: value is None or (_is_whole(value) and value >= 0),
    "surfaces_after_seconds": _is_amount_of_time,
}


def parse_switches(body: Any) -> Switches:
    """The body of `POST /_simulator/faults`. What it leaves out returns to its default.

    Raises ValueError naming the field that is unknown or out of bounds.
    """
    if not isinstance(body, Mapping):
        raise ValueError("the body must be a JSON object")
    rules = body.get("rules") or []
    if not isinstance(rules, list):
        raise ValueError("rules must be a list")
    chosen = {name: value for name, value in body.items() if name != "rules"}
    _check(chosen, _SWITCHES, "")
    return Switches(rules=tuple(_parse_rule(rule, i) for i, rule in enumerate(rules)), **chosen)


def _parse_rule(rule: Any, position: int) -> FaultRule:
    where = f"rules[{position}]."
    if not isinstance(rule, Mapping) or "on" not in rule or "kind" not in rule:
        raise ValueError(f"{where[:-1]} must be an object with `on` and `kind`")
    given = {name: value for name, value in rule.items() if value is not None}
    _check(given, _RULE_FIELDS, where)
    if given.get("surfaces_after_seconds") and given["kind"] not in COMMITTING:
        raise ValueError(f"{where}surfaces_after_seconds: {given['kind']} commits nothing")
    return FaultRule(**{**given, "on": str(rule["on"]).lower()})


def _check(given: Mapping[str, Any], table: dict[str, Callable[[Any], bool]], where: str) -> None:
    for name, value in given.items():
        if name not in table:
            raise ValueError(f"{where}{name} is not a switch")
        if not table[name](value):
            raise ValueError(f"{where}{name} cannot be {value!r}")
