"""What lists of named objects share: unique names, parents, and being made inactive."""

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json

_DELETED = " (deleted)"
_MOST_LEVELS = 5


def is_active(draft: Draft, faults: Faults) -> bool:
    """`Active` as wanted, else as it was, else true; 2230 for what is no boolean."""
    before = (draft.existing or {}).get("Active", True)
    wanted = draft.body.get("Active", before)
    if wanted in ("true", "false"):
        wanted = wanted == "true"
    if not isinstance(wanted, bool):
        faults.add("2230", f"Invalid Boolean. Supplied value:{wanted}", "Active")
        return True
    return wanted


def name_while(active: bool, name: str) -> str:
    """An object made inactive is renamed "X (deleted)", which frees its name."""
    plain = name.removesuffix(_DELETED)
    return plain if active else plain + _DELETED


def name_is_free(draft: Draft, kinds: tuple[str, ...], field: str, name: str) -> bool:
    """Whether no other object of `kinds` bears `name`, letter case apart."""
    wanted = name.casefold()
    return not any(
        str(row.get(field, "")).casefold() == wanted and row["Id"] != draft.own_id
        for kind in kinds
        for row in draft.realm.rows(kind, with_unseen=True)
    )


def parent_of(draft: Draft, kind: str, faults: Faults) -> Json | None:
    """The parent that `ParentRef` names: 2500 unknown, 610 inactive, 900 itself, 6180 too deep."""
    identity = checks.ref_value(draft.body.get("ParentRef"))
    if identity is None:
        return None
    if identity == draft.own_id:
        faults.add("900")
        return None
    row = draft.realm.find(kind, identity)
    if row is None or not checks.may_be_used(row, kind, identity, faults):
        if row is None:
            checks.may_be_used(None, kind, identity, faults)
        return None
    if str(row.get("FullyQualifiedName", "")).count(":") + 2 > _MOST_LEVELS:
        faults.add("6180", "You can nest up to 5 levels.")
    return row


def qualified(parent: Json | None, name: str) -> str:
    """`Parent:Child`."""
    return f"{parent['FullyQualifiedName']}:{name}" if parent else name


def named_fields(
    draft: Draft, kind: str, sub_flag: str, faults: Faults, forbidden: str = ":\t\n"
) -> Json:
    """Name, parent and activity of an account, item, class or location."""
    active = is_active(draft, faults)
    name = checks.text(draft.body, "Name", 100, faults)
    checks.legal_characters(name, "Name", forbidden, faults)
    if name is None:
        faults.add("2020", "Required parameter Name is missing in the request", "Name")
        name = ""
    parent = parent_of(draft, kind, faults)
    name = name_while(active, name)
    full_name = qualified(parent, name)
    if not name_is_free(draft, (kind,), "FullyQualifiedName", full_name):
        faults.add("6240")
    return {
        "Name": name,
        sub_flag: parent is not None,
        "ParentRef": {"value": parent["Id"]} if parent else None,
        "FullyQualifiedName": full_name,
        "Active": active,
    }
