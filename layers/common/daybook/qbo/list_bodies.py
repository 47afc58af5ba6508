"""The JSON of what documents need first: service items, classes.

https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/item
https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/class
"""

from daybook.domain.new_class import NewClass
from daybook.domain.new_item import NewItem
from daybook.qbo.body_text import quoted_json, ref


def item_body(item: NewItem) -> bytes:
    """The body of a service item's create. It has no room for a marker that nobody would see on
    an invoice: it is known again by its name and account."""
    account = ref("IncomeAccountRef", item.account)
    return f'{{"Name":{quoted_json(item.name)},"Type":"Service",{account}}}'.encode()


def class_body(made: NewClass) -> bytes:
    """The body of a class's create; it is known again by its full name."""
    parent = f',"SubClass":true,{ref("ParentRef", made.parent)}' if made.parent else ""
    return f'{{"Name":{quoted_json(made.name)}{parent}}}'.encode()
