"""The part of a company's books that daybook imports to check a mapping against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from daybook.domain.directory import Listed
from daybook.domain.roles import NEVER_SUBTYPES, takes


class Account(NamedTuple):
    """An account of the company. type and sub_type are QBO's AccountType and AccountSubType.

    name: the full one, "Sales:Clothing" for an account below another.
    """

    id: str
    name: str
    type: str
    sub_type: str = ""
    number: str = ""
    active: bool = True


class TaxRate(NamedTuple):
    """A rate of tax. percent: as QuickBooks states it, "8.25"; "" where it states none."""

    id: str
    name: str
    percent: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """The imported chart of accounts with the preferences that decide what may be posted.

    version: rises with each import. close_date: books are closed up to and including it.
    fiscal_month: the first month of the fiscal year, 1 to 12.
    classes, departments: by id, under their full names ("Store 1:Burbank"). class_tracking: lines
    take a class; departments_on: QuickBooks tracks what it shows as locations.
    imported_at: RFC 3339; "" for a chart of accounts alone, which tells nothing of the rest.
    """

    realm: str
    version: int
    accounts: Mapping[str, Account] = field(default_factory=dict)
    home_currency: str = "USD"
    multicurrency: bool = False
    close_date: date | None = None
    company: str = ""
    classes: Mapping[str, Listed] = field(default_factory=dict)
    departments: Mapping[str, Listed] = field(default_factory=dict)
    tax_codes: Mapping[str, Listed] = field(default_factory=dict)
    tax_rates: Mapping[str, TaxRate] = field(default_factory=dict)
    class_tracking: bool = False
    departments_on: bool = False
    imported_at: str = ""
    fiscal_month: int = 1

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

    def class_refusal(self, class_id: str) -> str | None:
        """Why lines cannot carry this class, as a sentence; None where they can."""
        return self._refusal("class", class_id, self.classes)

    def department_refusal(self, department_id: str) -> str | None:
        """Why lines cannot carry this department, as a sentence; None where they can."""
        return self._refusal("department", department_id, self.departments)

    def _refusal(self, what: str, wanted: str, known: Mapping[str, Listed]) -> str | None:
        if not self.imported_at:
            return None
        found = known.get(wanted)
        if found is None:
            return f"{what} {wanted} is not in the imported chart"
        return None if found.active else f"{what} {wanted} ({found.name}) is inactive"
