"""A mapping: which account, class and department each (role, key, location) goes to.

The models are the mapping file's own shape (docs/mapping-file.md); unknown fields are refused.
"""

from collections.abc import Iterable, Iterator
from datetime import date, time
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from daybook.domain.export_kinds import SORTS, is_sort
from daybook.domain.roles import NONE_ALLOWED, ROLES
from daybook.domain.standing import Standing

if TYPE_CHECKING:
    from daybook.domain.chart import Chart

DEFAULT_KEY = "*"
# How many places a mapping remembers the row of.
MAX_REMEMBERED = 10_000
# The kinds of events, as their bodies name them.
KINDS: Final = (
    "sale",
    "deposit",
    "stock_move",
    "gift_card_adjustment",
    "cash_movement",
    "purchase",
    "gl_batch",
    "payout",
    "party",
)


class KeptMapping(NamedTuple):
    """A version of a mapping: its number, who put it in force, and when (RFC 3339)."""

    version: int
    actor: str = ""
    at: str = ""


def _as_id(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is no IANA time zone such as America/Chicago") from error
    return value


def _known_role(value: str) -> str:
    if value not in ROLES:
        raise ValueError(f"{value!r} is no role; roles are {', '.join(sorted(ROLES))}")
    return value


def _known_kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError(f"{value!r} is no kind of event; kinds are {', '.join(KINDS)}")
    return value


def _known_export(value: str) -> str:
    if value in KINDS or is_sort(value):
        return value
    kind = value.partition(".")[0]
    if kind in SORTS:
        raise ValueError(f"{value!r} is no sort of {kind}; sorts are {', '.join(SORTS[kind])}")
    return _known_kind(value)


def _hour(value: Any) -> Any:
    if isinstance(value, str):
        time.fromisoformat(value)
    return value


type QboId = Annotated[str, BeforeValidator(_as_id), Field(min_length=1, max_length=64)]
type PosKey = Annotated[str, BeforeValidator(_as_id), Field(max_length=200)]
type Kind = Annotated[str, AfterValidator(_known_kind)]
# A kind, or one sort of it: `sale.credit_note`.
type Export = Annotated[str, AfterValidator(_known_export)]
type Mode = Literal["per_event", "day_summary", "document"]
# The first is the default.
MODES: Final[tuple[Mode, ...]] = ("per_event", "day_summary", "document")


class _Strict(BaseModel):
    # As an event's parts are: only the whole is used by itself, and builds them all.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class AccountRow(_Strict):
    """One row of a mapping. account None means "not applicable"; key "*" is the role's default."""

    role: Annotated[str, AfterValidator(_known_role)]
    key: PosKey
    location: PosKey | None = None
    account: QboId | None
    class_: Annotated[QboId | None, Field(alias="class")] = None
    department: QboId | None = None
    customer: QboId | None = None
    vendor: QboId | None = None

    @model_validator(mode="after")
    def _none_where_allowed(self) -> Self:
        if self.account is None and self.role not in NONE_ALLOWED:
            raise ValueError(f"role {self.role} cannot be mapped to None; name an account")
        return self


class LocationRow(_Strict):
    """A location: its zone and closing hour give the business date; its class and department
    stand on every line."""

    name: str = ""
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    day_close: Annotated[str, Field(pattern=r"^\d\d:\d\d$"), BeforeValidator(_hour)] = "00:00"
    class_: Annotated[QboId | None, Field(alias="class")] = None
    department: QboId | None = None


class ModeFrom(_Strict):
    """From this business date on, a location posts in this mode."""

    from_: Annotated[date, Field(alias="from")]
    mode: Mode


class DoNotPost(_Strict):
    """Events of this kind and reason are recorded and never posted."""

    kind: Kind
    reason: str = ""


class RowSide(_Strict):
    """On which side a positive printed amount of a day report's row stands."""

    side: Literal["debit", "credit"]


class Settings(_Strict):
    """What a connection chooses. The first value of each choice is its default."""

    mode: Mode = "per_event"
    modes_by_location: dict[str, tuple[ModeFrom, ...]] = Field(default_factory=dict)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    start_date: date | None = None
    closed_books: Literal["hold", "next_open_day"] = "hold"
    newer_version: Literal["replace", "hold"] = "replace"
    second_send: Literal["refuse", "replace"] = "refuse"
    day_form: Literal["journal", "sales_receipt"] = "journal"
    grace_minutes: Annotated[int, Field(ge=0, le=1440)] = 120
    max_lines: Annotated[int, Field(ge=2, le=1000)] = 250
    do_not_post: tuple[DoNotPost, ...] = ()
    exports: tuple[Export, ...] | None = None
    create_customers: bool = False
    create_classes: bool = False
    classes: dict[str, QboId] = Field(default_factory=dict)
    rows: dict[str, RowSide] = Field(default_factory=dict)
    # None: nobody is named, which is not the same as naming the default (`cogs.cogs_owner`).
    cogs_owner: Literal["sale", "shipment", "batch"] | None = None
    document_tax: Literal["line", "code"] = "line"
    tax_codes: dict[str, QboId] = Field(default_factory=dict)
    purchase_orders: Literal["bill", "purchase_order"] = "bill"
    purchases_to: Literal["inventory_on_hand", "purchases_received"] = "inventory_on_hand"


class Mapping(_Strict):
    """A whole mapping file. `resolve` finds the most specific row."""

    accounts: tuple[AccountRow, ...] = ()
    locations: dict[str, LocationRow] = Field(default_factory=dict)
    settings: Settings = Field(default_factory=Settings)

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str | None], AccountRow]:
        return {(row.role, row.key, row.location): row for row in self.accounts}

    @cached_property
    def _found(self) -> dict[tuple[str, str, str], AccountRow | None]:
        """What was resolved before: a shop has few places and many tickets."""
        return {}

    @cached_property
    def _standing(self) -> "list[Standing]":
        """The one `Standing` that was asked for last."""
        return []

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        twice: list[str] = []
        seen: set[tuple[str, str, str | None]] = set()
        for number, row in enumerate(self.accounts):
            place = (row.role, row.key, row.location)
            if place in seen:
                where = f" at location {row.location}" if row.location else ""
                twice.append(
                    f"accounts.{number}: role {row.role}, key {row.key!r}{where} is mapped twice"
                )
            seen.add(place)
        if twice:
            raise ValueError("; ".join(twice))
        return self

    def resolve(self, role: str, key: str, location: str) -> AccountRow | None:
        """The most specific row: (role, key, location), (role, key), (role, *, location),
        (role, *); None where the mapping has none."""
        place = (role, key, location)
        if place in (found := self._found):
            return found[place]
        rows = self._rows
        row = (
            rows.get(place)
            or rows.get((role, key, None))
            or rows.get((role, DEFAULT_KEY, location))
            or rows.get((role, DEFAULT_KEY, None))
        )
        if len(found) >= MAX_REMEMBERED:
            found.clear()
        found[place] = row
        return row

    def resolve_all(self, places: Iterable[tuple[str, str, str]]) -> list[AccountRow | None]:
        """`resolve` of each (role, key, location), in their order."""
        found = self._found
        return [found[one] if one in found else self.resolve(*one) for one in places]

    def standing(self, chart: "Chart | None") -> "Standing":
        """Where legs stand on this chart, as far as it was found before."""
        kept = self._standing
        if kept and (last := kept[0]).chart is chart and len(last) < MAX_REMEMBERED:
            return last
        # A new one each time, never one that is emptied: another thread may be reading it.
        made = Standing(chart)
        kept[:] = [made]
        return made

    def mode_at(self, location: str, day: date) -> Mode:
        """The posting mode of a location on a business date."""
        mode = self.settings.mode
        for change in sorted(
            self.settings.modes_by_location.get(location, ()), key=lambda row: row.from_
        ):
            if change.from_ <= day:
                mode = change.mode
        return mode

    def posts_documents(self, location: str, day: date) -> bool:
        """Whether a location is in mode `document` on a business date."""
        return self.mode_at(location, day) == "document"

    def covers(self, missing: Iterator[tuple[str, str, str]]) -> bool:
        """Whether every (role, key, location) now has a row."""
        return all(self.resolve(*place) is not None for place in missing)
