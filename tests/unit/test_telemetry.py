"""A log line has only fields that are on the list."""

import io
import json
import logging

import pytest

from daybook.telemetry import ALLOWED, FieldNotAllowed, line, logger, trouble


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


def read(text: io.StringIO) -> dict[str, object]:
    found: dict[str, object] = json.loads(text.getvalue())
    return found


def a_logger(text: io.StringIO):  # type: ignore[no-untyped-def]
    log = logger("telemetry-test")
    for handler in log.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(text)
    return log


def test_a_line_is_json_with_its_fields(written: io.StringIO) -> None:
    line(a_logger(written), "drained", posted=3, realm="77")
    found = read(written)
    assert (found["message"], found["posted"], found["realm"]) == ("drained", 3, "77")
    assert found["service"] == "telemetry-test"


@pytest.mark.parametrize("name", ["amount", "memo", "customer", "body", "token", "text"])
def test_a_field_that_may_hold_a_shops_data_is_refused(written: io.StringIO, name: str) -> None:
    assert name not in ALLOWED
    with pytest.raises(FieldNotAllowed, match=name):
        line(a_logger(written), "drained", **{name: "x"})
    with pytest.raises(FieldNotAllowed, match=name):
        trouble(a_logger(written), "failed", ValueError(), **{name: "x"})
    assert written.getvalue() == ""


def test_trouble_tells_the_class_of_an_error_and_never_its_text(written: io.StringIO) -> None:
    trouble(a_logger(written), "failed", ValueError("Zyxwvut Canary 7319.46"), connection="shop")
    assert "Canary" not in written.getvalue()
    assert read(written)["error_class"] == "ValueError"
