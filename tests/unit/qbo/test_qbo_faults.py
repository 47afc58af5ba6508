"""What each fault means: the status first, then the code, then the words; never an exception."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from daybook.domain.outcome import Outcome
from daybook.qbo.fault_table import FAULTS
from daybook.qbo.faults import classify, of_errors
from daybook.qbo.replies import errors_of
from tests.unit.qbo.samples import fault

XML = (
    '<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3">'
    '<Fault type="{type}"><Error code="{code}" element="Line"><Message>{message}</Message>'
    "<Detail>{detail}</Detail></Error></Fault></IntuitResponse>"
)


def of_json(document: object, status: int = 400, **headers: str) -> Outcome:
    return classify(status, "application/json", json.dumps(document).encode(), headers)


def meaning(outcome: Outcome) -> tuple[str, str | None]:
    return outcome.kind, outcome.reason


def gateway(code: str, status: int, message: str = "") -> dict[str, Any]:
    error = {"message": message, "detail": None, "code": code, "element": None}
    return {"fault": {"error": [error], "type": "SERVICE"}, "time": 1640612353707}


@pytest.mark.parametrize(
    ("status", "code", "detail", "kind", "reason"),
    [
        (400, "2020", "Required parameter AccountRef is missing", "refused", "qbo_refused"),
        (400, "6210", "", "refused", "period_closed"),
        (400, "6200", "", "refused", "period_closed"),
        (400, "5010", "The account period has closed. {1}", "refused", "period_closed"),
        (400, "5010", "Stale Object Error : You and Pat", "refused", "qbo_refused"),
        (400, "6000", "Account period closed through 2025", "refused", "period_closed"),
        (400, "6140", "Numéro déjà utilisé", "refused", "docnum_taken"),
        (400, "6240", "Another customer has it", "refused", "display_name_taken"),
        (400, "610", "has been made inactive", "refused", "inactive_account"),
        (400, "610", "Another user has deleted this transaction.", "refused", "qbo_refused"),
        (400, "2500", "Accounts element id 7 not found", "refused", "inactive_account"),
        (400, "2500", "Klasses element id 5 not found", "refused", "class_inactive"),
        (400, "2500", "Depts element id 5 not found", "refused", "class_inactive"),
        (400, "2500", "Names element id 5 not found", "refused", "qbo_refused"),
        (400, "6250", "", "refused", "customer_needed"),
        (
            400,
            "6000",
            "When you use Accounts Receivable, you must choose a customer in the Name field.",
            "refused",
            "customer_needed",
        ),
        (
            400,
            "6000",
            "When you use Accounts Payable, you must choose a vendor in the Name field.",
            "refused",
            "vendor_needed",
        ),
        (400, "6000", "Fill out at least two detail lines to continue.", "refused", "qbo_refused"),
        (400, "6000", "Please wait a few minutes and try again.", "uncertain", None),
        (400, "6000", "Unexpected Internal Error. (-30000)", "uncertain", None),
        (400, "600", "Duplicate Request ID", "uncertain", None),
        (200, "6190", "Subscription period has ended", "disconnected", "qbo_refused"),
        (200, "6000", "attachable", "refused", "qbo_refused"),
        (400, "10000", "An application error", "uncertain", None),
        (500, "120", "AuthorizationFailure", "uncertain", None),
        (401, "120", "AuthorizationFailure", "disconnected", "reconnect_needed"),
        (401, "120", "Unknown Error, statusCode: 500", "uncertain", None),
        (401, "130", "WrongClusterError", "disconnected", "reconnect_needed"),
        (401, "100", "SRV-110", "unauthorised", None),
        (403, "3100", "", "disconnected", "reconnect_needed"),
        (500, "3100", "", "uncertain", None),
        (429, "3001", "", "throttled", None),
        (403, "3001", "", "throttled", None),
        (200, "3001", "in one item of a batch", "throttled", None),
        (401, "3200", "Token expired", "unauthorised", None),
        (504, "6002", "", "uncertain", None),
        (400, "4002", "QueryProcessingError", "refused", "qbo_refused"),
        (500, "4002", "QueryProcessingError", "uncertain", None),
        (400, "7777", "a code nobody has seen", "refused", "qbo_refused"),
        (400, "100060", "a code nobody has seen", "uncertain", None),
        (400, "150", "under maintenance", "throttled", None),
    ],
)
def test_fault_has_its_meaning_in_each_of_the_three_shapes(
    status: int, code: str, detail: str, kind: str, reason: str | None
) -> None:
    service = fault(code, "A message", detail)
    gateway_shape = {
        "fault": {"error": [{"message": "A message", "detail": detail, "code": code}], "type": ""}
    }
    xml = XML.format(type="", code=code, message="A message", detail=detail)
    outcomes = [
        of_json(service, status),
        of_json(gateway_shape, status),
        classify(status, "application/xml", xml.encode()),
    ]
    for outcome in outcomes:
        assert meaning(outcome) == (kind, reason)
        assert outcome.codes == (code,)
        assert "A message" in outcome.text
        assert detail in outcome.text


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"", "uncertain"),
        (200, b'<?xml version="1.0"?>', "uncertain"),
        (200, b"<html><title>Sign in</title></html>", "uncertain"),
        (200, b'{"JournalEntry":{"Id":"7"', "uncertain"),
        (200, b'{"QueryResponse":{}}', "uncertain"),
        (200, b'{"JournalEntry":{"SyncToken":"0"}}', "uncertain"),
        (200, b'{"JournalEntry":{"Id":"0"}}', "uncertain"),
        (200, b'{"JournalEntry":{"Id":7}}', "uncertain"),
        (200, b'{"Fault":null}', "uncertain"),
        (200, b"[]", "uncertain"),
        (201, b'{"JournalEntry":{"Id":"7"}}', "uncertain"),
        (302, b"", "uncertain"),
        (408, b"", "uncertain"),
        (400, b"", "uncertain"),
        (400, b"<html>Bad Request</html>", "uncertain"),
        (403, b"<html>Forbidden</html>", "uncertain"),
        (401, b"<html>Unauthorized</html>", "unauthorised"),
        (404, b"<html>Not Found</html>", "refused"),
        (405, b"", "refused"),
        (413, b"<html>Request Entity Too Large</html>", "refused"),
        (429, b"", "throttled"),
        (502, b"<html>Bad Gateway</html>", "uncertain"),
        (503, b"", "uncertain"),
        (400, b'{"Fault":{"Error":"oops","type":"ValidationFault"}}', "refused"),
        (400, b'{"Fault":"oops"}', "uncertain"),
        (400, b'{"Fault":{"Error":[{"Message":"no code"}],"type":"ValidationFault"}}', "refused"),
        (400, b'{"Fault":{"Error":[{"code":"x9"}],"type":"SystemFault"}}', "uncertain"),
        (403, b'{"Fault":{"Error":[{}],"type":"AuthorizationFault"}}', "disconnected"),
    ],
)
def test_reply_without_a_code_is_understood_by_its_status(
    status: int, body: bytes, kind: str
) -> None:
    assert classify(status, "text/plain", body).kind == kind


def test_an_object_with_an_id_is_posted() -> None:
    document = {"JournalEntry": {"Id": "146", "SyncToken": "0"}, "time": "2026-11-20"}
    outcome = of_json(document, 200, Intuit_TID="1-abc")
    assert (outcome.kind, outcome.qbo_id, outcome.sync_token) == ("posted", "146", "0")
    assert outcome.intuit_tid == "1-abc"


def test_all_errors_are_kept_and_the_one_that_names_its_cause_decides() -> None:
    errors = [
        fault("2020", "Required param missing", "AccountRef")["Fault"]["Error"][0],
        fault("2020", "Required param missing", "AccountRef")["Fault"]["Error"][0],
        fault("6140", "Duplicate", "is assigned to TxnType=Facture with TxnId=2137")["Fault"][
            "Error"
        ][0],
    ]
    outcome = of_json({"Fault": {"Error": errors, "type": "ValidationFault"}})
    assert meaning(outcome) == ("refused", "docnum_taken")
    assert outcome.codes == ("2020", "2020", "6140")
    assert outcome.qbo_id == "2137"
    assert outcome.text.count("Required param missing") == 1
    assert "Duplicate" in outcome.text


def test_definite_no_among_transient_errors_is_a_definite_no() -> None:
    transient = fault("6000", "", "wait a few minutes")["Fault"]["Error"]
    definite = fault("2300", "Amount on debits not equal to credits")["Fault"]["Error"]
    outcome = of_json({"Fault": {"Error": transient + definite, "type": "ValidationFault"}})
    assert outcome.kind == "refused"


def test_codes_come_as_numbers_and_zero_padded() -> None:
    assert of_json(fault(6210)).codes == ("6210",)
    assert of_json(fault("003001"), 403).codes == ("3001",)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"Retry-After": "17"}, 17),
        ({"retry-after": "0"}, 60),
        ({"Retry-After": "soon"}, 60),
        ({"Retry-After": "-5"}, 60),
        ({"Retry-After": "9" * 50}, 3_600),
        (
            {
                "Retry-After": "Fri, 20 Nov 2026 12:01:30 GMT",
                "Date": "Fri, 20 Nov 2026 12:00:00 GMT",
            },
            90,
        ),
        ({"Retry-After": "Fri, 20 Nov 2026 12:01:30 GMT"}, 60),
    ],
)
def test_throttle_waits_as_told_else_a_minute(headers: Mapping[str, str], seconds: int) -> None:
    outcome = classify(429, "application/xml", b"", headers)
    assert outcome.retry_after_seconds == seconds
    assert outcome.retryable


def test_only_a_throttle_says_how_long_to_wait() -> None:
    assert classify(503, "", b"", {"Retry-After": "17"}).retry_after_seconds == 0


def test_the_rows_own_next_step_follows_intuits_words() -> None:
    assert of_json(fault("6190", "Invalid Company Status"), 200).text.endswith(
        "[Renew the company's QuickBooks subscription.]"
    )


def test_long_faults_are_bounded() -> None:
    errors = [fault(str(2_000 + n), "m" * 9_000)["Fault"]["Error"][0] for n in range(2_000)]
    outcome = of_json({"Fault": {"Error": errors, "type": "ValidationFault"}})
    assert len(outcome.codes) == 1_000
    assert len(outcome.text) <= 4_000


def test_every_row_of_the_table_can_decide() -> None:
    """The last row fits everything; a refusal has a reason; only what may pass is retryable."""
    last = FAULTS[-1]
    assert (last.codes, last.words, last.fits(999, "1", "x")) == ("", "", True)
    for row in FAULTS:
        assert (row.reason is not None) == (row.kind in {"refused", "disconnected"})
        assert not (row.retryable and row.kind in {"refused", "disconnected"})


def test_item_of_a_batch_is_judged_without_a_status() -> None:
    assert of_errors(errors_of(fault("610", "", "made inactive"))).reason == "inactive_account"
    assert errors_of({"JournalEntry": {}}) == ()
