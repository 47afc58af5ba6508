"""What the files given to `daybook preview` hold: deliveries, cut out of the text as it stands.

A file holds a delivery's body, or `{"headers", "body", "event"?}`, or a list of either. Each body
is handed to its source in the very bytes of the file, so that numbers stay exact and the source's
own reader judges them. What cannot be cut is handed over whole, for the source to refuse.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
# Finds where values end; its numbers are never used, so they are not even converted.
_SCANNER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
_WRAPPER = frozenset({"headers", "body", "event"})
_NAME_PARTS = (("object_type", ""), ("object_id", ""), ("object_version", "1"), ("effect", "post"))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One delivery of a file. name: what to call it where its content names no event."""

    name: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    event: str | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """A value of a JSON text: where it stands and what it is."""

    start: int
    end: int
    value: Any


def items_of(name: str, data: bytes, *, split_lists: bool) -> list[Item]:
    """The deliveries of a file, in order. split_lists: a body that is a list is events, each to
    be judged alone (the canonical intake)."""
    try:
        text = data.decode()
        whole = _whole(text)
        return list(_deliveries(text, whole, name, split_lists))
    except (ValueError, RecursionError):
        return [Item(name, data)]


def _deliveries(text: str, whole: _Span, name: str, split_lists: bool) -> Iterator[Item]:
    for place, span in _parts(text, whole, name):
        if not _is_wrapper(span.value):
            yield from _bodies(text, span, Item(place, b""), split_lists)
            continue
        fields = {key.value: value for key, value in _members(text, span)}
        item = Item(place, b"", _headers(span.value), _event(span.value))
        body = span.value["body"]
        if isinstance(body, str):
            yield from _bodies_in_text(body, item, split_lists)
        else:
            yield from _bodies(text, fields["body"], item, split_lists)


def _bodies_in_text(body: str, item: Item, split_lists: bool) -> Iterator[Item]:
    try:
        yield from _bodies(body, _whole(body), item, split_lists)
    except (ValueError, RecursionError):
        yield Item(item.name, body.encode("utf-8", "surrogatepass"), item.headers, item.event)


def _bodies(text: str, span: _Span, item: Item, split_lists: bool) -> Iterator[Item]:
    parts: Sequence[tuple[str, _Span]] = [(item.name, span)]
    if split_lists and span.value:
        parts = _parts(text, span, item.name)
    for place, part in parts:
        body = text[part.start : part.end].encode("utf-8", "surrogatepass")
        yield Item(_own_name(part.value) or place, body, item.headers, item.event)


def _parts(text: str, span: _Span, name: str) -> list[tuple[str, _Span]]:
    """A list's elements with their names, or the value itself."""
    if not isinstance(span.value, list):
        return [(name, span)]
    return [(f"{name}[{place}]", one) for place, one in enumerate(_elements(text, span))]


def _is_wrapper(value: Any) -> bool:
    # A canonical event has a member `body` too; its `object_type` tells it apart.
    if not isinstance(value, dict) or "body" not in value or "object_type" in value:
        return False
    return "headers" in value or value.keys() <= _WRAPPER


def _headers(wrapper: dict[str, Any]) -> dict[str, str]:
    headers = wrapper.get("headers")
    if not isinstance(headers, dict):
        return {}
    return {name.lower(): value for name, value in headers.items() if isinstance(value, str)}


def _event(wrapper: dict[str, Any]) -> str | None:
    event = wrapper.get("event")
    return event if isinstance(event, str) and event else None


def _own_name(value: Any) -> str:
    """`object_type/object_id/version/effect` of a canonical event, also of one that is refused."""
    if not isinstance(value, dict):
        return ""
    parts = [value.get(name, default) for name, default in _NAME_PARTS]
    if not all(isinstance(part, str) and part for part in parts):
        return ""
    return _CONTROL.sub(" ", "/".join(part[:_MAX_NAME] for part in parts))


def _whole(text: str) -> _Span:
    span = _value_at(text, 0)
    if _after_space(text, span.end) != len(text):
        raise ValueError("more text after the value")
    return span


def _value_at(text: str, place: int) -> _Span:
    start = _after_space(text, place)
    value, end = _SCANNER.raw_decode(text, start)
    return _Span(start, end, value)


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _elements(text: str, span: _Span) -> Iterator[_Span]:
    place = span.start
    for _ in span.value:
        one = _value_at(text, place + 1)
        yield one
        place = _after_space(text, one.end)


def _members(text: str, span: _Span) -> Iterator[tuple[_Span, _Span]]:
    place = span.start
    while text[place] != "}":
        key = _value_at(text, place + 1)
        value = _value_at(text, _after_space(text, key.end) + 1)
        yield key, value
        place = _after_space(text, value.end)
