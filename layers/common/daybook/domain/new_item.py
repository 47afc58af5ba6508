"""A service item that QuickBooks does not have yet: one for each account that documents sell into.

It is posted as a row of its own, once, like an entry, in a batch before the document.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal

from daybook.domain.chart import Chart
from daybook.domain.roles import AGENCY_SUBTYPES, PAYABLE, RECEIVABLE

# https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/item: 100
# characters, without colon, tab and new line; QuickBooks itself adds "(deleted)" to inactive ones.
MAX_NAME = 100 - len(" (deleted)")
# A backslash cannot be asked for by a query.
_NOT_IN_NAMES = re.compile(r'[:\\"\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+')


@dataclass(frozen=True, slots=True)
class NewItem:
    """What is created: a service that sells into an account."""

    entry_id: str
    name: str
    account: str

    def to_json(self) -> bytes:
        """The item as stored; equal ones give equal bytes."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False).encode()

    @staticmethod
    def from_json(data: bytes) -> "NewItem":
        """The item again from `to_json`."""
        return NewItem(**json.loads(data, parse_float=Decimal))


def item_name(account: str, chart: Chart | None) -> str:
    """What the item of an account is called: "Rental Income (52)", the account's name with its id.

    The id keeps two accounts of one name apart. The customer reads it on the invoice.
    """
    known = chart.accounts.get(account) if chart else None
    last = known.name.rpartition(":")[2] if known else ""
    readable = "".join(sign if sign.isprintable() else " " for sign in last)
    ending = f"({account})"
    named = _NOT_IN_NAMES.sub(" ", readable).strip()[: MAX_NAME - len(ending) - 1].strip()
    return f"{named or 'Account'} {ending}"


def item_refusal(account: str, chart: Chart | None) -> str | None:
    """Why no item can sell into an account, as a sentence; None where one can.

    QuickBooks refuses receivables and payables (6430), and what its sales tax centre keeps.
    """
    known = chart.accounts.get(account) if chart else None
    if known is None:
        return None
    named = f"account {account} ({known.name})"
    if known.type in (RECEIVABLE, PAYABLE):
        return f"{named} is {known.type}, which no item can sell into"
    if known.sub_type in AGENCY_SUBTYPES:
        return f"{named} belongs to the sales tax centre, and no item can sell into it"
    return None


class ItemsByName(Mapping[str, str]):
    """The items of a company that is not connected, for a preview: each under its name."""

    def __init__(self, chart: Chart | None = None) -> None:
        self._chart = chart

    def __getitem__(self, account: str) -> str:
        return item_name(account, self._chart)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
