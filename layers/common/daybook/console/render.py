"""Templates into HTML. Everything that is shown is escaped; nothing of a page is marked safe."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from daybook.console.web import BASE, href
from daybook.domain.money import to_text

_HERE: Final = Path(__file__).parent
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_TONES: Final[Mapping[str, str]] = {
    **dict.fromkeys(["posted", "connected", "done", "well", "closed", "good"], "good"),
    **dict.fromkeys(
        ["ready", "sending", "accumulated", "received", "queued", "running", "open", "busy"], "busy"
    ),
    **dict.fromkeys(["held", "uncertain", "late", "parked", "sandbox", "warn", "k_of_n"], "warn"),
    **dict.fromkeys(
        ["failed", "reconnect_needed", "double_in_qbo", "absent", "edited", "double", "bad"], "bad"
    ),
}


class Static:
    """The files that a browser loads, read once; a file's address changes with its content."""

    def __init__(self, folder: Path) -> None:
        self.files = {
            path.name: (f"{_TYPES[path.suffix]}; charset=utf-8", path.read_bytes())
            for path in sorted(folder.iterdir())
            if path.suffix in _TYPES
        }
        self._marks = {
            name: hashlib.sha256(body).hexdigest()[:12] for name, (_, body) in self.files.items()
        }

    def address(self, name: str) -> str:
        """Where a file is had, for good. KeyError for one that is not there."""
        return f"{BASE}/static/{name}?v={self._marks[name]}"


STATIC: Final = Static(_HERE / "static")


def tone(word: str) -> str:
    """How a status or state stands: good, busy, warn, bad, or "" for what is over."""
    return _TONES.get(word, "")


def words(name: str) -> str:
    """A status, reason or kind as a person reads it."""
    return name.replace("_", " ")


def moment(instant: str) -> str:
    """An instant (RFC 3339) as a person reads it, in UTC; what is no instant stays as it is."""
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return instant
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M} UTC"


def environment() -> Environment:
    """The templates, with what each of them may call."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "href": href,
        "static": STATIC.address,
        "tone": tone,
        "words": words,
        "amount": to_text,
        "moment": moment,
    }
    return made


_TEMPLATES: Final = environment()


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """A page as HTML. Raises jinja2's errors for a template that is not there or asks for more."""
    return _TEMPLATES.get_template(template).render(values)
