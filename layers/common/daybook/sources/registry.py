"""Which sources there are, by the name that a connection carries.

To add one: write its module (docs/adding-a-source.md) and enter it here. It then inherits the
security tests that all sources share. A source is imported when it is asked for: a function that
starts for one vendor's delivery loads no other.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, override

from daybook.sources.contract import Source


def _canonical() -> Source:
    from daybook.sources import canonical  # noqa: PLC0415 -- when it is asked for

    return canonical


def _heartland() -> Source:
    from daybook.sources import heartland  # noqa: PLC0415 -- when it is asked for

    return heartland


def _mobipos() -> Source:
    from daybook.sources import mobipos  # noqa: PLC0415 -- when it is asked for

    return mobipos


def _point_of_rental() -> Source:
    from daybook.sources import point_of_rental  # noqa: PLC0415 -- when it is asked for

    return point_of_rental


def _unleashed() -> Source:
    from daybook.sources import unleashed  # noqa: PLC0415 -- when it is asked for

    return unleashed


_MAKE: Final[Mapping[str, Callable[[], Source]]] = {
    "canonical": _canonical,
    "heartland": _heartland,
    "mobipos": _mobipos,
    "point_of_rental": _point_of_rental,
    "unleashed": _unleashed,
}


class _Sources(Mapping[str, Source]):
    @override
    def __getitem__(self, name: str) -> Source:
        return _MAKE[name]()

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(_MAKE)

    @override
    def __len__(self) -> int:
        return len(_MAKE)


SOURCES: Final[Mapping[str, Source]] = _Sources()


class UnknownSource(LookupError):  # noqa: N818 -- reads as the fact it states
    """No source has this name; the text lists those there are."""


def find(name: str) -> Source:
    """The source of this name. Raises UnknownSource."""
    try:
        return SOURCES[name]
    except KeyError:
        raise UnknownSource(f"no source {name!r}; there are {', '.join(SOURCES)}") from None
