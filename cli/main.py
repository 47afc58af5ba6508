"""The command line: which commands there are. Each lives in a module of its own."""

import typer

from cli import (
    actions,
    close_day,
    companies,
    days,
    disconnect,
    dlq,
    drafts,
    events,
    export,
    jobs,
    mappings,
    overview,
    replay,
    send,
    undo,
    void,
)
from cli.preview import preview
from cli.prove import prove
from cli.pull import pull
from cli.smoke import smoke

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="Posts what happens at a shop's point of sale into QuickBooks Online.",
)
chart = typer.Typer(no_args_is_help=True, help="The company's chart of accounts.")
mapping = typer.Typer(no_args_is_help=True, help="Which account each role and key goes to.")
dead = typer.Typer(no_args_is_help=True, help="Messages that failed again and again.")

# Exit code 2 says that something waits for a person; a wrong option is wrong use, which is 1.
_usage = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError")
setattr(_usage, "exit_code", 1)  # noqa: B010 -- the class is not public under its own name

app.command()(preview)
app.command()(overview.status)
app.command()(companies.connect)
app.command()(companies.connections)
app.command()(disconnect.disconnect)
app.command()(disconnect.secret)
app.command()(prove)
app.command()(pull)
app.command()(smoke)
app.command()(send.send)
app.command()(send.link)
app.command()(events.events)
app.command()(days.days)
app.command("close-day")(close_day.close_day)
app.command()(undo.undo)
app.command()(replay.replay)
app.command()(void.void)
app.command()(jobs.jobs)
app.command()(actions.actions)
chart.command("refresh")(companies.chart_refresh)
dead.command("list")(dlq.list_)
dead.command("show")(dlq.show)
dead.command("replay")(dlq.replay)
mapping.command("show")(mappings.show)
mapping.command("check")(mappings.check)
mapping.command("diff")(mappings.diff)
mapping.command("activate")(mappings.activate)
mapping.command("copy")(mappings.copy)
mapping.command("names")(mappings.names)
draft = typer.Typer(no_args_is_help=True, help="The mapping that people are working on.")
draft.command("show")(drafts.show)
draft.command("save")(drafts.save)
draft.command("discard")(drafts.discard)
draft.command("activate")(drafts.activate)
mapping.add_typer(draft, name="draft")
tables = typer.Typer(no_args_is_help=True, help="Tables to take away, as CSV.")
tables.command("events")(export.events)
tables.command("days")(export.days)
tables.command("actions")(export.actions)
app.add_typer(tables, name="export")
app.add_typer(chart, name="chart")
app.add_typer(mapping, name="mapping")
app.add_typer(dead, name="dlq")
