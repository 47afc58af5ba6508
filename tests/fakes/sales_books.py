"""The sales forms, items and classes of a company in process, as far as posting them goes.

As at Intuit: forms get numbers of the company's own, their total is that of their lines and tax,
an item or class must be there before the batch that names it, and a name is taken once.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from daybook.domain.document import SalesForm
from daybook.domain.found import FoundClass, FoundItem, FoundSale, Sought, There, names_of
from daybook.domain.money import to_minor
from daybook.domain.outcome import Outcome

SALES_FORMS: tuple[SalesForm, ...] = ("Invoice", "CreditMemo", "SalesReceipt")
_TAKEN = Outcome("refused", reason="display_name_taken", text="6240 the name is taken")
_UNKNOWN = Outcome("refused", reason="inactive_account", text="2500 Invalid Reference Id")
_BELOW_ZERO = Outcome("refused", reason="qbo_refused", text="6000 must be 0 or greater")


@dataclass(slots=True)
class FakeSales:
    """What stands there. added_tax: what the company's own tax adds to each form's total."""

    forms: list[FoundSale] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    items: dict[str, FoundItem] = field(default_factory=dict)
    classes: dict[str, FoundClass] = field(default_factory=dict)
    added_tax: Decimal = Decimal(0)
    _seen: frozenset[str] = frozenset()

    def begin_batch(self) -> None:
        """What is made from now on is seen by the next batch only."""
        self._seen = frozenset({*self.items, *self.classes})

    def add(self, entity: str, body: dict[str, Any]) -> Outcome:
        """Make one object of a batch."""
        match entity:
            case "Item":
                return self._add_item(body)
            case "Class":
                return self._add_class(body)
        form = next(one for one in SALES_FORMS if one == entity)
        return self._add_form(form, body)

    def found(self, wanted: Sought) -> list[There]:
        """What a probe finds."""
        names = {name.casefold() for name in names_of(wanted.name)}
        match wanted.entity:
            case "Item":
                return [one for one in self.items.values() if one.name.casefold() in names]
            case "Class":
                return [one for one in self.classes.values() if one.full_name.casefold() in names]
        return [
            one
            for one in self.forms
            if (one.form, one.txn_date) == (wanted.entity, wanted.name)
            and wanted.customer in ("", one.customer)
        ]

    def _add_item(self, body: dict[str, Any]) -> Outcome:
        if self._is_named(body["Name"], (one.name for one in self.items.values())):
            return _TAKEN
        qbo_id = f"I{len(self.items) + 1}"
        self.items[qbo_id] = FoundItem(qbo_id, body["Name"], body["IncomeAccountRef"]["value"])
        return Outcome("posted", qbo_id=qbo_id, sync_token="0")

    def _add_class(self, body: dict[str, Any]) -> Outcome:
        above = body.get("ParentRef", {}).get("value", "")
        if above and above not in self._seen:
            return _UNKNOWN
        parent = f"{self.classes[above].full_name}:" if above else ""
        name = f"{parent}{body['Name']}"
        if self._is_named(name, (one.full_name for one in self.classes.values())):
            return _TAKEN
        qbo_id = f"K{len(self.classes) + 1}"
        self.classes[qbo_id] = FoundClass(qbo_id, name)
        return Outcome("posted", qbo_id=qbo_id, sync_token="0")

    @staticmethod
    def _is_named(name: str, others: Any) -> bool:
        return name.casefold() in {other.casefold() for other in others}

    def _add_form(self, form: SalesForm, body: dict[str, Any]) -> Outcome:
        details = [line["SalesItemLineDetail"] for line in body["Line"]]
        if any(detail["ItemRef"]["value"] not in self._seen for detail in details):
            return _UNKNOWN
        stated = sum((Decimal(str(line["Amount"])) for line in body["Line"]), Decimal(0))
        tax = Decimal(str(body.get("TxnTaxDetail", {}).get("TotalTax", 0)))
        total = stated + tax + self.added_tax
        if total < 0:
            return _BELOW_ZERO
        qbo_id = f"S{len(self.forms) + 1}"
        currency = body["CurrencyRef"]["value"]
        self.forms.append(
            FoundSale(
                qbo_id=qbo_id,
                form=form,
                doc_number=str(1001 + len(self.forms)),
                txn_date=body["TxnDate"],
                customer=body.get("CustomerRef", {}).get("value", ""),
                private_note=body["PrivateNote"],
                lines=tuple(_line(line, currency) for line in body["Line"]),
                total=str(total),
            )
        )
        self.bodies.append(body)
        return Outcome("posted", qbo_id=qbo_id, sync_token="0", total=str(total))


def _line(line: dict[str, Any], currency: str) -> tuple[str, int, str]:
    detail = line["SalesItemLineDetail"]
    amount = to_minor(Decimal(str(line["Amount"])), currency)
    return detail["ItemRef"]["value"], amount, detail.get("ClassRef", {}).get("value", "")
