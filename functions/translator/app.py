"""`deliveries` -> rows of the ledger, each with its frozen entry; rings the poster."""

from typing import Any

from daybook.queues import DeliveryMessage
from daybook.telemetry import line, logger, trouble
from daybook.wiring import Wiring
from daybook.workflows.translate import translate

_LOG = logger("translator")
_WIRING = Wiring.of(
    "ledger_table",
    "connections_table",
    "mappings_table",
    "archive_bucket",
    "postings_queue_url",
    "secrets_prefix",
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 -- Lambda's
    """A batch of up to 10 messages; the answer names those to send again, each by itself.

    The loop is our own: Powertools' batch utility takes a tenth of a cold start to import.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    records = event["Records"]
    failed = [record["messageId"] for record in records if not _is_translated(record)]
    if records:
        line(_LOG, "translated", count=len(records), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


def _is_translated(record: dict[str, Any]) -> bool:
    failure, names = "message not read", dict[str, str]()
    try:
        message = DeliveryMessage.decode(record["body"])
        failure, names = "delivery not translated", {"connection": message.connection}
        delivery = _WIRING.delivery_of(message)
        done = translate(delivery, _WIRING.translator, message.archive_key or "")
    except Exception as error:  # noqa: BLE001 -- told by its class; the message comes again
        trouble(_LOG, failure, error, **names)
        return False
    if done.duplicates:
        line(_LOG, "repeated", connection=message.connection, duplicates=done.duplicates)
    return True
