"""DynamoDB's expressions, as far as the store writes them; any other is an AssertionError.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

type Item = dict[str, Any]
type Asked = Mapping[str, Any]

_HAS: Final = re.compile(r"attribute_(not_)?exists\(([#\w]+)\)")
_COMPARED: Final = re.compile(r"([#\w]+) ([=<]) (:\w+)")
_BEGINS: Final = re.compile(r"begins_with\(([#\w]+), (:\w+)\)")
_SECTION: Final = re.compile(r"(SET|REMOVE|ADD) (.+?)(?: (?=SET |REMOVE |ADD )|$)")
_SET: Final = re.compile(r"([#\w]+) = (:\w+)")
_ADD: Final = re.compile(r"([#\w]+) (:\w+)")


def holds(expression: str, row: Item, asked: Asked) -> bool:
    """Whether a row has what a condition or a filter says. asked: the request."""
    return any(
        all(_is_true(term, row, asked) for term in one.split(" AND "))
        for one in expression.split(" OR ")
    )


def _is_true(term: str, row: Item, asked: Asked) -> bool:
    if found := _HAS.fullmatch(term):
        return (_name(found[2], asked) in row) is not bool(found[1])
    if found := _BEGINS.fullmatch(term):
        text = row.get(_name(found[1], asked), {}).get("S")
        begins: str = _value(found[2], asked)["S"]
        return isinstance(text, str) and text.startswith(begins)
    found = _COMPARED.fullmatch(term)
    assert found, f"condition {term}"
    there, wanted = row.get(_name(found[1], asked)), _value(found[3], asked)
    if there is None or set(there) != set(wanted):
        return False
    left, right = _comparable(there), _comparable(wanted)
    return bool(left == right if found[2] == "=" else left < right)


def _comparable(value: Mapping[str, Any]) -> Any:
    ((kind, one),) = value.items()
    assert kind in {"S", "N", "B", "BOOL"}, f"comparison of {kind}"
    return Decimal(one) if kind == "N" else one


def updated(row: Item, asked: Asked) -> Item:
    """The row after an UpdateItem."""
    row, expression = dict(row), asked["UpdateExpression"]
    sections = _SECTION.findall(expression)
    assert " ".join(f"{word} {what}" for word, what in sections) == expression, expression
    for word, what in sections:
        for part in what.split(", "):
            _apply(word, part, row, asked)
    return row


def _apply(word: str, part: str, row: Item, asked: Asked) -> None:
    if word == "REMOVE":
        row.pop(_name(part, asked), None)
        return
    found = (_SET if word == "SET" else _ADD).fullmatch(part)
    assert found, f"{word} {part}"
    name, value = _name(found[1], asked), _value(found[2], asked)
    if word == "ADD":
        number = Decimal(row.get(name, {"N": "0"})["N"]) + Decimal(value["N"])
        value = {"N": format(number, "f")}
    row[name] = value


def projected(row: Item, asked: Asked) -> Item:
    """What a ProjectionExpression leaves of a row."""
    if "ProjectionExpression" not in asked:
        return row
    names = [_name(one.strip(), asked) for one in asked["ProjectionExpression"].split(",")]
    return {name: row[name] for name in names if name in row}


def _name(text: str, asked: Asked) -> str:
    assert re.fullmatch(r"#?\w+", text), f"name {text}"
    return str(asked["ExpressionAttributeNames"][text]) if text.startswith("#") else text


def _value(text: str, asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = asked["ExpressionAttributeValues"][text]
    return found
