"""What workflows ask of a company's books: post a batch, look entries up, read the settings."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from daybook.domain.document_kinds import Entity
from daybook.domain.found import Sought, There
from daybook.domain.outcome import BatchItem, FoundEntry, FoundParty, Outcome, Outcomes, ProbeFailed
from daybook.qbo import parties
from daybook.qbo.client import Books
from daybook.qbo.comparison import content_of
from daybook.qbo.documents import batch_body
from daybook.qbo.exceptions import QboError, UncertainError
from daybook.qbo.faults import of_entity, of_errors, unknown
from daybook.qbo.probe import MAX_PAGES as MAX_SALES_PAGES
from daybook.qbo.probe import find_listed, find_sales
from daybook.qbo.purchase_comparison import find_purchases
from daybook.qbo.replies import errors_of
from daybook.qbo.statements import PAGE_ROWS, at_most, one_of

_MAX_PROBE_PAGES = 5

# MonthEnum of Intuit's schema (Finance.xsd); English in every company.
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """The preferences that decide what may be posted, and how.

    close_date: books are closed up to and including it. fiscal_month: the first month of the
    fiscal year, 1 to 12. The warnings make QuickBooks refuse a number that is taken (6140);
    custom_numbers: sales forms keep the number they are sent with.
    """

    home_currency: str
    multicurrency: bool = False
    close_date: date | None = None
    classes_on_lines: bool = False
    departments: bool = False
    custom_numbers: bool = False
    warns_of_journal_numbers: bool = False
    fiscal_month: int = 1


class Company:
    """One company's books, for one thread."""

    def __init__(self, books: Books, home_currency: str = "USD") -> None:
        """home_currency: of entries that name none."""
        self.books = books
        self._home_currency = home_currency

    def post_batch(self, items: Sequence[BatchItem], request_id: str) -> Outcomes:
        """What became of each item, by b_id. Nothing that Intuit or the network does raises.

        An item without a reply is `uncertain`; a failure of the request is that of each item.
        Raises ValueError for items that make no batch.
        """
        body = batch_body(items)
        try:
            reply = self.books.batch(body, request_id)
        except QboError as failure:
            return dict.fromkeys((item.b_id for item in items), failure.outcome)
        return outcomes_of(reply, items, self.books.intuit_tid)

    def find_journal_entries(self, doc_numbers: Sequence[str]) -> dict[str, list[FoundEntry]]:
        """The entries under each of the numbers, by one query; [] where there is none.

        Raises ProbeFailed if the answer is not complete; ValueError for more than 100 numbers,
        or one that no document can have.
        """
        found: dict[str, list[FoundEntry]] = {number: [] for number in doc_numbers}
        if not found:
            return found
        wanted = {number.casefold(): number for number in found}
        for entry in self._entries_under(list(found)):
            number = wanted.get(entry.doc_number.casefold())
            if number is not None:
                found[number].append(entry)
        return found

    def find_parties(self, display_names: Sequence[str]) -> dict[str, list[FoundParty]]:
        """The customers, vendors and employees under each of the names, inactive ones too.

        Raises as `find_journal_entries`.
        """
        return parties.under_names(display_names, self._pages)

    def find(self, wanted: Sequence[Sought]) -> dict[Sought, list[There]]:
        """What is in the books of each posting sought, whatever its kind; [] where nothing is.

        One query for each kind at most; for parties one for each kind of them by name, and by id.
        Raises as `find_journal_entries`.
        """
        at_most([one.name for one in wanted])
        found: dict[Sought, list[There]] = {one: [] for one in wanted}
        entries = self.find_journal_entries(_names(wanted, "JournalEntry"))
        found |= {Sought("JournalEntry", name): [*there] for name, there in entries.items()}
        found |= parties.find(wanted, self._pages)
        found |= find_listed(wanted, self._pages)
        found |= find_purchases(wanted, self._sales_pages, self._home_currency)
        return found | find_sales(wanted, self._sales_pages, self._home_currency)

    def _sales_pages(self, statement: str, kind: str) -> list[Mapping[str, Any]]:
        return self._pages(statement, kind, MAX_SALES_PAGES)

    def company_name(self) -> str:
        """The company's name. Raises QboError."""
        from quickbooks.objects.company_info import CompanyInfo  # noqa: PLC0415 -- rare

        with readable("CompanyInfo"):
            info = CompanyInfo.get(self.books.company_id, qb=self.books)
            return str(info.CompanyName or info.LegalName)

    def settings(self) -> CompanySettings:
        """The company's preferences. Raises QboError."""
        with readable("Preferences"):
            url = f"{self.books.api_url}/company/{self.books.company_id}/preferences"
            return _settings_of(self.books.make_request("GET", url)["Preferences"])

    def _entries_under(self, doc_numbers: Sequence[str]) -> list[FoundEntry]:
        numbers = one_of(at_most(doc_numbers))
        statement = f"SELECT * FROM JournalEntry WHERE DocNumber {numbers} ORDERBY Id"  # noqa: S608 -- quoted
        rows = self._pages(statement, "JournalEntry")
        try:
            return [content_of(row, self._home_currency) for row in rows]
        except ValueError as error:
            raise ProbeFailed(unknown(str(error), self.books.intuit_tid)) from error

    def _pages(
        self, statement: str, kind: str, most: int = _MAX_PROBE_PAGES
    ) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        for page in range(most):
            start = page * PAGE_ROWS + 1
            batch = self._probe(f"{statement} STARTPOSITION {start} MAXRESULTS {PAGE_ROWS}", kind)
            rows.extend(batch)
            if len(batch) < PAGE_ROWS:
                return rows
        raise ProbeFailed(unknown(f"More than {len(rows)} rows have these names."))

    def _probe(self, statement: str, kind: str) -> list[Mapping[str, Any]]:
        try:
            return rows_of(self.books.query(statement), kind)
        except QboError as failure:
            raise ProbeFailed(failure.outcome) from failure
        except ValueError as error:
            raise ProbeFailed(unknown(str(error), self.books.intuit_tid)) from error


def outcomes_of(reply: Mapping[str, Any], items: Sequence[BatchItem], tid: str = "") -> Outcomes:
    """What a reply to a batch says of each item, matched by b_id alone: order means nothing."""
    rows = reply.get("BatchItemResponse")
    answers: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping):
            answers.setdefault(str(row.get("bId")), []).append(row)
    return {item.b_id: _outcome_of(item, answers.get(item.b_id, []), tid) for item in items}


def _outcome_of(item: BatchItem, answers: Sequence[Mapping[str, Any]], tid: str) -> Outcome:
    if len(answers) != 1:
        return unknown(f"{len(answers)} replies for item {item.b_id}.", tid)
    errors = errors_of(answers[0])
    if errors:
        return of_errors(errors, intuit_tid=tid)
    entity = answers[0].get(item.entity)
    if isinstance(entity, Mapping):
        return of_entity(entity, tid)
    return unknown(f"The reply for item {item.b_id} holds no {item.entity}.", tid)


def _names(wanted: Sequence[Sought], entity: Entity) -> list[str]:
    return [one.name for one in wanted if one.entity == entity]


def rows_of(reply: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    """The rows of one page. Raises ValueError if it is not a page, or not all of one."""
    page = reply.get("QueryResponse")
    if not isinstance(page, Mapping):
        raise ValueError("The reply holds no QueryResponse.")
    rows = page.get(kind, [])
    if not isinstance(rows, list) or page.get("maxResults", len(rows)) != len(rows):
        raise ValueError("The page does not hold the rows that it says.")
    if not all(isinstance(row, Mapping) for row in rows):
        raise ValueError("A row of the page is no object.")
    return rows


def _settings_of(row: Mapping[str, Any]) -> CompanySettings:
    """The library's Preferences object is not asked: to it, a flag that is absent may be on."""
    accounting, sales = row.get("AccountingInfoPrefs", {}), row.get("SalesFormsPrefs", {})
    currency, others = row["CurrencyPrefs"], row.get("OtherPrefs", {}).get("NameValue", [])
    close_date = accounting.get("BookCloseDate")
    return CompanySettings(
        home_currency=str(currency["HomeCurrency"]["value"]),
        multicurrency=_is_on(currency.get("MultiCurrencyEnabled")),
        close_date=date.fromisoformat(close_date[:10]) if close_date else None,
        classes_on_lines=_is_on(accounting.get("ClassTrackingPerTxnLine")),
        departments=_is_on(accounting.get("TrackDepartments")),
        custom_numbers=_is_on(sales.get("CustomTxnNumbers")),
        warns_of_journal_numbers=any(
            pair["Name"] == "WarnDuplicateJournalNumber" and _is_on(pair["Value"])
            for pair in others
        ),
        fiscal_month=_MONTHS.index(accounting.get("FirstMonthOfFiscalYear", "January")) + 1,
    )


def _is_on(value: object) -> bool:
    """Flags are booleans, but text in OtherPrefs."""
    return value is True or value == "true"


@contextmanager
def readable(what: str) -> Iterator[None]:
    """The library's objects fail in their own ways on what they do not expect."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UncertainError(unknown(f"The {what} of the company cannot be read.")) from error
