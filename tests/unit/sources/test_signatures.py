"""The Standard Webhooks scheme to the letter, and the shared secret."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from daybook.sources.contract import BadSignature
from daybook.sources.signatures import (
    new_secret,
    secret_key,
    sign,
    verify_shared_secret,
    verify_standard_webhooks,
)

# The vector of the reference libraries:
# https://github.com/standard-webhooks/standard-webhooks, libraries/go/webhook_test.go.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
SENT = datetime.fromtimestamp(TIMESTAMP, UTC)
HEADERS = {
    "webhook-id": MESSAGE_ID,
    "webhook-timestamp": str(TIMESTAMP),
    "webhook-signature": SIGNATURE,
}


def _verify(
    headers: dict[str, str] | None = None,
    body: bytes = BODY,
    secret: str = SECRET,
    now: datetime = SENT,
) -> None:
    verify_standard_webhooks(HEADERS | (headers or {}), body, [secret], now)


def _refused(headers: dict[str, str] | None = None, body: bytes = BODY) -> None:
    with pytest.raises(BadSignature):
        _verify(headers, body)


def test_the_reference_vector_is_signed_and_verified() -> None:
    assert sign(SECRET, MESSAGE_ID, TIMESTAMP, BODY) == SIGNATURE
    _verify()


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_five_minutes_either_way_are_taken(seconds: int) -> None:
    _verify(now=SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, -300.001, 300.001, 301, 86_400])
def test_more_than_five_minutes_are_not(seconds: float) -> None:
    with pytest.raises(BadSignature, match="5 minutes"):
        _verify(now=SENT + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "timestamp", ["", "soon", "1614265330.0", "-1614265330", "+1614265330", " 1614265330",
                  "1_614_265_330", "١٦١٤٢٦٥٣٣٠", "1614265330,1614265330", "9" * 400]
)  # fmt: skip
def test_a_timestamp_is_seconds_in_digits(timestamp: str) -> None:
    _refused({"webhook-timestamp": timestamp})


@pytest.mark.parametrize("missing", sorted(HEADERS))
def test_each_header_is_needed(missing: str) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != missing}
    with pytest.raises(BadSignature):
        verify_standard_webhooks(headers, BODY, [SECRET], SENT)


def test_whitespace_in_the_body_counts() -> None:
    _refused(body=b'{"test":2432232314}')
    _refused(body=BODY + b"\n")


def test_another_id_is_not_vouched_for() -> None:
    _refused({"webhook-id": MESSAGE_ID + "2"})


@pytest.mark.parametrize(
    "signature",
    [
        SIGNATURE[:-2] + "A=",
        SIGNATURE.removeprefix("v1,"),
        SIGNATURE.replace("v1,", "v1a,"),
        SIGNATURE.replace("v1,", "v2,"),
        SIGNATURE.replace("v1,", "V1,"),
        SIGNATURE.replace("v1,", "v1:"),
        SIGNATURE + "," + SIGNATURE,
        "v1,",
        "v1",
        "v1,é",
        SIGNATURE.lower(),
    ],
)
def test_a_wrong_signature_is_refused(signature: str) -> None:
    _refused({"webhook-signature": signature})


def test_the_right_signature_is_found_behind_wrong_and_unknown_ones() -> None:
    wrong = "v1," + base64.b64encode(b"w" * 32).decode()
    _verify({"webhook-signature": f"v1a,abc v2,{SIGNATURE[3:]} nonsense {wrong} {SIGNATURE}"})


def test_a_list_of_signatures_without_end_is_refused() -> None:
    _refused({"webhook-signature": " ".join([*["v1,x"] * 16, SIGNATURE])})


def test_a_secret_needs_neither_prefix_nor_padding() -> None:
    padded = new_secret(b"k" * 25)
    assert padded.endswith("=")
    bare = padded.removeprefix("whsec_").rstrip("=")
    assert secret_key(bare) == secret_key(padded) == b"k" * 25
    signature = sign(padded, MESSAGE_ID, TIMESTAMP, BODY)
    _verify({"webhook-signature": signature}, secret=bare)
    _verify({"webhook-signature": signature.rstrip("=")}, secret=bare)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_é", "whsec_!!!!", "whsec_AAAA", "whsec_" + "A" * 100]
)
def test_an_unusable_secret_is_refused_when_set_and_vouches_for_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        secret_key(secret)
    with pytest.raises(BadSignature):
        _verify(secret=secret)
    verify_standard_webhooks(HEADERS, BODY, [secret, SECRET], SENT)


def test_an_empty_key_signs_nothing() -> None:
    with pytest.raises(ValueError, match="24 to 64"):
        sign("whsec_", MESSAGE_ID, TIMESTAMP, BODY)


def test_the_shared_secret_stands_in_the_header_or_the_query() -> None:
    verify_shared_secret({"x-daybook-secret": "correct horse"}, {}, ["correct horse"])
    verify_shared_secret({}, {"secret": "correct horse"}, ["old", "correct horse"])


def test_a_wrong_header_is_not_mended_by_the_query() -> None:
    with pytest.raises(BadSignature):
        verify_shared_secret({"x-daybook-secret": "x"}, {"secret": "right"}, ["right"])


@pytest.mark.parametrize("given", ["", "righ", "rightt", "Right", "right,right", "r\ud800ght"])
def test_only_the_very_secret_is_taken(given: str) -> None:
    with pytest.raises(BadSignature):
        verify_shared_secret({}, {"secret": given}, ["right", ""])
