"""`make demo`: a day's deliveries of every source through the whole path, on this machine.

Starts the local stack, sends the sample deliveries over HTTP, waits until nothing is on its way,
prints each entry with the trial balance, and writes build/demo/summary.json.
"""

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from daybook.workflows.close_day import close_day
from daybook.workflows.connect import refresh_chart
from local import world
from local.demo_books import print_books, print_days, print_held
from local.demo_summary import Sent, closed_days, problems, summary
from local.sender import Sample, samples, send
from local.settled import wait_until_settled
from local.shop import ShopConnection
from local.trial_balance import trial_balance

SUMMARY = Path("build/demo/summary.json")
_ACCEPTED = 202
_SENDERS = 4


def main() -> int:
    """Run it; 0 if everything accepted is in the books or visibly held, and the books balance."""
    started = time.monotonic()
    _say("starting the local stack: the real template, an emulated AWS, simulators of QuickBooks")
    _say("and of the points of sale")
    with world.running() as here:
        _say(f"ready after {time.monotonic() - started:.1f} s: {here.stack.webhook_url}")
        sent = Sent()
        _send_day(here, sent)
        end_day(here)
        rows = list(here.parts.ledger.all_postings())
        balance = trial_balance(here.qbo)
        print_books(rows, here.parts.mappings.chart(here.qbo.realm))
        print_days(closed_days(here))
        print_held(rows)
        print(balance.text())
        told = summary(here, rows, balance, time.monotonic() - started)
        wrong = problems(here, sent, rows, told)
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


def _send_day(here: world.World, sent: Sent) -> None:
    """Everything of every source; what takes something back follows when the rest is posted."""
    later: list[tuple[ShopConnection, list[Sample]]] = []
    for connection in here.connections:
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
    _say("and what takes an earlier one back")
    for connection, last in later:
        _deliver(here, connection, last, sent)
    wait_until_settled(here.parts)


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
