"""What an event says happened: one model for each kind of body (docs/sources/canonical.md)."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from daybook.domain.fields import MAX_LINES, ZERO, Amount, Currency, Day, Frozen, Id, Key, Text


class Party(Frozen):
    """A customer or supplier as the point of sale names it."""

    id: Id
    display_name: Annotated[str, Field(max_length=500)] = ""
    email: Annotated[str, Field(max_length=200)] | None = None


class SaleLine(Frozen):
    """A line of a ticket or invoice; gross, discount and cost are totals of the line, ex tax."""

    kind: Literal["item", "gift_card", "shipping", "service_charge", "tip", "fee"]
    key: Key = ""
    description: Text = ""
    quantity: Amount = Decimal(1)
    gross: Amount = ZERO
    discount: Amount = ZERO
    cost: Amount = ZERO
    restock: bool = True

    @model_validator(mode="after")
    def _discount_within_gross(self) -> Self:
        gross, discount = self.gross, self.discount
        # 0 always lies there, and nearly every line has no discount.
        if discount and not min(ZERO, gross) <= discount <= max(ZERO, gross):
            raise ValueError(
                f"discount {self.discount} must lie between 0 and gross {self.gross}; "
                "send a raised price as the gross"
            )
        return self


class TaxLine(Frozen):
    """Tax of a rule: as computed, and as charged when a person overrode it."""

    rule: Key = ""
    computed: Amount = ZERO
    charged: Amount
    collected_by: Literal["merchant", "facilitator"] = "merchant"

    @model_validator(mode="before")
    @classmethod
    def _charged_is_computed(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("charged") is None:
            return value | {"charged": value.get("computed", ZERO)}
        return value


class Tender(Frozen):
    """A means of payment, net of change."""

    kind: Literal["cash", "card", "gift_card", "store_credit", "deposit", "on_account", "other"]
    key: Key = ""
    amount: Amount = ZERO


class Sale(Frozen):
    """A ticket, invoice, refund or credit note; positive is goods out and money in."""

    kind: Literal["sale"]
    document: Literal["pos_ticket", "sales_invoice", "refund", "credit_note"] = "pos_ticket"
    original: Key = ""
    lines: Annotated[tuple[SaleLine, ...], Field(max_length=MAX_LINES)] = ()
    taxes: Annotated[tuple[TaxLine, ...], Field(max_length=MAX_LINES)] = ()
    tenders: Annotated[tuple[Tender, ...], Field(max_length=MAX_LINES)] = ()
    rounding: Amount = ZERO
    refund_difference: Amount = ZERO


class Deposit(Frozen):
    """Money taken ahead of an order, given back, or kept."""

    kind: Literal["deposit"]
    direction: Literal["taken", "refunded", "forfeited"]
    order: Key = ""
    tender: Tender
    taxes: Annotated[tuple[TaxLine, ...], Field(max_length=MAX_LINES)] = ()

    @model_validator(mode="after")
    def _positive(self) -> Self:
        if self.tender.amount <= 0:
            raise ValueError(
                "a deposit's tender.amount is above zero; its direction says which way it goes"
            )
        if self.taxes and self.direction != "forfeited":
            raise ValueError("only a forfeited deposit states taxes")
        return self


class StockLine(Frozen):
    """Stock of one item class that moves; cost is the line's total."""

    key: Key = ""
    quantity: Amount = Decimal(1)
    cost: Amount = ZERO
    direction: Literal["in", "out"] | None = None


SIGNED_MOVES = frozenset({"adjustment", "transit_adjustment"})


class StockMove(Frozen):
    """Stock received, returned, moved, adjusted, shipped or assembled."""

    kind: Literal["stock_move"]
    move: Literal[
        "purchase_receipt",
        "purchase_return",
        "transfer_out",
        "transfer_in",
        "adjustment",
        "transit_adjustment",
        "shipment",
        "assembly",
        "disassembly",
    ]
    reason: Key = ""
    counterparty: Key = ""
    lines: Annotated[tuple[StockLine, ...], Field(max_length=MAX_LINES)] = ()

    @model_validator(mode="after")
    def _direction_and_sign(self) -> Self:
        for number, line in enumerate(self.lines):
            if self.move in {"assembly", "disassembly"} and line.direction is None:
                raise ValueError(f"lines.{number}.direction is needed: in or out")
            if self.move not in SIGNED_MOVES and line.cost < 0:
                raise ValueError(
                    f"lines.{number}.cost is below zero; the move itself says the direction"
                )
        return self


class GiftCardAdjustment(Frozen):
    """A card's balance changed by hand; delta above zero adds to the card."""

    kind: Literal["gift_card_adjustment"]
    reason: Key = ""
    key: Key = ""
    delta: Amount = ZERO


class CashMovement(Frozen):
    """Cash paid into the drawer (delta above zero) or out of it."""

    kind: Literal["cash_movement"]
    reason: Key = ""
    delta: Amount = ZERO


class PurchaseLine(Frozen):
    """A line of a bill or vendor credit, ex tax."""

    kind: Literal["item", "freight", "fee"]
    key: Key = ""
    description: Text = ""
    quantity: Amount = Decimal(1)
    amount: Amount = ZERO


class Purchase(Frozen):
    """A supplier's bill or credit, or a purchase order (which posts nothing as a journal)."""

    kind: Literal["purchase"]
    document: Literal["bill", "vendor_credit", "purchase_order"] = "bill"
    original: Key = ""
    due_date: Day | None = None
    lines: Annotated[tuple[PurchaseLine, ...], Field(max_length=MAX_LINES)] = ()
    taxes: Annotated[tuple[TaxLine, ...], Field(max_length=MAX_LINES)] = ()


class LedgerRow(Frozen):
    """A row that the source already states as an account and an amount; above zero debits."""

    key: Key = ""
    amount: Amount = ZERO
    family: Key = ""
    class_: Annotated[Key, Field(alias="class")] = ""
    customer: Party | None = None
    memo: Text = ""


class LedgerBatch(Frozen):
    """Rows of a source's own general-ledger export, or of a day's printed report.

    amounts: `signed`, above zero debits; `printed`, as on the report, whose sides are the setting
    `rows`. form: what the sender chose to make of it in QuickBooks; "" leaves it to the settings.
    """

    kind: Literal["gl_batch"]
    mode: Literal["day", "month", "invoice"] = "day"
    amounts: Literal["signed", "printed"] = "signed"
    form: Literal["", "journal", "sales_receipt"] = ""
    label: Text = ""
    entries: Annotated[tuple[LedgerRow, ...], Field(max_length=MAX_LINES)] = ()


class Payout(Frozen):
    """A processor's payment into the bank: net is gross less fee."""

    kind: Literal["payout"]
    key: Key = ""
    gross: Amount = ZERO
    fee: Amount = ZERO
    net: Amount = ZERO
    payout_id: Key = ""


class Address(Frozen):
    """Where a customer or supplier is; what is left out is not stated."""

    line1: Annotated[str, Field(max_length=500)] = ""
    line2: Annotated[str, Field(max_length=500)] = ""
    city: Annotated[str, Field(max_length=255)] = ""
    region: Annotated[str, Field(max_length=255)] = ""
    postal_code: Annotated[str, Field(max_length=60)] = ""
    country: Annotated[str, Field(max_length=255)] = ""


class PartyChange(Frozen):
    """A customer or supplier was created or changed; derives no legs. What is left out is not
    stated, and stays as it is."""

    kind: Literal["party"]
    role: Literal["customer", "supplier"]
    id: Id
    display_name: Annotated[str, Field(max_length=500)]
    email: Annotated[str, Field(max_length=200)] | None = None
    phone: Annotated[str, Field(max_length=60)] | None = None
    mobile: Annotated[str, Field(max_length=60)] | None = None
    fax: Annotated[str, Field(max_length=60)] | None = None
    company: Annotated[str, Field(max_length=500)] | None = None
    website: Annotated[str, Field(max_length=1000)] | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    currency: Currency | None = None
    active: bool = True


Body = Annotated[
    Sale
    | Deposit
    | StockMove
    | GiftCardAdjustment
    | CashMovement
    | Purchase
    | LedgerBatch
    | Payout
    | PartyChange,
    Field(discriminator="kind"),
]
