"""The part of the wiring that reads points of sale: pulls, and when they begin."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from daybook.domain.job import Job, Step
from daybook.sources.registry import find
from daybook.store import clients
from daybook.store.pulls import Pulls
from daybook.store.table import Table
from daybook.telemetry import line, logger
from daybook.workflows.jobs import SecondsLeft, Worker
from daybook.workflows.pull import Puller, pull_slice
from daybook.workflows.pull_start import start_due

if TYPE_CHECKING:
    from daybook.domain.connection import Connection
    from daybook.settings import Settings
    from daybook.sources.contract import ListClient
    from daybook.store.archive import Archive
    from daybook.store.connections import Connections
    from daybook.store.secrets import Secrets
    from daybook.workflows.translate import Translator


class Parts(Protocol):
    """The other parts of the stack that this one is made from; `wiring.Wiring` has them."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def connections(self) -> "Connections": ...
    @property
    def archive(self) -> "Archive": ...
    @property
    def secrets(self) -> "Secrets": ...
    @property
    def translator(self) -> "Translator": ...
    def pull_client(self, connection: "Connection") -> "ListClient": ...


class PullParts:
    """Pulls, and how far they are."""

    def __init__(self, parts: Parts, now: Callable[[], datetime]) -> None:
        self._parts = parts
        self._now = now

    @cached_property
    def store(self) -> Pulls:
        """Cursors, and what was seen."""
        return Pulls(Table(clients.dynamodb(), self._parts.settings.ledger_table))

    @cached_property
    def puller(self) -> Puller:
        """For `pull_slice`."""
        parts = self._parts
        return Puller(
            self.store, parts.connections, find, parts.pull_client, parts.translator,
            parts.archive, self._now,
            lambda connection, tries: line(
                logger("sweeper"), "pull_failing", connection=connection, count=tries
            ),
        )  # fmt: skip

    def slice(self, job: Job, seconds_left: SecondsLeft) -> Step:
        """One step of a pull."""
        return pull_slice(job, seconds_left, self.puller)

    def start_due(self, worker: Worker) -> dict[str, int]:
        """Begin the pulls of this hour; how many."""
        secrets = self._parts.secrets
        begun = start_due(
            self._parts.connections.all(), find,
            lambda connection: bool(secrets.pos_secret(connection)), worker,
        )  # fmt: skip
        return {"count": len(begun)}
