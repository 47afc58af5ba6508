"""Who asks: what the commands that change the books have in common."""

import getpass
from typing import Annotated

import typer

from cli.output import refuse
from daybook.workflows.operator import EventName, NotPossible, Who

Reason = Annotated[str, typer.Option("--reason", help="Why; kept with who did it and when.")]
Actor = Annotated[str, typer.Option("--actor", help="Who does it; your user name if not given.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before it is done.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Leave it to the job; `daybook jobs` shows it.")
]
Event = Annotated[
    str,
    typer.Argument(help="object_type/object_id/version/effect, as `daybook events` prints it."),
]


def who(actor: str, reason: str) -> Who:
    """Who asks and why; ends with exit code 1 without a reason."""
    if not reason.strip():
        refuse("Say why: --reason TEXT.")
    return Who(actor or _user(), reason.strip())


def _user() -> str:
    try:
        return getpass.getuser()
    except OSError:
        # A container may run under a number that has no name.
        return "unknown"


def event_named(text: str) -> EventName:
    """The event; ends with exit code 1 where the text names none."""
    try:
        return EventName.read(text)
    except NotPossible as problem:
        refuse(f"{problem}")


def confirmed(question: str, *, yes: bool) -> None:
    """Ask, unless it was said beforehand; ends with exit code 1 at a no."""
    if not yes:
        typer.confirm(question, abort=True, err=True)
