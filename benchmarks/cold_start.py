"""How long a function takes from an empty process to its first request.

    python -m benchmarks.cold_start           writes build/bench/cold_start.json

Each start is a process of its own, the ways by turns. Processor time from the interpreter's first
line to the end, so that what else the machine does counts little; a core at full speed, as Lambda
gives while a function starts.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks._chart import Bar, bars
from benchmarks._page import replace_section

ROUNDS = 15
# Without bytecode a start takes four times as long, and nothing is held to it.
BARE_ROUNDS = 5
OUT = Path("build/bench/cold_start.json")
PICTURE = Path("docs/images/cold_start.png")
# What each function imports before and with its first message, and the clients it makes.
STARTS = {
    "boto3 and one SQS client": "import boto3; boto3.client('sqs')",
    "webhook": (
        "from functions.webhook import app; app._WIRING.intake.source('canonical'); "
        "from daybook.store import clients; clients.sqs(); clients.secrets_manager()"
    ),
    "translator": (
        "from functions.translator import app; app._WIRING.translator.source('canonical'); "
        "from daybook.wiring_intake import delivery_of; "
        "from daybook.sources import schema; schema.FinancialEvent.model_rebuild(); "
        "from daybook.domain.mapping import Mapping; Mapping.model_rebuild(); "
        "from daybook.store import clients; clients.dynamodb(); clients.sqs()"
    ),
    "poster": (
        "from functions.poster import app; app._WIRING.poster(lambda: 300.0); "
        "from daybook.store import clients; clients.dynamodb(); clients.secrets_manager()"
    ),
}
PEER = "boto3 and one SQS client"
MOST = {"webhook": 1.3, "translator": 1.8, "poster": 1.8}
_TIMED = "import time; began = time.process_time(); {}; print(time.process_time() - began)"
_NAMES = (
    "LEDGER_TABLE CONNECTIONS_TABLE MAPPINGS_TABLE ARCHIVE_BUCKET DELIVERIES_QUEUE_URL "
    "POSTINGS_QUEUE_URL JOBS_QUEUE_URL SECRETS_PREFIX"
)


def seconds(code: str, bytecode: Path) -> float:
    """One start. bytecode: the folder that holds the compiled modules, or an empty one."""
    return float(started(_TIMED.format(code), bytecode))


def started(code: str, bytecode: Path) -> str:
    """What a process of its own prints that runs this, as a function that starts."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {
        **kept,
        **{f"DAYBOOK_{name}": "https://sqs.us-east-1.amazonaws.com/1/x" for name in _NAMES.split()},
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "PYTHONPATH": os.pathsep.join((str(Path.cwd()), str(Path("layers/common").resolve()))),
        "PYTHONPYCACHEPREFIX": str(bytecode),
        "PYTHONDONTWRITEBYTECODE": "" if bytecode.name == "compiled" else "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def measured(bytecode: Path, times: int) -> dict[str, float]:
    """The median of each start in milliseconds."""
    rounds = [{name: seconds(code, bytecode) for name, code in STARTS.items()}
              for _ in range(times)]  # fmt: skip
    return {name: round(statistics.median(one[name] for one in rounds) * 1e3) for name in STARTS}


def main() -> int:
    """1 where a bound is broken."""
    with tempfile.TemporaryDirectory() as folder:
        compiled, empty = Path(folder, "compiled"), Path(folder, "none")
        for code in STARTS.values():
            seconds(code, compiled)
        with_bytecode, without = measured(compiled, ROUNDS), measured(empty, BARE_ROUNDS)
    ratios = {name: round(with_bytecode[name] / with_bytecode[PEER], 2) for name in MOST}
    found: dict[str, Any] = {
        "milliseconds": with_bytecode,
        "milliseconds_without_bytecode": without,
        "times_the_peer": ratios,
        "broken": [f"{name}: {ratios[name]}" for name in MOST if ratios[name] > MOST[name]],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    replace_section("cold_start", _table(found))
    most = {name: MOST[name] * with_bytecode[PEER] for name in MOST}
    shown = [Bar(name, (took,), most.get(name)) for name, took in with_bytecode.items()]
    bars("Cold start", "ms of the processor", shown, ("ms",), PICTURE)
    print(json.dumps(found, indent=1))
    return 1 if found["broken"] else 0


def _table(found: dict[str, Any]) -> list[str]:
    took, bare = found["milliseconds"], found["milliseconds_without_bytecode"]
    rows = [
        f"| {name} | {took[name]} | {found['times_the_peer'].get(name, '')} | "
        f"{MOST.get(name, '')} | {bare[name]} |"
        for name in STARTS
    ]
    head = "| start | milliseconds | times the first | at most | without bytecode |"
    return [head, "|---|---|---|---|---|", *rows]


if __name__ == "__main__":
    sys.exit(main())
