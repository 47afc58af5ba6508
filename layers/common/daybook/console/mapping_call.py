"""What all pages of a mapping share: which connection, what is known of it, who saved what when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final

from daybook.console.web import Call, Page, Wrong, href
from daybook.domain.connection import Connection
from daybook.domain.job import Job
from daybook.domain.mapping import Mapping as Rules
from daybook.domain.role_meanings import EXPECTED
from daybook.workflows.choices import Choices
from daybook.workflows.drafts import DraftMoved, Working, as_it_was, save, working
from daybook.workflows.mapping_sheet import Known, Sheet, waiting
from daybook.workflows.mapping_sheet_maker import sheet

# Held events that are counted by what they lack; the page says "at least" above it.
MOST_HELD: Final = 300
# Among so many of the newest jobs a page looks for those of its connection.
RECENT_JOBS: Final = 60
JOBS: Final = ("mapping_diff", "mapping_activate", "mapping_names", "refresh_chart")
_TABS: Final = (
    ("Accounts", "/mapping/<connection>"),
    ("Locations", "/mapping/<connection>/locations"),
    ("Settings", "/mapping/<connection>/settings"),
    ("Draft", "/mapping/<connection>/draft"),
    ("History", "/mapping/<connection>/history"),
    ("Copy", "/mapping/<connection>/copy"),
    ("From QuickBooks", "/mapping/<connection>/company"),
)


@dataclass(frozen=True)
class Subject:
    """The connection that a page is about, with what is read of it as it is needed."""

    call: Call
    connection: Connection

    @cached_property
    def working(self) -> Working:
        """The open draft, else what is in force."""
        return working(self.connection.id, self.call.parts.mappings)

    @cached_property
    def choices(self) -> Choices:
        """What the company has."""
        mappings, realm = self.call.parts.mappings, self.connection.realm
        if not realm:
            return Choices()
        return Choices(mappings.chart(realm), mappings.directory(realm))

    @cached_property
    def names(self) -> Mapping[tuple[str, str], str]:
        """What the point of sale calls its keys."""
        return self.call.parts.mappings.key_names(self.connection.id)

    @cached_property
    def held(self) -> int:
        """How many events were looked at for what they lack."""
        return min(len(self._held), MOST_HELD)

    @cached_property
    def _held(self) -> Sequence[Any]:
        return list(islice(self.call.parts.ledger.held(self.connection.id), MOST_HELD))

    @cached_property
    def known(self) -> Known:
        """What is known of the keys."""
        return Known(
            self.call.parts.mappings.seen_keys(self.connection.id),
            self.names,
            waiting(self._held),
            EXPECTED.get(self.connection.source, ()),
        )

    def sheet(self, rules: Rules | None = None) -> Sheet:
        """The rows of the draft, or of a version."""
        if rules is not None:
            return sheet(rules, (), self.known, self.choices)
        return sheet(self.working.mapping, self.working.unfinished, self.known, self.choices)

    def save(self, rules: Rules, unfinished: Any = None, note: str = "") -> int:
        """Keep the next save of the draft. Raises DraftMoved where the form's stamp is old."""
        before = self.before
        rest = before.unfinished if unfinished is None else unfinished
        visitor, mappings = self.call.visitor, self.call.parts.mappings
        draft = save(
            before, rules, rest, mappings, actor=visitor.actor, at=self.call.now, note=note
        )
        return draft.number

    @cached_property
    def before(self) -> Working:
        """What the writer of this form had before them."""
        stamp = self.call.one("stamp")
        return as_it_was(self.connection.id, stamp, self.call.parts.mappings)

    def url(self, page: str = "", **values: object) -> str:
        """The address of one of this mapping's pages."""
        return href(f"/mapping/<connection>{page}", connection=self.connection.id, **values)

    def page(self, template: str, tab: str, status: int = 200, **values: Any) -> Page:
        """A page with what every page of a mapping shows."""
        return Page(template, self._frame(tab) | values, status)

    def _frame(self, tab: str) -> dict[str, Any]:
        parts, one = self.call.parts, self.connection
        realm = parts.connections.realm(one.realm) if one.realm else None
        versions = {kept.version: kept for kept in parts.mappings.history(one.id)}
        return {
            "connection": one,
            "realm": realm,
            "company": realm.company or realm.realm if realm else "",
            "working": self.working,
            "in_force": versions.get(self.working.in_force),
            "chart": self.choices.chart,
            "may_edit": self.call.visitor.may("operator"),
            "may_activate": self.call.visitor.may("admin"),
            "url": self.url,
            "fragment": "fragment" in self.call.query,
            "tabs": [
                {"label": label, "href": href(path, connection=one.id), "current": label == tab}
                for label, path in _TABS
            ],
        }

    def job(self, job_id: str) -> Job | None:
        """A job on this connection's mapping, or on its company's chart."""
        job = self.call.parts.jobs.store.get(job_id) if job_id else None
        return job if job and self._is_mine(job) else None

    def last_job(self, *kinds: str) -> Job | None:
        """The newest job of these kinds among the last jobs of this month."""
        found = self.call.parts.jobs.store.latest(f"{self.call.now:%Y-%m}", "", RECENT_JOBS)
        mine = (job for _, job in found if job.kind in kinds and self._is_mine(job))
        return next(mine, None)

    def _is_mine(self, job: Job) -> bool:
        scope = job.scope
        if job.kind == "refresh_chart":
            return bool(self.connection.realm) and scope.get("realm") == self.connection.realm
        return job.kind in JOBS and scope.get("connection") == self.connection.id


def subject_of(call: Call) -> Subject:
    """Which connection a page is about. Raises Wrong where there is none of that name."""
    found = call.parts.connections.get(call.params["connection"])
    if found is None:
        raise Wrong(404, "There is no such connection", "", "Choose one from the list.")
    return Subject(call, found)


def moved(subject: Subject, problem: DraftMoved, mine: Sequence[Any] = ()) -> Page:
    """Somebody else was faster: whose save it was, and what of mine is not in it.

    mine: (where, what I wrote, what stands there now) in words, then the fields that write it
    again on top of theirs.
    """
    latest = problem.latest
    mappings = subject.call.parts.mappings
    last = latest.draft or mappings.draft(subject.connection.id)
    return subject.page("mapping_moved.html", "Draft", 409, latest=latest, last=last, mine=mine)


def row_words(role: str, key: str, location: str) -> str:
    """A row as a sentence names it."""
    at = f" at {location}" if location else ""
    return f"{role} {key!r}{at}"


__all__ = ["JOBS", "MOST_HELD", "Subject", "moved", "row_words", "subject_of"]
