"""A person at the mapping's pages: routes called over fakes, answers as a browser has them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from daybook.console import every_page  # noqa: F401 -- enters all routes
from daybook.console.render import rendered
from daybook.console.web import BASE, ROUTES, Call, Page, See, Visitor, read_part
from daybook.domain.chart import Account, Chart
from daybook.domain.connection import Connection
from daybook.domain.directory import Directory, Listed
from daybook.domain.job import Job, Step
from daybook.sources.registry import SOURCES, find
from daybook.wiring import Wiring
from daybook.workflows import jobs
from daybook.workflows.mapping_jobs import Cartographer, activate_slice, diff_slice, names_slice
from daybook.workflows.operator import Who
from tests.fakes.jobs import FakeJobStore
from tests.unit.workflows.office import REALM, SHOP, Office

ANN = Visitor("ann@shop.example", "Ann", "admin", csrf="token")
BEN = Visitor("ben@shop.example", "Ben", "operator", csrf="token")
CHART = Chart(
    REALM,
    2,
    {
        row.id: row
        for row in (
            Account("3", "Checking", "Bank", number="1000"),
            Account("4", "Card clearing", "Other Current Asset", number="1200"),
            Account("5", "Undeposited Funds", "Other Current Asset", "UndepositedFunds", "1250"),
            Account("50", "Sales:Hats", "Income", number="4000"),
            Account("51", "Sales:Shoes", "Income", number="4010"),
            Account("52", "Old sales", "Income", active=False),
            Account("6", "Cost of hats", "Cost of Goods Sold", number="5000"),
            Account("7", "Freight", "Expense"),
            Account("8", "Receivable", "Accounts Receivable"),
            Account("9", "Payable", "Accounts Payable"),
            Account("10", "Inventory", "Other Current Asset"),
        )
    },
    company="Main Street",
    classes={"200": Listed("200", "Burbank"), "201": Listed("201", "Closed", active=False)},
    departments={"1": Listed("1", "West")},
    class_tracking=True,
    imported_at="2026-11-20T00:00:00.000Z",
)
DIRECTORY = Directory(
    REALM, 2, {"58": Listed("58", "Walk-in")}, {"9": Listed("9", "Hat Makers")}, {}
)


@dataclass
class Answered:
    """What came back. html: of a page; to, notice: of a redirect."""

    answer: Any
    html: str = ""

    @property
    def to(self) -> str:
        assert isinstance(self.answer, See), self.answer
        return self.answer.to

    @property
    def notice(self) -> str:
        assert isinstance(self.answer, See), self.answer
        return self.answer.notice

    @property
    def text(self) -> str:
        """What a person reads: tags taken out."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.html)).split())

    def value(self, name: str) -> str:
        """The value of the first field of this name that has one."""
        found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', self.html)
        assert found, name
        return unescape(found[1])

    def number(self, place: str) -> str:
        """The number of the row whose place has this JSON text."""
        for number, value in re.findall(r'name="place\.(\w+)" value="([^"]*)"', self.html):
            if unescape(value) == place:
                return str(number)
        raise AssertionError(f"no row {place}")


@dataclass
class Desk:
    """The pages over fakes. after: the jobs that were started are done by `work`."""

    office: Office
    store: FakeJobStore = field(default_factory=FakeJobStore)
    messages: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    visitor: Visitor = ANN
    client: Any = None

    @staticmethod
    def opened(*rows: dict[str, Any], **options: Any) -> "Desk":
        """A connected shop with a chart and an active mapping."""
        office = Office.opened(*rows, **options)
        office.mappings.put_chart(CHART)
        office.mappings.put_directory(DIRECTORY)
        return Desk(office)

    @property
    def worker(self) -> jobs.Worker:
        tools = Cartographer(self.office.releaser(), find, lambda _connection: self.client)
        slices: dict[str, jobs.Slice] = {
            "mapping_diff": lambda job, left: diff_slice(job, left, tools),
            "mapping_activate": lambda job, left: activate_slice(job, left, tools),
            "mapping_names": lambda job, left: names_slice(job, left, tools),
            "refresh_chart": lambda _job, _left: Step({}, 1, 1, {}, finished=True),
        }
        send = lambda kind, scope: self.messages.append((kind, scope))  # noqa: E731
        ids = iter(f"{number:06x}" for number in range(len(self.store.rows) + 1, 1000))
        return jobs.Worker(self.store, send, slices, self.office.clock, lambda: next(ids))

    def work(self) -> Job:
        """Do what was started; the last job."""
        done = None
        while self.messages:
            kind, scope = self.messages.pop(0)
            done = jobs.run(kind, scope, self.worker) or done
        assert done is not None
        return done

    def parts(self) -> Wiring:
        office = self.office
        made = SimpleNamespace(
            connections=office.connections,
            mappings=office.mappings,
            ledger=office.ledger,
            releaser=office.releaser(),
            jobs=SimpleNamespace(
                store=self.store,
                worker=self.worker,
                actions=office.actions,
                operator=office.operator(),
            ),
            console=SimpleNamespace(source=find, sources=tuple(SOURCES), refresh=self._refresh),
        )
        return cast(Wiring, made)

    def _refresh(self, realm: str, who: Who) -> Job:
        scope, actor = {"realm": realm}, who.actor
        return jobs.start("refresh_chart", scope, self.worker, actor=actor, reason=who.reason)

    def get(self, path: str, **query: str) -> Answered:
        """A page."""
        return self._asked("GET", path, query, {}, {})

    def post(
        self,
        path: str,
        form: Mapping[str, str | Sequence[str]],
        files: Mapping[str, bytes] | None = None,
        **query: str,
    ) -> Answered:
        """A form is sent."""
        fields = {
            name: [value] if isinstance(value, str) else list(value) for name, value in form.items()
        }
        return self._asked("POST", path, query, fields, files or {})

    def _asked(
        self, method: str, path: str, query: dict[str, str], form: Any, files: Any
    ) -> Answered:
        split = urlsplit(path.removeprefix(BASE))
        query = dict(parse_qsl(split.query)) | query
        for (verb, pattern), entered in ROUTES.items():
            found = re.fullmatch(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", pattern), split.path)
            if verb != method or not found:
                continue
            assert self.visitor.may(entered.role), f"{method} {path} needs {entered.role}"
            params = {name: read_part(text) for name, text in found.groupdict().items()}
            call = Call(
                method, split.path, params, query, form, files, self.visitor, self.parts(),
                self.office.clock(),
            )  # fmt: skip
            answer = entered.page(call)
            return Answered(answer, self.render(answer) if isinstance(answer, Page) else "")
        raise AssertionError(f"no page {method} {path}")

    def render(self, page: Page) -> str:
        """The page as HTML."""
        frame = {
            "visitor": self.visitor,
            "navigation": [],
            "csrf": self.visitor.csrf,
            "notice": "",
        }
        return rendered(page.template, frame | dict(page.values))

    def seat(self, visitor: Visitor) -> "Desk":
        """Somebody else at the same office."""
        return replace(self, visitor=visitor)


def shop_of(office: Office) -> Connection:
    """The shop's connection."""
    found = office.connections.get(SHOP)
    assert found is not None
    return found
