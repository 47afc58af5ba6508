"""python-quickbooks' sales forms, items and classes, unmodified, against the simulator."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from quickbooks.batch import batch_create
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import (
    DiscountLine,
    DiscountLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.tax import TxnTaxDetail
from quickbooks.objects.trackingclass import Class

from local.qbo_simulator.server import running
from tests.contract.test_qbo_simulator_python_quickbooks import connected, ref

KINDS = (Invoice, CreditMemo, SalesReceipt)


@pytest.fixture
def qb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with running() as started:
        started.set_faults(enforce_limits=False)
        yield connected(started)


def line(amount: float, item: str = "1") -> Any:
    made, detail = SalesItemLine(), SalesItemLineDetail()
    detail.ItemRef = ref(item)
    made.Amount, made.SalesItemLineDetail = amount, detail
    return made


def form(kind: Any, *lines: Any) -> Any:
    made = kind()
    made.CustomerRef, made.TxnDate = ref("1"), "2026-11-20"
    made.Line = list(lines) or [line(100)]
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_form_is_saved_read_changed_and_deleted(qb: Any, kind: Any) -> None:
    saved = form(kind).save(qb=qb)
    assert (saved.TotalAmt, saved.SyncToken, saved.DocNumber) == (100, "0", "1001")
    read = kind.get(saved.Id, qb=qb)
    assert (read.Line[0].Amount, read.CustomerRef.value) == (100, "1")
    read.PrivateNote = "changed in full"
    changed = read.save(qb=qb)
    assert (changed.PrivateNote, changed.SyncToken, changed.TotalAmt) == (
        "changed in full",
        "1",
        100,
    )
    changed.delete(qb=qb)
    with pytest.raises(ObjectNotFoundException):
        kind.get(saved.Id, qb=qb)


@pytest.mark.parametrize("kind", KINDS)
def test_forms_are_filtered_counted_batched_and_captured(qb: Any, kind: Any) -> None:
    result = batch_create([form(kind), form(kind, line(-1))], qb=qb)
    assert (len(result.successes), len(result.faults)) == (1, 1)
    assert result.faults[0].Error[0].code == "6000"
    (found,) = kind.filter(CustomerRef="1", TxnDate="2026-11-20", qb=qb)
    assert found.Id == result.successes[0].Id
    assert kind.count(qb=qb) == 1
    since = datetime.now().astimezone() - timedelta(days=2)
    changed = change_data_capture([kind], since, qb=qb)
    assert [one.Id for one in getattr(changed, kind.qbo_object_name)] == [found.Id]


@pytest.mark.parametrize("kind", KINDS)
def test_tax_and_discount_count(qb: Any, kind: Any) -> None:
    discount, detail = DiscountLine(), DiscountLineDetail()
    detail.PercentBased, detail.DiscountPercent = True, 10
    discount.DiscountLineDetail = detail
    taxed = form(kind, line(100), discount)
    taxed.TxnTaxDetail = TxnTaxDetail()
    taxed.TxnTaxDetail.TotalTax, taxed.TxnTaxDetail.TxnTaxCodeRef = 7.43, ref("2")
    assert taxed.save(qb=qb).TotalAmt == 97.43


def test_receipt_needs_no_customer_and_names_its_account(qb: Any) -> None:
    receipt = form(SalesReceipt, line(50), line(-50))
    receipt.CustomerRef, receipt.DepositToAccountRef = None, ref("5")
    saved = receipt.save(qb=qb)
    assert (saved.TotalAmt, saved.DepositToAccountRef.name) == (0, "Receipt Clearing")


def test_decimals_that_the_library_sends_as_text_are_taken(qb: Any) -> None:
    qb.use_decimal = True
    saved = form(CreditMemo, line(10), line(-3)).save(qb=qb)
    read = CreditMemo.get(saved.Id, qb=qb)
    assert (str(read.save(qb=qb).TotalAmt), str(read.RemainingCredit)) == ("7", "7")


def test_services_classes_and_customers_are_made_and_used(qb: Any) -> None:
    item, parent, child, customer = Item(), Class(), Class(), Customer()
    item.Name, item.Type, item.IncomeAccountRef = "Clearing", "Service", ref("4")
    parent.Name, customer.DisplayName = "Store 1", "Ada"
    item, parent, customer = (one.save(qb=qb) for one in (item, parent, customer))
    child.Name, child.SubClass, child.ParentRef = "Burbank", True, ref(parent.Id)
    child = child.save(qb=qb)
    assert child.FullyQualifiedName == "Store 1:Burbank"
    sold = line(20, item.Id)
    sold.SalesItemLineDetail.ClassRef = ref(child.Id)
    memo = form(CreditMemo, sold)
    memo.CustomerRef = ref(customer.Id)
    saved = memo.save(qb=qb)
    detail = saved.Line[0].SalesItemLineDetail
    assert (detail.ItemAccountRef.name, detail.ClassRef.name) == (
        "Card Clearing",
        "Store 1:Burbank",
    )
    assert Customer.get(customer.Id, qb=qb).Balance == -20
    assert Class.where("FullyQualifiedName = 'Store 1:Burbank'", qb=qb)[0].Id == child.Id
    assert Item.filter(Name="Clearing", Type="Service", qb=qb)[0].Id == item.Id


@pytest.mark.parametrize("kind", [Item, Class])
def test_a_taken_name_raises(qb: Any, kind: Any) -> None:
    for number in range(2):
        made = kind()
        made.Name = "Twice"
        if kind is Item:
            made.IncomeAccountRef = ref("50")
        if number == 0:
            made.save(qb=qb)
            continue
        with pytest.raises(QuickbooksException) as caught:
            made.save(qb=qb)
        assert caught.value.error_code == 6240
