"""The corpus posts what the golden files say, and beancount agrees that they balance."""

import pytest
from beancount import loader

from tests.golden.documents_posted import golden_bodies, present_bodies
from tests.golden.rewrite import GOLDEN, deliveries, golden_files, present


def test_every_delivery_posts_what_its_golden_file_says() -> None:
    wanted, found = golden_files(), present()
    assert sorted(found) == sorted(wanted), "run `make golden`"
    differing = [str(path) for path in sorted(wanted) if wanted[path] != found[path]]
    assert not differing, "run `make golden` and read the difference"


def test_every_delivery_has_a_golden_file() -> None:
    stems = {(path.parent.name, path.name.split(".")[0]) for path in present()}
    assert stems == {(source.name, file.stem) for source, file in deliveries()}
    assert len(stems) > 20


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*/*.beancount")), ids=lambda path: path.stem)
def test_beancount_finds_no_error(path: object) -> None:
    _, errors, _ = loader.load_file(str(path))
    assert not errors


def test_every_document_is_posted_as_its_golden_body_says() -> None:
    assert present_bodies() == golden_bodies(), "run `make golden` and read the difference"
