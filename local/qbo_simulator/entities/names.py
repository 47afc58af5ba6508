"""Customer and Vendor. With employees their names are unique, and their Ids are one sequence.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/vendor
"""

from decimal import Decimal

from local.qbo_simulator.entities import checks
from local.qbo_simulator.entities.kind import Draft, EntityKind, meta_paths, words
from local.qbo_simulator.entities.named_lists import (
    is_active,
    name_is_free,
    name_while,
    parent_of,
    qualified,
)
from local.qbo_simulator.errors import Faults
from local.qbo_simulator.realm import Json, Realm

NAME_KINDS = ("Customer", "Vendor", "Employee")
_PARTS = (
    ("Title", 16),
    ("GivenName", 100),
    ("MiddleName", 100),
    ("FamilyName", 100),
    ("Suffix", 16),
)
_PHONES = ("PrimaryPhone", "AlternatePhone", "Mobile", "Fax")
_COPIED = words(
    "CompanyName BillAddr ShipAddr OtherAddr WebAddr Notes ResaleNum TaxIdentifier "
    "AcctNum PaymentMethodRef SalesTermRef TermRef DefaultTaxCodeRef ARAccountRef"
)
_SHARED = (
    "Organization Title GivenName MiddleName FamilyName Suffix FullyQualifiedName CompanyName "
    "DisplayName PrintOnCheckName UserId Active V4IDPseudonym PrimaryPhone AlternatePhone Mobile "
    "Fax PrimaryEmailAddr WebAddr OtherContactInfo DefaultTaxCodeRef BillAddr ShipAddr OtherAddr "
    "ContactName AltContactName Notes Balance OpenBalanceDate CurrencyRef AcctNum "
    "PrimaryTaxIdentifier ClientEntityId BusinessNumber HasTPAR Source IntuitId"
)
_CUSTOMER_PROPERTIES = words(
    f"{_SHARED} Taxable Job BillWithParent RootCustomerRef ParentRef Level CustomerTypeRef "
    "SalesTermRef SalesRepRef TaxGroupCodeRef TaxRateRef PaymentMethodRef CCDetail PriceLevelRef "
    "BalanceWithJobs CreditLimit OverDueBalance TotalRevenue TotalExpense "
    "PreferredDeliveryMethod ResaleNum JobInfo TDSEnabled CustomerEx SecondaryTaxIdentifier "
    "ARAccountRef IsProject TaxExemptionReasonId GSTIN GSTRegistrationType"
)
_VENDOR_PROPERTIES = words(
    f"{_SHARED} TaxCountry TaxIdentifier TaxIdEffectiveDate BusinessNumber ParentRef VendorTypeRef "
    "TermRef PrefillAccountRef OpenBalance CreditLimit Vendor1099 T4AEligible T5018Eligible "
    "CustomerRef VendorEx APAccountRef TaxReportingBasis VendorPaymentBankDetail BillRate "
    "CostRate GSTIN GSTRegistrationType"
)


def accept_name(draft: Draft, properties: frozenset[str]) -> Json:
    """The fields that all kinds of names store alike. Raises Rejected with every reason."""
    faults = Faults()
    body = draft.body
    checks.check_properties(body, properties, faults)
    active = is_active(draft, faults)
    parts = {name: checks.text(body, name, longest, faults) for name, longest in _PARTS}
    for name, part in parts.items():
        checks.legal_characters(part, name, ":\t\n", faults)
    display = _display_name(draft, parts, active, faults)
    email = _email(body, faults)
    phones = {name: _phone(body, name, faults) for name in _PHONES}
    printed = checks.text(body, "PrintOnCheckName", 110, faults)
    checks.legal_characters(printed, "PrintOnCheckName", ":\t\n", faults)
    faults.raise_if_any()
    return checks.present_fields(
        {
            "CurrencyRef": checks.home_currency(draft, faults),
            **parts,
            **{name: body.get(name) for name in sorted(_COPIED) if name in properties},
            "DisplayName": display,
            "PrintOnCheckName": printed or display,
            "Active": active,
            **phones,
            "PrimaryEmailAddr": email,
        }
    )


def _display_name(draft: Draft, parts: dict[str, str | None], active: bool, faults: Faults) -> str:
    given = checks.text(draft.body, "DisplayName", 500, faults)
    display = given or " ".join(part for part in parts.values() if part)
    if not display:
        faults.add("6080")
        return ""
    checks.legal_characters(display, "DisplayName", ":\t\n", faults)
    display = name_while(active, display)
    if not name_is_free(draft, NAME_KINDS, "DisplayName", display):
        faults.add(
            "6240",
            "The name supplied already exists. : Another customer, vendor or employee is already "
            "using this name. Please use a different name.",
        )
    return display


def _email(body: Json, faults: Faults) -> Json | None:
    address = (body.get("PrimaryEmailAddr") or {}).get("Address")
    if address is None:
        return None
    address = str(address)
    checks.text({"PrimaryEmailAddr": address}, "PrimaryEmailAddr", 100, faults)
    if "@" not in address or "." not in address:
        detail = f"Email Address does not conform to RFC 822. Supplied value:{address}"
        faults.add("2210", detail, "PrimaryEmailAddr")
    return {"Address": address}


def _phone(body: Json, name: str, faults: Faults) -> Json | None:
    number = checks.text({name: (body.get(name) or {}).get("FreeFormNumber")}, name, 30, faults)
    return None if number is None else {"FreeFormNumber": number}


def accept_customer(draft: Draft) -> Json:
    """Check a customer and give its stored fields. Raises Rejected."""
    fields = accept_name(draft, _CUSTOMER_PROPERTIES)
    faults = Faults()
    parent = parent_of(draft, "Customer", faults)
    faults.raise_if_any()
    body = draft.body
    return checks.present_fields(
        {
            **fields,
            "Taxable": bool(body.get("Taxable", False)),
            "Job": parent is not None,
            "ParentRef": {"value": parent["Id"]} if parent else None,
            "BillWithParent": bool(body.get("BillWithParent", False)),
            "PreferredDeliveryMethod": body.get("PreferredDeliveryMethod", "Print"),
            "IsProject": False,
            "FullyQualifiedName": qualified(parent, fields["DisplayName"]),
        }
    )


def accept_vendor(draft: Draft) -> Json:
    """Check a vendor and give its stored fields. Raises Rejected."""
    fields = accept_name(draft, _VENDOR_PROPERTIES)
    return {
        **fields,
        "Vendor1099": bool(draft.body.get("Vendor1099", False)),
        "BillRate": 0,
        "CostRate": 0,
    }


def present_customer(realm: Realm, row: Json) -> Json:
    """With what the customer owes."""
    balance = realm.name_balances.get(row["Id"], Decimal(0))
    return {**row, "Balance": balance, "BalanceWithJobs": balance}


def present_vendor(realm: Realm, row: Json) -> Json:
    """With what is owed to the vendor."""
    return {**row, "Balance": -realm.name_balances.get(row["Id"], Decimal(0))}


_QUERYABLE = words(
    "DisplayName GivenName MiddleName FamilyName CompanyName PrintOnCheckName Active Balance "
    "PrimaryEmailAddr SyncToken"
)

CUSTOMER = EntityKind(
    name="Customer",
    sequence="names",
    queryable=meta_paths(*_QUERYABLE, "FullyQualifiedName", "BalanceWithJobs", "Job", "Taxable"),
    accept=accept_customer,
    present=present_customer,
    sort_key="DisplayName",
    properties=_CUSTOMER_PROPERTIES,
)
VENDOR = EntityKind(
    name="Vendor",
    sequence="names",
    queryable=meta_paths(*_QUERYABLE, "Vendor1099"),
    accept=accept_vendor,
    present=present_vendor,
    sort_key="DisplayName",
    properties=_VENDOR_PROPERTIES,
)
