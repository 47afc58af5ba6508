"""Which sources there are, by the name that a connection carries.

To add one: write its module (docs/adding-a-source.md) and enter its name here, where the type
checker sees it too. It then inherits the security tests that all sources share. A source is
imported when it is asked for: a function that starts for one vendor's delivery loads no other.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast, override

from daybook.sources.contract import Source

NAMES: Final = ("canonical", "heartland", "mobipos", "point_of_rental", "unleashed")

if TYPE_CHECKING:
    from daybook.sources import canonical, heartland, mobipos, point_of_rental, unleashed

    _CHECKED: tuple[Source, ...] = (canonical, heartland, mobipos, point_of_rental, unleashed)


class _Sources(Mapping[str, Source]):
    @override
    def __getitem__(self, name: str) -> Source:
        if name not in NAMES:
            raise KeyError(name)
        return cast("Source", import_module(f"daybook.sources.{name}"))

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    @override
    def __len__(self) -> int:
        return len(NAMES)


SOURCES: Final[Mapping[str, Source]] = _Sources()


class UnknownSource(LookupError):  # noqa: N818 -- reads as the fact it states
    """No source has this name; the text lists those there are."""


def find(name: str) -> Source:
    """The source of this name. Raises UnknownSource."""
    try:
        return SOURCES[name]
    except KeyError:
        raise UnknownSource(f"no source {name!r}; there are {', '.join(SOURCES)}") from None
