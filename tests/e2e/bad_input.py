"""Deliveries that are refused."""

import json

from daybook.sources.signatures import new_secret, sign
from tests.e2e.shop import Shop, sale

BODY = json.dumps(sale("e2e-bad")).encode()
DEEP = b'{"a":' * 33 + b"1" + b"}" * 33


def bad_input(shop: Shop) -> dict[str, tuple[int, bytes, dict[str, str]]]:
    """What is refused: by name, the status, the body and the headers."""
    old = 1_700_000_000
    stale = {
        "webhook-id": "m-bad",
        "webhook-timestamp": str(old),
        "webhook-signature": sign(shop.connection().secret, "m-bad", old, BODY),
    }
    other = sign(
        new_secret(b"x" * 32), "m-bad", int(shop.proof(BODY, "m")["webhook-timestamp"]), BODY
    )
    wrong = shop.proof(BODY, "m-bad") | {"webhook-signature": other}
    large = BODY + b" " * (4_000_001 - len(BODY))
    broken = {
        "deeply nested": DEEP,
        "no JSON": b"hello",
        "NaN": BODY.replace(b'"108.25"', b"NaN"),
        "a key twice": BODY[:-1] + b',"currency":"EUR"}',
        "another schema": b'{"hello":"world"}',
        "not UTF-8": b'{"a":"\xff"}',
    }
    return {
        "unsigned": (401, BODY, {}),
        "wrongly signed": (401, BODY, wrong),
        "stale": (401, BODY, stale),
        "changed after it was signed": (401, BODY + b" ", shop.proof(BODY, "m-bad")),
        "4,000,001 bytes": (413, large, shop.proof(large, "m-bad")),
    } | {name: (422, body, shop.proof(body, "m-bad")) for name, body in broken.items()}
