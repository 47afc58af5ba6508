"""What every archive promises: the one on S3 and the fake alike."""

from collections.abc import Iterator

import pytest

from daybook.workflows.ports import Archive
from tests.fakes.archive import FakeArchive
from tests.fakes.aws import in_process


@pytest.fixture(params=["fake", "s3"])
def archive(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    if request.param == "fake":
        yield FakeArchive()
        return
    with in_process(monkeypatch) as aws:
        yield aws.archive()


def test_a_body_comes_back(archive: Archive) -> None:
    archive.put("raw/a/b", b"\x00\xff body")
    assert archive.get("raw/a/b") == b"\x00\xff body"


def test_an_absent_body_is_a_lookup_error(archive: Archive) -> None:
    with pytest.raises(LookupError):
        archive.get("raw/a/c")
