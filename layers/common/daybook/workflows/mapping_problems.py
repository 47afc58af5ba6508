"""What is wrong with a mapping by the company's chart, and what is only unwise: sentences.

Every problem is named at once. A problem keeps a mapping from being activated; a warning does not.
"""

from collections.abc import Iterator

from daybook.domain.chart import Chart
from daybook.domain.cogs import cogs_owner
from daybook.domain.directory import Directory
from daybook.domain.mapping import AccountRow, Mapping
from daybook.domain.new_item import item_refusal
from daybook.domain.roles import AGENCY_SUBTYPES

_STOCK_ACCOUNTS = frozenset({"inventory_on_hand", "in_transit_inventory"})
_TAX_ROLES = frozenset({"tax_liability", "tax_override", "tax_recoverable"})
# What lines of documents stand on, tax as lines apart.
_ON_DOCUMENTS = frozenset(
    {
        "sales",
        "returns",
        "markdowns",
        "shipping_income",
        "service_charge_income",
        "tips_payable",
        "gift_card_liability",
        "gift_card_adjustment_offset",
        "cash_rounding",
        "refund_difference",
        "rounding",
        "payment_type",
    }
)


def problems_of(
    mapping: Mapping, chart: Chart | None, directory: Directory | None = None
) -> tuple[str, ...]:
    """Everything in a mapping that keeps it from being activated."""
    if chart is None:
        return ("the company's chart was not imported yet: run `daybook chart refresh`",)
    found: list[str] = []
    for row in mapping.accounts:
        refusal = chart.refusal(row.role, row.account) if row.account else None
        if refusal:
            found.append(f"{row_words(row)}: {refusal}")
    found += _classes(mapping, chart)
    return (*found, *(_parties(mapping, directory) if directory else ()))


def row_words(row: AccountRow) -> str:
    """`role sales, key '7' at location 100006`."""
    at = f" at location {row.location}" if row.location else ""
    return f"role {row.role}, key {row.key!r}{at}"


def _classes(mapping: Mapping, chart: Chart) -> Iterator[str]:
    """Classes, departments and tax codes that the company does not have, wherever they stand."""
    places = [
        *((row_words(row), row.class_, row.department) for row in mapping.accounts),
        *(
            (f"location {name}", row.class_, row.department)
            for name, row in mapping.locations.items()
        ),
    ]
    for where, class_id, department in places:
        refusals = (
            chart.class_refusal(class_id) if class_id else None,
            chart.department_refusal(department) if department else None,
        )
        yield from (f"{where}: {refusal}" for refusal in refusals if refusal)
    for label, labelled in mapping.settings.classes.items():
        refusal = chart.class_refusal(labelled)
        if refusal:
            yield f"settings.classes, label {label!r}: {refusal}"
    for rule, code in mapping.settings.tax_codes.items():
        known = chart.tax_codes.get(code)
        if chart.imported_at and (known is None or not known.active):
            what = f"({known.name}) is inactive" if known else "is not in the imported chart"
            yield f"settings.tax_codes, rule {rule!r}: tax code {code} {what}"


def _parties(mapping: Mapping, directory: Directory) -> Iterator[str]:
    for row in mapping.accounts:
        for word, party, known in (
            ("customer", row.customer, directory.customers),
            ("vendor", row.vendor, directory.vendors),
        ):
            listed = known.get(party) if party else None
            if party and listed is None:
                yield f"{row_words(row)}: {word} {party} is not in the imported list"
            elif listed and not listed.active:
                yield f"{row_words(row)}: {word} {party} ({listed.name}) is inactive"


def warnings_of(
    mapping: Mapping, chart: Chart | None, directory: Directory | None = None, source: str = ""
) -> tuple[str, ...]:
    """What may be activated and is likely to be regretted. source: the connection's; "" looks at
    nothing that depends on it."""
    return (
        *_unwise_accounts(mapping, chart),
        *_not_sold_into(mapping, chart),
        *(_kept_by_items(mapping, directory) if directory else ()),
        *_unknown_places(mapping),
        *_half_none(mapping),
        *_cost_of_nobody(mapping, source),
    )


def _unwise_accounts(mapping: Mapping, chart: Chart | None) -> Iterator[str]:
    for row in mapping.accounts:
        account = chart.accounts.get(row.account) if chart and row.account else None
        if account is None:
            continue
        said = f"{row_words(row)}: account {account.id} ({account.name})"
        if row.role == "payment_type" and account.sub_type == "UndepositedFunds":
            yield f"{said} is Undeposited Funds: each event adds a line to its deposit screen"
        if row.role in _TAX_ROLES and account.sub_type in AGENCY_SUBTYPES:
            yield f"{said} belongs to the sales tax centre, whose returns do not count journals"


def _not_sold_into(mapping: Mapping, chart: Chart | None) -> Iterator[str]:
    """What a document would need an item for that QuickBooks would not take."""
    changes = mapping.settings.modes_by_location.values()
    modes = {mapping.settings.mode, *(one.mode for rows in changes for one in rows)}
    if "document" not in modes:
        return
    roles = _ON_DOCUMENTS | (_TAX_ROLES if mapping.settings.document_tax == "line" else set())
    for row in mapping.accounts:
        refusal = item_refusal(row.account, chart) if row.account and row.role in roles else None
        if refusal:
            yield f"{row_words(row)}: {refusal}, so that documents with it are held"


def _kept_by_items(mapping: Mapping, directory: Directory) -> Iterator[str]:
    """Stock accounts that QuickBooks keeps by itself for its own inventory items."""
    items = {
        item.asset_account: item.name
        for item in directory.items.values()
        if item.active and item.asset_account
    }
    for row in mapping.accounts:
        item = items.get(row.account or "") if row.role in _STOCK_ACCOUNTS else None
        if item is not None:
            yield (
                f"{row_words(row)}: account {row.account} is the asset account of QuickBooks' "
                f"inventory item {item}, whose count knows nothing of journals"
            )


def _unknown_places(mapping: Mapping) -> Iterator[str]:
    places = {row.location for row in mapping.accounts if row.location}
    for place in sorted(
        (places | set(mapping.settings.modes_by_location)) - set(mapping.locations)
    ):
        yield f"location {place} has rows or a mode of its own and is not among the locations"


def _cost_of_nobody(mapping: Mapping, source: str) -> Iterator[str]:
    """Where nobody owns the cost of goods, a sender who states it on both posts it twice."""
    posted = any(row.role == "cogs" and row.account for row in mapping.accounts)
    if posted and cogs_owner(mapping.settings, source) == "each":
        yield (
            "settings.cogs_owner names nobody: cost of goods sold is posted wherever the sender "
            "states it, and twice where it stands on a sale and on the shipment of the same goods; "
            "name sale or shipment"
        )


def _half_none(mapping: Mapping) -> Iterator[str]:
    """Cost of a sale stands on cogs and inventory_on_hand at once: None on one side holds it."""
    places = {
        (row.key, row.location or "")
        for row in mapping.accounts
        if row.role in ("cogs", "inventory_on_hand")
    }
    for key, location in sorted(places):
        cost = mapping.resolve("cogs", key, location)
        stock = mapping.resolve("inventory_on_hand", key, location)
        if cost and stock and (cost.account is None) != (stock.account is None):
            one, other = ("cogs", "inventory_on_hand")
            if stock.account is None:
                one, other = other, one
            at = f" at location {location}" if location else ""
            yield (
                f"key {key!r}{at}: {one} is None and {other} is an account, so that a sale with "
                "a cost is held"
            )
