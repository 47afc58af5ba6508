"""Items and classes that documents need first: their names, their refusals, their order."""

import pytest

from daybook.domain.chart import Account, Chart
from daybook.domain.document_kinds import CREATIONS, Document, entity_of, read_document
from daybook.domain.found import (
    FoundClass,
    FoundItem,
    FoundSale,
    Sought,
    described,
    is_ours,
    sought,
)
from daybook.domain.new_class import MissingClass, NewClass, as_full_name, next_missing
from daybook.domain.new_customer import NewCustomer
from daybook.domain.new_item import MAX_NAME, ItemsByName, NewItem, item_name, item_refusal
from daybook.domain.outcome import FoundEntry, FoundParty

IDENTITY = "ab" * 32


def chart_of(*accounts: Account) -> Chart:
    return Chart("realm", 1, {account.id: account for account in accounts})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sales:Clothing", "Clothing (51)"),
        ('A "B"\tC\\D', "A B C D (51)"),
        (" \n", "Account (51)"),
        ("é" * 200, f"{'é' * (MAX_NAME - 5)} (51)"),
    ],
)
def test_an_item_is_called_as_its_account_with_its_id(name: str, expected: str) -> None:
    named = item_name("51", chart_of(Account("51", name, "Income")))
    assert named == expected
    # Inactive, QuickBooks adds " (deleted)" to it.
    assert len(f"{named} (deleted)") <= 100


def test_an_item_has_a_name_without_a_chart_too() -> None:
    assert item_name("51", None) == "Account (51)"
    assert ItemsByName()["51"] == "Account (51)"
    assert list(ItemsByName()) == []
    assert len(ItemsByName()) == 0


@pytest.mark.parametrize(
    ("account", "refused"),
    [
        (Account("1", "A", "Income"), False),
        (Account("1", "A", "Bank"), False),
        (Account("1", "A", "Other Current Liability"), False),
        (Account("1", "A", "Accounts Receivable"), True),
        (Account("1", "A", "Accounts Payable"), True),
        (Account("1", "A", "Other Current Liability", "GlobalTaxPayable"), True),
    ],
)
def test_no_item_sells_into_what_quickbooks_keeps(account: Account, refused: bool) -> None:
    assert (item_refusal("1", chart_of(account)) is not None) == refused


def test_an_account_that_is_not_known_is_not_refused_here() -> None:
    assert item_refusal("9", None) is None
    assert item_refusal("9", chart_of()) is None


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Store 1:Burbank", "Store 1:Burbank"),
        (" Store 1 : Bur\tbank ", "Store 1:Bur bank"),
        ("::Store 1:", "Store 1"),
        (" : ", ""),
        ("a:b:c:d:e", "a:b:c:d:e"),
        ("a:b:c:d:e:f", ""),
        ("x" * 200, "x" * 90),
    ],
)
def test_a_label_is_a_classs_full_name(label: str, name: str) -> None:
    assert as_full_name(label) == name


def test_classes_are_created_from_the_top() -> None:
    known: dict[str, str] = {"Retail": "1"}
    assert next_missing("Store 1:Burbank", known) == MissingClass("Store 1", "")
    known["STORE 1"] = "7"
    assert next_missing("Store 1:Burbank", known) == MissingClass("Store 1:Burbank", "7")
    known["Store 1:burbank"] = "8"
    assert next_missing("Store 1:Burbank", known) is None


CREATED: list[tuple[Document, Sought]] = [
    (NewCustomer(IDENTITY, "Ada", "a@b.c", "note"), Sought("Customer", "Ada")),
    (NewItem(IDENTITY, "Sales (51)", "51"), Sought("Item", "Sales (51)")),
    (NewClass(IDENTITY, "Store 1:Burbank", "7"), Sought("Class", "Store 1:Burbank")),
]


@pytest.mark.parametrize(("document", "asked"), CREATED)
def test_what_is_created_is_kept_read_again_and_looked_for(
    document: Document, asked: Sought
) -> None:
    entity = entity_of(document)
    assert entity in CREATIONS
    assert read_document(entity, document.to_json()) == document
    assert sought(document) == asked


def test_a_document_kept_under_another_name_is_a_fault() -> None:
    item = NewItem(IDENTITY, "A", "1")
    with pytest.raises((AssertionError, TypeError)):
        read_document("Class", item.to_json())


def test_names_of_items_and_classes_ignore_letter_case_and_inactive_ones_do_not_count() -> None:
    item, made = NewItem(IDENTITY, "Sales (51)", "51"), NewClass(IDENTITY, "Store 1")
    assert is_ours(FoundItem("9", "SALES (51)", "51"), item)
    assert not is_ours(FoundItem("9", "Sales (51)", "51", active=False), item)
    assert not is_ours(FoundItem("9", "Sales (51)", "52"), item)
    assert not is_ours(FoundItem("9", "Sales (51)", "51"), made)
    assert is_ours(FoundClass("9", "store 1"), made)
    assert not is_ours(FoundClass("9", "Store 1", active=False), made)
    assert not is_ours(FoundClass("9", "Store 1"), item)


def test_what_stands_in_the_way_is_named_for_a_person() -> None:
    said = [
        described(FoundEntry("1", "A", "", "", ())),
        described(FoundSale("2", "Invoice", "A", "", "", "", ())),
        described(FoundParty("3", "Vendor", "Ada")),
        described(FoundItem("4", "Ada", "51", active=False)),
        described(FoundClass("5", "Ada")),
    ]
    assert said == [
        "Entry 1 has it.",
        "Invoice 2 has it.",
        "Vendor 3 has the name 'Ada'.",
        "Item 4, which is inactive, has the name 'Ada' and sells into account 51.",
        "Class 5 has the name 'Ada'.",
    ]
