"""What a document needs in QuickBooks before it can be posted: values, for a workflow to act on."""

from typing import NamedTuple

from daybook.domain.bodies import Party
from daybook.domain.errors import Held, ReasonCode


class ItemWanted(NamedTuple):
    """A service item that is not there yet, by its name and the account that it sells into."""

    account: str
    name: str


class Needs(NamedTuple):
    """What is not in QuickBooks yet and can be created; each once, in a batch before the document.

    customers, vendors: as the event names them; one without a name cannot be created.
    """

    customers: tuple[Party, ...] = ()
    items: tuple[ItemWanted, ...] = ()
    vendors: tuple[Party, ...] = ()


class NeedsFirst(Held):
    """The document waits for something that has to be created first. code: customer_needed, else
    vendor_needed, else item_needed."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(_code(needs), _told(needs))
        self.needs = needs


def _code(needs: Needs) -> ReasonCode:
    if needs.customers:
        return "customer_needed"
    return "vendor_needed" if needs.vendors else "item_needed"


def _told(needs: Needs) -> str:
    sentences = [
        f"The customer {one.id} is not linked to one in QuickBooks." for one in needs.customers
    ]
    sentences += [
        f"The supplier {one.id} is not linked to one in QuickBooks." for one in needs.vendors
    ]
    sentences += [
        f"QuickBooks has no item {one.name!r} yet, which sells into account {one.account}."
        for one in needs.items
    ]
    return " ".join(sentences)
