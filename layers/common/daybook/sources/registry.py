"""Which sources there are, by the name that a connection carries.

To add one: write its module (docs/adding-a-source.md) and enter it here. It then inherits the
security tests that all sources share.
"""

from collections.abc import Mapping
from types import MappingProxyType

from daybook.sources import canonical, heartland, mobipos, point_of_rental
from daybook.sources.contract import Source

_ALL: tuple[Source, ...] = (canonical, heartland, mobipos, point_of_rental)

SOURCES: Mapping[str, Source] = MappingProxyType({source.name: source for source in _ALL})


class UnknownSource(LookupError):  # noqa: N818 -- reads as the fact it states
    """No source has this name; the text lists those there are."""


def find(name: str) -> Source:
    """The source of this name. Raises UnknownSource."""
    try:
        return SOURCES[name]
    except KeyError:
        raise UnknownSource(f"no source {name!r}; there are {', '.join(SOURCES)}") from None
