"""Decisions and short texts for the tests of sales documents."""

from dataclasses import replace
from typing import Any

from daybook.domain.books import Decision
from daybook.domain.chart import Account, Chart
from daybook.domain.directory import Listed
from daybook.domain.document import SalesDocument
from daybook.domain.errors import Held, Problem
from daybook.domain.event import FinancialEvent
from daybook.domain.mapping import Mapping
from daybook.domain.money import to_text
from daybook.domain.new_item import ItemsByName
from daybook.domain.sales_documents import sales_document
from tests.unit.domain.builders import ADA, PARTIES, books, chart, mapping, sale


class EveryItem(ItemsByName):
    """Each account's item is there: `item of 50`."""

    def __getitem__(self, account: str) -> str:
        return f"item of {account}"


KNOWN = Decision(parties=PARTIES.parties, items=EveryItem())


def document_of(
    found: FinancialEvent,
    rules: Mapping | None = None,
    known: Chart | None = None,
    decision: Decision = KNOWN,
) -> SalesDocument:
    """The document of an event. Fails where there is none."""
    document = sales_document(found, books(rules, known), decision)
    assert document is not None
    return document


def lines_of(document: SalesDocument) -> list[str]:
    """The lines as short text, such as "sales[Hats] 100.00"."""
    return [
        f"{line.role}{f'[{line.key}]' if line.key else ''} "
        f"{to_text(line.amount, document.currency)}"
        for line in document.lines
    ]


def held_for(
    found: FinancialEvent,
    rules: Mapping | None = None,
    known: Chart | None = None,
    decision: Decision = KNOWN,
) -> Problem:
    """Why an event makes no document. Fails where it makes one."""
    try:
        document = sales_document(found, books(rules, known), decision)
    except Held as held:
        return held.problem
    raise AssertionError(f"not held: {document}")


STATE = {"rule": "State", "computed": "8.25"}


def invoice(*lines: dict[str, Any], **parts: Any) -> FinancialEvent:
    """A sales invoice to Ada, on account."""
    return sale(document="sales_invoice", customer=ADA, lines=list(lines), **parts)


def by_code(**codes: str) -> Mapping:
    """Tax by these codes of QuickBooks."""
    return mapping(settings={"document_tax": "code", "tax_codes": codes})


def american(**accounts: Account) -> Chart:
    """An imported chart of a company of the United States."""
    codes = {code: Listed(code, code) for code in ("TAX", "NON", "2")}
    return replace(chart(**accounts), tax_codes=codes, imported_at="2026-11-01T00:00:00Z")
