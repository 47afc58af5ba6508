"""Employee: who works for the company. Here for its name, which no customer or vendor can have.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/employee
"""

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.names import accept_name
from local.qbo_simulator.errors import rejected
from local.qbo_simulator.realm import Json

_COPIED = words("SSN PrimaryAddr EmployeeNumber BirthDate Gender HiredDate ReleasedDate")
_PROPERTIES = _COPIED | words(
    "Organization Title GivenName MiddleName FamilyName Suffix FullyQualifiedName CompanyName "
    "DisplayName PrintOnCheckName UserId Active V4IDPseudonym PrimaryPhone AlternatePhone Mobile "
    "Fax PrimaryEmailAddr WebAddr OtherContactInfo DefaultTaxCodeRef CurrencyRef EmployeeType "
    "BillableTime BillRate CostRate UseTimeEntry"
)


def accept(draft: Draft) -> Json:
    """Check an employee and give its stored fields. Raises Rejected."""
    body = draft.body
    if not (body.get("GivenName") or body.get("FamilyName")):
        name = "GivenName"
        raise rejected("2020", f"Required parameter {name} is missing in the request", name)
    fields = accept_name(draft, _PROPERTIES)
    fields.pop("CurrencyRef")
    copied = {name: body.get(name) for name in sorted(_COPIED)}
    billable = bool(body.get("BillableTime", False))
    return checks.present_fields({**fields, **copied, "BillableTime": billable})


EMPLOYEE = EntityKind(
    name="Employee",
    sequence="names",
    queryable=meta_paths(
        *words("DisplayName GivenName FamilyName PrintOnCheckName Active SyncToken")
    ),
    accept=accept,
    sort_key="DisplayName",
    properties=_PROPERTIES,
)
