"""Keys: whatever a point of sale sends as an id, no key is taken for another."""

from hypothesis import given
from hypothesis import strategies as st

from daybook.domain.identity import PostingKey
from daybook.store import keys
from tests.fakes.postings import short_posting

ANY = st.text(st.characters(codec=None), max_size=250)
TRICKY = st.text(alphabet="#%|~/X0aé\x00\x1f\x7f\x85\ud800\N{GRINNING FACE}", max_size=8)
PART = st.one_of(ANY, TRICKY)
NUMBER = st.integers(0, 999)
KEY = st.builds(
    PostingKey, PART, PART, PART, PART, TRICKY, st.sampled_from(["post", "reverse"]), NUMBER, NUMBER
)


@given(PART)
def test_a_part_is_short_plain_and_read_back(part: str) -> None:
    safe = keys.escaped(part)
    assert len(safe.encode()) <= keys.MAX_PART_BYTES
    assert not set(safe) & set("#|\x00\x1f\x7f\x85")
    assert keys.parts_of(safe) in (None, [part])
    if len(part) <= 100 and part.isprintable():
        assert keys.parts_of(safe) == [part]


@given(PART, PART)
def test_different_parts_never_become_equal(one: str, other: str) -> None:
    assert (keys.escaped(one) == keys.escaped(other)) == (one == other)


@given(st.lists(TRICKY, min_size=2, max_size=4), st.lists(TRICKY, min_size=2, max_size=4))
def test_different_lists_of_parts_never_become_equal(one: list[str], other: list[str]) -> None:
    assert (keys.joined(*one) == keys.joined(*other)) == (one == other)


@given(KEY, TRICKY)
def test_a_posting_key_is_within_limits_and_read_back(key: PostingKey, beside: str) -> None:
    pk, sk = keys.posting(key, beside)
    assert len(pk.encode()) <= 2048
    assert len(sk.encode()) <= 1024
    assert keys.posting_key(pk, sk) in (None, key)
    assert keys.purpose_of(sk) == key.purpose


@given(KEY, KEY, TRICKY, TRICKY)
def test_different_postings_have_different_keys(
    one: PostingKey, other: PostingKey, beside: str, besides: str
) -> None:
    equal = keys.posting(one, beside) == keys.posting(other, besides)
    assert equal == ((one, beside) == (other, besides))


@given(st.text("ab\N{GRINNING FACE}", min_size=595, max_size=700))
def test_long_parts_that_begin_alike_stay_apart(part: str) -> None:
    assert keys.escaped(part + "x") != keys.escaped(part + "y")


def test_a_part_that_looks_like_a_shortened_one_is_not_it() -> None:
    long = "a" * 700
    assert keys.escaped(keys.escaped(long)) != keys.escaped(long)


@given(PART)
def test_a_sort_key_of_an_index_is_short_and_ordered_by_what_stands_first(row_id: str) -> None:
    tail = keys.tail("unmapped_account", "2026-11-20T18:00:00.000Z", row_id)
    assert len(tail.encode()) <= 64
    assert tail.startswith("unmapped_account#2026-11-20T18:00:00.000Z#")
    assert tail < keys.tail("unmapped_account", "2026-11-20T18:00:00.001Z", "")


def test_the_keys_are_those_of_the_table_of_rows() -> None:
    key = PostingKey("shop", "pos_ticket", "77", "3", "post", "reverse", 1, 2)
    assert keys.posting(key) == ("O#shop#pos_ticket#77", "V#3#post#reverse#1#2")
    assert keys.posting(key, "ab") == ("O#shop#pos_ticket#77", "V#3#post#reverse#1#2#Xab")
    assert keys.delivery("shop", "m")[0].startswith("D#shop#62c66a7a5dd70c31")
    assert keys.due("46") == "R#46#due"
    assert keys.stuck("shop", "held") == "S#shop#held"


@given(st.text("aZ0.-_", min_size=1, max_size=20), st.sampled_from(["", "0123456789abcdef"]))
def test_a_row_id_of_plain_words_tells_its_key(word: str, beside: str) -> None:
    row = short_posting(object_id=word, version=word, part=3, beside=beside)
    assert keys.key_of_row_id(row.id) == (row.key, beside)


@given(st.one_of(PART, st.text("a|/1%", max_size=30)))
def test_no_row_id_is_too_odd_to_be_looked_at(text: str) -> None:
    found = keys.key_of_row_id(text)
    assert found is None or len(found) == 2
