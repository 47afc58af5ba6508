"""A picture with a palette shows what the picture of millions of colours showed."""

import struct
import zlib

import pytest

from local.small_png import smaller

MARK = b"\x89PNG\r\n\x1a\n"
ROWS = [
    [(255, 255, 255), (0, 0, 0), (171, 42, 29)],
    [(29, 92, 76), (255, 255, 255), (0, 0, 0)],
    [(12, 200, 7), (13, 201, 8), (250, 1, 99)],
]


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def filtered(kind: int, row: bytes, before: bytes) -> bytes:
    """A row as the PNG standard filters it, 3 bytes a pixel."""

    def guess(at: int) -> int:
        left = row[at - 3] if at >= 3 else 0
        up, corner = before[at], before[at - 3] if at >= 3 else 0
        near = sorted(
            (abs(left + up - corner - one), n) for n, one in enumerate((left, up, corner))
        )
        return (0, left, up, (left + up) // 2, (left, up, corner)[near[0][1]])[kind]

    return bytes([kind]) + bytes((row[at] - guess(at)) % 256 for at in range(len(row)))


def picture(kind: int) -> bytes:
    """The rows as a PNG of RGB."""
    data, before = b"", bytes(9)
    for row in ROWS:
        plain = bytes(value for pixel in row for value in pixel)
        data += filtered(kind, plain, before)
        before = plain
    head = struct.pack(">IIBBBBB", 3, 3, 8, 2, 0, 0, 0)
    return MARK + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def pixels(png: bytes) -> list[list[tuple[int, ...]]]:
    """The colours of a 3 x 3 PNG with a palette."""
    parts, at = {}, len(MARK)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        parts[png[at + 4 : at + 8]] = png[at + 8 : at + 8 + length]
        at += 12 + length
    lines, palette = zlib.decompress(parts[b"IDAT"]), parts[b"PLTE"]
    return [[tuple(palette[lines[y * 4 + 1 + x] * 3 :][:3]) for x in range(3)] for y in range(3)]


@pytest.mark.parametrize("kind", range(5))
def test_every_filter_is_undone_and_colours_stay_within_three_steps(kind: int) -> None:
    for row, wanted in zip(pixels(smaller(picture(kind))), ROWS, strict=True):
        for colour, (red, green, blue) in zip(row, wanted, strict=True):
            near = zip(colour, (red, green, blue), strict=True)
            assert all(abs(a - b) <= 3 for a, b in near)


def test_white_stays_white() -> None:
    assert pixels(smaller(picture(0)))[0][0] == (255, 255, 255)


def test_a_picture_of_another_kind_is_refused() -> None:
    grey = MARK + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    with pytest.raises(ValueError, match="not what Chromium writes"):
        smaller(grey + chunk(b"IDAT", zlib.compress(b"\0\0")))
