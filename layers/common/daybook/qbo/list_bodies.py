"""The JSON of what documents need first: customers, service items, classes.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/customer
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/item
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/class
"""

import re

from daybook.domain.identity import marker
from daybook.domain.new_class import NewClass
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import NewItem
from daybook.qbo.body_text import cut, quoted_json, ref, sha_of

# A customer's notes and address.
MAX_NOTES = 2_000
MAX_ADDRESS = 100
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def customer_body(customer: NewCustomer, generation: int) -> bytes:
    """The body of a customer's create; its Notes end in the marker, by which it is known again."""
    content = f'{{"DisplayName":{quoted_json(customer.display_name)}'
    if _is_address(customer.email):
        content += f',"PrimaryEmailAddr":{{"Address":{quoted_json(customer.email)}}}'
    ending = marker(customer.entry_id, generation, sha_of(content))
    note = cut(customer.note, MAX_NOTES - len(ending) - 1)
    return f'{content},"Notes":{quoted_json(f"{note} {ending}")}}}'.encode()


def item_body(item: NewItem) -> bytes:
    """The body of a service item's create. It has no room for a marker that nobody would see on
    an invoice: it is known again by its name and account."""
    account = ref("IncomeAccountRef", item.account)
    return f'{{"Name":{quoted_json(item.name)},"Type":"Service",{account}}}'.encode()


def class_body(made: NewClass) -> bytes:
    """The body of a class's create; it is known again by its full name."""
    parent = f',"SubClass":true,{ref("ParentRef", made.parent)}' if made.parent else ""
    return f'{{"Name":{quoted_json(made.name)}{parent}}}'.encode()


def _is_address(email: str) -> bool:
    """QuickBooks refuses a whole customer for an address that it does not like (2210)."""
    return len(email) <= MAX_ADDRESS and _ADDRESS.fullmatch(email) is not None
