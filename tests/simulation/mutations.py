"""What noise, bugs and malice make of a body: one to four changes, drawn from a seed."""

import random
from collections.abc import Callable

_NUMBERS = (
    b"NaN", b"-Infinity", b"1e999999999", b"-0", b"0x10", b"1.", b"." * 40, b"9" * 5_000,
    b"-1e-400", b"00", b"1_000", b"\xd9\xa1",
)  # fmt: skip
_TEXTS = (
    b'"\\ud800"', b'"\\u0000"', b'"\\', b"null", b"true", b"[]", b"{}", b'"' + b"x" * 70_000 + b'"',
    b'"=cmd()"', b'"<script>alert(1)</script>"', b'"\xf0\x9f\x92\xa9"', b'"../../qbo/1"',
)  # fmt: skip
_SIGNS = b'{}[]":,\\0123456789.eE+- \n\x00\xff\xc3'

type Change = Callable[[bytes, random.Random], bytes]


def mutated(body: bytes, draw: random.Random) -> bytes:
    """The body after its changes; one in forty is left as it is."""
    if draw.randrange(40) == 0:
        return body
    for _ in range(draw.randint(1, 4)):
        body = draw.choices(_CHANGES, _WEIGHTS)[0](body, draw)
    return body


def _flip(body: bytes, draw: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(draw.randint(1, 6)):
        if changed:
            changed[draw.randrange(len(changed))] = draw.choice(_SIGNS)
    return bytes(changed)


def _cut(body: bytes, draw: random.Random) -> bytes:
    return body[: draw.randrange(len(body) + 1)]


def _dropped(body: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(body) + 1)
    return body[:start] + body[start + draw.randint(1, 40) :]


def _doubled(body: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(body) + 1)
    piece = body[start : start + draw.randint(1, 200)]
    return body[:start] + piece * draw.randint(2, 30) + body[start:]


def _other_value(body: bytes, draw: random.Random) -> bytes:
    """Something after a colon becomes something else."""
    colons = [place for place, sign in enumerate(body[:20_000]) if sign == 58]
    if not colons:
        return body
    start = draw.choice(colons) + 1
    end = min((p for p in (body.find(b",", start), body.find(b"}", start)) if p > 0), default=start)
    return body[:start] + draw.choice(_NUMBERS + _TEXTS) + body[end:]


def _repeated_key(body: bytes, draw: random.Random) -> bytes:
    start = body.find(b"{", draw.randrange(len(body) + 1))
    end = body.find(b",", start)
    return body if min(start, end) < 0 else body[: end + 1] + body[start + 1 : end + 1] + body[end:]


def _nested(body: bytes, draw: random.Random) -> bytes:
    depth = draw.choice((5, 31, 32, 33, 500, 20_000))
    first, last = draw.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return first * depth + body + last * draw.choice((depth, 0))


def _many_keys(body: bytes, draw: random.Random) -> bytes:
    keys = b",".join(b'"k%d":%d' % (number, number) for number in range(draw.choice((50, 6_000))))
    return b"{" + keys + b"," + body.lstrip()[1:]


def _long(body: bytes, draw: random.Random) -> bytes:
    return body + b" " * draw.choice((140_000, 1_000_000, 4_100_000))


def _in_another_encoding(body: bytes, draw: random.Random) -> bytes:
    name = draw.choice(("utf-16", "utf-32", "utf-7", "latin-1", "utf-8-sig", "cp500"))
    return body.decode("latin-1").encode(name, "replace")


def _noise(_body: bytes, draw: random.Random) -> bytes:
    return draw.randbytes(draw.choice((0, 1, 7, 300)))


_WEIGHED: tuple[tuple[Change, float], ...] = (
    (_flip, 6), (_cut, 2), (_dropped, 3), (_doubled, 3), (_other_value, 8), (_repeated_key, 2),
    (_nested, 1), (_many_keys, 0.5), (_long, 0.1), (_in_another_encoding, 0.5), (_noise, 0.5),
)  # fmt: skip
_CHANGES = tuple(change for change, _ in _WEIGHED)
_WEIGHTS = tuple(weight for _, weight in _WEIGHED)
