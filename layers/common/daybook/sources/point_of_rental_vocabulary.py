"""Point of Rental's words and what they mean here: families of ledger rows, lines of an invoice.

Account numbers may hold tags that stand for the store, "in leading, middle, or end":
https://por.my.site.com/uLearn/s/article/Account-Numbers-1854120324
"""

import re
from collections.abc import Mapping

# The families as the export's sections are called, and how people write them.
FAMILIES: Mapping[str, str] = {
    "invoice": "invoice",
    "invoices": "invoice",
    "payment": "payment",
    "payments": "payment",
    "account payments": "payment",
    "card deposit": "card_deposit",
    "card deposits": "card_deposit",
    "credit card deposits": "card_deposit",
    "inventory value": "inventory_value",
    "transfer": "transfer",
    "transfers": "transfer",
    "cogs": "cogs",
    "cost of goods sold": "cogs",
    "depreciation": "depreciation",
    "other": "other",
    "misc": "other",
}

# What an invoice charges for: the kind of the sale's line, and whether its key is the line's
# category (each item category has a ledger account of its own) or the word itself.
LINES: Mapping[str, tuple[str, bool]] = {
    "rental": ("item", True),
    "sale": ("item", True),
    "damage_waiver": ("fee", False),
    "environmental": ("fee", False),
    "fuel": ("fee", False),
    "labor": ("fee", False),
    "late": ("fee", False),
    "delivery": ("shipping", False),
    "pickup": ("shipping", False),
}

_SEPARATORS = re.compile(r"[\s_-]+")
_TAG = re.compile(r"#+|\{store\}|\{class\}", re.IGNORECASE)
# https://por.my.site.com/uLearn/s/article/QuickBooks-Online-Integration-Overview: one class a
# store, "Store 1:Burbank", a child of its number.
_STORE_CLASS = re.compile(r"store[ ]+([0-9A-Za-z]+)[ ]*(?::.*)?", re.IGNORECASE)


class NoClass(ValueError):  # noqa: N818 -- the fact
    """An account number asks for the store's class, and none is known."""


def family_word(text: str) -> str:
    """The family that a text names, whatever its case and separators; "" if it names none."""
    return FAMILIES.get(_SEPARATORS.sub(" ", text.strip()).lower(), "")


def resolve_account(account: str, store: str, class_label: str) -> str:
    """An account number with its tags replaced, once: `#` by the store's number, `##` by it in two
    digits (a bracket around it stays), `{Store}` by the number, `{Class}` by the text of the
    field "QB Class/Store Code". Raises NoClass.

    1020.# -> 1020.1, 1020-## -> 1020-01, 1020.[###] -> 1020.[001], {Class}-1020 -> BUR-1020
    """

    def value(found: re.Match[str]) -> str:
        tag = found[0]
        if tag.startswith("#"):
            return store.zfill(len(tag))
        if tag.lower() == "{store}":
            return store
        if not class_label:
            raise NoClass(f"{account} asks for a class, and the store has none")
        return class_label

    return _TAG.sub(value, account)


def store_of_class(label: str) -> str:
    """The store's number in a class such as "Store 1:Burbank"; "" where it has none."""
    found = _STORE_CLASS.fullmatch(label.strip())
    return found[1] if found else ""
