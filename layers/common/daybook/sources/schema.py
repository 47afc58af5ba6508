"""The step from plain fields to a FinancialEvent, with every breach of the schema named.

This module imports pydantic, which takes a quarter of a cold start: sources import it when they
parse, not when they are loaded, since the webhook of a vendor only verifies and forwards.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from daybook.domain.errors import Unreadable
from daybook.domain.event import FinancialEvent

MAX_FINDINGS = 20
MAX_SENTENCE = 300

type Finding = tuple[str, str]


class SchemaBroken(Unreadable):
    """Fields that are no FinancialEvent. findings: (path, text) of each breach, at most 20.

    `path` is that of the first; `text` says all of them.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings[:MAX_FINDINGS])
        (path, text), *others = self.findings
        said = [text, *(f"{where}: {what}" if where else what for where, what in others)]
        super().__init__(path, "; ".join(said))


def to_event(fields: Mapping[str, Any], path: str = "") -> FinancialEvent:
    """The event of these fields. `path` leads to them in the body. Raises SchemaBroken."""
    try:
        return FinancialEvent.model_validate(fields)
    except ValidationError as error:
        raise SchemaBroken(findings(error, path)) from None


def findings(error: ValidationError, path: str = "") -> list[Finding]:
    """The breaches of a validation, at most 20, without the values that broke the rules."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [(_path(path, one["loc"]), _sentence(one["msg"])) for one in found[:MAX_FINDINGS]]


def _path(start: str, steps: Sequence[int | str]) -> str:
    # In `body` pydantic puts the kind it chose between the name and the field: no part of the JSON.
    shown = [step for place, step in enumerate(steps) if place != 1 or steps[0] != "body"]
    return ".".join(([start] if start else []) + [str(step) for step in shown])


def _sentence(message: str) -> str:
    # A message can quote the body (an unknown kind): bounded.
    return message.removeprefix("Value error, ").removesuffix(".")[:MAX_SENTENCE]
