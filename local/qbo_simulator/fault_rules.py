"""Chooses which request fails, by one seeded source of randomness."""

import random
from collections.abc import Callable

from local.qbo_simulator.switches import FaultRule, Switches


class FaultInjector:
    """Draws for the rules in their order; the first that matches and comes up is used.

    Requests handled in the same order draw the same failures for the same seed.
    """

    def __init__(self, switches: Switches) -> None:
        self._random = random.Random(switches.seed)
        self._rules = switches.rules
        self._left = [rule.times for rule in switches.rules]

    def transport(self, tags: frozenset[str]) -> FaultRule | None:
        """A failure of the whole request (every kind but `fault`), or None."""
        return self._draw(tags, lambda rule: rule.kind != "fault")

    def service(self, tags: frozenset[str]) -> FaultRule | None:
        """A `Fault` that the service answers instead of doing the work, or None."""
        return self._draw(tags, lambda rule: rule.kind == "fault")

    def _draw(self, tags: frozenset[str], wanted: Callable[[FaultRule], bool]) -> FaultRule | None:
        for position, rule in enumerate(self._rules):
            if rule.on not in tags or not wanted(rule) or self._left[position] == 0:
                continue
            if self._random.random() >= rule.probability:
                continue
            left = self._left[position]
            self._left[position] = None if left is None else left - 1
            return rule
        return None
