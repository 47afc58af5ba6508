"""`Books`: python-quickbooks with a safe request underneath.

The library's own `make_request` has no timeout, loses the status, the headers and every error but
the first, and reads amounts as floats. Everything above it is used as it is: objects, queries,
paging. Exceptions are drawn in `daybook.qbo.exceptions`.
"""

from collections.abc import Callable, Mapping
from typing import Any, override

from quickbooks import QuickBooks

from daybook.qbo.exceptions import error_of
from daybook.qbo.faults import classify, header
from daybook.qbo.replies import contents_of
from daybook.qbo.transport import HttpRequest, Send

# https://blogs.intuit.com/2025/01/21/changes-to-our-accounting-api-that-may-impact-your-application
MINOR_VERSION = 75


# python-quickbooks has no types.
class Books(QuickBooks):  # type: ignore[misc]
    """The books of one company, for one thread. Make it with `books`.

    access_token: asked at each request, so that a refreshed token needs no new instance.
    intuit_tid: of the last reply.
    """

    def __init__(
        self,
        *,
        company_id: str,
        minorversion: int,
        api: str,
        send: Send,
        access_token: Callable[[], str],
    ) -> None:
        # QuickBooks.__new__ has set company_id and minorversion; `api_url` is made of this one.
        assert self.company_id == company_id
        assert self.minorversion == minorversion
        self.api_url_v3 = f"{api}/v3"
        self.access_token = access_token
        self.intuit_tid = ""
        self._send = send

    @override
    def make_request(
        self,
        request_type: str,
        url: str,
        request_body: str | bytes | Mapping[str, Any] | None = None,
        content_type: str = "application/json",
        params: Mapping[str, Any] | None = None,
        file_path: str | None = None,
        file_bytes: bytes | None = None,
        request_id: str | None = None,
    ) -> dict[str, Any]:
        """The JSON object of a reply that is a success, numbers as int or Decimal.

        Raises QboError; ValueError for a write without a request_id, and for attachments.
        """
        if file_path or file_bytes:
            raise ValueError("attachments are not sent")
        if request_type == "POST" and content_type != "application/text" and not request_id:
            raise ValueError("a write needs a request_id, so that it can be repeated")
        query = {name: str(value) for name, value in (params or {}).items()}
        query["minorversion"] = str(self.minorversion)
        if request_id:
            query["requestid"] = request_id
        body = request_body if isinstance(request_body, str | bytes) else b""
        return self._ask(
            HttpRequest(
                request_type,
                url,
                query,
                self._headers(content_type),
                body.encode() if isinstance(body, str) else body,
            )
        )

    def batch(self, body: bytes, request_id: str) -> dict[str, Any]:
        """The reply to a batch, items in any order. Raises QboError for the request as a whole.

        The library's `batch_operation` takes no request id.
        https://blogs.intuit.com/2023/07/19/building-smarter-with-intuit-batch-without-a-scratch
        """
        url = f"{self.api_url}/company/{self.company_id}/batch"
        return self.make_request("POST", url, body, request_id=request_id)

    def _headers(self, content_type: str) -> dict[str, str]:
        return {
            "Accept": "application/json",
            "Content-Type": content_type,
            "User-Agent": "daybook",
            "Authorization": f"Bearer {self.access_token()}",
        }

    def _ask(self, request: HttpRequest) -> dict[str, Any]:
        reply = self._send(request)
        self.intuit_tid = header(reply.headers, "intuit_tid")
        contents = contents_of(reply.body)
        if reply.status == 200 and contents.document is not None and not contents.errors:
            return dict(contents.document)
        kind = header(reply.headers, "content-type")
        outcome = classify(reply.status, kind, reply.body, reply.headers)
        raise error_of(outcome, reply.status, contents.errors)


def books(realm: str, api: str, send: Send, access_token: Callable[[], str]) -> Books:
    """The books of a company. api: scheme and host, see `Endpoints.api`."""
    return Books(
        company_id=realm,
        minorversion=MINOR_VERSION,
        api=api,
        send=send,
        access_token=access_token,
    )
