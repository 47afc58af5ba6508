"""Ask whether a package that Lambda gets has a known hole.

    python scripts/audit.py .tools/audit/bin/pip-audit layers/common/requirements.txt [--strict]

Two services are asked at once; what either of them knew is known. A hole fails. Where neither could
be asked, or neither knows a package, one line says what is not proven: that fails with --strict
only, since nobody at a laptop without network can do anything about it.

pip-audit itself ends well where an index has no page of a package ("skipped"), which a mirror may
say of all of them; so its exit code alone proves nothing, and its JSON is read.
"""

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

SERVICES = ("pypi", "osv")
# One answer, and all of them, in seconds; a network that swallows packets must not hold up a check.
ANSWER_SECONDS, WHOLE_SECONDS = 8, 25
# What pip-audit, requests and urllib3 write when nobody answers, or answers with a fault.
_UNREACHABLE = (
    "ConnectionError", "Could not connect", "may be blocking this service", "Max retries exceeded",
    "ReadTimeout", "ConnectTimeout", "timed out", "Server Error", "ServiceError", "ProxyError",
    "SSLError", "JSONDecodeError",
)  # fmt: skip


class Unusable(RuntimeError):  # noqa: N818 -- says what it is
    """pip-audit failed for another reason than the network: a broken lock, a wrong option."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one service said. holes: sentences. known, unknown: packages that it has, has not."""

    holes: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


def read(stdout: str, stderr: str) -> Answer:
    """What a run of pip-audit with `-f json` said; an empty answer if its service did not.

    Raises Unusable where it failed for another reason.
    """
    if not stdout.strip():
        if any(word in stderr for word in _UNREACHABLE):
            return Answer()
        raise Unusable((stderr.strip().splitlines() or ["pip-audit said nothing"])[-1])
    found = json.loads(stdout)["dependencies"]
    return Answer(
        holes=tuple(
            f"{one['name']} {one['version']}: {hole['id']}, {_mended(hole['fix_versions'])}"
            for one in found
            for hole in one.get("vulns", ())
        ),
        known=frozenset(one["name"] for one in found if "skip_reason" not in one),
        unknown=frozenset(one["name"] for one in found if "skip_reason" in one),
    )


def _mended(versions: list[str]) -> str:
    return f"mended in {', '.join(versions)}" if versions else "not mended yet"


def verdict(answers: list[Answer], *, strict: bool) -> tuple[int, list[str]]:
    """The exit code and what to print: holes, or what is not proven, or that all is well."""
    holes = sorted({hole for one in answers for hole in one.holes})
    known = frozenset[str]().union(*(one.known for one in answers))
    unknown = frozenset[str]().union(*(one.unknown for one in answers)) - known
    said = [f"known hole: {hole}" for hole in holes]
    if unknown or not known:
        said.append(f"not proven: {_unproven(known, unknown)}; `make audit` fails on this")
    elif not holes:
        said.append(f"no known hole in {len(known)} packages")
    return int(bool(holes) or (strict and bool(unknown or not known))), said


def _unproven(known: frozenset[str], unknown: frozenset[str]) -> str:
    if not known:
        return "no vulnerability service could be asked about any package that Lambda gets"
    return f"no vulnerability service knows {', '.join(sorted(unknown))}"


def ask(command: str, lock: str, service: str, seconds: float = WHOLE_SECONDS) -> Answer:
    """Run pip-audit against one service; an empty answer if it takes too long. Raises Unusable."""
    words = [command, "--vulnerability-service", service, "--timeout", str(ANSWER_SECONDS)]
    words += ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    try:
        ran = subprocess.run(  # noqa: S603 -- the command is ours
            [*words, "-r", lock], capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return Answer()
    return read(ran.stdout, ran.stderr)


def main(arguments: list[str] | None = None) -> int:
    """0 if nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python scripts/audit.py")
    parser.add_argument("command")
    parser.add_argument("lock")
    parser.add_argument("--strict", action="store_true")
    words = parser.parse_args(arguments)
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        asked = [pool.submit(ask, words.command, words.lock, service) for service in SERVICES]
    try:
        code, said = verdict([one.result() for one in asked], strict=words.strict)
    except Unusable as reason:
        code, said = 1, [f"pip-audit failed: {reason}"]
    print("\n".join(f"pip-audit: {line}" for line in said))  # noqa: T201 -- for people
    return code


if __name__ == "__main__":
    sys.exit(main())
