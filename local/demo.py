"""`make demo`: a day's deliveries of every source through the whole path, on this machine.

Starts the local stack, sends the sample deliveries over HTTP, waits until nothing is on its way,
prints each entry with the trial balance, ties what Unleashed says is owed to it, and writes
build/demo/summary.json.
"""

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from daybook.workflows.close_day import close_day
from daybook.workflows.connect import refresh_chart
from local import world
from local.demo_books import print_books, print_days, print_held
from local.demo_summary import Sent, closed_days, held_of, problems, summary
from local.demo_tie_out import tie_out
from local.demo_unleashed import stated_day
from local.sender import Sample, samples, send
from local.settled import wait_until_settled
from local.shop import ShopConnection
from local.trial_balance import TrialBalance, trial_balance

SUMMARY = Path("build/demo/summary.json")
_ACCEPTED = 202
_SENDERS = 4
# Whose day is tied to the trial balance; it is all in one year.
_TIED = "unleashed"
_LAST_DATE = date(2026, 12, 31)


def main() -> int:
    """Run it; 0 if everything accepted is in the books or visibly held, and the books balance."""
    started = time.monotonic()
    _say("starting the local stack: the real template, an emulated AWS, simulators of QuickBooks")
    _say("and of the points of sale")
    with world.running() as here:
        _say(f"ready after {time.monotonic() - started:.1f} s: {here.stack.webhook_url}")
        sent = Sent()
        balances = _send_day(here, sent)
        end_day(here)
        rows = list(here.parts.ledger.all_postings())
        balance = trial_balance(here.qbo)
        print_books(rows, here.parts.mappings.chart(here.qbo.realm))
        print_days(closed_days(here))
        print_held(rows)
        print(balance.text())
        tied = tie_out(stated_day(), held_of(rows, _TIED), here.qbo.books()["objects"], *balances)
        print(f"\n{tied.text}")
        told = summary(here, rows, balance, time.monotonic() - started)
        wrong = [*problems(here, sent, rows, told), *tied.wrong]
    SUMMARY.parent.mkdir(parents=True, exist_ok=True)
    SUMMARY.write_text(json.dumps(told, indent=2) + "\n")
    _say(", ".join(f"{word} {value}" for word, value in told.items()))
    _say(f"written to {SUMMARY}")
    for problem in wrong:
        _say(f"NOT AS IT SHOULD BE: {problem}")
    return 1 if wrong else 0


def end_day(here: world.World) -> None:
    """The schedule closes what is due; what is not over yet is closed by hand, as by
    `daybook close-day`."""
    _say("the day ends: what was added up is closed")
    here.stack.invoke("end_of_day", {})
    for connection in here.connections:
        for opened in here.parts.days.open_days(connection.id):
            close_day(opened.day, here.parts.closer, "demo")
    wait_until_settled(here.parts)


def _send_day(here: world.World, sent: Sent) -> tuple[TrialBalance, TrialBalance]:
    """Everything of every source; what takes something back follows when the rest is posted.

    The trial balance before and after the day of Unleashed, which comes last and alone.
    """
    last = [one for one in here.connections if one.source == _TIED]
    later = _send_first([one for one in here.connections if one not in last], here, sent)
    before = trial_balance(here.qbo, _LAST_DATE)
    later += _send_first(last, here, sent)
    after = trial_balance(here.qbo, _LAST_DATE)
    _say("and what takes an earlier one back")
    for connection, rest in later:
        _deliver(here, connection, rest, sent)
    wait_until_settled(here.parts)
    return before, after


def _send_first(
    connections: Sequence[ShopConnection], here: world.World, sent: Sent
) -> list[tuple[ShopConnection, list[Sample]]]:
    """What takes nothing back; what does is left, by connection."""
    later: list[tuple[ShopConnection, list[Sample]]] = []
    for connection in connections:
        day = samples(connection.source)
        last = [one for one in day if one.name.endswith("voided") and "to_be" not in one.name]
        first = [sample for sample in day if sample not in last]
        later.append((connection, last))
        _say(f"{connection.source}: sending {len(first)} deliveries, the first of them twice")
        _deliver(here, connection, [first[0], *first], sent)
    _say("some hold what nobody mapped or does not balance, and must end held, not posted")
    wait_until_settled(here.parts)
    # Two connections of a company that want the same item at once make it once; the other learns
    # of it with the next import of the company's lists, every night.
    refresh_chart(here.qbo.realm, here.parts.connector)
    wait_until_settled(here.parts)
    return later


def _deliver(
    here: world.World, connection: ShopConnection, day: Sequence[Sample], sent: Sent
) -> None:
    with ThreadPoolExecutor(_SENDERS) as pool:
        answers = pool.map(lambda sample: send(here.stack.webhook_url, connection, sample), day)
        for sample, answer in zip(day, answers, strict=True):
            if answer.status_code == _ACCEPTED:
                sent.accepted += 1
            else:
                sent.refused.append(f"{sample.name}: {answer.status_code} {answer.text}")


def _say(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
