"""Where an event is posted, and what was decided for it beyond its mapping."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from daybook.domain.chart import Chart

if TYPE_CHECKING:
    from daybook.domain.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one posting beyond its mapping, kept beside it.

    txn_date: the date posted on where it is not the business date (closed books).
    parties: QBO ids by "customer:<POS id>" or "vendor:<POS id>".
    items: QBO ids of service items by the account that they sell into; asked for documents only.
    revision: of the posting; above 0 where what was taken back is posted again.
    """

    txn_date: date | None = None
    parties: Dict[str, str] = field(default_factory=dict)
    revision: int = 0
    items: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Books:
    """Where an event is posted: company, connection, source, mapping version and chart.

    chart None (a preview without a company): nothing is checked against it.
    classes: QBO ids by label, asked where settings.classes has none.
    """

    realm: str
    connection: str
    source: str
    mapping: "Mapping"
    mapping_version: int = 0
    chart: Chart | None = None
    classes: Dict[str, str] = field(default_factory=dict)

    @property
    def home_currency(self) -> str:
        """The company's currency, or the mapping's where no chart was imported."""
        return self.chart.home_currency if self.chart else self.mapping.settings.currency
