"""The archive in a dict."""


class FakeArchive:
    """`ports.Archive`."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def put(self, key: str, body: bytes) -> None:
        """Keep a body."""
        self.bodies[key] = body

    def get(self, key: str) -> bytes:
        """The body; KeyError, which is a LookupError, if there is none."""
        return self.bodies[key]
