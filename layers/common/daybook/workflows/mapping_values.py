"""Locations and settings from what a form brought: whole, or every problem by its field."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from daybook.domain.mapping import LocationRow, Settings


class BadValues(ValueError):  # noqa: N818 -- the fact
    """Values that cannot stand in a mapping. problems: a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def location_of(values: Mapping[str, Any]) -> LocationRow:
    """A location, its fields named as in a mapping file. Raises BadValues."""
    try:
        return LocationRow.model_validate(values)
    except ValidationError as wrong:
        raise BadValues(_by_field(wrong)) from None


def settings_of(values: Mapping[str, Any]) -> Settings:
    """The settings, named as in a mapping file. Raises BadValues."""
    try:
        return Settings.model_validate(values)
    except ValidationError as wrong:
        raise BadValues(_by_field(wrong)) from None


def _by_field(wrong: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in wrong.errors(include_url=False, include_context=False, include_input=False):
        field = str(one["loc"][0]) if one["loc"] else ""
        found.setdefault(field, one["msg"].removeprefix("Value error, "))
    return found
