"""Puts the parts together from the settings: what each function and the CLI start from.

Every part is made on first use, and a room is imported with its first part, so that the webhook
never loads what only the poster needs.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from daybook.queues import Deliveries, DeliveryMessage, Doorbell, waiting_and_dead
from daybook.settings import Settings, SettingsMissing, from_outputs, load
from daybook.store import clients
from daybook.store.archive import Archive
from daybook.store.secrets import Secrets, Vault

if TYPE_CHECKING:
    from daybook.domain.connection import Connection
    from daybook.sources.contract import Delivery, ListClient
    from daybook.store.connections import Connections
    from daybook.store.days import Days
    from daybook.store.ledger import Ledger
    from daybook.store.mappings import Mappings
    from daybook.store.shelves import Shelves
    from daybook.wiring_console import ConsoleParts
    from daybook.wiring_dead_letters import DeadLetterParts
    from daybook.wiring_jobs import JobParts
    from daybook.wiring_proof import ProofParts
    from daybook.wiring_pulls import PullParts
    from daybook.wiring_qbo import QuickBooks
    from daybook.workflows.close_day import Closer
    from daybook.workflows.connect import Connector
    from daybook.workflows.poster import Poster
    from daybook.workflows.receive import Intake
    from daybook.workflows.release import Releaser
    from daybook.workflows.translate import Translator


def now() -> datetime:
    """The clock of a running process."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id that was never used before."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Wiring:
    """The parts of one stack."""

    settings: Settings

    @staticmethod
    def of(*needed: str) -> "Wiring":
        """From the environment; raises SettingsMissing naming every absent name of `needed`."""
        return Wiring(load(*needed))

    @staticmethod
    def of_stack(name: str) -> "Wiring":
        """Of a deployed stack, by its outputs. Raises SettingsMissing."""
        import boto3  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            found = boto3.client("cloudformation").describe_stacks(StackName=name)
        except (BotoCoreError, ClientError) as failure:
            raise SettingsMissing(f"stack {name} cannot be read: {failure}") from failure
        rows = found["Stacks"][0].get("Outputs", [])
        outputs = {row["OutputKey"]: row["OutputValue"] for row in rows}
        return Wiring(from_outputs(name, outputs))

    @cached_property
    def archive(self) -> Archive:
        """The bucket."""
        return Archive(clients.s3, self.settings.archive_bucket)

    @cached_property
    def vault(self) -> Vault:
        """Secrets under the stack's prefix."""
        return Vault(clients.secrets_manager(), self.settings.secrets_prefix, self.settings.key_arn)

    @cached_property
    def secrets(self) -> Secrets:
        """Webhook, POS and app secrets."""
        return Secrets(self.vault)

    @cached_property
    def ledger(self) -> "Ledger":
        """The ledger."""
        from daybook.store.ledger import Ledger  # noqa: PLC0415
        from daybook.store.table import Table  # noqa: PLC0415

        return Ledger(Table(clients.dynamodb(), self.settings.ledger_table), self.archive)

    @cached_property
    def days(self) -> "Days":
        """Business days and their closes."""
        from daybook.store.days import Days  # noqa: PLC0415
        from daybook.store.table import Table  # noqa: PLC0415

        return Days(Table(clients.dynamodb(), self.settings.ledger_table), self.archive)

    @cached_property
    def shelves(self) -> "Shelves":
        """Where events are found."""
        from daybook.store.shelves import Shelves  # noqa: PLC0415
        from daybook.store.table import Table  # noqa: PLC0415

        return Shelves(Table(clients.dynamodb(), self.settings.ledger_table), self.archive)

    @staticmethod
    def pause(seconds: float) -> None:
        """Wait, for what another function does."""
        import time  # noqa: PLC0415

        time.sleep(seconds)

    @cached_property
    def connections(self) -> "Connections":
        """Connections and companies."""
        from daybook.store.connections import Connections  # noqa: PLC0415
        from daybook.store.table import Table  # noqa: PLC0415

        return Connections(Table(clients.dynamodb(), self.settings.connections_table))

    @cached_property
    def mappings(self) -> "Mappings":
        """Mappings and charts."""
        from daybook.store.mappings import Mappings  # noqa: PLC0415
        from daybook.store.table import Table  # noqa: PLC0415

        return Mappings(Table(clients.dynamodb(), self.settings.mappings_table))

    @cached_property
    def doorbell(self) -> Doorbell:
        """Rings the poster."""
        return Doorbell(clients.sqs(), self.settings.postings_queue_url, new_id)

    @cached_property
    def deliveries(self) -> Deliveries:
        """The queue of deliveries."""
        return Deliveries(clients.sqs(), self.settings.deliveries_queue_url)

    @cached_property
    def quickbooks(self) -> "QuickBooks":
        """Everything that speaks to Intuit."""
        from daybook.wiring_qbo import QuickBooks  # noqa: PLC0415

        return QuickBooks(self, now)

    @cached_property
    def intake(self) -> "Intake":
        """For `receive`."""
        from daybook.wiring_intake import intake_of  # noqa: PLC0415

        return intake_of(self, now)

    def delivery_of(self, message: DeliveryMessage) -> "Delivery":
        """The delivery that a message carries."""
        from daybook.wiring_intake import delivery_of  # noqa: PLC0415

        return delivery_of(message, self.archive)

    @cached_property
    def translator(self) -> "Translator":
        """For `translate`."""
        from daybook.sources.registry import find  # noqa: PLC0415
        from daybook.workflows.translate import Translator  # noqa: PLC0415

        return Translator(
            ledger=self.ledger,
            connections=self.connections,
            mappings=self.mappings,
            doorbell=self.doorbell,
            source=find,
            client=self.pos_client,
            clock=now,
            days=self.days,
        )

    def pos_client(self, connection: "Connection") -> "ListClient":
        """The REST client of a connection's point of sale."""
        from daybook.wiring_pos import client_of  # noqa: PLC0415

        secret = self.secrets.pos_secret(connection.id) or {}
        return client_of(connection, secret, self.settings.pos_url)

    def pull_client(self, connection: "Connection") -> "ListClient":
        """As `pos_client`, for one that may wait: a page of a list takes longer than a resource."""
        from daybook.wiring_pos import patient  # noqa: PLC0415

        return patient(self.pos_client(connection))

    def poster(self, remaining_seconds: Callable[[], float]) -> "Poster":
        """For `drain`; remaining_seconds: how long the invocation may still run."""
        return self.quickbooks.poster(remaining_seconds, self.quickbooks.threads)

    @cached_property
    def releaser(self) -> "Releaser":
        """For `release`."""
        from daybook.workflows.release import Releaser  # noqa: PLC0415

        return Releaser(self.ledger, self.connections, self.mappings, self.doorbell, now)

    @cached_property
    def closer(self) -> "Closer":
        """For `close_day`."""
        from daybook.workflows.close_day import Closer  # noqa: PLC0415
        from daybook.workflows.day_form import DayForm  # noqa: PLC0415

        kept = (self.ledger, self.days, self.connections, self.mappings, self.doorbell)
        return Closer(*kept, now, DayForm(self.doorbell, now))

    @cached_property
    def jobs(self) -> "JobParts":
        """Jobs, and what the sweeper does."""
        from daybook.wiring_jobs import JobParts  # noqa: PLC0415

        return JobParts(self, now, new_id)

    @cached_property
    def dead_letters(self) -> "DeadLetterParts":
        """Dead letters, and what keeps them in sight."""
        from daybook.wiring_dead_letters import DeadLetterParts  # noqa: PLC0415

        return DeadLetterParts(self, now, new_id)

    @cached_property
    def proof(self) -> "ProofParts":
        """Proofs of the ledger against QuickBooks."""
        from daybook.wiring_proof import ProofParts  # noqa: PLC0415

        return ProofParts(self, now)

    @cached_property
    def console(self) -> "ConsoleParts":
        """What only the console has."""
        from daybook.wiring_console import ConsoleParts  # noqa: PLC0415

        return ConsoleParts(self, now)

    @cached_property
    def pulls(self) -> "PullParts":
        """What is read of points of sale."""
        from daybook.wiring_pulls import PullParts  # noqa: PLC0415

        return PullParts(self, now)

    @cached_property
    def connector(self) -> "Connector":
        """For `connect`."""
        return self.quickbooks.connector

    def queue_depths(self) -> dict[str, dict[str, int]]:
        """What waits in each queue and in its dead letters."""
        names = self.settings
        urls = {
            "deliveries": (names.deliveries_queue_url, names.deliveries_dead_letters_url),
            "postings": (names.postings_queue_url, names.postings_dead_letters_url),
            "jobs": (names.jobs_queue_url, names.jobs_dead_letters_url),
        }
        return waiting_and_dead(clients.sqs(), urls)
