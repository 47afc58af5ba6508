"""Reads a company's books for a proof: daybook's own entries and documents, as they are there now.

Reads are metered (CorePlus), so all are counted; pages are as large as they may be.
https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/change-data-capture
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from daybook.domain.document import SalesForm
from daybook.domain.document_kinds import Entity
from daybook.domain.found import FoundPurchase, FoundSale, FoundTransaction
from daybook.domain.identity import read_marker
from daybook.domain.outcome import FoundEntry, ProbeFailed
from daybook.domain.proof import Changes
from daybook.domain.purchase_document import PurchaseForm
from daybook.qbo.company import Company, rows_of
from daybook.qbo.comparison import content_of
from daybook.qbo.exceptions import QboError, RefusedError, UnauthorisedError
from daybook.qbo.faults import unknown
from daybook.qbo.lists import MAX_CHANGES, Reader
from daybook.qbo.purchase_comparison import purchase_of
from daybook.qbo.sales_comparison import sale_of
from daybook.qbo.statements import PAGE_ROWS, quoted

_JOURNALS: Final[tuple[Entity, ...]] = ("JournalEntry",)
_SALES: Final[dict[Entity, SalesForm]] = {
    "Invoice": "Invoice",
    "CreditMemo": "CreditMemo",
    "SalesReceipt": "SalesReceipt",
}
_PURCHASES: Final[dict[Entity, PurchaseForm]] = {
    "Bill": "Bill",
    "VendorCredit": "VendorCredit",
    "PurchaseOrder": "PurchaseOrder",
}
# 100,000 journal entries, daybook's and others, in one window of dates.
MAX_PAGES: Final = 100
IDS_PER_QUERY: Final = 100
# "Object Not Found": deleted, or never there.
# https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes
_NOT_FOUND: Final = "610"
_TEXTS: Final = ("DocNumber", "TxnDate", "PrivateNote")


class Audit:
    """`prover.AuditedBooks` of one company, for one thread.

    sleep: waits so many seconds. renew: gets a new access token, once an access token was refused.
    """

    def __init__(
        self,
        company: Company,
        sleep: Callable[[int], None],
        renew: Callable[[], object],
        home_currency: str = "USD",
    ) -> None:
        self._books = company.books
        self._reader = Reader(company, sleep)
        self._renew = renew
        self._home_currency = home_currency
        self._reads = 0

    @property
    def reads(self) -> int:
        """Requests made so far."""
        return self._reads

    def entries_dated(
        self, first: str, last: str, kinds: Sequence[Entity] = _JOURNALS
    ) -> list[FoundTransaction]:
        """Daybook's entries of these dates (ISO, both included). Raises ProbeFailed."""
        where = f"TxnDate >= {quoted(first)} AND TxnDate <= {quoted(last)}"
        return [one for kind in kinds for one in self._own(kind, self._pages(kind, where))]

    def touched_since(
        self, since: datetime, kinds: Sequence[Entity] = _JOURNALS
    ) -> list[FoundTransaction]:
        """Daybook's entries made or changed since an instant. Raises ProbeFailed."""
        where = f"MetaData.LastUpdatedTime >= {quoted(_text(since))}"
        return [one for kind in kinds for one in self._own(kind, self._pages(kind, where))]

    def entries_by_id(
        self, ids: Sequence[str], kind: Entity = "JournalEntry"
    ) -> list[FoundTransaction]:
        """Those of the entries that are there, marked or not. Raises ProbeFailed."""
        found: list[FoundTransaction] = []
        for start in range(0, len(ids), IDS_PER_QUERY):
            several = ", ".join(quoted(one) for one in ids[start : start + IDS_PER_QUERY])
            rows = self._pages(kind, f"Id IN ({several})")
            found += (self._found(kind, row) for row in rows)
        return found

    def entry(self, qbo_id: str, kind: Entity = "JournalEntry") -> FoundTransaction | None:
        """One entry, read by its id; None if there is none. Raises ProbeFailed."""
        if not (qbo_id.isascii() and qbo_id.isdigit()):
            return None
        url = f"{self._books.api_url}/company/{self._books.company_id}/{kind.lower()}/{qbo_id}"
        reply = self._ask(lambda: self._read(url))
        row = reply.get(kind) if reply else None
        return self._found(kind, row) if isinstance(row, Mapping) else None

    def changed_since(self, since: datetime, kinds: Sequence[Entity] = _JOURNALS) -> Changes:
        """What was made, changed or deleted since an instant, all kinds in one request. Raises
        ProbeFailed."""
        names = ",".join(kinds)
        reply = self._ask(lambda: self._books.change_data_capture(names, _text(since)))
        rows = {kind: list(_changed(reply, kind)) for kind in kinds}
        deleted, live = set(), []
        for kind, of_kind in rows.items():
            gone = [row for row in of_kind if row.get("status") == "Deleted"]
            deleted |= {str(row["Id"]) for row in gone}
            live += self._own(kind, [row for row in of_kind if row.get("status") != "Deleted"])
        # All kinds share what one reply may hold.
        is_whole = sum(map(len, rows.values())) < MAX_CHANGES
        return Changes(tuple(live), frozenset(deleted), is_whole)

    def _pages(self, kind: Entity, where: str) -> Iterator[Mapping[str, Any]]:
        for page in range(MAX_PAGES):
            statement = (
                f"SELECT * FROM {kind} WHERE {where} ORDERBY Id "  # noqa: S608 -- quoted
                f"STARTPOSITION {page * PAGE_ROWS + 1} MAXRESULTS {PAGE_ROWS}"
            )
            rows = self._ask(lambda text=statement: rows_of(self._books.query(text), kind))  # type: ignore[misc]
            yield from rows
            if len(rows) < PAGE_ROWS:
                return
        raise ProbeFailed(unknown(f"More than {MAX_PAGES * PAGE_ROWS} entries: {where}."))

    def _own(
        self, kind: Entity, rows: Sequence[Mapping[str, Any]] | Iterator[Mapping[str, Any]]
    ) -> list[FoundTransaction]:
        marked = (row for row in rows if read_marker(str(row.get("PrivateNote", ""))))
        return [self._found(kind, row) for row in marked]

    def _found(self, kind: Entity, row: Mapping[str, Any]) -> FoundTransaction:
        # Where a line cannot be read, a person has put a kind of line into it that daybook never
        # writes: without lines it differs.
        number, day, note = (str(row.get(name) or "") for name in _TEXTS)
        bare = (str(row.get("Id")), number, day)
        currency = self._home_currency
        try:
            if kind in _SALES:
                return sale_of(row, _SALES[kind], currency)
            if kind in _PURCHASES:
                return purchase_of(row, _PURCHASES[kind], currency)
            return content_of(row, currency)
        except ValueError:
            if kind in _SALES:
                return FoundSale(bare[0], _SALES[kind], number, day, "", note, ())
            if kind in _PURCHASES:
                return FoundPurchase(bare[0], _PURCHASES[kind], number, day, "", note, ())
            return FoundEntry(*bare, note, ())

    def _read(self, url: str) -> Mapping[str, Any] | None:
        try:
            return self._books.make_request("GET", url)
        except RefusedError as refusal:
            if _NOT_FOUND in refusal.outcome.codes:
                return None
            raise

    def _ask[T](self, question: Callable[[], T]) -> T:
        """One request, with a new token where this one is not taken. Raises ProbeFailed."""
        try:
            try:
                return self._counted(question)
            except UnauthorisedError:
                self._renew()
                return self._counted(question)
        except QboError as failure:
            raise ProbeFailed(failure.outcome) from failure
        except ValueError as error:
            raise ProbeFailed(unknown(str(error), self._books.intuit_tid)) from error

    def _counted[T](self, question: Callable[[], T]) -> T:
        self._reads += 1
        return self._reader.ask(question)


def _changed(reply: Any, kind: Entity) -> Iterator[Mapping[str, Any]]:
    """The rows of a kind that change data capture answered with. Raises ProbeFailed for none."""
    answers = reply.get("CDCResponse") if isinstance(reply, Mapping) else None
    if not isinstance(answers, list):
        raise ProbeFailed(unknown("The reply holds no CDCResponse."))
    for answer in answers:
        for page in answer.get("QueryResponse", []) if isinstance(answer, Mapping) else []:
            rows = page.get(kind, []) if isinstance(page, Mapping) else []
            yield from (row for row in rows if isinstance(row, Mapping) and "Id" in row)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
