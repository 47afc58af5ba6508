"""AWS list prices in USD, us-east-1, on demand, without any free allowance.

As published on 2026-11-22 at the addresses beside them; each is for one unit.
"""

from typing import Final

DATE: Final = "2026-11-22"
MILLION: Final = 1_000_000
GIGABYTE: Final = 1_000_000_000

# https://aws.amazon.com/api-gateway/pricing/ HTTP APIs, a request of up to 512 KB
API_REQUEST: Final = 1.00 / MILLION
# https://aws.amazon.com/lambda/pricing/ arm64
LAMBDA_REQUEST: Final = 0.20 / MILLION
LAMBDA_GIGABYTE_SECOND: Final = 0.0000133334
# https://aws.amazon.com/sqs/pricing/ a request of up to 64 KB
SQS_STANDARD: Final = 0.40 / MILLION
SQS_FIFO: Final = 0.50 / MILLION
# https://aws.amazon.com/dynamodb/pricing/on-demand/ a write of 1 KB, a strong read of 4 KB
DYNAMODB_WRITE: Final = 0.625 / MILLION
DYNAMODB_READ: Final = 0.125 / MILLION
DYNAMODB_GIGABYTE_MONTH: Final = 0.25
# https://aws.amazon.com/s3/pricing/
S3_PUT: Final = 5.00 / MILLION
S3_GET: Final = 0.40 / MILLION
# https://aws.amazon.com/secrets-manager/pricing/
SECRET_CALL: Final = 5.00 / MILLION
SECRET_MONTH: Final = 0.40
# https://aws.amazon.com/cloudwatch/pricing/
LOG_BYTE: Final = 0.50 / GIGABYTE
ALARM_MONTH: Final = 0.10
METRIC_MONTH: Final = 0.30
DASHBOARD_MONTH: Final = 3.00
# https://aws.amazon.com/kms/pricing/
KEY_MONTH: Final = 1.00
KEY_REQUEST: Final = 3.00 / MILLION
# https://aws.amazon.com/ec2/pricing/on-demand/ to the internet, beyond the first 100 GB of a month
DATA_OUT_GIGABYTE: Final = 0.09
# https://aws.amazon.com/eventbridge/pricing/ scheduler
SCHEDULED_CALL: Final = 1.00 / MILLION
