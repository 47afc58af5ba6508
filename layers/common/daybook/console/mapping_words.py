"""How a page says what differs between two mappings."""

from collections.abc import Sequence
from typing import Any

from daybook.domain.mapping import AccountRow
from daybook.workflows.choices import NONE_LABEL, Choices
from daybook.workflows.mapping_changes import MappingChanges
from daybook.workflows.mapping_sheet import anchor


def change_rows(found: MappingChanges, choices: Choices) -> list[dict[str, Any]]:
    """Each row that differs, in words."""
    return [
        {
            "role": one.role,
            "key": one.key,
            "location": one.location,
            "anchor": anchor(one.role, one.key, one.location),
            "word": one.word,
            "before": account_words(one.before, choices),
            "after": account_words(one.after, choices),
        }
        for one in found.rows
    ]


def account_words(row: AccountRow | None, choices: Choices) -> str:
    """A row's account with what else stands on its lines."""
    if row is None:
        return ""
    parts = [NONE_LABEL if row.account is None else choices.label(row.account)]
    if row.class_:
        parts.append(f"class {choices.name('class', row.class_)}")
    if row.department:
        parts.append(f"department {choices.name('department', row.department)}")
    if row.customer:
        parts.append(f"customer {choices.name('customer', row.customer)}")
    if row.vendor:
        parts.append(f"vendor {choices.name('vendor', row.vendor)}")
    return ", ".join(parts)


def value_rows(found: MappingChanges) -> list[dict[str, str]]:
    """Each setting and location that differs, in words."""
    return [
        {
            "where": f"location {one.where}" if one.where else "settings",
            "name": one.name,
            "before": in_words(one.before),
            "after": in_words(one.after),
        }
        for one in found.values
    ]


def in_words(value: Any) -> str:
    """A value of a mapping file as a person reads it; what is not there is the default."""
    match value:
        case None:
            return "default"
        case bool():
            return "yes" if value else "no"
        case dict():
            return "; ".join(f"{name}: {in_words(one)}" for name, one in value.items())
        case list():
            return "; ".join(in_words(one) for one in value)
        case _:
            return str(value)


def entry_lines(report: dict[str, Any], choices: Choices) -> list[dict[str, Any]]:
    """The events of a comparison, each with its unlike lines on two sides, accounts by name."""
    return [
        {
            **one,
            "said": _said(_outcome(one["before"]), _outcome(one["after"])),
            "lines": [
                {
                    **line,
                    "label": choices.label(line["account"]),
                    "class_name": choices.name("class", line["class"]) if line["class"] else "",
                }
                for line in one["lines"]
            ],
            "missing": _missing(one["after"]["missing"]),
        }
        for one in report.get("changes", ())
    ]


def _said(before: str, after: str) -> str:
    return "posts otherwise" if before == after == "posts" else f"{before} → {after}"


def _outcome(ran: dict[str, Any]) -> str:
    return f"held: {ran['text']}" if ran["code"] else str(ran["outcome"]).replace("_", " ")


def _missing(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [{**one, "anchor": anchor(one["role"], one["key"], "")} for one in rows]
