"""A known hole fails the check; a service that cannot be asked is told, and fails where asked to.

pip-audit is forged: what it prints was taken from real runs of it.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripts.audit import Answer, Unusable, ask, main, read, verdict

HOLE = {
    "name": "jinja2", "version": "3.1.5",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.1.6"], "aliases": [], "description": "x"}],
}  # fmt: skip
CLEAN = {"name": "boto3", "version": "1.43.106", "vulns": []}
SKIPPED = {"name": "idna", "skip_reason": "Dependency not found on PyPI and could not be audited"}
TRACEBACK = """Traceback (most recent call last):
requests.exceptions.ConnectionError: HTTPSConnectionPool(host='x', port=443): Max retries exceeded
"""
ADVICE = """ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed
ERROR:pip_audit._cli:Tip: your network may be blocking this service. Try another service
"""
BROKEN_LOCK = "ERROR:pip_audit._cli:requirement boto3 does not contain a hash\n"
NOT_PROVEN = "not proven: no vulnerability service could be asked"


def printed(*packages: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def pip_audit(folder: Path, *, stdout: str = "", stderr: str = "", before: str = "") -> str:
    """A program that prints this whatever it is asked, and ends as pip-audit does."""
    (folder / "stdout").write_text(stdout)
    (folder / "stderr").write_text(stderr)
    program = folder / "pip-audit"
    program.write_text(
        f"#!/bin/sh\n{before}\ncat {folder}/stdout\ncat {folder}/stderr >&2\n"
        f"[ -s {folder}/stdout ]\n"
    )
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("stdout", "stderr", "codes", "says"),
    [
        (printed(CLEAN), "No known vulnerabilities found", (0, 0), "no known hole in 1 packages"),
        (printed(CLEAN, HOLE), "Found 1", (1, 1), "jinja2 3.1.5: PYSEC-2026-1, mended in 3.1.6"),
        ("", TRACEBACK, (0, 1), NOT_PROVEN),
        ("", ADVICE, (0, 1), NOT_PROVEN),
        (printed(SKIPPED), "No known vulnerabilities found", (0, 1), NOT_PROVEN),
        (printed(CLEAN, SKIPPED), "No known", (0, 1), "no vulnerability service knows idna"),
        ("", BROKEN_LOCK, (1, 1), "boto3 does not contain a hash"),
        ("", "", (1, 1), "said nothing"),
    ],
)
def test_the_check_ends_as_pip_audit_found(
    *,
    stdout: str,
    stderr: str,
    codes: tuple[int, int],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """codes: without --strict, and with it."""
    program = pip_audit(tmp_path, stdout=stdout, stderr=stderr)
    assert main([program, "lock.txt"]) == codes[0]
    said = capsys.readouterr().out
    assert says in said
    assert said.count("\n") == 1
    assert main([program, "lock.txt", "--strict"]) == codes[1]


def test_a_service_that_never_answers_is_not_waited_for(tmp_path: Path) -> None:
    program = pip_audit(tmp_path, stdout=printed(CLEAN), before="exec sleep 60")
    assert ask(program, "lock.txt", "osv", seconds=0.2) == Answer()


def test_what_one_service_knows_is_proven() -> None:
    silent, mirror = Answer(), read(printed(SKIPPED), "")
    whole = read(printed(CLEAN, {"name": "idna", "version": "3.20", "vulns": []}), "")
    assert verdict([silent, whole], strict=True) == (0, ["no known hole in 2 packages"])
    assert verdict([mirror, whole], strict=True)[0] == 0


def test_a_hole_that_one_service_knows_fails_although_the_other_is_silent() -> None:
    for answers in ([Answer(), read(printed(HOLE), "")], [read(printed(HOLE), ""), Answer()]):
        assert verdict(answers, strict=False)[0] == 1


def test_a_hole_and_what_is_not_proven_are_both_told() -> None:
    code, said = verdict([read(printed(HOLE, SKIPPED), "")], strict=False)
    assert (code, len(said)) == (1, 2)


def test_a_hole_without_a_newer_version_is_told_as_that() -> None:
    unmended = {**HOLE, "vulns": [{"id": "PYSEC-2026-2", "fix_versions": []}]}
    assert read(printed(unmended), "").holes == ("jinja2 3.1.5: PYSEC-2026-2, not mended yet",)


def test_a_fault_of_ours_is_no_network() -> None:
    with pytest.raises(Unusable, match="hash"):
        read("", BROKEN_LOCK)
