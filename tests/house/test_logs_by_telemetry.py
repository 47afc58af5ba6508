"""Nothing that is shipped logs past the list of fields; a line that does is noticed."""

import pytest

from tests.house.log_checks import ALLOWED, past_telemetry
from tests.house.tree import module, modules

POSTER = "functions/poster/app.py"


def test_everything_that_is_shipped_logs_by_telemetry() -> None:
    assert [problem for one in modules() for problem in past_telemetry(one)] == []
    assert all(ALLOWED.values())


@pytest.mark.parametrize(
    "text",
    [
        "import logging",
        "from logging import getLogger",
        "from aws_lambda_powertools import Logger",
        "from aws_lambda_powertools.metrics import Metrics",
        "_LOG.info('sold', extra={'memo': memo})",
        "self._logger.exception('failed')",
        "_LOG.append_keys(customer=name)",
        "@_LOG.inject_lambda_context(log_event=True)\ndef handler(event, context): ...",
        "print(body)",
        "sys.stdout.write(body)",
    ],
)
@pytest.mark.parametrize("path", [POSTER, "layers/common/daybook/workflows/post.py"])
def test_a_line_past_telemetry_is_noticed(path: str, text: str) -> None:
    assert len(list(past_telemetry(module(path, text)))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (POSTER, "line(_LOG, 'drained', posted=3)"),
        (POSTER, "found.error(problem)"),
        ("cli/main.py", "print(1)"),
        ("layers/common/daybook/telemetry.py", "log.info(message, extra=values)"),
    ],
)
def test_what_telemetry_and_people_read_passes(path: str, text: str) -> None:
    assert not list(past_telemetry(module(path, text)))
