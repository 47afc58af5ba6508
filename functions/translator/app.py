"""`deliveries` -> rows of the ledger, each with its frozen entry; then one ring a company."""

from typing import Any

from daybook.queues import DeliveryMessage
from daybook.telemetry import line, logger, trouble
from daybook.wiring import Wiring
from daybook.workflows.translate_round import Round

_LOG = logger("translator")
_WIRING = Wiring.of(
    "ledger_table",
    "connections_table",
    "mappings_table",
    "archive_bucket",
    "postings_queue_url",
    "secrets_prefix",
)


# A delivery of a thousand events takes 15 s. What does not fit comes again by itself.
RESERVE_MILLISECONDS = 30_000


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of up to 10 messages; the answer names those to send again, each by itself.

    The loop is our own: Powertools' batch utility takes a tenth of a cold start to import.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    names = [record["messageId"] for record in event["Records"]]
    together, failed = Round(_WIRING.translator), set[str]()
    for name, record in zip(names, event["Records"], strict=True):
        late = name != names[0] and context.get_remaining_time_in_millis() < RESERVE_MILLISECONDS
        if late or not _is_translated(record, together):
            failed.add(name)
    together.ring()
    for realm, failure in together.failures.items():
        trouble(_LOG, "company not rung", failure, realm=realm)
    failed |= together.unrung
    line(_LOG, "translated", count=len(names), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": one} for one in names if one in failed]}


def _is_translated(record: dict[str, Any], together: Round) -> bool:
    failure, names = "message not read", dict[str, str]()
    try:
        message = DeliveryMessage.decode(record["body"])
        failure, names = "delivery not translated", {"connection": message.connection}
        delivery = _WIRING.delivery_of(message)
        done = together.translate(record["messageId"], delivery, message.archive_key or "")
    except Exception as error:  # noqa: BLE001 -- told by its class; the message comes again
        trouble(_LOG, failure, error, **names)
        return False
    if done.duplicates:
        line(_LOG, "repeated", connection=message.connection, duplicates=done.duplicates)
    return True
