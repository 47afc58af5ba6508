"""What must be so of a company before any document is posted to it."""

from daybook.domain.books import Books
from daybook.domain.errors import Held
from daybook.domain.event import FinancialEvent


def check_company(event: FinancialEvent, books: Books) -> None:
    """Raises Held for a company of another country than the United States, and for a currency
    that its books cannot hold."""
    chart = books.chart
    if chart and chart.imported_at and "TAX" not in chart.tax_codes:
        raise Held(
            "setting_needed",
            "Documents are posted to companies of the United States; this company keeps another "
            "country's tax. Post journal entries.",
        )
    allowed = chart is not None and chart.multicurrency and event.exchange_rate != 1
    if event.currency != books.home_currency and not allowed:
        raise Held(
            "currency",
            f"The document is in {event.currency}, the company's books are in "
            f"{books.home_currency}. Another currency needs multicurrency in the company and an "
            "exchange rate.",
        )
