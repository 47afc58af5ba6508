"""What the commands about posted events are tried on."""

import json
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner, Result

from cli.main import app
from daybook.domain.posting import Posting
from daybook.workflows.connect import connect_company
from local.qbo_simulator.server import RunningSimulator
from tests.unit.functions.deployed import Deployed, records
from tests.unit.functions.test_queue_functions import message
from tests.unit.workflows.office import REALM


def daybook(*arguments: str, typed: str = "") -> Result:
    """What the command answers; typed: on its standard input."""
    return CliRunner().invoke(app, list(arguments), input=typed)


def answer(*arguments: str, code: int = 0) -> Any:
    """The JSON that the command prints, which has to end so."""
    result = daybook(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def said(result: Result) -> str:
    """All that a command says, as one line."""
    return " ".join((result.stdout + result.stderr).split())


@dataclass
class Books:
    """The stack and its company, which is connected when something is first posted."""

    stack: Deployed
    qbo: RunningSimulator
    connected: bool = False

    def connect(self) -> None:
        """The company's tokens are taken over."""
        keys = json.dumps({"client_id": "a", "client_secret": "b"})
        parts = self.stack.parts
        parts.vault.replace(parts.vault.name("intuit_app"), keys)
        connect_company(REALM, self.qbo.new_refresh_token(REALM), "sandbox", parts.connector)
        self.connected = True

    def deliver(self, *events: dict[str, Any], message_id: str = "msg-1") -> None:
        """Events arrive and are translated."""
        self.stack.call("translator", records("translator", message(list(events), message_id)))

    def post(self) -> None:
        """The poster does what its bells ask for."""
        if not self.connected:
            self.connect()
        for ring in self.stack.waiting("postings"):
            self.stack.call("poster", records("poster", ring))

    def sweep(self) -> None:
        """The sweeper works off the queue of jobs."""
        for _ in range(20):
            found = self.stack.waiting("jobs")
            if not found:
                return
            self.stack.call("sweeper", records("sweeper", *found))

    def rows(self) -> list[Posting]:
        """Every row of the ledger."""
        return sorted(self.stack.parts.ledger.all_postings(), key=lambda row: row.id)

    def row(self, object_id: str = "1001", **key: Any) -> Posting:
        """The only row of an object with these parts of a key."""
        (found,) = [
            row for row in self.rows()
            if row.key.object_id == object_id
            and all(getattr(row.key, name) == value for name, value in key.items())
        ]  # fmt: skip
        return found

    def entries(self) -> list[dict[str, Any]]:
        """The journal entries of the company."""
        found: list[dict[str, Any]] = self.qbo.books(REALM)["objects"].get("JournalEntry", [])
        return found
