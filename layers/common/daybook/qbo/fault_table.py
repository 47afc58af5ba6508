"""What each fault of Intuit's means, as data: the first row that fits an error decides.

A row fits by the HTTP status, the code and the words, in that order of weight: 120 and 3100 with a
500 are outages and not lost connections, 3001 comes with a 403 too, and 5010 is also said of closed
books. Codes: https://developer.intuit.com/app/developer/qbo/docs/develop/troubleshooting/error-codes
Words follow the company's language, so that a row that goes by words only refines one by code.
"""

import re
from dataclasses import dataclass

from daybook.domain.errors import ReasonCode
from daybook.domain.outcome import OutcomeKind

# https://developer.intuit.com/app/developer/qbo/docs/learn/limits-and-throttles
THROTTLE_WAIT_SECONDS = 60
# A company under maintenance is not back within a minute.
MAINTENANCE_WAIT_SECONDS = 900

_SUPPORT = "This is a fault of daybook: report it with the intuit_tid."
_ADMIN = "A current administrator of the company connects it again."


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One row. status: first and last, None for any. codes: a pattern for the whole code.

    words: a pattern found in "<type> <message> <detail>". action: the next step where it is more
    than that of the reason.
    """

    kind: OutcomeKind
    codes: str = ""
    status: tuple[int, int] | None = None
    words: str = ""
    reason: ReasonCode | None = None
    retryable: bool = False
    wait_seconds: int = THROTTLE_WAIT_SECONDS
    action: str = ""

    def fits(self, status: int, code: str, words: str) -> bool:
        """Whether the row decides an error. code: "" where there is none."""
        if self.status and not self.status[0] <= status <= self.status[1]:
            return False
        if self.codes and not re.fullmatch(self.codes, code):
            return False
        return not self.words or re.search(self.words, words, re.IGNORECASE) is not None


def _refused(
    codes: str, reason: ReasonCode = "qbo_refused", *, words: str = "", action: str = ""
) -> FaultRow:
    return FaultRow("refused", codes, words=words, reason=reason, action=action)


FAULTS: tuple[FaultRow, ...] = (
    # The status first.
    FaultRow("throttled", status=(429, 429), retryable=True),
    FaultRow("uncertain", status=(500, 599), retryable=True),
    FaultRow("uncertain", words=r"statusCode\s*[=:]\s*5\d\d", retryable=True),
    FaultRow("uncertain", status=(100, 199), retryable=True),
    FaultRow("uncertain", status=(300, 399), retryable=True),
    FaultRow("uncertain", status=(408, 408), retryable=True),
    # The whole company: nothing was written, and nothing else will be.
    FaultRow("throttled", "3001", retryable=True),
    FaultRow("throttled", "140|150", retryable=True, wait_seconds=MAINTENANCE_WAIT_SECONDS),
    FaultRow("disconnected", "120|3100", reason="reconnect_needed", action=_ADMIN),
    FaultRow(
        "disconnected",
        "130",
        reason="reconnect_needed",
        action="The keys and the address belong to different environments, or the company moved.",
    ),
    FaultRow(
        "disconnected",
        "6190",
        reason="qbo_refused",
        action="Renew the company's QuickBooks subscription.",
    ),
    FaultRow("unauthorised", "100|110|3200|3202", retryable=True),
    # It may have been written.
    FaultRow("uncertain", "600", action="The request id was used: look for what it wrote."),
    FaultRow("uncertain", "1000|1010|1020|6002|10000", retryable=True),
    FaultRow("uncertain", words=r"^SystemFault\b", retryable=True),
    FaultRow(
        "uncertain",
        "6000",
        words=r"wait a few minutes|\(-30000\)|deadlock|\block(?:ed)? (?:by|wait|timeout)",
        retryable=True,
    ),
    # The entry: a definite no.
    _refused("6200|6210", "period_closed"),
    _refused(r"\d*", "period_closed", words=r"period (?:has )?closed|books (?:are|have been) clos"),
    _refused("6140", "docnum_taken"),
    _refused("6240", "display_name_taken"),
    _refused("6000", "customer_needed", words=r"accounts receivable\b.*\bcustomer"),
    _refused("6000", "vendor_needed", words=r"accounts payable\b.*\b(?:vendor|supplier)"),
    _refused("6250|6560", "customer_needed"),
    _refused("2500", "class_inactive", words=r"\b(?:Klass(?:es)?|Depts?|class(?:es)?) element id"),
    _refused("2500", words=r"\bNames? element id", action="Link another customer or vendor."),
    _refused("610", words=r"deleted this transaction"),
    _refused("610|2500", "inactive_account"),
    _refused("6430|6440", action="Map another account."),
    _refused("2250|2260|2290|2300|2130", action=_SUPPORT),
    _refused("6000", words=r"at least two detail lines|request_id field", action=_SUPPORT),
    _refused("5010", action="Someone changed it in QuickBooks meanwhile: look at it there."),
    _refused("5020|5030", action="The plan or the connecting user's role does not allow it."),
    _refused("10100|10200"),
    FaultRow("uncertain", r"\d{5,}", retryable=True),
    # Without a code that says more: what kind of fault it is, then the status again.
    FaultRow("throttled", words="ThrottleExceeded", retryable=True),
    FaultRow("unauthorised", status=(401, 401), retryable=True),
    FaultRow("unauthorised", words=r"^AUTHENTICATION|^Authentication", retryable=True),
    FaultRow("disconnected", words="^Authoriz", reason="reconnect_needed", action=_ADMIN),
    _refused(r"\d+"),
    _refused("", words="^ValidationFault"),
    FaultRow("refused", status=(404, 405), reason="qbo_refused", action=_SUPPORT),
    FaultRow("refused", status=(411, 415), reason="qbo_refused", action=_SUPPORT),
    FaultRow("refused", status=(431, 431), reason="qbo_refused", action=_SUPPORT),
    FaultRow("uncertain", retryable=True),
)
