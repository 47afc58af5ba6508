"""Intuit's query language, parsed.

https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries:
one entity, AND only, `%` the only wildcard, STARTPOSITION from 1, MAXRESULTS at most 1000.
Keywords are taken in any letter case; `ORDER BY` works beside `ORDERBY`; the paging clauses come
in either order. These leniencies are what clients in the field rely on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from local.qbo_simulator.errors import Rejected, rejected

DEFAULT_PAGE = 100
LARGEST_PAGE = 1000
_MOST_TOKENS = 4000
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<operator><=|>=|=|<|>)|(?P<mark>[(),*])"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<number>-?\d+(?:\.\d+)?))"
)
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Condition:
    """`path operator values`; every operator but IN has one value."""

    path: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """One key of ORDERBY."""

    path: str
    descending: bool = False


@dataclass
class Query:
    """A parsed statement."""

    entity: str
    is_count: bool = False
    conditions: list[Condition] = field(default_factory=list)
    order: list[Order] = field(default_factory=list)
    start: int = 1
    limit: int = DEFAULT_PAGE


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int

    @property
    def keyword(self) -> str:
        return self.text.lower() if self.kind == "word" else ""


def parse_query(statement: str) -> Query:
    """Parse one SELECT. Raises Rejected 4000 for the grammar, 4001 for paging out of bounds."""
    return _Parser(_tokens(statement)).query()


def _tokens(statement: str) -> list[_Token]:
    tokens: list[_Token] = []
    position, text = 0, statement.rstrip().removesuffix(";").rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or len(tokens) >= _MOST_TOKENS:
            raise _unexpected(_Token("mark", text[position : position + 1], position + 1))
        kind = match.lastgroup or "mark"
        tokens.append(_Token(kind, match.group(kind), match.start(kind) + 1))
        position = match.end()
    return [*tokens, _Token("end", "<EOF>", len(text) + 1)]


def _unexpected(token: _Token) -> Rejected:
    detail = f'QueryParserError: Encountered " "{token.text}" "{token.text} "" '
    return rejected("4000", f"{detail}at line 1, column {token.column}.")


class _Parser:
    """Recursive descent over the tokens; each step takes at least one, so it ends."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._keyword("select")
        is_count = self._projection()
        self._keyword("from")
        query = Query(self._word(), is_count)
        if self._accepts("where"):
            query.conditions.append(self._condition())
            while self._accepts("and"):
                query.conditions.append(self._condition())
        self._clauses(query)
        if self._peek().kind != "end":
            raise _unexpected(self._peek())
        return query

    def _projection(self) -> bool:
        """The selected fields, which are read and not heeded: whole objects come back."""
        if self._accepts("count"):
            for mark in "(*)":
                self._mark(mark)
            return True
        while True:
            token = self._next()
            if token.kind != "word" and token.text != "*":
                raise _unexpected(token)
            if self._peek().text != ",":
                return False
            self._next()

    def _condition(self) -> Condition:
        path = self._word()
        token = self._next()
        if token.kind == "operator":
            return Condition(path, token.text, (self._value(),))
        if token.keyword == "like":
            return Condition(path, "like", (self._value(),))
        if token.keyword == "in":
            self._mark("(")
            values = self._list(self._value)
            self._mark(")")
            return Condition(path, "in", tuple(values))
        raise _unexpected(token)

    def _clauses(self, query: Query) -> None:
        if self._accepts("orderby") or self._accepts_order_by():
            query.order = self._list(self._order)
        for _ in range(2):
            if self._accepts("startposition"):
                query.start = self._whole(1, None)
            elif self._accepts("maxresults"):
                query.limit = self._whole(1, LARGEST_PAGE)

    def _order(self) -> Order:
        path = self._word()
        if self._accepts("desc"):
            return Order(path, descending=True)
        self._accepts("asc")
        return Order(path)

    def _list[T](self, one: Callable[[], T]) -> list[T]:
        several = [one()]
        while self._peek().text == "," and self._peek().kind == "mark":
            self._next()
            several.append(one())
        return several

    def _value(self) -> str:
        token = self._next()
        if token.kind == "text":
            return _ESCAPE.sub(r"\1", token.text[1:-1])
        if token.kind == "number" or token.keyword in ("true", "false"):
            return token.text
        raise _unexpected(token)

    def _whole(self, smallest: int, largest: int | None) -> int:
        token = self._next()
        if token.kind != "number" or "." in token.text:
            raise _unexpected(token)
        value = int(token.text)
        if value < smallest:
            detail = f"QueryValidationError: value {value} is too small. Min allowed value is "
            raise rejected("4001", f"{detail}{smallest}")
        if largest is not None and value > largest:
            detail = f"QueryValidationError: value {value} is too large. Max allowed value is "
            raise rejected("4001", f"{detail}{largest}")
        return value

    def _accepts_order_by(self) -> bool:
        if self._accepts("order"):
            self._keyword("by")
            return True
        return False

    def _accepts(self, keyword: str) -> bool:
        if self._peek().keyword == keyword:
            self._at += 1
            return True
        return False

    def _keyword(self, keyword: str) -> None:
        if not self._accepts(keyword):
            raise _unexpected(self._peek())

    def _mark(self, mark: str) -> None:
        token = self._next()
        if token.kind != "mark" or token.text != mark:
            raise _unexpected(token)

    def _word(self) -> str:
        token = self._next()
        if token.kind != "word":
            raise _unexpected(token)
        return token.text

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token
