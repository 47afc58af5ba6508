"""Refusals of the simulated service, as values and as an exception."""

from dataclasses import dataclass
from typing import Any

from local.qbo_simulator.fault_texts import text_of


@dataclass(frozen=True)
class ApiError:
    """One entry of `Fault.Error`."""

    code: str
    detail: str
    element: str = ""

    def as_json(self) -> dict[str, Any]:
        """In the service's upper-case shape."""
        return {
            "Message": text_of(self.code).message,
            "Detail": self.detail,
            "code": self.code,
            "element": self.element,
        }


class Rejected(Exception):  # noqa: N818 - it says what happened to the request
    """A request refused for one or more reasons, all of which the reply names."""

    def __init__(self, errors: list[ApiError]) -> None:
        super().__init__(", ".join(f"{error.code} {error.detail}" for error in errors))
        self.errors = errors

    @property
    def status(self) -> int:
        """The HTTP status of the first error (a batch item's own status is never shown)."""
        return text_of(self.errors[0].code).status

    def as_json(self) -> dict[str, Any]:
        """`{"Error": [...], "type": ...}`, the value of `Fault`."""
        kind = text_of(self.errors[0].code).type
        return {"Error": [error.as_json() for error in self.errors], "type": kind}


class Faults:
    """Gathers errors so that one reply can name them all."""

    def __init__(self) -> None:
        self.errors: list[ApiError] = []

    def add(self, code: str, detail: str | None = None, element: str | None = None) -> None:
        """Note one error; what is not given is the usual text of its code."""
        text = text_of(code)
        self.errors.append(
            ApiError(
                code,
                text.detail if detail is None else detail,
                text.element if element is None else element,
            )
        )

    def raise_if_any(self) -> None:
        """Raises Rejected when anything was noted."""
        if self.errors:
            raise Rejected(self.errors)


def rejected(code: str, detail: str | None = None, element: str | None = None) -> Rejected:
    """A refusal for one reason."""
    faults = Faults()
    faults.add(code, detail, element)
    return Rejected(faults.errors)
