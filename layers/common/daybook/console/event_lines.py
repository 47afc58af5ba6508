"""Events as lines of a list: what a person sees of each row at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daybook.console.quickbooks_links import link
from daybook.console.web import href
from daybook.domain.connection import Connection, Realm
from daybook.domain.journal import JournalEntry
from daybook.domain.money import to_text
from daybook.domain.posting import Posting
from daybook.workflows.find_events import doc_number_of, reference_of

if TYPE_CHECKING:
    from daybook.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount of a currency, in minor units."""

    minor: int
    currency: str

    @property
    def text(self) -> str:
        """With the currency's digits."""
        return to_text(self.minor, self.currency)


@dataclass(frozen=True, slots=True)
class EventLine:
    """One row as a list shows it. name: what the point of sale calls it; total: of its debits, or
    of its document; None where nothing is to be posted."""

    row: Posting
    url: str
    name: str
    object: str
    what: str
    doc_number: str
    total: Sum | None
    quickbooks: str

    @property
    def id(self) -> str:
        """The row's own id."""
        return self.row.id


class Lines:
    """Makes lines of rows; what it needs of connections and companies is read once."""

    def __init__(self, parts: "Wiring") -> None:
        self._qbo_url = parts.settings.qbo_url
        self.connections: Mapping[str, Connection] = {
            one.id: one for one in parts.connections.all()
        }
        self.realms: Mapping[str, Realm] = {one.realm: one for one in parts.connections.realms()}

    def line(self, row: Posting) -> EventLine:
        """A row's line."""
        key = row.key
        reference = reference_of(row)
        return EventLine(
            row,
            event_url(row),
            reference or key.object_id,
            f"{key.object_type} {key.object_id}",
            what_of(row),
            doc_number_of(row),
            total_of(row),
            self.quickbooks(row),
        )

    def quickbooks(self, row: Posting) -> str:
        """Where the row is in QuickBooks; "" where there is no page."""
        realm = self.realms.get(row.realm)
        return link(row.entity, row.qbo_id, realm, self._qbo_url)


def label_of(connection: Connection) -> str:
    """A connection as a person tells it from others: its name with its id."""
    same = not connection.name or connection.name == connection.id
    return connection.id if same else f"{connection.name} ({connection.id})"


def event_url(row: Posting) -> str:
    """The page of a row's object."""
    key = row.key
    return href(
        "/events/<connection>/<type>/<id>",
        connection=key.connection,
        type=key.object_type,
        id=key.object_id,
    )


def what_of(row: Posting) -> str:
    """What sets a row apart from the first posting of its object: "version 2, taken back"."""
    key = row.key
    said = [
        # A version that is an instant says little; the event's own page has it.
        f"version {key.version}" if key.version.isdigit() and 1 < int(key.version) < 1_000 else "",
        {"reverse": "takes back", "replace": "replaces"}.get(key.effect, ""),
        {"reverse": "reversal", "create": "new in QuickBooks", "close": "close of a day"}.get(
            key.purpose, ""
        ),
        f"posted again, {key.revision}" if key.revision else "",
        f"part {key.part}" if key.part else "",
        "other content" if row.beside else "",
    ]
    return ", ".join(one for one in said if one)


def total_of(row: Posting) -> Sum | None:
    """What a row's entry or document comes to."""
    if not row.entry:
        return None
    posted = row.document()
    if isinstance(posted, JournalEntry):
        debits = sum(line.amount for line in posted.lines if line.side == "debit")
        return Sum(debits, posted.currency)
    total, currency = getattr(posted, "total", None), getattr(posted, "currency", "")
    return Sum(total, currency) if isinstance(total, int) and currency else None
