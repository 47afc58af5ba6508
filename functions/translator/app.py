"""`deliveries` -> rows of the ledger, each with its frozen entry; rings the poster."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

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
# A batch of which every message failed is answered like any other: each comes again by itself.
_PROCESSOR = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A batch of up to 10 messages; the answer names those to send again."""
    if not event["Records"]:
        return {"batchItemFailures": []}
    answer = process_partial_response(event, _translate, _PROCESSOR, context)
    failed = len(answer["batchItemFailures"])
    line(_LOG, "translated", count=len(event["Records"]), failed=failed)
    return dict(answer)


def _translate(record: Any) -> None:
    message = DeliveryMessage.decode(record.body)
    try:
        delivery = _WIRING.delivery_of(message)
        done = translate(delivery, _WIRING.translator, message.archive_key or "")
    except Exception as error:
        trouble(_LOG, "delivery not translated", error, connection=message.connection)
        raise
    if done.duplicates:
        line(_LOG, "repeated", connection=message.connection, duplicates=done.duplicates)
