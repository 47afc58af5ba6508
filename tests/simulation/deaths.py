"""Every single death at every call of a workflow, and every ordered pair of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.simulation.boundary import MOMENTS, Moment
from tests.simulation.stages import STAGES, Point, Stage, run

# A recovery that makes many more calls than the calm run goes round in circles; the tick, which
# comes for ever, is followed through two of its rounds.
MOST_MORE_CALLS = 25


@dataclass
class Deaths:
    """How many runs there were, and what was wrong: (points, breaches)."""

    runs: int = 0
    wrong: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    def note(
        self, stage: Stage, points: tuple[Point, ...], breaches: list[tuple[str, str]]
    ) -> None:
        """One run."""
        self.runs += 1
        if breaches:
            self.wrong.append((told(stage, points), breaches))


def told(stage: Stage, points: tuple[Point, ...]) -> str:
    """How a run is named, and asked for again."""
    return f"{stage.name}:" + ",".join(f"{number}{moment}" for number, moment in points)


def asked(text: str) -> tuple[Stage, tuple[Point, ...]]:
    """The run of a name."""
    name, _, points = text.partition(":")
    stage = next(one for one in STAGES if one.name == name)
    return stage, tuple(_point(one) for one in points.split(",") if one)


def _point(text: str) -> Point:
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    moment: Moment = next(
        one for one in (*MOMENTS, "half", "refused") if one == text[len(number) :]
    )
    return int(number), moment


def calls(stage: Stage) -> list[str]:
    """The calls of the stage's workflow where nobody dies."""
    calm, breaches, _ = run(stage)
    assert not breaches, (stage.name, breaches)
    return calm


def points_of(stage: Stage) -> Iterator[Point]:
    """Every place and moment of one death. Many writes at once may also be cut in the middle."""
    for number, name in enumerate(calls(stage), 1):
        half: tuple[Moment, ...] = ("half",) if name == "ledger.change_all" else ()
        for moment in (*MOMENTS, *half):
            yield number, moment


def singles(stage: Stage) -> Deaths:
    """Each death of a stage alone."""
    found = Deaths()
    for point in points_of(stage):
        _, breaches, reached = run(stage, point)
        assert reached, told(stage, (point,))
        found.note(stage, (point,), breaches)
    return found


def pairs(stage: Stage, first: Point) -> Deaths:
    """Each second death behind one first death: at each call of the same workflow that follows."""
    found = Deaths()
    most = 2 * len(calls(stage)) + MOST_MORE_CALLS
    for number in range(1, most):
        for moment in MOMENTS:
            points = (first, (number, moment))
            _, breaches, reached = run(stage, *points)
            if reached < 2:
                return found
            found.note(stage, points, breaches)
    if stage.workflow != "sweep":
        found.wrong.append((told(stage, (first,)), [("I25", "the recovery does not end")]))
    return found
