"""The canonical financial event: one thing that happened and moves money or stock.

The wire shape is that of docs/sources/canonical.md. Amounts stay exact decimals here; they become
integers of minor units in `legs`, each rounded once. All models are immutable and refuse unknown
fields.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daybook.domain.bodies import (
    Address,
    Body,
    CashMovement,
    Deposit,
    GiftCardAdjustment,
    LedgerBatch,
    LedgerRow,
    Party,
    PartyChange,
    Payout,
    Purchase,
    PurchaseLine,
    Sale,
    SaleLine,
    StockLine,
    StockMove,
    TaxLine,
    Tender,
)
from daybook.domain.fields import Currency, Day, Frozen, Id, Instant, Key, Rate, Text

__all__ = [
    "Address",
    "Body",
    "CashMovement",
    "Deposit",
    "FinancialEvent",
    "GiftCardAdjustment",
    "LedgerBatch",
    "LedgerRow",
    "Party",
    "PartyChange",
    "Payout",
    "Purchase",
    "PurchaseLine",
    "Sale",
    "SaleLine",
    "StockLine",
    "StockMove",
    "TaxLine",
    "Tender",
]


class FinancialEvent(Frozen):
    """One thing that happened at the point of sale, in daybook's own words.

    (connection, object_type, object_id) names the object; one effect of one version of it posts
    once. `occurred_at` is aware; `business_date` wins over any date computed from it.
    """

    object_type: Id
    object_id: Id
    object_version: Id = "1"
    effect: Literal["post", "reverse", "replace"] = "post"
    occurred_at: Instant | None = None
    business_date: Day | None = None
    location: Id
    register_: Annotated[Key, Field(alias="register")] = ""
    currency: Currency
    exchange_rate: Rate = Decimal(1)
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
