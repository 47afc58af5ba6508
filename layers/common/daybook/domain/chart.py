"""The part of a company's books that daybook imports to check a mapping against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from daybook.domain.roles import NEVER_SUBTYPES, takes


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the company. type and sub_type are QBO's AccountType and AccountSubType."""

    id: str
    name: str
    type: str
    sub_type: str = ""
    number: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """The imported chart of accounts with the preferences that decide what may be posted.

    version: rises with each import. close_date: books are closed up to and including it.
    """

    realm: str
    version: int
    accounts: Mapping[str, Account] = field(default_factory=dict)
    home_currency: str = "USD"
    multicurrency: bool = False
    close_date: date | None = None
    company: str = ""

    def refusal(self, role: str, account_id: str) -> str | None:
        """Why a role cannot be mapped to this account, as a sentence; None where it can."""
        account = self.accounts.get(account_id)
        if account is None:
            return f"account {account_id} is not in the imported chart"
        if not account.active:
            return f"account {account_id} ({account.name}) is inactive"
        if account.sub_type in NEVER_SUBTYPES:
            return f"account {account_id} ({account.name}) is kept by QuickBooks itself"
        if not takes(role, account.type):
            return (
                f"account {account_id} ({account.name}) is {account.type}, which {role} cannot use"
            )
        return None
