"""CloudWatch Logs' filter patterns on JSON lines, as far as the template uses them.

    { $.message = "delivery" && ($.status = 401 || $.status = 403) }

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html: text between
quotes must be equal (`*` matches any), numbers compare as numbers, `&&` binds tighter than `||`,
a field that is absent equals nothing.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

_TOKEN = re.compile(r'\s*(\{|\}|\(|\)|&&|\|\||!=|=|"[^"]*"|\$\.[A-Za-z0-9_.]+|-?[0-9.]+)')


class BadPattern(ValueError):  # noqa: N818 -- says what it is
    """Not a pattern that CloudWatch would take, or one that this reader does not know."""


def matches(pattern: str, line: dict[str, Any]) -> bool:
    """Whether a line of the log is counted. Raises BadPattern."""
    return _Reader(_tokens(pattern), line).read()


def selected(selector: str, line: dict[str, Any]) -> Any:
    """What `$.a.b` points at; None if it is absent. Raises BadPattern."""
    if not selector.startswith("$."):
        raise BadPattern(selector)
    found: Any = line
    for step in selector[2:].split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _tokens(pattern: str) -> list[str]:
    tokens, place = [], 0
    while pattern[place:].strip():
        token = _TOKEN.match(pattern, place)
        if token is None:
            raise BadPattern(f"{pattern[place:]!r} in {pattern!r}")
        tokens.append(token[1])
        place = token.end()
    return tokens


@dataclass
class _Reader:
    tokens: list[str]
    line: dict[str, Any]
    place: int = 0

    def read(self) -> bool:
        self._take("{")
        found = self._any()
        self._take("}")
        if self.place != len(self.tokens):
            raise BadPattern(f"more after the end: {self.tokens[self.place :]}")
        return found

    def _any(self) -> bool:
        found = self._all()
        while self._next() == "||":
            self.place += 1
            found = self._all() or found
        return found

    def _all(self) -> bool:
        found = self._one()
        while self._next() == "&&":
            self.place += 1
            found = self._one() and found
        return found

    def _one(self) -> bool:
        if self._next() == "(":
            self.place += 1
            found = self._any()
            self._take(")")
            return found
        value = selected(self._token(), self.line)
        sign, wanted = self._token(), self._token()
        if sign not in ("=", "!="):
            raise BadPattern(f"{sign} is no comparison")
        return _equals(value, wanted) is (sign == "=")

    def _next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _token(self) -> str:
        token = self._next()
        if not token:
            raise BadPattern("ends too early")
        self.place += 1
        return token

    def _take(self, wanted: str) -> None:
        if self._token() != wanted:
            raise BadPattern(f"{wanted} is missing")


def _equals(value: Any, wanted: str) -> bool:
    if wanted.startswith('"'):
        return isinstance(value, str) and fnmatchcase(value, wanted.strip('"'))
    return isinstance(value, int | float) and value == float(wanted)
