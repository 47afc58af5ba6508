"""The archive bucket: bodies too large for a row or a message. Written once, never changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Archive:
    """The bucket. Keys name the content's sha256, so that writing again writes the same.

    client: asked for with the first body; most starts meet none, and S3's client is the slowest
    of all to make.
    """

    def __init__(self, client: "Callable[[], S3Client]", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, body: bytes) -> None:
        """Keep a body."""
        self._client().put_object(Bucket=self._bucket, Key=key, Body=body)

    def get(self, key: str) -> bytes:
        """The body; LookupError if there is none."""
        try:
            return self._client().get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise
            raise LookupError(f"nothing in the archive under {key}") from error
