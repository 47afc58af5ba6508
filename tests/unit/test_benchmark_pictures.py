"""What the benchmarks write: a picture that is a PNG, numbers between their marks."""

import struct
import zlib
from pathlib import Path

import pytest

from benchmarks._chart import Course, draw
from benchmarks._glyphs import GLYPHS
from benchmarks._page import replace_section
from benchmarks._png import Picture

RED = (255, 0, 0)


def pixels(path: Path) -> tuple[int, int, bytes]:
    """Width, height and the rows of a PNG of three bytes a pixel, its checksums checked."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    place, parts = 8, {}
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        assert check == zlib.crc32(kind + body)
        parts[kind], place = body, place + 12 + length
    width, height = struct.unpack(">II", parts[b"IHDR"][:8])
    return width, height, zlib.decompress(parts[b"IDAT"])


def test_a_picture_holds_the_dots_that_were_drawn(tmp_path: Path) -> None:
    picture = Picture(4, 3)
    picture.dot(1, 2, RED)
    picture.dot(9, 9, RED)
    picture.write(tmp_path / "p.png")
    width, height, rows = pixels(tmp_path / "p.png")
    assert (width, height, len(rows)) == (4, 3, 3 * (1 + 3 * 4))
    assert rows[2 * 13 + 4 : 2 * 13 + 7] == bytes(RED)
    assert rows.count(b"\xff\x00\x00") == 1


def test_letters_are_upright_and_each_is_another() -> None:
    assert len(set(GLYPHS.values())) == len(GLYPHS) >= 70
    picture = Picture(6, 8)
    picture.text((0, 0), "L", RED, scale=1)
    left = [picture._pixels[3 * 6 * y : 3 * 6 * y + 3] == bytearray(RED) for y in range(8)]
    assert left == [True] * 7 + [False]


def test_a_chart_has_a_line_in_the_colour_of_each_course(tmp_path: Path) -> None:
    blue = (0, 0, 255)
    courses = [Course("one", RED, [(0, 0), (60, 90)]), Course("two", blue, [(0, 0), (60, 30)])]
    draw("title", "seconds", courses, tmp_path / "c.png")
    _, _, rows = pixels(tmp_path / "c.png")
    assert rows.count(bytes(RED)) > 500
    assert rows.count(bytes(blue)) > 500


def test_numbers_stand_between_their_marks_and_nothing_else_moves(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a -->\nold\n<!-- /a -->\nafter\n")
    for _ in range(2):
        replace_section("a", ["new"], page)
    assert page.read_text() == "before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter\n"
    with pytest.raises(ValueError, match="has no marks"):
        replace_section("b", ["new"], page)
