"""Minor units, rounding and text of amounts."""

from decimal import Decimal

import pytest

from daybook.domain.money import is_exact, minor_digits, read, to_minor, to_text


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1.005", "USD", 101),
        ("-1.005", "USD", -101),
        ("1.0049999999", "USD", 100),
        ("100.5", "JPY", 101),
        ("-100.5", "JPY", -101),
        ("100.4", "JPY", 100),
        ("1.0005", "KWD", 1001),
        ("-0.001", "USD", 0),
        ("999999999999999.995", "USD", 100_000_000_000_000_000),
        ("0." + "3" * 60, "USD", 33),
    ],
)
def test_amounts_are_rounded_half_away_from_zero(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("KWD", 3), ("XXX", 2)])
def test_digits_are_those_of_the_currency(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (10825, "USD", "108.25"),
        (-5, "USD", "-0.05"),
        (0, "USD", "0.00"),
        (101, "JPY", "101"),
        (-101, "JPY", "-101"),
        (1, "KWD", "0.001"),
    ],
)
def test_text_has_just_the_currencys_digits(minor: int, currency: str, text: str) -> None:
    assert to_text(minor, currency) == text


def test_reading_says_whether_rounding_changed_the_amount() -> None:
    assert read(Decimal("3.335"), "USD") == (334, True)
    assert read(Decimal("3.3300"), "USD") == (333, False)
    assert is_exact(Decimal("3.33"), "USD")
    assert not is_exact(Decimal("3.3"), "JPY")
