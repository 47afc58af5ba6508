"""The bills, vendor credits and purchase orders of a company in process, as far as posting them
goes: their total is that of their lines, orders get numbers of the company's own and are closed."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from daybook.domain.found import FoundPurchase, Sought, There
from daybook.domain.money import to_minor
from daybook.domain.outcome import Outcome
from daybook.domain.purchase_document import PurchaseForm

PURCHASE_FORMS: tuple[PurchaseForm, ...] = ("Bill", "VendorCredit", "PurchaseOrder")
_BELOW_ZERO = Outcome("refused", reason="qbo_refused", text="6000 must be 0 or greater")
_STALE = Outcome("refused", reason="qbo_refused", text="5010 stale", codes=("5010",))


@dataclass(slots=True)
class FakePurchases:
    """What stands there, in the order it came. added: what the company adds to each total.
    touched: the ids of what a person has changed since."""

    forms: list[FoundPurchase] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    added: Decimal = Decimal(0)
    touched: set[str] = field(default_factory=set)

    def add(self, entity: str, body: dict[str, Any]) -> Outcome:
        """Make one, or close an order."""
        if "Id" in body:
            return self._close(body)
        form = next(one for one in PURCHASE_FORMS if one == entity)
        total = sum((Decimal(str(line["Amount"])) for line in body["Line"]), self.added)
        if total < 0:
            return _BELOW_ZERO
        qbo_id = f"P{len(self.forms) + 1}"
        currency = body["CurrencyRef"]["value"]
        is_order = form == "PurchaseOrder"
        self.forms.append(
            FoundPurchase(
                qbo_id=qbo_id,
                form=form,
                doc_number=str(1001 + len(self.forms)) if is_order else body["DocNumber"],
                txn_date=body["TxnDate"],
                vendor=body["VendorRef"]["value"],
                private_note=body["PrivateNote"],
                lines=tuple(_line(line, currency) for line in body["Line"]),
                total=str(total),
            )
        )
        self.bodies.append(body)
        return Outcome("posted", qbo_id=qbo_id, sync_token="0", total=str(total))

    def found(self, wanted: Sought) -> list[There]:
        """What a probe finds."""
        return [
            one
            for one in self.forms
            if one.form == wanted.entity
            and wanted.name == (one.txn_date if one.form == "PurchaseOrder" else one.doc_number)
        ]

    def _close(self, body: dict[str, Any]) -> Outcome:
        place = next(n for n, one in enumerate(self.forms) if one.qbo_id == body["Id"])
        before = self.forms[place]
        if before.closed or before.qbo_id in self.touched:
            return _STALE
        note = body["PrivateNote"]
        self.forms[place] = replace(before, closed=True, private_note=note)
        return Outcome("posted", qbo_id=before.qbo_id, sync_token="1", total=before.total)


def _line(line: dict[str, Any], currency: str) -> tuple[str, int, str]:
    detail = line["AccountBasedExpenseLineDetail"]
    amount = to_minor(Decimal(str(line["Amount"])), currency)
    return detail["AccountRef"]["value"], amount, detail.get("ClassRef", {}).get("value", "")
