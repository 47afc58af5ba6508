"""Whether each property of a body is an object, a list or a plain value, as Intuit's schema says.

What is not of its kind is refused with 2010 before anything reads it. Properties that the
simulator does not read may be anything.
"""

from typing import Any

from local.qbo_simulator.entities.kind import words
from local.qbo_simulator.errors import Faults

_DEEPEST = 20
_OBJECTS = words(
    "JournalEntryLineDetail SalesItemLineDetail DiscountLineDetail SubTotalLineDetail "
    "AccountBasedExpenseLineDetail ItemBasedExpenseLineDetail "
    "DescriptionLineDetail Entity TxnTaxDetail PrimaryEmailAddr PrimaryPhone AlternatePhone "
    "Mobile Fax MetaData"
)
_LISTS = words("Line NameValue")
_PLAIN = words(
    "Id SyncToken sparse Active value Address FreeFormNumber DocNumber PrivateNote TxnDate DueDate "
    "Description Amount DetailType PostingType Adjustment Name AccountType AccountSubType AcctNum "
    "Title GivenName MiddleName FamilyName Suffix DisplayName PrintOnCheckName Type UnitPrice Qty "
    "ServiceDate TotalTax DiscountPercent PercentBased QtyOnHand InvStartDate PurchaseCost "
    "POStatus BillableStatus HiredDate"
)


def check_structure(body: Any, faults: Faults, depth: int = 0) -> None:
    """Notes 2010 for each property that is not what its name says."""
    if depth > _DEEPEST:
        faults.add("2010", "Property Name:the body is nested too deeply")
    elif isinstance(body, list):
        for member in body:
            check_structure(member, faults, depth + 1)
    elif isinstance(body, dict):
        for name, value in body.items():
            if value is not None and value != "" and not _fits(name, value):
                faults.add("2010", f"Property Name:Can not deserialize {name}", name)
            else:
                check_structure(value, faults, depth + 1)


def _fits(name: str, value: Any) -> bool:
    if name in _OBJECTS or name.endswith("Ref"):
        return isinstance(value, dict)
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(member, dict) for member in value)
    return name not in _PLAIN or not isinstance(value, dict | list)
