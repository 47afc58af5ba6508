"""What a browser sends with a form."""

import base64
import time

import pytest

from daybook.console.forms import body_of, read_form
from daybook.console.web import Wrong

PLAIN = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"
BODY = (
    b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\ntoken\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.json"\r\n'
    b'Content-Type: application/json\r\n\r\n{"a": "\xc3\xa9"}\r\n--b--\r\n'
)


def test_fields_come_in_their_order_empty_ones_too() -> None:
    fields, files = read_form(PLAIN, b"a=1&b=&a=%C3%A9+x")
    assert (fields, files) == ({"a": ["1", "\u00e9 x"], "b": [""]}, {})


def test_files_and_fields_of_an_upload_are_told_apart() -> None:
    fields, files = read_form(PARTS, BODY)
    assert fields == {"csrf": ["token"]}
    assert files == {"file": b'{"a": "\xc3\xa9"}'}


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("", b"", 415),
        ("text/plain", b"a=1", 415),
        ("application/json", b"{}", 415),
        ("multipart/form-data", BODY, 400),
        ("multipart/form-data; boundary=other", BODY, 400),
        ("multipart/form-data; boundary=b\r\nX: y", BODY, 400),
        (PLAIN, b"\xff=1", 400),
        (PLAIN, b"&".join([b"a=1"] * 20_001), 400),
    ],
)
def test_what_is_no_form_is_refused(kind: str, body: bytes, status: int) -> None:
    with pytest.raises(Wrong) as refused:
        read_form(kind, body)
    assert refused.value.status == status


HEAD = b'--b\r\nContent-Disposition: form-data; name="a"'


@pytest.mark.parametrize(
    "body",
    [
        HEAD + b"; x=y" * 400_000 + b"\r\n\r\nv\r\n--b--\r\n",
        HEAD + b"\r\nA: b" * 400_000 + b"\r\n\r\nv\r\n--b--\r\n",
        (HEAD + b"\r\n\r\nv\r\n") * 20_001 + b"--b--\r\n",
        b"".join(
            b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n or 0, n + 1)
            for n in range(3_000)
        ),
        HEAD + b"\r\n\r\nno end",
        HEAD + b"\r\nv\r\n--b--\r\n",
    ],
    ids=["long head", "many headers", "many parts", "nested", "no end", "no content"],
)
def test_an_upload_that_would_take_long_to_read_is_refused_at_once(body: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(Wrong) as refused:
        read_form(PARTS, body)
    assert refused.value.status == 400
    assert time.process_time() - begun < 1.0


def test_an_upload_is_its_bytes_whatever_is_in_them() -> None:
    data = b"\r\n--\r\n--bx\x00\xff\n--b\n" * 1_000 + b"\n" * 500_000
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="=\xff;name=x"\r\n'
    encoding = b"Content-Transfer-Encoding: base64\r\n\r\n"
    begun = time.process_time()
    fields, files = read_form(PARTS, head + encoding + data + b"\r\n--b--")
    assert (fields, files["file"] == data) == ({}, True)
    assert time.process_time() - begun < 1.0


def test_a_boundary_may_stand_in_quotes() -> None:
    assert read_form('Multipart/Form-Data; charset=x; boundary="b"', BODY) == read_form(PARTS, BODY)


def test_a_body_comes_as_text_or_as_base64_within_its_bound() -> None:
    assert body_of({"body": "a=1"}) == b"a=1"
    assert body_of({}) == b""
    coded = base64.b64encode(BODY).decode()
    assert body_of({"body": coded, "isBase64Encoded": True}) == BODY
    with pytest.raises(Wrong):
        body_of({"body": "*", "isBase64Encoded": True})
    with pytest.raises(Wrong) as refused:
        body_of({"body": "x" * 2_500_001})
    assert refused.value.status == 413
