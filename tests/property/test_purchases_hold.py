"""What holds of the document of any purchase: it moves what its journal entry moves."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.identity import PostingKey
from daybook.domain.money import to_text
from daybook.domain.purchase_document import PurchaseDocument
from daybook.domain.purchase_documents import purchase_document
from daybook.domain.reversal import reversal_of
from daybook.domain.translation import journal_entry
from daybook.qbo.purchase_bodies import purchase_body
from tests.property.strategies import PROPERTY, event_of
from tests.unit.domain.builders import PARTIES, books, mapping

KEY = PostingKey("shop", "ticket", "1", "1")
_AMOUNTS = st.decimals("-9999.9999", "9999.9999", places=4).map(str)
_LINES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["item", "freight", "fee"]),
            "key": st.sampled_from(["", "Hats", "Shoes"]),
            "amount": _AMOUNTS,
            "description": st.text(max_size=20).filter(lambda one: "\x00" not in one),
        }
    ),
    max_size=6,
)
_TAXES = st.lists(st.fixed_dictionaries({"rule": st.just("GST"), "computed": _AMOUNTS}), max_size=2)
_PURCHASES = st.builds(
    lambda lines, taxes, word: {
        "kind": "purchase", "document": word, "lines": lines, "taxes": taxes
    },
    _LINES,
    _TAXES,
    st.sampled_from(["bill", "vendor_credit"]),
)  # fmt: skip
_MONEY = st.sampled_from(["USD", "JPY", "KWD"])


def moved_by(document: PurchaseDocument) -> Counter[str]:
    """Minor units by account, debits above zero."""
    sign = -1 if document.form == "VendorCredit" else 1
    moved: Counter[str] = Counter()
    for line in document.lines:
        moved[line.account] += sign * line.amount
    moved[document.payable] -= sign * document.total
    return Counter({account: amount for account, amount in moved.items() if amount})


@PROPERTY
@given(_PURCHASES, _MONEY)
def test_a_bill_moves_what_its_journal_entry_moves(body: dict[str, Any], money: str) -> None:
    where = books(mapping(settings={"currency": money}))
    found = event_of(body, money)
    document = purchase_document(found, where, PARTIES)
    entry = journal_entry(found, where, PARTIES)
    expected: Counter[str] = Counter()
    for line in entry.lines if entry else ():
        expected[line.account] += line.amount if line.side == "debit" else -line.amount
    assert (moved_by(document) if document else Counter()) == expected


@PROPERTY
@given(_PURCHASES, _MONEY)
def test_lines_of_a_body_are_its_total_and_it_reads_back(body: dict[str, Any], money: str) -> None:
    where = books(mapping(settings={"currency": money}))
    document = purchase_document(event_of(body, money), where, PARTIES)
    if document is None:
        return
    sent = json.loads(purchase_body(document, 1), parse_float=Decimal)
    total = sum(Decimal(line["Amount"]) for line in sent["Line"])
    assert total == Decimal(to_text(document.total, money)) >= 0
    assert PurchaseDocument.from_json(document.to_json()) == document
    counter = reversal_of(document, "realm", KEY)
    assert Counter({k: -v for k, v in moved_by(document).items()}) == moved_by(counter)
