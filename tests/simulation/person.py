"""What people do meanwhile: mappings, charts, closing dates, lost consents; and in the end, repair.

A command that dies is given again, as a person would.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from daybook.domain.posting import Posting
from daybook.qbo.exceptions import QboError
from daybook.qbo.token_protocol import ReconnectNeeded
from daybook.qbo.tokens import TokenError, TokenPair
from daybook.store.secrets import SecretsUnavailable
from daybook.workflows import dead_letters
from daybook.workflows.connect import ImportOvertaken, connect_company, refresh_chart
from daybook.workflows.go_live import days_between, send_past
from daybook.workflows.link import link
from daybook.workflows.map_accounts import MappingRefused, activate
from daybook.workflows.operator import EventName, NotPossible, Operator, Who, name_of
from daybook.workflows.prove import prove
from daybook.workflows.replay import replay_event
from daybook.workflows.replay_many import Filter, start_replay
from daybook.workflows.undo import Selection, start_undo, undo_event
from daybook.workflows.void import void_event
from tests.simulation.clock import START
from tests.simulation.shop import CHANGES, REALM_OF, REALMS, WHOLE, Rules
from tests.simulation.stack import Stack

if TYPE_CHECKING:
    from tests.simulation.faults import Faults
    from tests.simulation.world import World

TRIES = 6
_HOUR_SECONDS = 3_600


class Person:
    """Whoever runs the shops and their books."""

    def __init__(self, world: "World", faults: "Faults", hours: float) -> None:
        self.world = world
        self.faults = faults
        self.hours = hours
        self.chance = random.Random(f"{world.seed}/person")
        self.lost: set[str] = set()
        self.touched: set[tuple[str, str, str]] = set()

    def plan(self) -> None:
        """What happens today, by the faults' mix."""
        if self.faults.mix.changes:
            for _ in range(8):
                self._at_some_time("mapping changed", self._map_anything)
                self._at_some_time("account inactive", self._retire_an_account)
            for _ in range(3):
                self._at_some_time("books closed", self._close_books)
                self._at_some_time("chart imported", self.import_charts)
        if self.faults.mix.tokens:
            for _ in range(6):
                self._at_some_time("tokens expired", self._expire)
                self._at_some_time("chart imported", self._two_at_once)
            self._at_some_time("consent revoked", self._revoke)
            for hour in range(1, int(self.hours), 3):
                self.world.clock.after(hour * _HOUR_SECONDS, self.reconnect)
        if self.faults.mix.people:
            for _ in range(12):
                self._at_some_time("undone", self.undo)
                self._at_some_time("replayed", self.replay)
                self._at_some_time("voided", self.void)
            self._at_some_time("day undone", self._undo_any_day)
            self._at_some_time("past sent", self._send_past)
            self._at_some_time("all replayed", self.replay_held)
        if self.faults.mix.outages:
            self._at_some_time("subscription ended", self._end_subscription)

    def _at_some_time(self, name: str, action: Callable[[], None]) -> None:
        seconds = self.chance.uniform(0, self.hours * _HOUR_SECONDS)

        def happens() -> None:
            if self.faults.happens(name, 1.0):
                self.world.trace.note(name)
                action()

        self.world.clock.at(START + timedelta(seconds=seconds), happens)

    def command(self, workflow: str, work: Callable[[], Any]) -> None:
        """A command, again until it comes to its end."""
        self._try(workflow, work, 1)

    def _try(self, workflow: str, work: Callable[[], Any], turn: int) -> None:
        ended = self.world.boundary.run(workflow, 900, work)
        if not ended.well and turn < TRIES:
            # Planned, not waited for: nobody else stands still meanwhile.
            self.world.clock.after(60, lambda: self._try(workflow, work, turn + 1))

    def _map_anything(self) -> None:
        self.map(self.chance.choice(sorted(REALM_OF)), self.chance.choice(CHANGES))

    def map(self, connection: str, rules: Rules) -> None:
        """Put a mapping in force."""
        row = self.world.raw.connections.get(connection)
        assert row
        # Known before it is in force, for the truth is asked as soon as a row names the version.
        for ahead in range(1, 2 + TRIES):
            number = len(self.world.raw.mappings.versions(connection)) + ahead
            self.world.rules[connection, number] = rules

        def work() -> None:
            # A mapping to an account that is inactive by now is refused, and that is all.
            with suppress(MappingRefused):
                activate(row, rules.mapping(), "a person", self.world.releaser, force=True)

        self.command("activate", work)

    def _retire_an_account(self) -> None:
        company = self.world.companies[self.chance.choice(REALMS)]
        company.inactive.add(self.chance.choice(("51", "8", "4")))
        if self.chance.random() < 0.5:
            self.import_charts()

    def import_charts(self) -> None:
        """Every company's lists are read anew."""
        for realm in REALMS:
            self.command("chart", lambda one=realm: self._import(one))  # type: ignore[misc]

    def _import(self, realm: str) -> None:
        try:
            refresh_chart(realm, Stack(self.world).quickbooks.importer())
        except ReconnectNeeded:
            # Whoever asked for it sees why it failed.
            self.lost.add(realm)
        except (ImportOvertaken, QboError, TokenError, SecretsUnavailable):
            self.world.trace.note(f"no import of {realm}")

    def _two_at_once(self) -> None:
        """Two commands of which each needs a new token."""
        self._expire_soon()
        self.world.clock.after(0.2, self.import_charts)
        self.import_charts()

    def _expire_soon(self) -> None:
        """The tokens that are kept are told to end within the next minutes."""
        for realm, text in self.world.raw.tokens.current.items():
            pair = replace(TokenPair.from_json(text), expires_at=self.world.clock())
            self.world.raw.tokens.current[realm] = pair.to_json()

    def _close_books(self) -> None:
        company = self.world.companies[self.chance.choice(REALMS)]
        company.closed_to = date(2026, 11, 19) + timedelta(days=self.chance.randint(0, 2))

    def _any_row(self, *statuses: str) -> Posting | None:
        """A row of some status that a person might look at."""
        rows = [
            row
            for row in self.world.raw.ledger.rows.values()
            if row.status in statuses and row.key.purpose == "post" and row.event
        ]
        return self.chance.choice(rows) if rows else None

    def _operate(self, workflow: str, row: Posting | None, what: Callable[..., Any]) -> None:
        """A command about one event, which may be refused."""
        if row is None:
            return
        self.touched.add((row.key.connection, row.key.object_type, row.key.object_id))
        name = EventName.read(name_of(row))

        def work() -> None:
            tools = Stack(self.world).jobs.operator
            with suppress(NotPossible):
                what(row, name, Who("a person", "why not"), tools)

        self.command(workflow, work)

    def undo(self, row: Posting | None = None) -> None:
        """`daybook undo` of one event, any if none is named."""

        def undo(row: Posting, name: EventName, who: Who, tools: Operator) -> None:
            undo_event(row.key.connection, name, who, tools)

        self._operate("undo_one", row or self._any_row("posted"), undo)

    def replay(self, row: Posting | None = None) -> None:
        """`daybook replay` of one event, any if none is named."""

        def replay(row: Posting, name: EventName, who: Who, tools: Operator) -> None:
            connection = self.world.raw.connections.get(row.key.connection)
            assert connection
            replay_event(connection, name, who, tools)

        row = row or self._any_row("reversed", "held", "posted")
        self._operate("replay_one", row, replay)

    def void(self, row: Posting | None = None) -> None:
        """`daybook void` of one event, any that is held if none is named."""

        def void(row: Posting, name: EventName, who: Who, tools: Operator) -> None:
            void_event(row.key.connection, name, who, tools)

        self._operate("void", row or self._any_row("held"), void)

    def _undo_any_day(self) -> None:
        self.undo_a_day(self.chance.choice(sorted(REALM_OF)), "2026-11-20")

    def undo_a_day(self, name: str, day: str) -> None:
        """`daybook undo` of all of a connection's day, as a job."""
        for row in self.world.raw.ledger.rows.values():
            if row.key.connection == name and row.business_date == day:
                self.touched.add((name, row.key.object_type, row.key.object_id))

        def work() -> None:
            jobs = Stack(self.world).jobs
            who = Who("a person", "wrong mapping")
            start_undo(Selection(name, day, day), 0, who, jobs.operator, jobs.worker)

        self.command("start_undo", work)

    def _expire(self) -> None:
        self.world.intuit.expire(self.chance.choice(REALMS))

    def _revoke(self) -> None:
        self.world.intuit.revoke(self.chance.choice(REALMS))

    def _end_subscription(self) -> None:
        company = self.world.companies[self.chance.choice(REALMS)]
        company.ended = True
        self.world.clock.after(3 * _HOUR_SECONDS, lambda: setattr(company, "ended", False))

    def reconnect(self) -> None:
        """Connect again what asks for it."""
        for realm in REALMS:
            row = self.world.raw.connections.realm(realm)
            if row is None or (row.state == "connected" and realm not in self.lost):
                continue
            self._connect(realm, 1)

    def _connect(self, realm: str, turn: int) -> None:
        """Consent, and paste the token; where that does not work, another consent is needed."""
        given = self.world.intuit.consent(realm)

        def work() -> bool:
            try:
                tools = Stack(self.world).quickbooks.importer()
                connect_company(realm, given, "production", tools)
            except (QboError, TokenError):
                return False
            return True

        ended = self.world.boundary.run("connect", 900, work)
        if ended.answer:
            self.lost.discard(realm)
        if not ended.answer and turn < TRIES:
            self.world.clock.after(60, lambda: self._connect(realm, turn + 1))

    def repair(self) -> None:
        """Everything that a person can mend is mended."""
        world = self.world
        for company in world.companies.values():
            company.inactive.clear()
            company.closed_to, company.ended = None, False
        self.reconnect()
        self.import_charts()
        for connection in sorted(REALM_OF):
            self.map(connection, WHOLE)
        self.replay_dead_letters()
        self.replay_held()

    def _send_past(self) -> None:
        for connection in sorted(REALM_OF):
            self.send_past(connection, date(2026, 10, 1), date(2026, 10, 31))

    def send_past(self, name: str, first: date, last: date) -> None:
        """`daybook send`, of what is older than the start date."""
        days = days_between(first, last)

        def work() -> None:
            connection = self.world.connections.get(name)
            send_past(connection, days, self.world.releaser)

        self.command("send", work)

    def link(self, connection: str, customer: str, qbo_id: str) -> None:
        """`daybook link customer`."""

        def work() -> None:
            row = self.world.connections.get(connection)
            link(row, "customer", customer, qbo_id, self.world.releaser)

        self.command("link", work)

    def prove(self, realm: str) -> None:
        """`daybook prove`."""
        self.command("prove_now", lambda: prove(realm, None, Stack(self.world).prover))

    def replay_dead_letters(self) -> None:
        """`daybook dlq replay`, of each queue."""
        self.command("dlq", self._replay_dead_letters)

    def _replay_dead_letters(self) -> None:
        for letters in Stack(self.world).dead_letters.queues.values():
            dead_letters.replay(letters, dead_letters.Wanted(), self.world.clock())

    def replay_held(self) -> None:
        """`daybook replay`, of everything that a person had to mend, as a job."""

        def work() -> None:
            jobs = Stack(self.world).jobs
            wanted = Filter(tuple(sorted(REALM_OF)))
            start_replay(wanted, 0, Who("a person", "mended"), jobs.operator, jobs.worker)

        self.command("start_replay", work)
