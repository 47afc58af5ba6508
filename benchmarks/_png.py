"""A picture in memory, and its PNG file: lines, boxes and text, with nothing but zlib.

https://www.w3.org/TR/png-3/
"""

import struct
import zlib
from pathlib import Path

from benchmarks._glyphs import GLYPHS, HEIGHT, WIDTH

type Colour = tuple[int, int, int]
type Point = tuple[int, int]

WHITE: Colour = (255, 255, 255)


class Picture:
    """Pixels of red, green and blue; (0, 0) is the upper left. What lies outside is not drawn."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._pixels = bytearray(bytes(WHITE) * (width * height))

    def dot(self, x: int, y: int, colour: Colour) -> None:
        """One pixel."""
        if 0 <= x < self.width and 0 <= y < self.height:
            place = 3 * (y * self.width + x)
            self._pixels[place : place + 3] = bytes(colour)

    def box(self, corner: Point, size: Point, colour: Colour) -> None:
        """A filled box."""
        for y in range(corner[1], corner[1] + size[1]):
            for x in range(corner[0], corner[0] + size[0]):
                self.dot(x, y, colour)

    def line(
        self, start: Point, end: Point, colour: Colour, thick: int = 1, gap: int | None = None
    ) -> None:
        """A straight line; gap: dashes of so many pixels, and as many between them."""
        steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
        for step in range(steps + 1):
            if gap and (step // gap) % 2:
                continue
            x = start[0] + round((end[0] - start[0]) * step / steps)
            y = start[1] + round((end[1] - start[1]) * step / steps)
            self.box((x - thick // 2, y - thick // 2), (thick, thick), colour)

    def text(self, corner: Point, words: str, colour: Colour, scale: int = 2) -> None:
        """A line of text. Raises KeyError for a character that has no glyph."""
        for place, letter in enumerate(words):
            left = corner[0] + place * (WIDTH + 1) * scale
            for column, bits in enumerate(GLYPHS[letter]):
                for row in range(HEIGHT):
                    if bits >> row & 1:
                        dot = (left + column * scale, corner[1] + row * scale)
                        self.box(dot, (scale, scale), colour)

    def write(self, path: Path) -> None:
        """The picture as a PNG of eight bits a colour."""
        stride = 3 * self.width
        rows = (self._pixels[y * stride : (y + 1) * stride] for y in range(self.height))
        raw = b"".join(b"\0" + row for row in rows)
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def text_width(words: str, scale: int = 2) -> int:
    """How many pixels a line of text takes."""
    return len(words) * (WIDTH + 1) * scale


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
