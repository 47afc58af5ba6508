"""What the point of sale calls the keys that stand in its events as ids."""

from collections.abc import Mapping

from daybook.domain.seen_key import SeenKey
from daybook.sources.contract import Client, NamesKeys, Source
from daybook.workflows.ports import Mappings

# Locations have no role; their names are kept beside those of the keys under this word.
LOCATION = "location"


class NoNames(LookupError):  # noqa: N818 -- the fact
    """The source has no names to be asked for."""


def fetch_names(
    connection: str, source: Source, client: Client, mappings: Mappings
) -> Mapping[tuple[str, str], str]:
    """Ask the point of sale for all names and keep them in place of those known before.

    Raises NoNames, and Held `source_unavailable` where it does not answer: then nothing changes.
    """
    if not isinstance(source, NamesKeys):
        raise NoNames(f"source {source.name} has no names of keys to ask for")
    names = source.names(client)
    mappings.name_keys(connection, names)
    return names


def in_words(key: SeenKey, names: Mapping[tuple[str, str], str]) -> str:
    """`sales '7' (Hats) at 100006 (Store 1)`."""
    name, place = names.get((key.role, key.key)), names.get((LOCATION, key.location))
    said = f"{key.role} {key.key!r}" + (f" ({name})" if name else "")
    at = f" at {key.location}" if key.location else ""
    return said + at + (f" ({place})" if place and at else "")
