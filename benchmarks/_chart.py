"""A chart of what grows over time: one line for each course, with its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks._png import Colour, Picture, Point, text_width

INK: Colour = (40, 40, 40)
GRID: Colour = (226, 226, 226)
_SIZE = (1100, 640)
_LEFT, _RIGHT, _TOP, _BOTTOM = 110, 40, 70, 80
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Course:
    """Points (seconds, number), both rising. dashed: a limit, not something measured."""

    name: str
    colour: Colour
    points: Sequence[tuple[float, float]]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Where seconds and numbers lie in the picture."""

    seconds: float
    number: float

    def place(self, at: float, number: float) -> Point:
        """The pixel of a point."""
        wide, high = _SIZE[0] - _LEFT - _RIGHT, _SIZE[1] - _TOP - _BOTTOM
        x = _LEFT + round(wide * at / self.seconds)
        return x, _SIZE[1] - _BOTTOM - round(high * number / self.number)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in pieces, one on the other. most: where its bound is, if it has one."""

    name: str
    pieces: Sequence[float]
    most: float | None = None


_COLOURS: Sequence[Colour] = (
    (24, 119, 242), (230, 126, 34), (39, 174, 96), (192, 57, 43), (142, 68, 173), (241, 196, 15),
    (127, 140, 141), (26, 188, 156), (93, 64, 55),
)  # fmt: skip


def bars(title: str, unit: str, rows: Sequence[Bar], pieces: Sequence[str], path: Path) -> None:
    """Write bars that lie, one below the other, as PNG. pieces: the names of their pieces; a bound
    is a dark stroke."""
    most = 1.08 * max(max(sum(row.pieces), row.most or 0) for row in rows)
    below = _TOP + 70 * len(rows) + 30
    picture = Picture(_SIZE[0], below + 26 * ((len(pieces) + 1) // 2) + 30)
    picture.text((40, 24), f"{title}, {unit}", INK)
    left = 70 + max(text_width(row.name) for row in rows)
    for place, row in enumerate(rows):
        _bar(picture, row, (left, _TOP + 70 * place), (_SIZE[0] - left - 100) / most)
    for place, name in enumerate(pieces if len(pieces) > 1 else ()):
        corner = (40 + 520 * (place % 2), below + 26 * (place // 2))
        picture.box(corner, (16, 16), _COLOURS[place % len(_COLOURS)])
        picture.text((corner[0] + 28, corner[1] + 1), name, INK)
    picture.write(path)


def _bar(picture: Picture, row: Bar, corner: Point, scale: float) -> None:
    left, top = corner
    picture.text((40, top + 12), row.name, INK)
    for place, piece in enumerate(row.pieces):
        wide = round(piece * scale)
        picture.box((left, top), (wide, 38), _COLOURS[place % len(_COLOURS)])
        left += wide
    if row.most is not None:
        bound = corner[0] + round(row.most * scale)
        picture.box((bound, top - 6), (4, 50), INK)
        # The number stands behind the bar, and behind its bound where that is close.
        left = bound if bound - 80 < left < bound else left
    picture.text((left + 12, top + 12), f"{sum(row.pieces):,.4g}", INK)


def draw(title: str, across: str, courses: Sequence[Course], path: Path) -> None:
    """Write the chart as PNG. across: what the horizontal axis says."""
    points = [point for course in courses for point in course.points]
    scale = Scale(max(at for at, _ in points), 1.05 * max(number for _, number in points))
    picture = Picture(*_SIZE)
    _axes(picture, scale)
    for place, course in enumerate(courses):
        pixels = [scale.place(*point) for point in course.points]
        for start, end in pairwise(pixels):
            picture.line(start, end, course.colour, 3, 6 if course.dashed else None)
        corner = (_LEFT + 24, _TOP + 14 + 26 * place)
        picture.line((corner[0], corner[1] + 7), (corner[0] + 34, corner[1] + 7), course.colour, 5)
        picture.text((corner[0] + 46, corner[1]), course.name, INK)
    picture.text((_LEFT, 24), title, INK)
    middle = (_LEFT + _SIZE[0] - _RIGHT) // 2
    picture.text((middle - text_width(across) // 2, _SIZE[1] - 34), across, INK)
    picture.write(path)


def _axes(picture: Picture, scale: Scale) -> None:
    right, low = _SIZE[0] - _RIGHT, _SIZE[1] - _BOTTOM
    for number in _ticks(scale.number):
        y = scale.place(0, number)[1]
        words = f"{number:,}"
        picture.line((_LEFT, y), (right, y), GRID)
        picture.text((_LEFT - 12 - text_width(words), y - 7), words, INK)
    for seconds in _ticks(scale.seconds):
        x = scale.place(seconds, 0)[0]
        words = f"{seconds}"
        picture.line((x, low), (x, low + 6), INK)
        picture.text((x - text_width(words) // 2, low + 14), words, INK)
    picture.line((_LEFT, low), (right, low), INK)
    picture.line((_LEFT, _TOP), (_LEFT, low), INK)


def _ticks(most: float) -> range:
    step = next((step for step in _STEPS if most / step <= 8), _STEPS[-1])
    return range(0, int(most) + 1, step)
