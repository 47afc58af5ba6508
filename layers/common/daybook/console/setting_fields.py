"""The settings of a mapping as fields of a form, each explained; what was sent, as a mapping file
has it. Lists are tables with some empty rows to add to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from daybook.console.web import Call
from daybook.domain.export_kinds import SORTS
from daybook.domain.mapping import KINDS, Settings

type Shape = Literal["choice", "yes_no", "text", "number", "date", "kinds", "table"]

_EMPTY_ROWS: Final = 2
MAX_TABLE_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Field:
    """One setting. options: (value, words) of a choice. columns: of a table: (name, heading,
    options or None); key: whether it is a mapping of its first column to the second."""

    name: str
    title: str
    help: str
    shape: Shape
    options: Sequence[tuple[str, str]] = ()
    columns: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = ()


_MODES: Final = (
    ("per_event", "an entry for each event"),
    ("day_summary", "one entry for each day"),
    ("document", "invoices, credit memos and bills"),
)
_KINDS: Final = tuple((kind, kind.replace("_", " ")) for kind in KINDS)
_EXPORTS: Final = tuple(
    (word, word.replace("_", " ").replace(".", ": "))
    for kind in KINDS
    for word in (kind, *(f"{kind}.{sort}" for sort in SORTS.get(kind, ())))
)
_SIDES: Final = (("debit", "debit"), ("credit", "credit"))
GROUPS: Final[Sequence[tuple[str, Sequence[Field]]]] = (
    (
        "How events are posted",
        (
            Field("mode", "Mode", "What QuickBooks gets from an event.", "choice", _MODES),
            Field(
                "modes_by_location",
                "Another mode for a location",
                "From that business date on. The date has to be later than any that came so far.",
                "table",
                columns=(("location", "Location", ()), ("from", "From", ()),
                         ("mode", "Mode", _MODES)),
            ),
            Field("day_form", "A day's summary is", "The form of one entry for each day.",
                  "choice", (("journal", "a journal entry"), ("sales_receipt", "a sales receipt"))),
            Field("grace_minutes", "Minutes after the close",
                  "How long after its closing hour a day is still open.", "number"),
            Field("max_lines", "Lines of a day's entry",
                  "Above it the day is split into several, each of whole events.", "number"),
            Field("exports", "Kinds that are posted",
                  "The others are recorded only. A kind takes all its sorts. With none ticked, "
                  "all are posted.", "kinds", _EXPORTS),
            Field(
                "do_not_post",
                "Recorded, never posted",
                "A kind of event, or only one reason of it, such as Opening stock.",
                "table",
                columns=(("kind", "Kind", _KINDS), ("reason", "Reason", ())),
            ),
        ),
    ),
    (
        "Dates and corrections",
        (
            Field("currency", "Currency",
                  "Of the books, where the company's lists were not imported yet.", "text"),
            Field("start_date", "Start date",
                  "Events of an older business date are recorded and not posted.", "date"),
            Field("closed_books", "When the books are closed",
                  "What happens to an event of a day that QuickBooks has closed.", "choice",
                  (("hold", "it waits"), ("next_open_day", "it goes on the next open day"))),
            Field("newer_version", "When a posted object changes",
                  "Take the old entry back and post the new one, or ask a person.", "choice",
                  (("replace", "replace it"), ("hold", "hold it for a person"))),
            Field("second_send", "When a day's report is sent twice", "", "choice",
                  (("refuse", "refuse the second"), ("replace", "replace the first"))),
        ),
    ),
    (
        "Customers, classes and rows of reports",
        (
            Field("create_customers", "Create customers",
                  "A customer on account that QuickBooks does not have is created there.",
                  "yes_no"),
            Field("create_classes", "Create classes",
                  "A class that QuickBooks does not have is created there.", "yes_no"),
            Field(
                "classes",
                "Classes by label",
                "For rows that state a class by a label, such as Store 1:Burbank.",
                "table",
                columns=(("key", "Label", ()), ("value", "Class", ())),
            ),
            Field(
                "rows",
                "Sides of a report's rows",
                "On which side a positive printed amount stands; no side is guessed.",
                "table",
                columns=(("key", "Label", ()), ("value", "Side", _SIDES)),
            ),
        ),
    ),
    (
        "Documents, stock and purchases",
        (
            Field("cogs_owner", "Cost of goods sold comes from",
                  "Only one of them may post it. With none named it is the sale; of events in "
                  "daybook's own format, whatever states a cost.", "choice",
                  (("", "none named"), ("sale", "the sale"), ("shipment", "the shipment"),
                   ("batch", "the batch"))),
            Field("document_tax", "Tax on documents", "", "choice",
                  (("line", "a line of its own"), ("code", "QuickBooks' tax codes"))),
            Field(
                "tax_codes",
                "Tax codes by rule",
                "For tax by QuickBooks' tax codes.",
                "table",
                columns=(("key", "Tax rule", ()), ("value", "Tax code", ())),
            ),
            Field("purchase_orders", "A purchase order becomes", "", "choice",
                  (("bill", "a bill"), ("purchase_order", "a purchase order"))),
            Field("purchases_to", "A bill's items debit", "", "choice",
                  (("inventory_on_hand", "inventory on hand"),
                   ("purchases_received", "purchases received"))),
        ),
    ),
)  # fmt: skip
FIELDS: Final = {one.name: one for _, fields in GROUPS for one in fields}


def shown(settings: Settings) -> dict[str, Any]:
    """The values of all fields: text, a set of kinds, or rows of a table."""
    values = settings.model_dump(mode="json", by_alias=True)
    return {name: _shown(field, values[name]) for name, field in FIELDS.items()}


def _shown(field: Field, value: Any) -> Any:
    match field.shape:
        case "yes_no":
            return "yes" if value else "no"
        case "kinds":
            return list(value or ())
        case "table":
            return [*_rows(field, value), *_empty_rows(field)]
        case _:
            return "" if value is None else str(value)


def _empty_rows(field: Field) -> list[list[str]]:
    return [[""] * len(field.columns) for _ in range(_EMPTY_ROWS)]


def _rows(field: Field, value: Any) -> list[list[str]]:
    match field.name:
        case "modes_by_location":
            return [[place, one["from"], one["mode"]] for place in value for one in value[place]]
        case "do_not_post":
            return [[one["kind"], one["reason"]] for one in value]
        case "rows":
            return [[label, one["side"]] for label, one in value.items()]
        case _:
            return [[label, one] for label, one in value.items()]


def typed(call: Call) -> dict[str, Any]:
    """What the form brought, in the shape of `shown`."""
    return {name: _typed(call, field) for name, field in FIELDS.items()}


def _typed(call: Call, field: Field) -> Any:
    if field.shape == "kinds":
        return [one for one in call.form.get(field.name, ()) if one]
    if field.shape != "table":
        return call.one(field.name)
    columns = [call.form.get(f"{field.name}.{name}", ()) for name, _, _ in field.columns]
    count = min(map(len, columns), default=0)
    rows = [[column[place].strip() for column in columns] for place in range(count)]
    return [row for row in rows[:MAX_TABLE_ROWS] if row[0]] + _empty_rows(field)


def file_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the settings of a mapping file."""
    found: dict[str, Any] = {}
    for name, field in FIELDS.items():
        value = values[name]
        match field.shape:
            case "table":
                found[name] = _as_file(name, [row for row in value if row[0]])
            case "yes_no":
                found[name] = value == "yes"
            case "kinds":
                found[name] = value or None
            case _:
                if value != "":
                    found[name] = value
    return found


def _as_file(name: str, rows: Sequence[Sequence[str]]) -> Any:
    match name:
        case "modes_by_location":
            places: dict[str, list[dict[str, str]]] = {}
            for place, from_, mode in rows:
                places.setdefault(place, []).append({"from": from_, "mode": mode})
            return places
        case "do_not_post":
            return [{"kind": kind, "reason": reason} for kind, reason in rows]
        case "rows":
            return {label: {"side": side} for label, side in rows}
        case _:
            return {row[0]: row[1] for row in rows}
