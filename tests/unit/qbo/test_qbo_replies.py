"""Broken, hostile and foreign bytes are read for what they hold, and never raise."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.qbo.faults import classify
from daybook.qbo.replies import contents_of
from tests.unit.qbo.samples import fault


def test_xml_without_its_end_tag_gives_code_and_words() -> None:
    body = (
        b'<IntuitResponse><Fault type="ValidationFault"><Error code="6070">'
        b"<Message>Amount calculation &amp; so on</Message><Detail>Amount is not equal</Detail>"
        b'<Error code="2020"><Message>Required</Message></Fault></IntuitResponse>'
    )
    outcome = classify(400, "application/xml", body)
    assert (outcome.kind, outcome.reason) == ("refused", "qbo_refused")
    assert outcome.codes == ("6070", "2020")
    assert "Amount calculation & so on: Amount is not equal" in outcome.text


def test_bytes_that_are_not_utf_8_still_give_the_code() -> None:
    body = json.dumps(fault("6140", "x")).encode().replace(b"x", b"Num\xe9ro")
    assert classify(400, "application/json", body).reason == "docnum_taken"


def test_byte_order_mark_and_wrong_content_type_do_not_matter() -> None:
    body = b"\xef\xbb\xbf " + json.dumps(fault("6240")).encode()
    assert classify(400, "text/html", body).reason == "display_name_taken"


@pytest.mark.parametrize("declaration", ["<!DOCTYPE", "<!doctype", "<! DOCTYPE", "<!ENTITY"])
def test_declarations_are_refused_before_the_parser_sees_them(declaration: str) -> None:
    bomb = (
        f'<?xml version="1.0"?>{declaration} f [<!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;&a;">]><Fault type="X"><Error code="6210"><Message>&b;</Message>'
        "</Error></Fault>"
    )
    contents = contents_of(bomb.encode())
    assert (contents.errors, contents.document) == ((), None)


def test_deep_nesting_is_unreadable_and_no_crash() -> None:
    assert classify(200, "", b"[" * 200_000).kind == "uncertain"
    assert classify(200, "", b'{"a":' * 200_000).kind == "uncertain"
    assert classify(200, "", b"<a>" * 100_000).kind == "uncertain"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e99999999999999999999", "9" * 5_000])
def test_numbers_that_are_none_make_a_reply_unreadable(number: str) -> None:
    body = f'{{"JournalEntry":{{"Id":"7","TotalAmt":{number}}}}}'.encode()
    assert classify(200, "", body).kind == "uncertain"


def test_html_says_its_title() -> None:
    body = b"<html><head><title>503 Service Temporarily Unavailable</title></head></html>"
    text = classify(503, "text/html", body).text
    assert text == f"HTTP 503, text/html, {len(body)} bytes: 503 Service Temporarily Unavailable"


SHAPED = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda head, rest: head + rest,
        st.sampled_from([b"{", b"<", b"<Fault", b'<Error code="', b'{"Fault":', b"<?xml"]),
        st.binary(max_size=100),
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["Fault", "fault", "Error", "error", "code", "type", "Message", "Id", "Detail"]
                )
                | st.text(max_size=3),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(deadline=None)
@given(
    status=st.sampled_from([200, 400, 401, 403, 404, 429, 500, 503]) | st.integers(-5, 10**6),
    content_type=st.text(max_size=20),
    body=SHAPED,
    headers=st.dictionaries(
        st.sampled_from(["Retry-After", "intuit_tid", "Date", "x"]), st.text(max_size=30)
    ),
)
def test_no_bytes_raise_and_none_are_posted_without_an_id(
    status: int, content_type: str, body: bytes, headers: dict[str, str]
) -> None:
    outcome = classify(status, content_type, body, headers)
    assert (outcome.kind == "posted") <= (status == 200 and b"Id" in body)
    assert (outcome.retry_after_seconds > 0) == (outcome.kind == "throttled")
    assert (outcome.kind == "refused") <= (outcome.reason is not None)
    assert (outcome.text == "") == (outcome.kind == "posted")
