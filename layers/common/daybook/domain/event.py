"""The canonical financial event: one thing that happened and moves money or stock.

The wire shape is that of docs/sources/canonical.md. Amounts stay exact decimals here; they become
integers of minor units in `legs`, each rounded once. All models are immutable and refuse unknown
fields. Amounts: at most 20 digits and 10 decimals in text of the sender; adapters that divide
(tax taken out of a price) may hand over up to 60 digits.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)


def _decimal(value: Any) -> Any:
    # A binary float has already lost the cents; True is an int in Python but no amount.
    if isinstance(value, float | bool):
        raise ValueError("an amount is a JSON number read exactly, or a string, never a float")
    return value


def _id_text(value: Any) -> Any:
    # Ids are text; a sender that writes 100245 means "100245". Floats would be ambiguous.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Amount = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    Field(allow_inf_nan=False, gt=Decimal("-1e15"), lt=Decimal("1e15"), max_digits=80),
]
# Ids and keys become parts of keys in the ledger: no control characters.
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, BeforeValidator(_id_text), Field(max_length=4000)]
Id = Annotated[
    str,
    BeforeValidator(_id_text),
    StringConstraints(min_length=1, max_length=200, pattern=_PLAIN),
]
Key = Annotated[str, BeforeValidator(_id_text), StringConstraints(max_length=200, pattern=_PLAIN)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

ZERO = Decimal(0)
MAX_LINES = 5_000


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


class Party(_Frozen):
    """A customer or supplier as the point of sale names it."""

    id: Id
    display_name: Annotated[str, Field(max_length=500)] = ""
    email: Annotated[str, Field(max_length=200)] | None = None


class SaleLine(_Frozen):
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
        low, high = min(ZERO, self.gross), max(ZERO, self.gross)
        if not low <= self.discount <= high:
            raise ValueError(
                f"discount {self.discount} must lie between 0 and gross {self.gross}; "
                "send a raised price as the gross"
            )
        return self


class TaxLine(_Frozen):
    """Tax of a rule: as computed, and as charged when a person overrode it."""

    rule: Key
    computed: Amount = ZERO
    charged: Amount
    collected_by: Literal["merchant", "facilitator"] = "merchant"

    @model_validator(mode="before")
    @classmethod
    def _charged_is_computed(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("charged") is None:
            return value | {"charged": value.get("computed", ZERO)}
        return value


class Tender(_Frozen):
    """A means of payment, net of change."""

    kind: Literal["cash", "card", "gift_card", "store_credit", "deposit", "on_account", "other"]
    key: Key = ""
    amount: Amount


class Sale(_Frozen):
    """A ticket, invoice, refund or credit note; positive is goods out and money in."""

    kind: Literal["sale"]
    document: Literal["pos_ticket", "sales_invoice", "refund", "credit_note"] = "pos_ticket"
    original: Key = ""
    lines: Annotated[tuple[SaleLine, ...], Field(max_length=MAX_LINES)] = ()
    taxes: Annotated[tuple[TaxLine, ...], Field(max_length=MAX_LINES)] = ()
    tenders: Annotated[tuple[Tender, ...], Field(max_length=MAX_LINES)] = ()
    rounding: Amount = ZERO
    refund_difference: Amount = ZERO


class Deposit(_Frozen):
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


class StockLine(_Frozen):
    """Stock of one item class that moves; cost is the line's total."""

    key: Key = ""
    quantity: Amount = Decimal(1)
    cost: Amount = ZERO
    direction: Literal["in", "out"] | None = None


SIGNED_MOVES = frozenset({"adjustment", "transit_adjustment"})


class StockMove(_Frozen):
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


class GiftCardAdjustment(_Frozen):
    """A card's balance changed by hand; delta above zero adds to the card."""

    kind: Literal["gift_card_adjustment"]
    reason: Key = ""
    key: Key = ""
    delta: Amount


class CashMovement(_Frozen):
    """Cash paid into the drawer (delta above zero) or out of it."""

    kind: Literal["cash_movement"]
    reason: Key = ""
    delta: Amount


class PurchaseLine(_Frozen):
    """A line of a bill or vendor credit, ex tax."""

    kind: Literal["item", "freight", "fee"]
    key: Key = ""
    description: Text = ""
    quantity: Amount = Decimal(1)
    amount: Amount = ZERO


class Purchase(_Frozen):
    """A supplier's bill or credit, or a purchase order (which posts nothing as a journal)."""

    kind: Literal["purchase"]
    document: Literal["bill", "vendor_credit", "purchase_order"] = "bill"
    original: Key = ""
    due_date: date | None = None
    lines: Annotated[tuple[PurchaseLine, ...], Field(max_length=MAX_LINES)] = ()
    taxes: Annotated[tuple[TaxLine, ...], Field(max_length=MAX_LINES)] = ()


class LedgerRow(_Frozen):
    """A row that the source already states as an account and an amount; above zero debits."""

    key: Key
    amount: Amount
    family: Key = ""
    class_: Annotated[str, Field(alias="class", max_length=200)] = ""
    customer: Party | None = None
    memo: Text = ""


class LedgerBatch(_Frozen):
    """Rows of a source's own general-ledger export."""

    kind: Literal["gl_batch"]
    mode: Literal["day", "month", "invoice"] = "day"
    label: Text = ""
    entries: Annotated[tuple[LedgerRow, ...], Field(max_length=MAX_LINES)] = ()


class Payout(_Frozen):
    """A processor's payment into the bank: net is gross less fee."""

    kind: Literal["payout"]
    key: Key = ""
    gross: Amount
    fee: Amount = ZERO
    net: Amount
    payout_id: Key = ""


class PartyChange(_Frozen):
    """A customer or supplier was created or changed; derives no legs."""

    kind: Literal["party"]
    role: Literal["customer", "supplier"]
    id: Id
    display_name: Annotated[str, Field(max_length=500)]
    email: Annotated[str, Field(max_length=200)] | None = None
    phone: Annotated[str, Field(max_length=60)] | None = None
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


class FinancialEvent(_Frozen):
    """One thing that happened at the point of sale, in daybook's own words.

    (connection, object_type, object_id) names the object; one effect of one version of it posts
    once. `occurred_at` is aware; `business_date` wins over any date computed from it.
    """

    object_type: Id
    object_id: Id
    object_version: Id = "1"
    effect: Literal["post", "reverse", "replace"] = "post"
    occurred_at: AwareDatetime | None = None
    business_date: date | None = None
    location: Id
    register_: Annotated[
        str, BeforeValidator(_id_text), Field(alias="register", max_length=200)
    ] = ""
    currency: Currency
    exchange_rate: Annotated[
        Decimal, BeforeValidator(_decimal), Field(gt=0, lt=Decimal("1e9"), max_digits=40)
    ] = Decimal(1)
    reference: Key = ""
    memo: Text = ""
    customer: Party | None = None
    supplier: Party | None = None
    body: Body

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.occurred_at is None and self.business_date is None:
            raise ValueError("occurred_at or business_date is needed")
        return self

    @property
    def name(self) -> str:
        """`object_type/object_id/version/effect`, as people and the preview see it."""
        return f"{self.object_type}/{self.object_id}/{self.object_version}/{self.effect}"

    def to_json(self) -> bytes:
        """The event as stored: compact JSON, amounts as strings, defaults left out."""
        return self.model_dump_json(by_alias=True, exclude_defaults=True).encode()

    @staticmethod
    def from_json(data: bytes) -> "FinancialEvent":
        """The event again from `to_json`."""
        return FinancialEvent.model_validate_json(data)


def occurred_or_midnight(event: FinancialEvent, fallback: datetime) -> datetime:
    """The instant to order events by: when it occurred, else when it was received."""
    return event.occurred_at or fallback
