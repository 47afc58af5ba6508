"""The JSON of customers and vendors: created, or changed by a sparse update.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/vendor
"""

from collections.abc import Mapping
from typing import Any, Final

from daybook.domain.changed_party import ChangedParty
from daybook.domain.identity import marker
from daybook.domain.new_customer import NewCustomer, NewParty, NewVendor
from daybook.domain.party_details import Details, is_email
from daybook.qbo.body_text import cut, quoted_json, ref, sha_of

# A customer's notes.
MAX_NOTES = 2_000
# Where each detail stands: the member, and the member within it ("" for none).
_PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "billing_address.line1": ("BillAddr", "Line1"),
    "billing_address.line2": ("BillAddr", "Line2"),
    "billing_address.city": ("BillAddr", "City"),
    "billing_address.region": ("BillAddr", "CountrySubDivisionCode"),
    "billing_address.postal_code": ("BillAddr", "PostalCode"),
    "billing_address.country": ("BillAddr", "Country"),
    "company": ("CompanyName", ""),
    "email": ("PrimaryEmailAddr", "Address"),
    "fax": ("Fax", "FreeFormNumber"),
    "mobile": ("Mobile", "FreeFormNumber"),
    "phone": ("PrimaryPhone", "FreeFormNumber"),
    "shipping_address.line1": ("ShipAddr", "Line1"),
    "shipping_address.line2": ("ShipAddr", "Line2"),
    "shipping_address.city": ("ShipAddr", "City"),
    "shipping_address.region": ("ShipAddr", "CountrySubDivisionCode"),
    "shipping_address.postal_code": ("ShipAddr", "PostalCode"),
    "shipping_address.country": ("ShipAddr", "Country"),
    "website": ("WebAddr", "URI"),
}


def customer_body(customer: NewCustomer, generation: int) -> bytes:
    """The body of a customer's create; its Notes end in the marker, by which it is known again."""
    content = _content(customer)
    ending = marker(customer.entry_id, generation, sha_of(content))
    note = cut(customer.note, MAX_NOTES - len(ending) - 1)
    return f'{content},"Notes":{quoted_json(f"{note} {ending}")}}}'.encode()


def vendor_body(vendor: NewVendor) -> bytes:
    """The body of a vendor's create; it has no notes, and is known again by its name."""
    return f"{_content(vendor)}}}".encode()


def change_body(change: ChangedParty) -> bytes:
    """The body of a sparse update: what is not in it stays as it is in QuickBooks."""
    content = (
        f'{{"Id":{quoted_json(change.qbo_id)},"SyncToken":{quoted_json(change.sync_token)},'
        '"sparse":true'
    )
    if change.rename:
        content += f',"DisplayName":{quoted_json(change.display_name)}'
    return f"{content}{_members(change.details)}}}".encode()


def details_in(row: Mapping[str, Any]) -> Details:
    """The details that a Customer or Vendor object of QuickBooks has."""
    found = []
    for name, (member, inner) in _PLACES.items():
        value = row.get(member)
        if inner:
            value = value.get(inner) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value:
            found.append((name, value))
    return tuple(found)


def _content(party: NewParty) -> str:
    content = f'{{"DisplayName":{quoted_json(party.display_name)}'
    if party.currency:
        content += f",{ref('CurrencyRef', party.currency)}"
    email = (("email", party.email),) if is_email(party.email) else ()
    return content + _members((*email, *party.details))


def _members(details: Details) -> str:
    """`,"Fax":{"FreeFormNumber":"..."}`, each member once, in the order of the table."""
    known = dict(details)
    members: dict[str, list[str]] = {}
    plain = ""
    for name, (member, inner) in _PLACES.items():
        text = known.get(name)
        if text and inner:
            members.setdefault(member, []).append(f'"{inner}":{quoted_json(text)}')
        elif text:
            plain += f',"{member}":{quoted_json(text)}'
    return plain + "".join(
        f',"{member}":{{{",".join(fields)}}}' for member, fields in members.items()
    )
