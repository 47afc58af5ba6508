"""JSON whose decimals are exact: read as Decimal, written as plain numbers, never a float."""

import json
import secrets
from decimal import Decimal
from typing import Any

# `json` cannot write a Decimal as a number, so each goes out as a marked string and the marks
# (unguessable, hence in nobody's text) are cut away afterwards. It keeps the C encoder's speed.
_MARK = secrets.token_hex(16)


def loads(text: str | bytes) -> Any:
    """Parse JSON, decimals as `Decimal`. Raises ValueError on bad JSON, bad UTF-8 and NaN."""
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)


def dumps(value: Any) -> str:
    """Write JSON. A Decimal becomes a number without trailing zeros, as QBO writes amounts."""
    text = json.dumps(value, default=_marked, ensure_ascii=False, separators=(",", ":"))
    return text.replace(f'"{_MARK}', "").replace(f'{_MARK}"', "")


def number_text(value: Decimal) -> str:
    """`Decimal("100.50")` as `100.5`, `Decimal("100.00")` as `100`."""
    return format(value.normalize(), "f") if value else "0"


def _marked(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{_MARK}{number_text(value)}{_MARK}"
    raise TypeError(f"{type(value).__name__} is not JSON")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
