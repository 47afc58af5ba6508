"""python-quickbooks, unmodified, works against the simulator as it does against Intuit."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import (
    AuthorizationException,
    ObjectNotFoundException,
    QuickbooksException,
    ValidationException,
)
from quickbooks.objects.account import Account
from quickbooks.objects.base import Ref
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.customer import Customer
from quickbooks.objects.department import Department
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.journalentry import JournalEntry, JournalEntryLine, JournalEntryLineDetail
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.trackingclass import Class
from quickbooks.objects.vendor import Vendor

from local.qbo_simulator.server import RunningSimulator, running


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSimulator]:
    # The library refuses http without this; only tests and the laptop's stack may set it.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield started


@pytest.fixture
def qb(simulator: RunningSimulator) -> Any:
    return connected(simulator)


def connected(simulator: RunningSimulator) -> Any:
    auth = AuthClient("id", "secret", "http://localhost/callback", simulator.discovery_url)
    subclass = type("Pointed", (QuickBooks,), {"api_url_v3": f"{simulator.url}/v3"})
    return subclass(
        auth_client=auth,
        refresh_token=simulator.refresh_token,
        company_id=simulator.realm,
        minorversion=75,
    )


def ref(value: str) -> Any:
    made = Ref()
    made.value = value
    return made


def journal_line(side: str, account: str, amount: float) -> Any:
    made, detail = JournalEntryLine(), JournalEntryLineDetail()
    detail.PostingType, detail.AccountRef = side, ref(account)
    made.Amount, made.JournalEntryLineDetail = amount, detail
    return made


def journal(number: str = "", amount: float = 108.25) -> Any:
    made = JournalEntry()
    made.DocNumber, made.TxnDate = number, "2026-11-20"
    made.Line = [journal_line("Debit", "1", amount), journal_line("Credit", "50", amount)]
    return made


def test_accounts_are_listed_filtered_and_counted(qb: Any) -> None:
    everything = Account.all(max_results=1000, qb=qb)
    assert Account.count(qb=qb) == len(everything) > 40
    banks = Account.filter(AccountType="Bank", qb=qb)
    assert {account.Name for account in banks} == {
        "Checking",
        "Savings",
        "Cash Drawer",
        "Card Clearing",
    }
    assert [one.Name for one in Account.choose(["1", "50"], qb=qb)] == ["Checking", "Sales"]
    assert Account.get("1", qb=qb).AccountType == "Bank"


def test_every_list_object_that_the_poster_needs_can_be_listed(qb: Any) -> None:
    for kind in (Account, Customer, Vendor, Item, Class, Department, TaxCode):
        found = kind.all(qb=qb)
        assert found
        assert isinstance(found[0], kind)


def test_account_is_created_updated_and_deactivated(qb: Any) -> None:
    account = Account()
    account.Name, account.AccountType, account.AccountSubType = "Till 9", "Bank", "CashOnHand"
    saved = account.save(qb=qb)
    saved.Name = "Till Nine"
    assert saved.save(qb=qb).Name == "Till Nine"
    again = Account.get(saved.Id, qb=qb)
    again.Active = False
    again.save(qb=qb)
    assert Account.filter(Name="Till Nine", qb=qb) == []
    hidden = Account.filter(Active=False, qb=qb)
    assert [one.Name for one in hidden] == ["Till Nine (deleted)"]


def test_customers_are_saved_and_found_by_a_name_with_an_apostrophe(qb: Any) -> None:
    customer = Customer()
    customer.DisplayName = "O'Neil"
    customer.save(qb=qb)
    assert [one.DisplayName for one in Customer.filter(DisplayName="O'Neil", qb=qb)] == ["O'Neil"]
    assert [one.DisplayName for one in Customer.where("DisplayName LIKE 'O%'", qb=qb)] == ["O'Neil"]


def test_a_taken_name_raises(qb: Any) -> None:
    vendor = Vendor()
    vendor.DisplayName = "House Account"
    with pytest.raises(QuickbooksException) as caught:
        vendor.save(qb=qb)
    assert caught.value.error_code == 6240


def test_journal_entry_is_created_read_updated_and_deleted(qb: Any) -> None:
    saved = journal("A-1").save(qb=qb)
    assert (saved.Id, saved.SyncToken, saved.DocNumber) == ("1", "0", "A-1")
    read = JournalEntry.get(saved.Id, qb=qb)
    assert [line.Amount for line in read.Line] == [108.25, 108.25]
    assert isinstance(read.Line[0], JournalEntryLine)
    read.PrivateNote = "changed in full"
    changed = read.save(qb=qb)
    assert (changed.PrivateNote, changed.SyncToken, changed.DocNumber) == (
        "changed in full",
        "1",
        "A-1",
    )
    changed.delete(qb=qb)
    with pytest.raises(ObjectNotFoundException):
        JournalEntry.get(saved.Id, qb=qb)


def test_sparse_update_keeps_the_lines(qb: Any) -> None:
    saved = journal("A-1").save(qb=qb)
    sparse = JournalEntry()
    sparse.Id, sparse.SyncToken, sparse.sparse = saved.Id, saved.SyncToken, True
    sparse.PrivateNote, sparse.Line, sparse.DocNumber = "only this", None, None
    sparse.TxnDate = None
    changed = sparse.save(qb=qb)
    assert (changed.PrivateNote, changed.DocNumber, len(changed.Line)) == ("only this", "A-1", 2)


def test_decimals_that_the_library_sends_as_text_are_taken(simulator: RunningSimulator) -> None:
    qb = connected(simulator)
    qb.use_decimal = True
    saved = journal("A-1").save(qb=qb)
    read = JournalEntry.get(saved.Id, qb=qb)
    assert '"Amount": "108.25"' in read.to_json()
    assert read.save(qb=qb).SyncToken == "1"


def test_entries_are_queried_by_number_with_paging(qb: Any) -> None:
    for number in ("A", "B", "C"):
        journal(number).save(qb=qb)
    page = JournalEntry.filter(order_by="DocNumber", start_position=2, max_results=1, qb=qb)
    assert [one.DocNumber for one in page] == ["B"]
    found = JournalEntry.query("SELECT * FROM JournalEntry WHERE DocNumber IN ('A','C')", qb=qb)
    assert {one.DocNumber for one in found} == {"A", "C"}
    assert JournalEntry.count("TxnDate = '2026-11-20'", qb=qb) == 3


def test_same_request_id_saves_once(qb: Any) -> None:
    first = journal("A").save(qb=qb, request_id="once")
    second = journal("A").save(qb=qb, request_id="once")
    assert first.Id == second.Id
    assert JournalEntry.count(qb=qb) == 1


def test_batches_create_update_and_delete(qb: Any) -> None:
    made = batch_create([journal(f"N{i}") for i in range(35)], qb=qb)
    assert (len(made.successes), made.faults) == (35, [])
    for one in made.successes:
        one.PrivateNote = "changed"
    changed = batch_update(made.successes, qb=qb)
    assert {one.SyncToken for one in changed.successes} == {"1"}
    gone = batch_delete(changed.successes, qb=qb)
    assert len(gone.successes) == 35
    assert JournalEntry.count(qb=qb) == 0


def test_a_bad_item_of_a_batch_faults_alone(qb: Any) -> None:
    bad = journal("BAD")
    bad.Line[1].Amount = 1
    result = batch_create([journal("GOOD"), bad], qb=qb)
    assert len(result.successes) == 1
    assert result.faults[0].Error[0].code == "2300"
    assert result.faults[0].original_object is bad


def test_customers_go_through_batches(qb: Any) -> None:
    people = []
    for name in ("Ada", "Ada"):
        person = Customer()
        person.DisplayName = name
        people.append(person)
    result = batch_create(people, qb=qb)
    assert (len(result.successes), len(result.faults)) == (1, 1)


def test_invoice_is_saved_and_deleted(qb: Any) -> None:
    invoice, line, detail = Invoice(), SalesItemLine(), SalesItemLineDetail()
    detail.ItemRef = ref("1")
    line.Amount, line.SalesItemLineDetail = 100, detail
    invoice.CustomerRef, invoice.Line = ref("1"), [line]
    saved = invoice.save(qb=qb)
    assert (saved.TotalAmt, saved.Balance, saved.DocNumber) == (100, 100, "1001")
    assert Invoice.filter(CustomerRef="1", qb=qb)[0].Id == saved.Id
    saved.delete(qb=qb)
    assert Invoice.count(qb=qb) == 0


def test_change_capture_tells_of_changes_and_deletions(qb: Any) -> None:
    kept, gone = journal("A").save(qb=qb), journal("B").save(qb=qb)
    gone.delete(qb=qb)
    since = datetime.now().astimezone() - timedelta(days=2)
    changed = change_data_capture([JournalEntry, Invoice], since, qb=qb)
    states = {one.Id: getattr(one, "status", "Live") for one in changed.JournalEntry}
    assert states == {kept.Id: "Live", gone.Id: "Deleted"}
    assert not hasattr(changed, "Invoice")


def test_settings_and_trial_balance_are_read(qb: Any) -> None:
    journal().save(qb=qb)
    assert Preferences.get(qb=qb).CurrencyPrefs.HomeCurrency.value == "USD"
    assert CompanyInfo.get(qb.company_id, qb=qb).CompanyName == "Main Street Outfitters"
    report = qb.get_report("TrialBalance", {"end_date": "2026-12-31"})
    assert report["Rows"]["Row"][-1]["Summary"]["ColData"][1]["value"] == "108.25"


def test_an_expired_access_token_raises(simulator: RunningSimulator, qb: Any) -> None:
    simulator.advance(3600)
    with pytest.raises(AuthorizationException):
        Account.all(qb=qb)


def test_bad_query_and_missing_field_raise(qb: Any) -> None:
    with pytest.raises(ValidationException) as caught:
        Account.query("SELECT * FROM", qb=qb)
    assert caught.value.error_code == 4000
    entry = journal()
    entry.Line[0].JournalEntryLineDetail.AccountRef = None
    with pytest.raises(ValidationException) as caught:
        entry.save(qb=qb)
    assert caught.value.error_code == 2020
