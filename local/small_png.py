"""Makes a picture of a page small: a palette of 256 colours for a PNG of millions.

Reads what Chromium writes: 8 bits a channel, RGB or RGBA, not interlaced.
PNG: https://www.w3.org/TR/png-3/
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_MARK = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256
# Colours nearer than this to each other are one: nobody sees a difference.
_STEP = 4


def smaller(png: bytes) -> bytes:
    """The same picture with a palette."""
    width, height, channels, data = _read(png)
    rows = list(_unfiltered(data, width, height, channels))
    pixels = [
        bytes(value - value % _STEP for value in row[start : start + 3])
        for row in rows
        for start in range(0, width * channels, channels)
    ]
    palette = [colour for colour, _ in Counter(pixels).most_common(_COLOURS)]
    place = {colour: number for number, colour in enumerate(palette)}
    for colour in set(pixels) - place.keys():
        place[colour] = _nearest(colour, palette)
    indexes = bytes(place[colour] for colour in pixels)
    lines = b"".join(b"\0" + indexes[at : at + width] for at in range(0, len(indexes), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"".join(
        [
            _MARK,
            _chunk(b"IHDR", head),
            _chunk(b"PLTE", b"".join(_spread(colour) for colour in palette)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _spread(colour: bytes) -> bytes:
    """White stays white, though its steps were cut."""
    return bytes(255 if value == 256 - _STEP else value for value in colour)


def _nearest(colour: bytes, palette: list[bytes]) -> int:
    def distance(number: int) -> int:
        return sum((a - b) ** 2 for a, b in zip(colour, palette[number], strict=True))

    return min(range(len(palette)), key=distance)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _read(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, channels and the filtered rows."""
    at, data, head = len(_MARK), b"", b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        head = body if name == b"IHDR" else head
        data += body if name == b"IDAT" else b""
        at += 12 + length
    width, height, depth, kind = struct.unpack(">IIBB", head[:10])
    if (depth, kind) not in ((8, 2), (8, 6)):
        raise ValueError(f"a PNG of depth {depth} and kind {kind} is not what Chromium writes")
    return width, height, 3 if kind == 2 else 4, zlib.decompress(data)


def _unfiltered(data: bytes, width: int, height: int, size: int) -> Iterator[bytearray]:
    length = width * size
    before = bytearray(length)
    for number in range(height):
        start = number * (length + 1)
        row = bytearray(data[start + 1 : start + 1 + length])
        _undo(data[start], row, before, size)
        yield row
        before = row


def _undo(kind: int, row: bytearray, before: bytearray, size: int) -> None:
    """Add to each byte what its row's filter took away."""
    for at in range(len(row)) if kind else ():
        left = row[at - size] if at >= size else 0
        up = before[at]
        corner = before[at - size] if at >= size else 0
        added = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        row[at] = (row[at] + added) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    near = (abs(guess - left), abs(guess - up), abs(guess - corner))
    return (left, up, corner)[near.index(min(near))]
