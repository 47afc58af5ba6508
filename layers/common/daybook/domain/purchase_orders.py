"""Which purchases are orders, by the setting `purchase_orders`.

A point of sale that exports its completed purchase orders sends them as bills: they become bills,
or, by the setting, purchase orders. Orders move no account.
"""

import re

from daybook.domain.event import FinancialEvent, Purchase

_NOT_LETTERS = re.compile(r"[^a-z]+")


def is_order(event: FinancialEvent, purchase_orders: str) -> bool:
    """Whether a purchase is kept as an order. purchase_orders: the setting, `bill` or
    `purchase_order`.

    An order is what says so of itself, and the bill of an object that is a purchase order; a bill
    of any other object stays one, for it is owed.
    """
    body = event.body
    if not isinstance(body, Purchase) or purchase_orders != "purchase_order":
        return False
    if body.document == "bill":
        return _NOT_LETTERS.sub("", event.object_type.casefold()).startswith("purchaseorder")
    return body.document == "purchase_order"
