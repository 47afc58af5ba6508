"""The lists that are imported from a company: what each row becomes, and how they are read.

A list is read whole, a page of 1,000 at a time, inactive rows too; or only what changed, by change
data capture, which looks back 30 days and answers with at most 1,000 objects of all lists together
and has no tax codes and rates.
https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/change-data-capture
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from quickbooks.objects.account import Account as QuickBooksAccount
from quickbooks.objects.customer import Customer
from quickbooks.objects.department import Department
from quickbooks.objects.employee import Employee
from quickbooks.objects.item import Item
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxrate import TaxRate as QuickBooksTaxRate
from quickbooks.objects.trackingclass import Class
from quickbooks.objects.vendor import Vendor

from daybook.domain.chart import Account, TaxRate
from daybook.domain.directory import Listed
from daybook.qbo.company import Company, readable
from daybook.qbo.exceptions import ThrottledError, UncertainError
from daybook.qbo.faults import unknown
from daybook.qbo.statements import PAGE_ROWS

# 200,000 rows: QuickBooks' largest companies have tens of thousands of customers.
MAX_PAGES: Final = 200
MAX_CHANGES: Final = 1_000
MAX_LOOK_BACK_DAYS: Final = 30

# Ten requests a second are allowed; the poster may be using some of them.
# https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles
_BURST: Final = 8
_PAUSE_SECONDS: Final = 1
_TRIES: Final = 4
_MAX_WAIT_SECONDS: Final = 60


def _account(row: Any) -> Account:
    return Account(
        id=str(row.Id),
        name=str(row.FullyQualifiedName or row.Name),
        type=str(row.AccountType or ""),
        sub_type=str(row.AccountSubType or ""),
        number=str(row.AcctNum or ""),
        active=bool(row.Active),
    )


def _named(row: Any) -> Listed:
    name = getattr(row, "FullyQualifiedName", "") or row.Name
    return Listed(str(row.Id), str(name), bool(row.Active))


def _party(row: Any) -> Listed:
    return Listed(str(row.Id), str(row.DisplayName), bool(row.Active))


def _item(row: Any) -> Listed:
    asset = str(row.AssetAccountRef.value) if row.AssetAccountRef else ""
    is_sold = row.Type == "Service" and row.IncomeAccountRef
    return Listed(
        str(row.Id),
        str(row.FullyQualifiedName or row.Name),
        bool(row.Active),
        asset_account=asset,
        sells_into=str(row.IncomeAccountRef.value) if is_sold else "",
    )


def _tax_rate(row: Any) -> TaxRate:
    percent = "" if row.RateValue is None else str(row.RateValue)
    return TaxRate(str(row.Id), str(row.Name), percent, bool(row.Active))


@dataclass(frozen=True, slots=True)
class Kind[T]:
    """A list: the library's class of its rows, and what daybook makes of one."""

    entity: Any
    value: Callable[[Any], T]

    @property
    def name(self) -> str:
        """Its name in queries and replies."""
        return str(self.entity.qbo_object_name)


ACCOUNTS: Final = Kind(QuickBooksAccount, _account)
CLASSES: Final = Kind(Class, _named)
DEPARTMENTS: Final = Kind(Department, _named)
TAX_CODES: Final = Kind(TaxCode, _named)
TAX_RATES: Final = Kind(QuickBooksTaxRate, _tax_rate)
CUSTOMERS: Final = Kind(Customer, _party)
VENDORS: Final = Kind(Vendor, _party)
ITEMS: Final = Kind(Item, _item)
EMPLOYEES: Final = Kind(Employee, _party)


class Changed:
    """The answer of change data capture: rows by list, None for what was deleted."""

    def __init__(self, reply: Any) -> None:
        self._rows: dict[str, list[Any]] = {}
        with readable("changes"):
            for answer in reply["CDCResponse"]:
                for page in answer["QueryResponse"]:
                    for name, rows in page.items():
                        if isinstance(rows, list):
                            self._rows.setdefault(name, []).extend(rows)

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows.values())

    def of[T](self, kind: Kind[T]) -> dict[str, T | None]:
        """The rows of one list, by id."""
        with readable(f"changes of {kind.name}"):
            return {
                str(row["Id"]): None
                if row.get("status") == "Deleted"
                else kind.value(kind.entity.from_json(row))
                for row in self._rows.get(kind.name, [])
            }


class Reader:
    """Reads a company's lists, no faster than Intuit allows.

    sleep: waits so many seconds. progress: called with (done, total) requests; the total grows
    with the pages that turn up.
    """

    def __init__(
        self,
        company: Company,
        sleep: Callable[[int], None],
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        self.company = company
        self._sleep = sleep
        self._progress = progress
        self._done = self._total = 0

    def plan(self, requests: int) -> None:
        """So many requests are to come."""
        self._total = self._done + requests

    def ask[T](self, question: Callable[[], T]) -> T:
        """One request; while Intuit throttles, again after a while. Raises QboError."""
        if self._done and self._done % _BURST == 0:
            self._sleep(_PAUSE_SECONDS)
        for _ in range(_TRIES - 1):
            try:
                return self._counted(question())
            except ThrottledError as rest:
                self._sleep(min(rest.outcome.retry_after_seconds or 1, _MAX_WAIT_SECONDS))
        return self._counted(question())

    def _counted[T](self, answer: T) -> T:
        self._done += 1
        self._total = max(self._total, self._done)
        self._progress(self._done, self._total)
        return answer

    def all[T](self, kind: Kind[T]) -> dict[str, T]:
        """A whole list by id, inactive rows too. Raises QboError; UncertainError without end."""
        found: dict[str, T] = {}
        for page in range(MAX_PAGES):
            rows = self.ask(lambda page=page: self._page(kind, page))  # type: ignore[misc]
            with readable(kind.name):
                found |= {str(row.Id): kind.value(row) for row in rows}
            if len(rows) < PAGE_ROWS:
                return found
            self._total += 1
        raise UncertainError(unknown(f"The company has more than {len(found)} rows: {kind.name}."))

    def _page(self, kind: Kind[Any], page: int) -> list[Any]:
        with readable(kind.name):
            # Queries hide inactive rows unless both are asked for.
            rows = kind.entity.where(
                "Active IN (true, false)",
                order_by="Id",
                start_position=page * PAGE_ROWS + 1,
                max_results=PAGE_ROWS,
                qb=self.company.books,
            )
            return list(rows)

    def changed(self, kinds: Sequence[Kind[Any]], since: datetime) -> Changed:
        """What changed in these lists since an instant. Raises QboError."""
        names = ",".join(kind.name for kind in kinds)
        # The library drops the zone of an instant; it leaves a text as it is.
        moment = since.astimezone(UTC).isoformat(timespec="seconds")
        books = self.company.books
        return Changed(self.ask(lambda: books.change_data_capture(names, moment)))
