"""From Intuit's reply to what it means: `classify` for one reply, `of_errors` for one item.

Nothing here raises, whatever the bytes are. What is said of a request as a whole holds for each of
its items: the kinds `throttled`, `unauthorised` and `disconnected` promise that nothing of it was
written.

`disconnected` is a definite no for the whole company, and parks it. Its reason tells what a person
does: `reconnect_needed`, or `qbo_refused` where QuickBooks itself does not take entries any more
(6190, the subscription ended). An outcome `docnum_taken` carries the id of the entry that has the
number in `qbo_id`: it may be ours, from a request whose reply was lost.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from daybook.domain.outcome import Outcome, OutcomeKind
from daybook.qbo.fault_table import FAULTS, FaultRow
from daybook.qbo.found_fields import total_of
from daybook.qbo.replies import Contents, FaultError, contents_of

_MAX_TEXT = 4_000
# What decides stands in the first sentences.
_MAX_MATCHED = 2_000
_MAX_WAIT_SECONDS = 3_600
# The texts are translated, this part is not.
_TAKEN_BY = re.compile(r"TxnId=(\d{1,30})", re.ASCII)
# Of several errors the one decides that says most about the rest of the request.
_WEIGHT: dict[OutcomeKind, int] = {
    "throttled": 0,
    "disconnected": 1,
    "unauthorised": 2,
    "refused": 3,
    "uncertain": 5,
}


def classify(
    status: int, content_type: str, body: bytes, headers: Mapping[str, str] | None = None
) -> Outcome:
    """What a reply to a write of one object, or of a batch as a whole, means. Never raises.

    A reply that is no fault is `posted` if it holds an object with an id; else `uncertain`: a
    batch's items are read one by one by the client.
    """
    contents = contents_of(body)
    headers = headers or {}
    tid = header(headers, "intuit_tid")
    if status == 200 and contents.document is not None and not contents.errors:
        return _of_document(contents.document, tid)
    described = _described(status, content_type, body, contents)
    errors = contents.errors or (FaultError("", described),)
    outcome = of_errors(errors, status, tid, _retry_after(headers))
    return outcome if outcome.text else replace(outcome, text=described)


def of_errors(
    errors: Sequence[FaultError], status: int = 200, intuit_tid: str = "", wait_seconds: int = 0
) -> Outcome:
    """What the errors of a fault mean. errors: at least one. wait_seconds: as the reply asked.

    An item of a batch has no status of its own: 200.
    """
    decided = [(_row_of(error, status), error) for error in errors]
    row, error = min(decided, key=lambda pair: _weight(pair[0]))
    taken = _TAKEN_BY.search(error.detail) if row.reason == "docnum_taken" else None
    return Outcome(
        row.kind,
        qbo_id=taken[1] if taken else "",
        reason=row.reason,
        text=_text(errors, row),
        codes=tuple(each.code for each in errors if each.code),
        intuit_tid=intuit_tid,
        retry_after_seconds=(wait_seconds or row.wait_seconds) if row.kind == "throttled" else 0,
        retryable=row.retryable,
    )


def of_entity(entity: Mapping[str, object], intuit_tid: str = "") -> Outcome:
    """What an object that came back means: `posted` only with an id."""
    qbo_id = entity.get("Id")
    if not isinstance(qbo_id, str) or not qbo_id.strip("0 "):
        return unknown("The reply holds an object without an Id.", intuit_tid)
    token = entity.get("SyncToken")
    return Outcome(
        "posted",
        qbo_id,
        token if isinstance(token, str) else "",
        intuit_tid=intuit_tid,
        total=total_of(entity),
    )


def unknown(text: str, intuit_tid: str = "") -> Outcome:
    """The outcome where no answer can be trusted: look before sending again."""
    return Outcome("uncertain", text=text, intuit_tid=intuit_tid, retryable=True)


def header(headers: Mapping[str, str], name: str) -> str:
    """A header's value whatever the case of its name, or ""."""
    for key, value in headers.items():
        if key.lower() == name:
            return value[:200]
    return ""


def _of_document(document: Mapping[str, object], tid: str) -> Outcome:
    objects = [value for value in document.values() if isinstance(value, Mapping)]
    if len(objects) == 1:
        return of_entity(objects[0], tid)
    return unknown("The reply does not hold one object.", tid)


def _row_of(error: FaultError, status: int) -> FaultRow:
    words = f"{error.fault_type} {error.message} {error.detail}"[:_MAX_MATCHED]
    return next(row for row in FAULTS if row.fits(status, error.code, words))


def _weight(row: FaultRow) -> int:
    """A refusal that names its cause weighs more than one that only says no."""
    vague = row.kind == "refused" and row.reason == "qbo_refused"
    return _WEIGHT[row.kind] + vague


def _text(errors: Sequence[FaultError], row: FaultRow) -> str:
    """All that Intuit said, each sentence once, then the row's own next step in brackets."""
    said = dict.fromkeys(_sentence(error) for error in errors)
    text = "; ".join(part for part in said if part)[:_MAX_TEXT]
    return f"{text} [{row.action}]" if row.action else text


def _sentence(error: FaultError) -> str:
    parts = [error.message, error.detail if error.detail != error.message else ""]
    words = ": ".join(part for part in parts if part)
    where = f" ({error.element})" if error.element else ""
    return f"{error.code} {words}{where}".strip()


def _described(status: int, content_type: str, body: bytes, contents: Contents) -> str:
    title = f": {contents.title}" if contents.title else ""
    return f"HTTP {status}, {content_type[:100] or 'no content type'}, {len(body)} bytes{title}"


def _retry_after(headers: Mapping[str, str]) -> int:
    """Seconds of a Retry-After header, given as a number or a date; 0 without one."""
    value = header(headers, "retry-after").strip()
    if value.isascii() and value.isdigit():
        seconds = int(value)
    else:
        until, now = _instant(value), _instant(header(headers, "date"))
        seconds = int((until - now).total_seconds()) if until and now else 0
    return max(0, min(seconds, _MAX_WAIT_SECONDS))


def _instant(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
