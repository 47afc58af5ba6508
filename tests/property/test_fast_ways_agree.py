"""What is written a second time to be fast says the same as the plain way."""

import base64
import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from daybook.domain.chart import Account, Chart
from daybook.domain.errors import Held
from daybook.domain.event import Body, FinancialEvent
from daybook.domain.identity import PostingKey, doc_number, entry_id
from daybook.domain.legs import Leg, LegWriter
from daybook.domain.mapping import Mapping
from daybook.domain.money import minor_digits, read, to_text
from daybook.domain.translation import journal_entry
from daybook.sources import canonical
from daybook.sources.contract import Context, Delivery
from daybook.sources.schema import SchemaBroken
from tests.property.strategies import CURRENCIES, PROPERTY, amounts, events
from tests.property.test_entries_hold import RULES, judged
from tests.unit.domain.builders import books, item, mapping, sale, tender
from tests.unit.sources.senders import NOW, corpus, raw

_ANY_AMOUNT = st.one_of(
    amounts(),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15),
    st.integers(-(10**15), 10**15).map(Decimal),
    st.sampled_from(["1E+2", "-0", "0.00", "-0.05", "5E-7", "1.2E+3", "1E+14"]).map(Decimal),
)
_TRUTHS, _DAYS = {"restock", "active"}, {"business_date", "due_date"}
_GRAMMAR = (
    {"quantity", "gross", "discount", "cost", "computed", "charged", "amount", "rounding"}
    | {"refund_difference", "delta", "fee", "net", "exchange_rate", "occurred_at"}
    | _TRUTHS
    | _DAYS
)
# pydantic takes each of these; the wire does not.
_SLOPPY_AMOUNTS = ("1_0", " 12", "+1", "1e1", ".5", "1.", "0.00000000001", "\u0661")


def _rounded(amount: Decimal, currency: str) -> tuple[int, bool]:
    """By integers alone: half away from zero."""
    top, bottom = amount.as_integer_ratio()
    size, left = divmod(abs(top) * 10 ** minor_digits(currency), bottom)
    size += 2 * left >= bottom
    return (-size if top < 0 else size), bool(left)


@PROPERTY
@given(_ANY_AMOUNT, st.sampled_from(CURRENCIES))
def test_an_amount_read_from_its_text_is_what_its_number_says(
    amount: Decimal, currency: str
) -> None:
    assert read(amount, currency) == _rounded(amount, currency)


@PROPERTY
@given(st.integers(-(10**17), 10**17) | st.integers(-1_100, 1_100), st.sampled_from(CURRENCIES))
def test_the_text_of_an_amount_is_that_of_its_decimal(minor: int, currency: str) -> None:
    digits = minor_digits(currency)
    assert to_text(minor, currency) == format(Decimal(minor).scaleb(-digits), f".{digits}f")


@PROPERTY
@given(_ANY_AMOUNT, st.sampled_from(CURRENCIES))
def test_legs_made_fast_are_whole_legs(amount: Decimal, currency: str) -> None:
    minor, changed = _rounded(amount, currency)
    write = LegWriter(currency, "1")
    assert write.debit("sales", "Hats", amount) == Leg("sales", "Hats", "1", minor, int(changed))
    assert write.credit("sales", "Hats", amount) == Leg("sales", "Hats", "1", -minor, int(changed))
    assert write.cost("cogs", "bank", "", amount) == (
        Leg("cogs", "", "1", minor),
        Leg("bank", "", "1", -minor),
    )


@PROPERTY
@given(st.lists(st.text(max_size=20), min_size=5, max_size=5), st.integers(0, 9), st.integers(0, 9))
def test_an_entry_id_is_of_the_compact_json_of_its_key(
    texts: list[str], revision: int, part: int
) -> None:
    realm, connection, kind, name, version = texts
    key = PostingKey(connection, kind, name, version, "post", "post", revision, part)
    said = json.dumps([*texts, "post", "post", revision, part], separators=(",", ":")).encode()
    assert entry_id(realm, key) == hashlib.sha256(said).hexdigest()


@PROPERTY
@given(st.binary(min_size=32, max_size=32))
def test_a_number_ends_in_base32_of_its_entry_id(identity: bytes) -> None:
    assert doc_number("", identity.hex()) == base64.b32encode(identity).decode()[:6]


@PROPERTY
@given(st.lists(events(), min_size=1, max_size=4))
def test_a_mapping_that_remembers_places_gives_what_a_new_one_gives(
    found: list[FinancialEvent],
) -> None:
    for event in found:
        rules = RULES[event.currency]
        new = Mapping.model_validate(rules.model_dump(by_alias=True))
        assert judged(event, rules) == judged(event, new) == judged(event, new)


def test_a_place_is_asked_anew_of_another_chart() -> None:
    rules = mapping({"role": "sales", "key": "Hats", "account": "50"})
    event = sale(lines=[item("5.00")], tenders=[tender("5.00")])
    assert journal_entry(event, books(rules))
    with pytest.raises(Held, match="not in the imported chart"):
        journal_entry(event, books(rules, Chart("realm", 1, {"1": Account("1", "Till", "Bank")})))
    assert journal_entry(event, books(rules))


def _spots(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str]]:
    """Each name with a grammar, with the steps to it."""
    if isinstance(value, list):
        return [one for n, child in enumerate(value) for one in _spots(child, (*path, n))]
    if not isinstance(value, dict):
        return []
    below = [one for name, child in value.items() for one in _spots(child, (*path, name))]
    return below + [((*path, name), name) for name in value if name in _GRAMMAR]


def _sloppy(name: str) -> list[object]:
    if name in _TRUTHS:
        return ["no", 0]
    if name == "occurred_at":
        return ["2026-11-20 23:41:07Z", 1_614_265_330]
    return ["2026-11-20T00:00:00Z", 20_261_120] if name in _DAYS else list(_SLOPPY_AMOUNTS)


def _whole() -> list[dict[str, Any]]:
    """An event of every kind in the corpus, every field stated."""
    return [
        event.model_dump(mode="json", by_alias=True)
        for _, delivery in corpus("canonical")
        for event in canonical.parse(delivery, Context())
        if isinstance(event, FinancialEvent)
    ]


def test_a_slip_is_found_at_every_name_with_a_grammar() -> None:
    seen = set()
    for whole in _whole():
        for path, name in _spots(whole):
            for value in _sloppy(name):
                body = json.loads(json.dumps(whole))
                part = body
                for step in path[:-1]:
                    part = part[step]
                part[name] = value
                with pytest.raises(SchemaBroken) as caught:
                    canonical.parse(Delivery("shop", "canonical", raw(body), NOW), Context())
                assert ".".join(map(str, path)) in dict(caught.value.findings)
            seen.add(name)
    assert seen == _GRAMMAR


def test_a_name_with_a_grammar_stands_nowhere_deeper_than_in_a_row_of_a_body() -> None:
    shapes = TypeAdapter(Body).json_schema()["$defs"]
    with_grammar = {name for name, shape in shapes.items() if _GRAMMAR & set(shape["properties"])}
    bodies = set(TypeAdapter(Body).json_schema()["discriminator"]["mapping"].values())
    rows = with_grammar - {name.removeprefix("#/$defs/") for name in bodies}
    assert rows == {"SaleLine", "TaxLine", "Tender", "StockLine", "PurchaseLine", "LedgerRow"}
    for name in rows:
        held = json.dumps(shapes[name])
        assert not any(f"#/$defs/{other}" in held for other in with_grammar)


@pytest.mark.parametrize("field", ["amount", "gross", "cost", "delta"])
def test_whole_events_are_taken_and_an_amount_may_be_a_number(field: str) -> None:
    texts = [(whole, json.dumps(whole).partition(f'"{field}": "')) for whole in _whole()]
    stated = [(whole, head, rest) for whole, (head, _, rest) in texts if rest]
    assert stated
    for whole, head, rest in stated:
        number, _, tail = rest.partition('"')
        body = f'{head}"{field}": {number}{tail}'.encode()
        taken = canonical.parse(Delivery("shop", "canonical", body, NOW), Context())
        assert taken == [FinancialEvent.model_validate(whole)]
