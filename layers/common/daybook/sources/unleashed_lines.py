"""What the lines and the heads of Unleashed's documents have in common: products, warehouses, days,
parties."""

from datetime import UTC, date, datetime
from decimal import Decimal

from daybook.domain.business_date import business_date
from daybook.sources.contract import Context, Location
from daybook.sources.unleashed_amounts import ZERO, Fields, times
from daybook.sources.unleashed_envelope import instant
from daybook.sources.wild import Wild

# Where a document or a party has no warehouse; no warehouse's code is in lower case by itself.
NO_WAREHOUSE = "company"
# The unit cost of goods, in base currency: https://apidocs.unleashedsoftware.com/SalesOrders
LANDED = "AverageLandedPriceAtTimeOfSale"


def first(record: Wild, *names: str) -> str:
    """The first of these fields that is there, or the first of them."""
    return next((name for name in names if record.has(name)), names[0])


def lines_of(body: Wild, *names: str) -> list[Wild]:
    """The lines under the first of these names that is there. Raises Unreadable."""
    return body.items(first(body, *names))


def location_of(body: Wild, *names: str) -> str:
    """The warehouse's code, under the first of these names that is there."""
    name = first(body, *(names or ("Warehouse",)))
    return body.get(name).id_text("WarehouseCode") if body.has(name) else NO_WAREHOUSE


def group_of(line: Wild) -> str:
    """The name of the product's group: the key of a line; "" where the product has none."""
    if not line.has("Product"):
        return ""
    product = line.get("Product")
    return product.get("ProductGroup").id_text("GroupName") if product.has("ProductGroup") else ""


def description_of(line: Wild) -> str:
    """The product's name, or what the line says."""
    product = line.get("Product") if line.has("Product") else line
    return product.text("ProductDescription", "") or line.text("Comments", "")


def landed_cost(line: Wild, quantity: Decimal) -> Decimal:
    """Quantity by the unit cost; what never diminishes is no stock. Raises Unreadable without a
    cost."""
    if line.get("Product").boolean("NeverDiminishing", False):
        return ZERO
    return times(quantity, line.amount(LANDED))


def when(body: Wild, location: str, context: Context, *names: str) -> tuple[Fields, date]:
    """The instant and the business date that the first of these fields states.

    A date is midnight in UTC, whatever the zone of the warehouse; any other time is an instant.
    """
    at = instant(body, first(body, *names))
    place = context.locations.get(location, Location(location))
    if (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0):
        return {"occurred_at": at, "business_date": at.date()}, at.date()
    return {"occurred_at": at}, _day(at, place)


def due_date(body: Wild, name: str) -> Fields:
    """`due_date`, where the document states one."""
    return {"due_date": instant(body, name).date()} if body.has(name) else {}


def party(body: Wild, name: str, prefix: str) -> Fields:
    """`{"id", "display_name"}` of the customer or supplier in a field. prefix: `Customer`..."""
    found = body.get(name)
    shown = found.text(f"{prefix}Name", "") or found.text(f"{prefix}Code", "")
    return {"id": found.id_text("Guid").lower(), "display_name": shown}


def _day(at: datetime, place: Location) -> date:
    try:
        return business_date(at, place.time_zone, place.day_close)
    except OverflowError:
        return at.astimezone(UTC).date()  # The end of the calendar, which the event refuses.
