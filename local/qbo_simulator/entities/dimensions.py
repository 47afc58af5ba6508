"""Class and Department (which QBO shows as Location), the two dimensions of a line.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/class
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/department
"""

from collections.abc import Callable

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.named_lists import named_fields
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json


def _acceptance(kind: str, sub_flag: str, known: frozenset[str]) -> Callable[[Draft], Json]:
    def accept(draft: Draft) -> Json:
        faults = Faults()
        checks.check_properties(draft.body, known, faults)
        fields = named_fields(draft, kind, sub_flag, faults)
        faults.raise_if_any()
        return checks.present_fields(fields)

    return accept


def _dimension(kind: str, sub_flag: str, extra: str = "") -> EntityKind:
    known = words(f"Name {sub_flag} ParentRef FullyQualifiedName Active {extra}")
    return EntityKind(
        name=kind,
        sequence=kind,
        queryable=meta_paths("Name", sub_flag, "FullyQualifiedName", "Active", "SyncToken"),
        accept=_acceptance(kind, sub_flag, known),
        sort_key="FullyQualifiedName",
        properties=known,
    )


CLASS = _dimension("Class", "SubClass", "ClassEx")
DEPARTMENT = _dimension("Department", "SubDepartment", "Address TransactionLocationType")
