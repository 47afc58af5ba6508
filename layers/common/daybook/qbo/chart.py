"""Imports a company's chart of accounts with the preferences that decide what may be posted."""

from quickbooks.objects.account import Account as QuickBooksAccount

from daybook.domain.chart import Account, Chart
from daybook.qbo.company import PAGE_ROWS, Company, readable
from daybook.qbo.exceptions import UncertainError
from daybook.qbo.faults import unknown

# 20,000 accounts: companies have hundreds.
MAX_PAGES = 20


def import_chart(company: Company, realm: str, version: int) -> Chart:
    """All accounts, inactive ones included, the home currency and the closing date.

    Raises QboError; UncertainError where the accounts do not end within 20 pages.
    """
    settings = company.settings()
    return Chart(
        realm=realm,
        version=version,
        accounts=_accounts(company),
        home_currency=settings.home_currency,
        multicurrency=settings.multicurrency,
        close_date=settings.close_date,
        company=company.company_name(),
    )


def _accounts(company: Company) -> dict[str, Account]:
    accounts: dict[str, Account] = {}
    for page in range(MAX_PAGES):
        with readable("Account"):
            # Queries hide inactive rows unless both are asked for.
            rows = QuickBooksAccount.where(
                "Active IN (true, false)",
                order_by="Id",
                start_position=page * PAGE_ROWS + 1,
                max_results=PAGE_ROWS,
                qb=company.books,
            )
            accounts |= {str(row.Id): _account_of(row) for row in rows}
        if len(rows) < PAGE_ROWS:
            return accounts
    raise UncertainError(unknown(f"The company has more than {len(accounts)} accounts."))


def _account_of(row: QuickBooksAccount) -> Account:
    return Account(
        id=str(row.Id),
        name=str(row.FullyQualifiedName or row.Name),
        type=str(row.AccountType or ""),
        sub_type=str(row.AccountSubType or ""),
        number=str(row.AcctNum or ""),
        active=bool(row.Active),
    )
