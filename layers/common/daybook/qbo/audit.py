"""Reads a company's books for a proof: daybook's own journal entries, as they are there now.

Reads are metered (CorePlus), so all are counted; pages are as large as they may be.
https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/change-data-capture
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from daybook.domain.identity import read_marker
from daybook.domain.outcome import FoundEntry, ProbeFailed
from daybook.domain.proof import Changes
from daybook.qbo.company import Company, rows_of
from daybook.qbo.comparison import content_of
from daybook.qbo.exceptions import QboError, RefusedError, UnauthorisedError
from daybook.qbo.faults import unknown
from daybook.qbo.lists import MAX_CHANGES, Reader
from daybook.qbo.statements import PAGE_ROWS, quoted

KIND: Final = "JournalEntry"
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

    def entries_dated(self, first: str, last: str) -> list[FoundEntry]:
        """Daybook's entries of these dates (ISO, both included). Raises ProbeFailed."""
        where = f"TxnDate >= {quoted(first)} AND TxnDate <= {quoted(last)}"
        return self._own(self._pages(where))

    def touched_since(self, since: datetime) -> list[FoundEntry]:
        """Daybook's entries made or changed since an instant. Raises ProbeFailed."""
        return self._own(self._pages(f"MetaData.LastUpdatedTime >= {quoted(_text(since))}"))

    def entries_by_id(self, ids: Sequence[str]) -> list[FoundEntry]:
        """Those of the entries that are there, marked or not. Raises ProbeFailed."""
        found: list[FoundEntry] = []
        for start in range(0, len(ids), IDS_PER_QUERY):
            several = ", ".join(quoted(one) for one in ids[start : start + IDS_PER_QUERY])
            found += map(self._entry, self._pages(f"Id IN ({several})"))
        return found

    def entry(self, qbo_id: str) -> FoundEntry | None:
        """One entry, read by its id; None if there is none. Raises ProbeFailed."""
        if not (qbo_id.isascii() and qbo_id.isdigit()):
            return None
        url = f"{self._books.api_url}/company/{self._books.company_id}/journalentry/{qbo_id}"
        reply = self._ask(lambda: self._read(url))
        row = reply.get(KIND) if reply else None
        return self._entry(row) if isinstance(row, Mapping) else None

    def changed_since(self, since: datetime) -> Changes:
        """What was made, changed or deleted since an instant. Raises ProbeFailed."""
        reply = self._ask(lambda: self._books.change_data_capture(KIND, _text(since)))
        rows = list(_changed(reply))
        deleted = {str(row["Id"]) for row in rows if row.get("status") == "Deleted"}
        live = [row for row in rows if row.get("status") != "Deleted"]
        return Changes(tuple(self._own(live)), frozenset(deleted), len(rows) < MAX_CHANGES)

    def _pages(self, where: str) -> Iterator[Mapping[str, Any]]:
        for page in range(MAX_PAGES):
            statement = (
                f"SELECT * FROM {KIND} WHERE {where} ORDERBY Id "  # noqa: S608 -- quoted
                f"STARTPOSITION {page * PAGE_ROWS + 1} MAXRESULTS {PAGE_ROWS}"
            )
            rows = self._ask(lambda text=statement: rows_of(self._books.query(text), KIND))  # type: ignore[misc]
            yield from rows
            if len(rows) < PAGE_ROWS:
                return
        raise ProbeFailed(unknown(f"More than {MAX_PAGES * PAGE_ROWS} entries: {where}."))

    def _own(
        self, rows: Sequence[Mapping[str, Any]] | Iterator[Mapping[str, Any]]
    ) -> list[FoundEntry]:
        return [self._entry(row) for row in rows if read_marker(str(row.get("PrivateNote", "")))]

    def _entry(self, row: Mapping[str, Any]) -> FoundEntry:
        try:
            return content_of(row, self._home_currency)
        except ValueError:
            # A person has put a kind of line into it that daybook never writes: it differs.
            number, day, note = (str(row.get(name) or "") for name in _TEXTS)
            return FoundEntry(str(row.get("Id")), number, day, note, ())

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


def _changed(reply: Any) -> Iterator[Mapping[str, Any]]:
    """The rows of an answer of change data capture. Raises ProbeFailed for what is none."""
    answers = reply.get("CDCResponse") if isinstance(reply, Mapping) else None
    if not isinstance(answers, list):
        raise ProbeFailed(unknown("The reply holds no CDCResponse."))
    for answer in answers:
        for page in answer.get("QueryResponse", []) if isinstance(answer, Mapping) else []:
            rows = page.get(KIND, []) if isinstance(page, Mapping) else []
            yield from (row for row in rows if isinstance(row, Mapping) and "Id" in row)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
