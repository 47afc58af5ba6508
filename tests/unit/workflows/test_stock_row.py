"""The row of the journal entry beside a document."""

import pytest

from daybook.domain.identity import PostingKey
from daybook.domain.posting import Posting
from daybook.workflows.documents import stock_row
from tests.fakes.clock import START


@pytest.mark.parametrize("origin", ["", "pull"])
def test_the_stock_entry_has_the_origin_of_its_document(origin: str) -> None:
    key = PostingKey("shop", "credit_note", "1", "1", "post")
    row = Posting(key, "ready", "unleashed", "sale", "MAIN", "D#1", "", "", origin=origin)
    beside = stock_row(row, START)
    assert (beside.origin, beside.key.part) == (origin, 1)
