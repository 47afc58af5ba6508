"""Ages as people write them: 90m, 6h, 3d."""

import re
from datetime import timedelta

from cli.output import refuse

_AGE = re.compile(r"([0-9]{1,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def span(text: str) -> timedelta:
    """An age; ends with exit code 1 where it is none."""
    found = _AGE.fullmatch(text)
    if found is None:
        refuse(f"{text!r} is no age; write a whole number with s, m, h or d, as in 90m.")
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
