"""CompanyInfo and Preferences: one of each in a company.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/preferences
"""

import copy

from local.qbo_simulator.clock import stamp
from local.qbo_simulator.entities.kind import ENVELOPE
from local.qbo_simulator.entities.structure import check_structure
from local.qbo_simulator.errors import Faults, rejected
from local.qbo_simulator.operations import Context
from local.qbo_simulator.realm import Json, Realm

SINGLETONS = ("CompanyInfo", "Preferences")


def read_singleton(realm: Realm, name: str) -> Json:
    """The company's only object of that name."""
    return realm.singletons[name]


def update_singleton(context: Context, name: str, body: Json) -> Json:
    """Lay `body` over the object, group by group; a null takes a setting away.

    Raises Rejected 5010 for another SyncToken, 2010 for a group that does not exist.
    """
    row = context.realm.singletons[name]
    if "SyncToken" in body and str(body["SyncToken"]) != row["SyncToken"]:
        raise rejected("5010")
    faults = Faults()
    check_structure(body, faults)
    for group, value in body.items():
        if group not in ENVELOPE and (group not in row or not _fits(row[group], value)):
            faults.add("2010", f"Property Name:{group} specified is unsupported or invalid")
    faults.raise_if_any()
    changed = copy.deepcopy(row)
    for group, value in body.items():
        if group not in ENVELOPE:
            changed[group] = _laid_over(changed[group], value)
    changed["SyncToken"] = str(int(row["SyncToken"]) + 1)
    changed["MetaData"]["LastUpdatedTime"] = stamp(context.now)
    context.realm.singletons[name] = changed
    return changed


def _fits(old: object, new: object) -> bool:
    """Whether `new` has objects where `old` has them, all the way down."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            _fits(old[name], new[name]) for name in old.keys() & new.keys()
        )
    if isinstance(old, list):
        return isinstance(new, list) and all(
            isinstance(pair, dict) and set(pair) == {"Name", "Value"} for pair in new
        )
    return not isinstance(new, dict | list)


def _laid_over(old: object, new: object) -> object:
    if isinstance(old, dict) and isinstance(new, dict):
        if "NameValue" in old and "NameValue" in new:
            return {"NameValue": _named_values(old["NameValue"], new["NameValue"])}
        merged = {**old, **{name: _laid_over(old.get(name), new[name]) for name in new}}
        return {name: value for name, value in merged.items() if value is not None and value != ""}
    return new


def _named_values(old: list[Json], new: list[Json]) -> list[Json]:
    values = {pair["Name"]: pair["Value"] for pair in old}
    # The values are texts; a client that sends a JSON boolean means the same.
    values |= {pair["Name"]: str(pair.get("Value", "")).lower() for pair in new}
    return [{"Name": name, "Value": value} for name, value in values.items()]
