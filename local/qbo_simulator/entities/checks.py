"""Checks that several kinds of object share. Each notes what is wrong and returns what is right."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from local.qbo_simulator.entities.kind import ENVELOPE, Draft
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Realm

CENT = Decimal("0.01")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# The words that Intuit uses for its tables in the detail of code 2500.
_TABLE_WORDS = {
    "Account": "Accounts",
    "Class": "Klasses",
    "Department": "Depts",
    "Customer": "Names",
    "Vendor": "Names",
    "Employee": "Names",
    "Item": "Items",
}


def check_properties(body: Json, known: frozenset[str], faults: Faults) -> None:
    """2010 for a property that the object does not have (a misspelling, most often)."""
    for name in body:
        if name not in known and name not in ENVELOPE:
            detail = (
                f'Property Name:Unrecognized field "{name}", not marked as ignorable\n'
                " specified is unsupported or invalid"
            )
            faults.add("2010", detail)


def text(body: Json, name: str, longest: int, faults: Faults) -> str | None:
    """A text of at most `longest` characters, else 2050."""
    value = body.get(name)
    if value is None:
        return None
    value = str(value)
    if len(value) > longest:
        detail = (
            "String length specified does not match the supported length. "
            f"Min:0 Max:{longest:,} supported. Supplied length:{len(value):,}"
        )
        faults.add("2050", detail, name)
    return value


def legal_characters(value: str | None, name: str, forbidden: str, faults: Faults) -> None:
    """2040 if `value` holds one of the `forbidden` characters."""
    found = sorted({character for character in value or "" if character in forbidden})
    if found:
        detail = f"Element contains invalid characters: {' '.join(map(repr, found))}"
        faults.add("2040", detail, name)


def money(value: Any, element: str, faults: Faults) -> Decimal | None:
    """An amount in cents from a JSON number or a numeric string; absent 2020, bad 2100.

    Intuit does not say what it does with a third decimal: here each amount is rounded half up.
    """
    if value is None:
        faults.add("2020", f"Required parameter {element} is missing in the request", element)
        return None
    amount = decimal(value, element, faults)
    return None if amount is None else amount.quantize(CENT, ROUND_HALF_UP)


def decimal(value: Any, element: str, faults: Faults) -> Decimal | None:
    """Any number below 10^15, from a JSON number or a numeric string; bad 2100, absent None."""
    if value is None:
        return None
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
            raise InvalidOperation
    except InvalidOperation:
        faults.add("2100", f"Invalid decimal. Supplied value:{value}", element)
        return None
    return number


def positive_money(value: Any, element: str, faults: Faults) -> Decimal | None:
    """As `money`, and 2290 when negative."""
    amount = money(value, element, faults)
    if amount is not None and amount < 0:
        faults.add("2290", None, element)
    return amount


def txn_date(draft: Draft, faults: Faults) -> str:
    """TxnDate as YYYY-MM-DD; absent it is the company's today, as at Intuit."""
    return day(draft.body, "TxnDate", faults) or draft.today.isoformat()


def day(body: Json, name: str, faults: Faults) -> str | None:
    """A date field as YYYY-MM-DD (a time behind it is dropped), else 2060."""
    value = body.get(name)
    if value is None:
        return None
    shown = str(value)[:10]
    try:
        if not _DATE.fullmatch(shown):
            raise ValueError(shown)
        return date.fromisoformat(shown).isoformat()
    except ValueError:
        faults.add("2060", f"Invalid date format. Supplied value:{value}", name)
        return None


def ref_value(ref: Any) -> str | None:
    """The Id inside `{"value": "7"}`; a reference without one counts as absent."""
    value = ref.get("value") if isinstance(ref, dict) else ref
    return None if value is None or value == "" else str(value)


def required_ref(body: Json, name: str, kind: str, realm: Realm, faults: Faults) -> Json | None:
    """A reference that must be there (2020), exist (2500) and be active (610)."""
    if ref_value(body.get(name)) is None:
        faults.add("2020", f"Required parameter {name} is missing in the request", name)
        return None
    return optional_ref(body, name, kind, realm, faults)


def optional_ref(body: Json, name: str, kind: str, realm: Realm, faults: Faults) -> Json | None:
    """A reference to `kind` as `{"value", "name"}`; unknown 2500, inactive 610."""
    identity = ref_value(body.get(name))
    if identity is None:
        return None
    row = realm.find(kind, identity)
    if not may_be_used(row, kind, identity, faults):
        return None
    return as_ref(row or {})


def may_be_used(row: Json | None, kind: str, identity: str, faults: Faults) -> bool:
    """Notes 2500 for a row that is not there and 610 for one that is inactive."""
    if row is None:
        word = _TABLE_WORDS.get(kind, kind)
        faults.add("2500", f"Invalid Reference Id : {word} element id {identity} not found")
        return False
    if row.get("Active") is False:
        faults.add("610")
        return False
    return True


def as_ref(row: Json) -> Json:
    """`{"value", "name"}` of a list object, by the name that QBO shows."""
    name = row.get("FullyQualifiedName") or row.get("DisplayName") or row.get("Name", "")
    return {"value": row["Id"], "name": name}


def home_currency(draft: Draft, faults: Faults) -> Json:
    """The company's currency; any other is refused while multicurrency is off."""
    prefs = draft.realm.singletons["Preferences"]["CurrencyPrefs"]
    home = str(prefs["HomeCurrency"]["value"])
    wanted = ref_value(draft.body.get("CurrencyRef")) or home
    if wanted != home and not prefs["MultiCurrencyEnabled"]:
        faults.add(
            "6000",
            "Business Validation Error: Multi Currency should be enabled to perform this operation",
        )
    names = {"USD": "United States Dollar"}
    return {"value": wanted, "name": names.get(wanted, wanted)}


def books_open(realm: Realm, on: str, faults: Faults) -> None:
    """6210 when `on` (YYYY-MM-DD) is on or before the company's closing date."""
    closed = realm.singletons["Preferences"]["AccountingInfoPrefs"].get("BookCloseDate")
    if closed is not None and on <= str(closed)[:10]:
        faults.add("6210")


def present_fields(fields: Json) -> Json:
    """Without the members whose value is None."""
    return {name: value for name, value in fields.items() if value is not None}
