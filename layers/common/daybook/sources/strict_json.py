"""Strict, bounded JSON and forms from raw bytes.

    read_json(body)   -> dict, list, str, int, Decimal, bool or None
    read_form(body)   -> dict of text

Everything refused is raised as `Unreadable`, whose path stands in the sender's own field names
("lines.3.qty") or gives the byte, and whose text says what to do. Nothing here needs pydantic.

JSON is RFC 8259 (https://www.rfc-editor.org/rfc/rfc8259) less what two readers could understand
in two ways: duplicate names, NaN, lone surrogates, a byte-order mark, NUL, huge numbers.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from daybook.domain.errors import Unreadable

MAX_DEPTH = 32
# A body is at most 4,000,000 bytes: 1,000 canonical events of 60 names each, or one ticket of
# 5,000 lines with 25 names each, stay below; bodies made to exhaust the reader do not.
MAX_KEYS = 150_000
MAX_VALUES = 300_000
MAX_DIGITS = 20
MAX_EXPONENT = 20
MAX_FORM_FIELDS = 1_000

_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_SPACE = " \t\n\r"
# Escapes that may stand for NUL or for half of a surrogate pair.
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_json(body: bytes) -> Any:
    """The body's JSON; numbers as int and exact Decimal. Raises Unreadable.

    Bounds: MAX_DEPTH levels, MAX_KEYS names, MAX_VALUES values, MAX_DIGITS digits a number,
    MAX_EXPONENT as the size of an exponent. They are checked before anything recurses.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        raise Unreadable("", "the body starts with a byte-order mark; send UTF-8 without one")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start}", "is not UTF-8; send the JSON as UTF-8") from None
    _check_size(body)
    try:
        value = _read(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"character {error.pos}", f"is not JSON: {error.msg}") from None
    except Refusal as refusal:
        raise _located(refusal, text) from None
    if "\\" in text and _SUSPECT_ESCAPE.search(text):
        _check_text(value)
    return value


def read_form(body: bytes) -> dict[str, str]:
    """The fields of an `application/x-www-form-urlencoded` body, each once. Raises Unreadable."""
    if not body:
        raise Unreadable("", "the body is empty")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MAX_FORM_FIELDS,
        )
    except ValueError as error:
        # UnicodeDecodeError is a ValueError; its text would quote the body.
        text = "not UTF-8" if isinstance(error, UnicodeError) else str(error).split(":")[0]
        raise Unreadable("", f"the body is no form: {text}") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Unreadable("", "a field of the form stands there twice; send each once")
    _check_text(fields)
    return fields


def _read(text: str) -> Any:
    # `decode` looks for space on both sides; a body mostly begins and ends with its value.
    try:
        value, end = _READER.raw_decode(text)
    except json.JSONDecodeError:
        return _READER.decode(text)
    return value if end == len(text) or not text[end:].strip(_SPACE) else _READER.decode(text)


def _check_size(body: bytes) -> None:
    openings = body.count(b"[") + body.count(b"{")
    if openings <= MAX_DEPTH and (
        len(body) < MAX_KEYS
        or (body.count(b":") <= MAX_KEYS and openings + body.count(b",") < MAX_VALUES)
    ):
        return  # Even if every such byte were structure and none stood in a string.
    bare = _without_strings(body)
    if bare.count(b":") > MAX_KEYS:
        raise Unreadable("", f"more than {MAX_KEYS} names in the body; send it in parts")
    if bare.count(b"[") + bare.count(b"{") + bare.count(b",") >= MAX_VALUES:
        raise Unreadable("", f"more than {MAX_VALUES} values in the body; send it in parts")
    depth = 0
    for byte in bare.translate(None, _NO_BRACKET):
        depth += 1 if byte in b"[{" else -1
        if depth > MAX_DEPTH:
            raise Unreadable("", f"nested deeper than {MAX_DEPTH} levels; flatten the body")


def _without_strings(body: bytes) -> bytes:
    # Pairs of backslashes first: what then stands before a quote escapes it. Splitting by quotes
    # is many times faster than a regular expression, and linear whatever the body.
    unescaped = body.replace(rb"\\", b"").replace(rb"\"", b"")
    return b"".join(unescaped.split(b'"')[::2])


class Refusal(Exception):  # noqa: N818 -- becomes Unreadable once its path is known
    """A value that a hook of the JSON reader refuses."""


def read_integer(text: str) -> int:
    """A JSON integer of at most 20 digits. Raises Refusal."""
    if len(text) > MAX_DIGITS and len(text.lstrip("-")) > MAX_DIGITS:
        raise Refusal(f"a number has more than {MAX_DIGITS} digits; send a long id as text")
    return int(text)


def read_decimal(text: str) -> Decimal:
    """A JSON number, exact: at most 20 digits, exponent at most 20. Raises Refusal."""
    if len(text) > MAX_DIGITS or "e" in text or "E" in text:
        mantissa, _, exponent = text.lower().partition("e")
        if sum(map(str.isdigit, mantissa)) > MAX_DIGITS:
            raise Refusal(f"a number has more than {MAX_DIGITS} digits")
        # lstrip before int: a body can hold an exponent of a million digits.
        size = exponent.lstrip("+-").lstrip("0")
        if len(size) > 2 or int(size or "0") > MAX_EXPONENT:
            raise Refusal(f"a number's exponent is beyond {MAX_EXPONENT}; write it out")
    return Decimal(text)


def _constant(name: str) -> NoReturn:
    raise Refusal(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise Refusal(f"the name {twice[:80]!r} stands twice in one object; send it once")
    return fields


def _marking[T](hook: Callable[[Any], T]) -> Callable[[Any], T | Refusal]:
    def mark(given: Any) -> T | Refusal:
        try:
            return hook(given)
        except Refusal as refusal:
            return refusal

    return mark


# The first reader stops at a refusal. Only then does the second read the body again, with the
# refusal left in place of the value, so that the happy path pays nothing for paths.
_READER = json.JSONDecoder(
    parse_int=read_integer,
    parse_float=read_decimal,
    parse_constant=_constant,
    object_pairs_hook=_object,
)
_MARKER = json.JSONDecoder(
    parse_int=_marking(read_integer),
    parse_float=_marking(read_decimal),
    parse_constant=_marking(_constant),
    object_pairs_hook=_marking(_object),
)


def _located(refusal: Refusal, text: str) -> Unreadable:
    try:
        found = _find(_MARKER.decode(text), lambda item: isinstance(item, Refusal))
    except json.JSONDecodeError:
        found = None  # Broken further on as well: no path to be had.
    steps, item = found or ((), refusal)
    return Unreadable(".".join(steps), str(item))


type Found = tuple[tuple[str, ...], Any]


def _find(value: Any, wrong: Callable[[Any], bool]) -> Found | None:
    """The first wrong value or name, with the steps to it. The depth is bounded before."""
    if wrong(value):
        return (), value
    named: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        named = value.items()
    elif isinstance(value, list):
        named = enumerate(value)
    for name, child in named:
        found = ((), name) if wrong(name) else _find(child, wrong)
        if found:
            return (str(name), *found[0]), found[1]
    return None


def _check_text(value: Any) -> None:
    """Refuse NUL and half a surrogate pair: neither can be stored as UTF-8 everywhere."""
    if found := _find(value, _is_unstorable):
        path = ".".join(found[0]).encode("ascii", "backslashreplace").decode()
        text = "holds a NUL or half of a surrogate pair; send plain text"
        raise Unreadable(path.replace("\x00", "\\x00"), text)


def _is_unstorable(item: Any) -> bool:
    return isinstance(item, str) and _UNSTORABLE.search(item) is not None
