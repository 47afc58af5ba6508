"""Reading a reply of Intuit's in any shape that it comes in, without ever raising.

JSON was asked for, but faults arrive in three shapes, whatever the content type says:

    {"Fault": {"Error": [{"Message", "Detail", "code", "element"}], "type"}, "time"}   the service
    {"fault": {"error": [{"message", "detail", "code", "element"}], "type"}, ...}      the gateway
    <IntuitResponse><Fault type><Error code element><Message/><Detail/></Error>...     either

and, from the machines in front of them, HTML, nothing at all, or XML with an end tag missing.
https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/handling-common-errors
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from typing import Any, Never
from xml.etree import ElementTree

# An entry has at most 1,000 lines, and QuickBooks reports one error a line.
MAX_ERRORS = 1_000
_MAX_WORDS = 4_000
_MAX_CODE_DIGITS = 10
_MAX_BROKEN = 50_000
# An entity can blow up to any size; no reply of Intuit's declares one.
_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FAULT_TAG = re.compile(r'<Fault\b(?:[^>]*?\btype="([^"]{0,50})")?', re.IGNORECASE)
_ERROR_TAG = re.compile(r"<Error\b([^>]{0,500})>", re.IGNORECASE)
_CODE = re.compile(r'\bcode="(\d{1,10})"', re.IGNORECASE)
_WORDS = re.compile(r"<(Message|Detail)>([^<]{0,4000})", re.IGNORECASE)
_TITLE = re.compile(r"<title>([^<]{0,200})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FaultError:
    """One error of a fault, in Intuit's words. code: digits without leading zeros, or ""."""

    code: str
    message: str = ""
    detail: str = ""
    element: str = ""
    fault_type: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a body holds: the errors of its fault, or its JSON object with exact numbers.

    title: what an HTML page says of itself.
    """

    errors: tuple[FaultError, ...] = ()
    document: Mapping[str, Any] | None = field(default=None, repr=False)
    title: str = ""


def contents_of(body: bytes) -> Contents:
    """What a body holds. Bytes that are not UTF-8 are replaced; nothing raises."""
    text = body.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return _of_markup(text)
    document = _json_object(text)
    return Contents() if document is None else Contents(errors_of(document), document)


def errors_of(holder: Mapping[str, Any]) -> tuple[FaultError, ...]:
    """The errors of the fault in a reply, or in one item of a batch; () without a fault.

    A fault whose errors cannot be read is one error without a code.
    """
    fault = _either(holder, "Fault")
    if fault is None:
        return ()
    if not isinstance(fault, Mapping):
        return (FaultError("", _words(fault)),)
    kind = _words(_either(fault, "type"))
    errors = _either(fault, "Error")
    rows = errors if isinstance(errors, list) else [errors]
    found = [_error_of(row, kind) for row in rows[:MAX_ERRORS] if isinstance(row, Mapping)]
    return tuple(found) or (FaultError("", fault_type=kind),)


def _error_of(row: Mapping[str, Any], kind: str) -> FaultError:
    return FaultError(
        _code(_either(row, "code")),
        _words(_either(row, "Message")),
        _words(_either(row, "Detail")),
        _words(_either(row, "element")),
        kind,
    )


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is no JSON")


def _either(row: Mapping[str, Any], name: str) -> Any:
    """The service writes Fault and Error with a capital, the gateway without."""
    value = row.get(name)
    return row.get(name.lower()) if value is None else value


def _words(value: object) -> str:
    return "" if value is None else str(value)[:_MAX_WORDS].strip()


def _code(value: object) -> str:
    """The code as digits: it comes as text, as a number, and zero-padded."""
    text = _words(value)
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_CODE_DIGITS):
        return ""
    return text.lstrip("0") or "0"


def _of_markup(text: str) -> Contents:
    if _DECLARATION.search(text):
        return Contents(title=_title(text))
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 -- declarations are refused above
    except (ElementTree.ParseError, ValueError, RecursionError):
        return Contents(_of_broken_markup(text[:_MAX_BROKEN]), title=_title(text))
    return Contents(_of_elements(root.iter()), title=_title(text))


def _of_elements(elements: Iterable[ElementTree.Element]) -> tuple[FaultError, ...]:
    """The errors in document order; the namespace is left aside."""
    found: list[FaultError] = []
    kind, inside = "", False
    for element in elements:
        name = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
        if name == "fault":
            inside, kind = True, _words(element.get("type"))
        elif name == "error" and inside and len(found) < MAX_ERRORS:
            row = {_local(child.tag): child.text for child in element}
            found.append(_error_of(dict(element.attrib) | row, kind))
    return tuple(found) or ((FaultError("", fault_type=kind),) if inside else ())


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _of_broken_markup(text: str) -> tuple[FaultError, ...]:
    """What can be told of a fault in XML that is not well-formed: Intuit has sent such."""
    fault = _FAULT_TAG.search(text)
    if fault is None:
        return ()
    kind = fault[1] or ""
    tags = list(_ERROR_TAG.finditer(text, fault.end()))[:MAX_ERRORS]
    ends = [*(tag.start() for tag in tags), len(text)][1:]
    found = []
    for tag, end in zip(tags, ends, strict=True):
        code = _CODE.search(tag[1])
        row = {name.lower(): unescape(said) for name, said in _WORDS.findall(text, tag.end(), end)}
        found.append(_error_of(row | {"code": code[1] if code else None}, kind))
    return tuple(found) or (FaultError("", fault_type=kind),)


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return unescape(found[1]).strip() if found else ""
