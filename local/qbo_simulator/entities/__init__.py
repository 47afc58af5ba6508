"""The kinds of object that the simulator serves. A new kind is one module and one entry here."""

from local.qbo_simulator.entities.accounts import ACCOUNT
from local.qbo_simulator.entities.bills import BILL
from local.qbo_simulator.entities.credit_memos import CREDIT_MEMO
from local.qbo_simulator.entities.dimensions import CLASS, DEPARTMENT
from local.qbo_simulator.entities.employees import EMPLOYEE
from local.qbo_simulator.entities.invoices import INVOICE
from local.qbo_simulator.entities.items import ITEM
from local.qbo_simulator.entities.journal_entries import JOURNAL_ENTRY
from local.qbo_simulator.entities.kind import EntityKind
from local.qbo_simulator.entities.names import CUSTOMER, VENDOR
from local.qbo_simulator.entities.purchase_orders import PURCHASE_ORDER
from local.qbo_simulator.entities.sales_receipts import SALES_RECEIPT
from local.qbo_simulator.entities.taxes import TAX_CODE, TAX_RATE
from local.qbo_simulator.entities.vendor_credits import VENDOR_CREDIT

KINDS: tuple[EntityKind, ...] = (
    ACCOUNT,
    CUSTOMER,
    VENDOR,
    EMPLOYEE,
    ITEM,
    CLASS,
    DEPARTMENT,
    TAX_CODE,
    TAX_RATE,
    JOURNAL_ENTRY,
    INVOICE,
    CREDIT_MEMO,
    SALES_RECEIPT,
    BILL,
    VENDOR_CREDIT,
    PURCHASE_ORDER,
)
# Clients in the wild write entity names in any letter case.
KIND_BY_PATH: dict[str, EntityKind] = {kind.path: kind for kind in KINDS}
TRANSACTIONS = frozenset(kind.name for kind in KINDS if kind.is_transaction)
