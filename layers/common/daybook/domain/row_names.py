"""How a row of a mapping is called where a person is told to change it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daybook.domain.mapping import AccountRow


def row_name(row: "AccountRow") -> str:
    """`role sales, key '30' at location 1`."""
    at = f" at location {row.location}" if row.location else ""
    return f"role {row.role}, key {row.key!r}{at}"


def location_name(location: str) -> str:
    """`locations.1`."""
    return f"locations.{location}"


def class_label_name(label: str) -> str:
    """`settings.classes.Rental`."""
    return f"settings.classes.{label}"
