"""Point of Rental's ledger rows: from an export, or from one invoice or payment, to families.

export_of(body)            -> Export: whose rows, of which day, in which detail
rows_of(wilds, export)     -> each row read: account, signed amount, family, class, store
families(rows, export)     -> the fields of one event for each store, day and family
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context as Arithmetic
from decimal import Decimal
from typing import Any

from daybook.sources.point_of_rental_vocabulary import (
    NoClass,
    family_word,
    resolve_account,
    store_of_class,
)
from daybook.sources.wild import Wild

type Fields = dict[str, Any]

_EXACT = Arithmetic(prec=120)
_ZERO = Decimal(0)
MAX_STORE_NUMBER = 60

# The kind of export, and how long its period is.
PERIODS: Mapping[str, str] = {"day_export": "day", "month_export": "month", "card_deposit": "day"}
# In these details of the general ledger each invoice and each payment was sent as it was made:
# what an export repeats of them has its owner already.
# https://por.my.site.com/uLearn/s/article/Elite-Accounting-Integrations
DETAILS: Mapping[str, frozenset[str]] = {
    "batch": frozenset(),
    "real_time": frozenset({"invoice", "payment"}),
    "transaction": frozenset({"invoice", "payment"}),
}


@dataclass(frozen=True, slots=True)
class Export:
    """What stands above the rows. stores: class by store number; version: RFC 3339, "1" for a bare
    file. repeated: the families that were sent one by one before."""

    stores: Mapping[str, str]
    period: str = "day"
    day: date | None = None
    version: str = "1"
    exported_at: datetime | None = None
    repeated: frozenset[str] = frozenset()
    file: str = ""
    own_family: str = ""

    @property
    def only_store(self) -> str:
        """The store of rows that name none; "" where several are meant."""
        return next(iter(self.stores)) if len(self.stores) == 1 else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A ledger row as read; amount above zero debits."""

    store: str
    day: date
    family: str
    fields: Fields


def export_of(body: Wild, kind: str) -> Export:
    """The head of an export. Raises Unreadable."""
    body.instant("exported_at")
    detail = body.text("detail", "batch")
    if detail not in DETAILS:
        raise body.unreadable("detail", f"{detail[:60]!r} is none of {', '.join(DETAILS)}")
    return Export(
        stores=stores_of(body),
        period=PERIODS[kind],
        day=body.date("date") if body.has("date") or kind == "month_export" else None,
        version=body.text("exported_at"),
        exported_at=body.instant("exported_at"),
        repeated=DETAILS[detail],
        file=body.id_text("file", ""),
        own_family="card_deposit" if kind == "card_deposit" else "",
    )


def stores_of(body: Wild) -> Mapping[str, str]:
    """The class of each store, by its number. Raises Unreadable."""
    named = body.items("stores") if body.has("stores") else []
    if body.has("store"):
        named.append(body.get("store"))
    return {store_number(store, "number"): store.id_text("class", "") for store in named}


def store_number(record: Wild, field: str, default: str | None = None) -> str:
    """The number of a store, a part of the ids of what happened there. Raises Unreadable."""
    number = record.id_text(field, default)
    if len(number) > MAX_STORE_NUMBER:
        raise record.unreadable(field, f"is longer than {MAX_STORE_NUMBER} characters")
    return number


def rows_of(wilds: Iterable[Wild], export: Export) -> list[Row]:
    """The rows, each with its store, day and family. Raises Unreadable."""
    return [_row(wild, export) for wild in wilds]


def _row(row: Wild, export: Export) -> Row:
    store, label = _place(row, export)
    family = _family(row, export)
    day = row.date("date") if row.has("date") else export.day
    if day is None:
        raise row.unreadable("date", "is missing, and the export names no date")
    if export.day is not None and day != export.day and export.period == "day":
        raise row.unreadable("date", f"is {day}, but the export is of {export.day}")
    fields = ledger_row(row, store, label) | {"family": family}
    return Row(store, export.day or day, family, fields)


def ledger_row(row: Wild, store: str, label: str) -> Fields:
    """A row's account, amount, class, customer and memo. Raises Unreadable."""
    account = row.id_text("account")
    try:
        key = resolve_account(account, store, label)
    except NoClass as problem:
        raise row.unreadable("account", str(problem)) from None
    fields: Fields = {"key": key, "amount": _amount(row), "class": label}
    fields["memo"] = row.text("memo", "")[:1000]
    return fields | party(row)


def party(record: Wild) -> Fields:
    """The customer of a row or a document, if it names one. Raises Unreadable."""
    if not record.has("customer"):
        return {}
    customer = record.get("customer")
    fields: Fields = {"id": customer.id_text("id"), "display_name": customer.text("name", "")}
    if customer.has("email"):
        fields["email"] = customer.text("email")
    return {"customer": fields}


def _amount(row: Wild) -> Decimal:
    if row.has("amount"):
        if row.has("debit") or row.has("credit"):
            raise row.unreadable("amount", "stands beside debit or credit; send one or the other")
        return row.amount("amount")
    if not row.has("debit") and not row.has("credit"):
        raise row.unreadable("amount", "is missing, and so are debit and credit")
    return _EXACT.subtract(row.amount("debit", _ZERO), row.amount("credit", _ZERO))


def _place(row: Wild, export: Export) -> tuple[str, str]:
    """The row's store and class. A row may name both; else they are the export's."""
    label = row.id_text("class", "")
    store = store_number(row, "store", "") or export.only_store or store_of_class(label)
    if not store:
        raise row.unreadable("store", "is missing, and the export names none or several")
    if export.stores and store not in export.stores:
        raise row.unreadable("store", f"{store!r} is not among the export's stores")
    return store, label or export.stores.get(store, "")


def _family(row: Wild, export: Export) -> str:
    word = row.text("family", "")
    family = family_word(word) if word else (export.own_family or "other")
    if not family:
        raise row.unreadable("family", f"{word[:60]!r} is no family known here")
    if export.own_family and family != export.own_family:
        raise row.unreadable("family", f"is {family} in a delivery of {export.own_family}")
    return family


type Group = tuple[str, date, str]


def grouped(rows: Sequence[Row], export: Export) -> Mapping[Group, list[Row]]:
    """The rows by store, day and family, in the order of their first ones.

    The two sides of a transfer stand in two stores and balance only together: all transfers of an
    export are one group, at the export's store, else at that of the first such row.
    """
    moved = [row.store for row in rows if row.family == "transfer"]
    sender = export.only_store or next(iter(moved), "")
    groups: dict[Group, list[Row]] = {}
    for row in rows:
        store = sender if row.family == "transfer" else row.store
        groups.setdefault((store, row.day, row.family), []).append(row)
    return groups


def group_name(group: Group, export: Export) -> tuple[str, str]:
    """Object type and id of a group: store, day or month, and family."""
    store, day, family = group
    period = f"{day:%Y-%m}" if export.period == "month" else day.isoformat()
    return f"gl_{export.period}", f"{store}-{period}-{family}"


def group_event(group: Group, rows: Sequence[Row], export: Export, currency: str) -> Fields:
    """The fields of a group's event."""
    store, day, family = group
    object_type, object_id = group_name(group, export)
    suffix = f"{day:%y%m}" if export.period == "month" else f"{day:%y%m%d}"
    return {
        "object_type": object_type,
        "object_id": object_id,
        "object_version": export.version,
        "occurred_at": export.exported_at,
        "business_date": day,
        "location": store,
        "currency": currency,
        "reference": export.file or f"PR{suffix}",
        "body": {
            "kind": "gl_batch",
            "mode": export.period,
            "label": family,
            "entries": [row.fields for row in rows],
        },
    }
