"""Where the legs of events stand in the books, remembered beside a mapping.

A shop has few places and many tickets. Where a leg stands that needs no customer, no vendor and no
class by its label depends on its role, key and location, on the mapping and on the chart alone.
"""

from typing import TYPE_CHECKING

from daybook.domain.journal import Place, order_of
from daybook.domain.roles import in_words

if TYPE_CHECKING:
    from daybook.domain.chart import Chart


class Spot:
    """A place with what does not change of its line: where it sorts, how its description begins."""

    __slots__ = ("order", "place", "words")

    def __init__(self, place: Place) -> None:
        role, key = place[:2]
        self.place = place
        self.order = order_of(place)
        self.words = f"{in_words(role)} {key}" if key else in_words(role)


class Standing:
    """What was found on one chart: each place as one spot, and the spot of (role, key, location).

    It only grows: whoever reads it finds the same spot for a place from beginning to end.
    """

    __slots__ = ("_of_place", "chart", "spots")

    def __init__(self, chart: "Chart | None") -> None:
        self.chart = chart
        self.spots: dict[tuple[str, str, str], Spot] = {}
        self._of_place: dict[Place, Spot] = {}

    def __len__(self) -> int:
        return max(len(self.spots), len(self._of_place))

    def spot_of(self, place: Place) -> Spot:
        """The one spot of a place."""
        found = self._of_place.get(place)
        return found or self._of_place.setdefault(place, Spot(place))
