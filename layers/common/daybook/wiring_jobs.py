"""The part of the wiring that jobs run on: the sweeper's errands and each kind of job."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol

from daybook import queues
from daybook.domain.job import Job, Step
from daybook.queues import DeliveryMessage
from daybook.sources.registry import find
from daybook.store import clients
from daybook.store.actions import Actions
from daybook.store.jobs import Jobs
from daybook.store.secrets import SecretsUnavailable
from daybook.store.table import Table
from daybook.telemetry import line, logger
from daybook.workflows.backfill import backfill_slice
from daybook.workflows.chart_report import kept
from daybook.workflows.connect import ImportOvertaken, Refreshed, refresh_chart
from daybook.workflows.daily import Night, daily_slice
from daybook.workflows.failed_deliveries import record
from daybook.workflows.jobs import SecondsLeft, Slice, Worker, heal, start
from daybook.workflows.mapping_jobs import Cartographer, activate_slice, diff_slice, names_slice
from daybook.workflows.operator import Operator
from daybook.workflows.poster import Reconnect, TokenUnavailable
from daybook.workflows.prove import prove_slice
from daybook.workflows.record import disconnect
from daybook.workflows.replay_many import replay_slice
from daybook.workflows.sweep import Sweeper, sweep
from daybook.workflows.token_care import refresh_idle
from daybook.workflows.undo import undo_slice
from daybook.workflows.void_many import void_slice
from daybook.workflows.watch import Watched, watch

if TYPE_CHECKING:
    from daybook.domain.connection import Connection
    from daybook.settings import Settings
    from daybook.sources.contract import Client
    from daybook.store.connections import Connections
    from daybook.store.ledger import Ledger
    from daybook.store.mappings import Mappings
    from daybook.wiring_dead_letters import DeadLetterParts
    from daybook.wiring_proof import ProofParts
    from daybook.wiring_pulls import PullParts
    from daybook.wiring_qbo import QuickBooks
    from daybook.workflows.release import Releaser

# What a message does at once, without a job's row: its counts, for the log line.
type Errand = Callable[[], Mapping[str, int]]


class Parts(Protocol):
    """The other parts of the stack that this one is made from; `wiring.Wiring` has them."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def ledger(self) -> "Ledger": ...
    @property
    def connections(self) -> "Connections": ...
    @property
    def mappings(self) -> "Mappings": ...
    @property
    def doorbell(self) -> queues.Doorbell: ...
    @property
    def deliveries(self) -> queues.Deliveries: ...
    @property
    def dead_letters(self) -> "DeadLetterParts": ...
    @property
    def proof(self) -> "ProofParts": ...
    @property
    def pulls(self) -> "PullParts": ...
    @property
    def quickbooks(self) -> "QuickBooks": ...
    @property
    def releaser(self) -> "Releaser": ...
    def pos_client(self, connection: "Connection") -> "Client": ...


class JobParts:
    """Jobs, and the errands of the tick."""

    def __init__(
        self, parts: Parts, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._parts = parts
        self._now = now
        self._new_id = new_id

    @cached_property
    def worker(self) -> Worker:
        """For `jobs.run`, `jobs.start`."""
        return Worker(
            self.store, self.queue.send, self._slices(), self._now, self._new_id,
            self.queue.send_later,
        )  # fmt: skip

    def _slices(self) -> dict[str, Slice]:
        """What does each kind of job."""
        return {
            "undo": partial(undo_slice, tools=self.operator),
            "replay": partial(replay_slice, tools=self.operator),
            "void": partial(void_slice, tools=self.operator),
            "send": partial(backfill_slice, tools=self._parts.releaser),
            "refresh_chart": self._refresh_chart,
            "mapping_diff": partial(diff_slice, tools=self.cartographer),
            "mapping_activate": partial(activate_slice, tools=self.cartographer),
            "mapping_names": partial(names_slice, tools=self.cartographer),
            "daily": self._daily,
            "prove": self._prove_slice,
            "disconnect": self._revoke_slice,
            "pull": self._pull,
        }

    def errands(self) -> dict[str, Errand]:
        """What each kind of message does that is no job."""
        return {
            "tick": self._tick,
            "dead_letters": self._dead_letters,
            "pulls": lambda: self._parts.pulls.start_due(self.worker),
        }

    @cached_property
    def store(self) -> Jobs:
        """The jobs' rows."""
        return Jobs(Table(clients.dynamodb(), self._parts.settings.ledger_table))

    @cached_property
    def queue(self) -> queues.Jobs:
        """The queue of jobs."""
        return queues.Jobs(clients.sqs(), self._parts.settings.jobs_queue_url)

    @cached_property
    def actions(self) -> Actions:
        """What people did."""
        return Actions(Table(clients.dynamodb(), self._parts.settings.ledger_table))

    @cached_property
    def operator(self) -> Operator:
        """For `undo`, `replay`, `void`."""
        parts = self._parts
        return Operator(
            parts.ledger, parts.connections, parts.mappings, parts.doorbell, self.actions,
            self.retry, self._now,
        )  # fmt: skip

    def _refresh_chart(self, job: Job, _seconds_left: SecondsLeft) -> Step:
        """A company's lists are taken over, whole."""
        try:
            done = self._refresh(job.scope["realm"], only_changes=False)
        except self._failures as failure:
            return Step({}, 0, 1, {}, failed=f"{failure}")
        return Step({"report": kept(done)}, 1, 1, {"charts": 1}, finished=True)

    @cached_property
    def cartographer(self) -> Cartographer:
        """For the jobs on mappings."""
        return Cartographer(self._parts.releaser, find, self._parts.pos_client)

    def _refresh(self, realm: str, *, only_changes: bool = True) -> Refreshed:
        from daybook.qbo.token_protocol import ReconnectNeeded  # noqa: PLC0415

        try:
            return refresh_chart(realm, self._parts.quickbooks.connector, only_changes=only_changes)
        except ReconnectNeeded as lost:
            # A company with nothing to post would stay connected with dead tokens, unseen.
            known = self._parts.connections.realm(realm)
            if known:
                disconnect(known, str(lost), self._parts.quickbooks.poster(float), lost.pair)
            raise

    @cached_property
    def _failures(self) -> tuple[type[Exception], ...]:
        """What reaching a company may raise."""
        from daybook.qbo.exceptions import QboError  # noqa: PLC0415
        from daybook.qbo.token_protocol import ReconnectNeeded  # noqa: PLC0415
        from daybook.qbo.tokens import TokenError  # noqa: PLC0415

        known = (ImportOvertaken, Reconnect, TokenUnavailable, SecretsUnavailable, LookupError)
        return (*known, QboError, ReconnectNeeded, TokenError)

    def _revoke_slice(self, job: Job, seconds_left: SecondsLeft) -> Step:
        from daybook.workflows.disconnect import Revoker, revoke_slice  # noqa: PLC0415

        parts = self._parts
        tools = Revoker(parts.connections.realm, parts.quickbooks.tokens.revoke, self._failures)
        return revoke_slice(job, seconds_left, tools)

    def _pull(self, job: Job, seconds_left: SecondsLeft) -> Step:
        return self._parts.pulls.slice(job, seconds_left)

    def _daily(self, job: Job, seconds_left: SecondsLeft) -> Step:
        night = Night(
            self._parts.connections, self._care, self._refresh, self._prove, self._failures
        )
        return daily_slice(job, seconds_left, night)

    def _care(self) -> Counter[str]:
        """The tokens of all companies are looked after."""
        tokens = self._parts.quickbooks.tokens
        return refresh_idle(
            connections=self._parts.connections,
            renew=tokens.renew_idle,
            look=tokens.look,
            alarm=lambda word, realm: line(logger("sweeper"), word, realm=realm),
            clock=self._now,
        ).counts()

    def _prove_slice(self, job: Job, seconds_left: SecondsLeft) -> Step:
        return prove_slice(job, seconds_left, self._parts.proof.prover)

    def _prove(self, realm: str, night: Job) -> None:
        """Once a night and company, however often the night's job is repeated."""
        if "prove" in self.worker.slices:
            name = f"prove-{realm}-{night.created_at[:10]}"
            scope = {"realm": realm}
            start("prove", scope, self.worker, actor="schedule", reason="", job_id=name)

    @cached_property
    def sweeper(self) -> Sweeper:
        """For `sweep`."""
        parts = self._parts
        return Sweeper(
            parts.ledger, parts.connections, parts.mappings, parts.doorbell, self.retry, self._now,
            self._ask_for_chart, parts.settings.settle_seconds,
        )  # fmt: skip

    def _ask_for_chart(self, realm: str) -> None:
        """At most once a minute, whichever of the company's connections asks."""
        name = f"refresh_chart-{realm}-{self._now():%Y%m%d-%H%M}"
        reason = "QuickBooks refused a day that was open when it was asked last"
        start(
            "refresh_chart", {"realm": realm}, self.worker,
            actor="sweeper", reason=reason, job_id=name,
        )  # fmt: skip

    def watched(self) -> Watched:
        """What the tick measures for the alarms."""
        return watch(self._parts.ledger, self._parts.connections, self._now())

    def _tick(self) -> dict[str, int]:
        sent = heal(self.worker)
        swept = sweep(self.sweeper)
        return {"count": swept.rung, "recovered": swept.released, "resent": sent}

    def _dead_letters(self) -> dict[str, int]:
        done = record(self._parts.dead_letters.recorder)
        return {"count": done.looked_at, "failed": done.new, "unreadable": len(done.homeless)}

    def retry(self, connection: str, delivery_id: str) -> None:
        """A kept delivery goes on the queue again, as it was."""
        row = self._parts.ledger.delivery(connection, delivery_id)
        if row is None:
            return
        self._parts.deliveries.send(
            DeliveryMessage(
                connection=connection,
                source=row.source,
                received_at=datetime.fromisoformat(row.received_at),
                sha256=row.sha256,
                event=row.event,
                headers={"webhook-id": delivery_id},
                body=None if row.archive_key else row.body.decode(),
                archive_key=row.archive_key,
                origin=row.origin,
            )
        )
