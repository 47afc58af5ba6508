"""A mapping file's bytes as a Mapping, or every problem in it at once (docs/mapping-file.md)."""

import json
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from daybook.domain.mapping import Mapping

MAX_PROBLEMS = 200


class BadMapping(ValueError):  # noqa: N818 -- the fact
    """A mapping file that cannot be used. problems: (path, sentence) of each, at most 200."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = tuple(problems[:MAX_PROBLEMS])
        super().__init__(
            "\n".join(f"{path}: {text}" if path else text for path, text in self.problems)
        )


def mapping_of(data: bytes) -> Mapping:
    """The mapping in a file. Raises BadMapping, naming every problem with its path."""
    repeated: list[tuple[str, str]] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1})
            repeated.append(("", f"{', '.join(twice)} stands twice in one object"))
        return fields

    try:
        value = json.loads(data, parse_float=Decimal, object_pairs_hook=members)
    except (ValueError, RecursionError) as error:
        raise BadMapping([("", f"the mapping file is not JSON: {error}")]) from None
    try:
        mapping = Mapping.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [(_path(one["loc"]), _sentence(one["msg"])) for one in found]
        raise BadMapping(repeated + problems) from None
    if repeated:
        raise BadMapping(repeated)
    return mapping


def file_of(mapping: Mapping) -> dict[str, Any]:
    """A mapping as its file has it, without what is a default."""
    return mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def text_of(mapping: Mapping) -> str:
    """A mapping file's text, one row of an account or location to a line."""
    parts = []
    for name, value in file_of(mapping).items():
        if isinstance(value, list):
            rows = ",\n".join(f"    {_json(row)}" for row in value)
            parts.append(f'  "{name}": [\n{rows}\n  ]')
        elif name == "locations":
            rows = ",\n".join(f"    {_json(key)}: {_json(row)}" for key, row in value.items())
            parts.append(f'  "{name}": {{\n{rows}\n  }}')
        else:
            parts.append(f'  "{name}": {_json(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _path(steps: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in steps)


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ")
