"""Outages on demand: rules that the control interface sets and requests meet in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

type FaultKind = Literal[
    "http_429", "http_500", "http_503_html", "empty_200", "half_body", "redirect", "drop"
]
KINDS: tuple[str, ...] = get_args(FaultKind.__value__)


@dataclass(slots=True)
class Rule:
    """One fault. on: how the path starts ("" is any). times: how often yet, None for ever."""

    kind: str
    on: str = ""
    times: int | None = None
    retry_after_seconds: int | None = 1


@dataclass(slots=True)
class Faults:
    """The rules in force, the first that fits wins, and the outage that beats them all."""

    rules: list[Rule] = field(default_factory=list)
    outage: bool = False

    def meet(self, path: str) -> Rule | None:
        """The rule that this request meets, used up by one."""
        if self.outage:
            return Rule("http_503_html")
        for rule in self.rules:
            if path.startswith(rule.on) and rule.times != 0:
                rule.times = None if rule.times is None else rule.times - 1
                return rule
        return None

    def replace(self, body: Mapping[str, Any]) -> None:
        """Take `{"rules": [...], "outage": bool}` in place of what was. Raises ValueError."""
        try:
            rules = [Rule(**fields) for fields in body.get("rules", [])]
        except TypeError as error:
            raise ValueError(str(error)) from None
        unknown = {rule.kind for rule in rules} - set(KINDS)
        if unknown:
            raise ValueError(f"unknown kinds {sorted(unknown)}; there are {', '.join(KINDS)}")
        self.rules, self.outage = rules, bool(body.get("outage", False))
