"""The shops of the simulation: two companies, three connections, their accounts and mappings."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from daybook.domain.chart import Account, Chart
from daybook.domain.mapping import Mapping
from daybook.domain.posting import instant_text
from daybook.sources.signatures import new_secret

EAST, WEST = "9341450000000001", "9341450000000002"
REALMS = (EAST, WEST)
# Two points of sale in one company, so that they share its worker, and one alone.
REALM_OF = {"north": EAST, "harbour": EAST, "south": WEST}
SECRETS = {name: new_secret(name.ljust(32, "-").encode()) for name in REALM_OF}

ROUNDING = "60"
TYPES = {
    "1": "Bank",
    "2": "Other Current Asset",
    "3": "Other Current Liability",
    "4": "Other Current Liability",
    "5": "Other Current Liability",
    "50": "Income",
    "51": "Income",
    "52": "Income",
    "53": "Income",
    "60": "Expense",
    "61": "Expense",
    "8": "Accounts Receivable",
}
# (role, key) -> account. What a mapping leaves out holds the events that need it.
ACCOUNTS: Dict[tuple[str, str], str] = {
    ("payment_type", "cash"): "1",
    ("payment_type", "*"): "2",
    ("gift_card_liability", "*"): "3",
    ("tax_liability", "*"): "4",
    ("tax_override", "*"): "61",
    ("customer_deposits", "*"): "5",
    ("sales", "Hats"): "50",
    ("sales", "Shoes"): "51",
    ("returns", "*"): "53",
    ("markdowns", "*"): "52",
    ("cash_rounding", "*"): ROUNDING,
    ("accounts_receivable", "*"): "8",
}
ZONES = {"1": ("America/Chicago", "03:00"), "2": ("Pacific/Auckland", "04:00")}


@dataclass(frozen=True, slots=True)
class Rules:
    """A mapping in the simulation's own words, from which daybook's is made and the truth is
    computed. location "3" opens later: until then its events are held."""

    accounts: Dict[tuple[str, str], str] = field(default_factory=lambda: ACCOUNTS)
    zones: Dict[str, tuple[str, str]] = field(default_factory=lambda: ZONES)
    create_customers: bool = True
    settings: Dict[str, Any] = field(default_factory=dict)

    def account(self, role: str, key: str) -> str | None:
        """The account of a role and key, or None."""
        return self.accounts.get((role, key)) or self.accounts.get((role, "*"))

    def mapping(self) -> Mapping:
        """As daybook takes it."""
        rows = [
            {"role": role, "key": key, "account": account}
            for (role, key), account in self.accounts.items()
        ]
        locations = {
            place: {"name": f"Shop {place}", "time_zone": zone, "day_close": close}
            for place, (zone, close) in self.zones.items()
        }
        settings = {
            "create_customers": self.create_customers,
            "start_date": "2026-11-01",
            **self.settings,
        }
        return Mapping.model_validate(
            {"accounts": rows, "locations": locations, "settings": settings}
        )


WHOLE = Rules(zones={**ZONES, "3": ("Europe/London", "02:00")})
USUAL = Rules()
NO_SHOES = Rules({name: one for name, one in ACCOUNTS.items() if name != ("sales", "Shoes")})
SHOES_ELSEWHERE = Rules({**ACCOUNTS, ("sales", "Shoes"): "50"}, zones=WHOLE.zones)
ANOTHER_ZONE = Rules(zones={**ZONES, "1": ("Asia/Tokyo", "05:00")})
NO_NEW_CUSTOMERS = Rules(create_customers=False)
NEXT_OPEN_DAY = Rules(zones=WHOLE.zones, settings={"closed_books": "next_open_day"})
NEWER_WAITS = Rules(settings={"newer_version": "hold"})
CHANGES = (
    USUAL, NO_SHOES, SHOES_ELSEWHERE, ANOTHER_ZONE, WHOLE, NEXT_OPEN_DAY, NEXT_OPEN_DAY, NEWER_WAITS
)  # fmt: skip


def chart(
    realm: str, version: int, inactive: set[str], closed_to: date | None, at: datetime
) -> Chart:
    """The company's accounts as an import finds them at an instant."""
    accounts = {
        name: Account(name, f"Account {name}", kind, active=name not in inactive)
        for name, kind in TYPES.items()
    }
    return Chart(realm, version, accounts, close_date=closed_to, imported_at=instant_text(at))
