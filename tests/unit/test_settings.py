"""The environment as the functions read it: all that is wrong is said at once."""

import pytest

from daybook.settings import Settings, SettingsMissing, from_outputs, load


def test_names_come_from_the_environment_and_the_rest_has_its_default() -> None:
    environment = {"DAYBOOK_LEDGER_TABLE": "ledger", "DAYBOOK_SETTLE_SECONDS": "7", "LEDGER": "x"}
    found = load("ledger_table", environment=environment)
    assert (found.ledger_table, found.settle_seconds, found.stage) == ("ledger", 7, "dev")
    assert found.qbo_url == Settings().qbo_url == ""


def test_every_name_that_is_absent_or_empty_is_said_at_once() -> None:
    with pytest.raises(SettingsMissing) as missing:
        load("ledger_table", "archive_bucket", environment={"DAYBOOK_ARCHIVE_BUCKET": ""})
    assert "DAYBOOK_LEDGER_TABLE, DAYBOOK_ARCHIVE_BUCKET" in str(missing.value)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "soon", "1e3", " 7"])
def test_seconds_are_whole_and_from_one(value: str) -> None:
    with pytest.raises(SettingsMissing, match="DAYBOOK_SETTLE_SECONDS"):
        load(environment={"DAYBOOK_SETTLE_SECONDS": value})


def test_a_deployed_stack_says_its_settings_by_its_outputs() -> None:
    found = from_outputs("daybook-dev", {"LedgerTable": "l", "ArchiveBucket": "a", "Other": "o"})
    assert (found.stack, found.ledger_table, found.archive_bucket) == ("daybook-dev", "l", "a")


def test_a_stack_of_something_else_is_refused() -> None:
    with pytest.raises(SettingsMissing, match="not daybook's"):
        from_outputs("website", {"Url": "https://example.com"})
