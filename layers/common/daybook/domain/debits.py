"""What a transaction debits, by role: as it was sent, and as QuickBooks has it now.

A document debits what QuickBooks books for it: an invoice its customer, a bill its costs. An order
moves nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Transaction
from daybook.domain.found import FoundPurchase, FoundSale, FoundTransaction
from daybook.domain.journal import JournalEntry, Line
from daybook.domain.money import to_minor
from daybook.domain.outcome import FoundEntry
from daybook.domain.purchase_document import PurchaseDocument

# Debits that no line of the posting explains: of an edited entry, or of one without a posting.
UNKNOWN_ROLE: Final = "unknown"

# Role, key, minor units.
type Debit = tuple[str, str, int]


def debits_of(sent: Transaction) -> Iterator[Debit]:
    """The debits of a transaction as it was sent."""
    match sent:
        case JournalEntry():
            yield from (
                (line.role, line.key, line.amount) for line in sent.lines if line.side == "debit"
            )
        case SalesDocument() | PurchaseDocument():
            lines = [(line.role, line.key, line.amount) for line in sent.lines]
            yield from _of_form(sent, lines, sent.total)


def debits_found(found: FoundTransaction, sent: Transaction) -> Iterator[Debit]:
    """The debits of what QuickBooks has; its lines take the roles of those that were sent."""
    match found, sent:
        case FoundEntry(), JournalEntry():
            yield from _of_entry(found, sent)
        case ((FoundSale() | FoundPurchase()), (SalesDocument() | PurchaseDocument())):
            lines = list(_named(found, sent))
            stated = to_minor(Decimal(found.total), sent.currency) if found.total else sent.total
            yield from _of_form(sent, lines, stated)


def _of_entry(found: FoundEntry, sent: JournalEntry) -> Iterator[Debit]:
    """Each debit takes the role of the line that was sent with its account and amount, else of any
    line with its account."""
    left: defaultdict[tuple[str, int], list[Line]] = defaultdict(list)
    of_account: dict[str, Line] = {}
    for line in reversed([line for line in sent.lines if line.side == "debit"]):
        left[line.account, line.amount].append(line)
        of_account[line.account] = line
    for side, account, amount, _, _ in sorted(found.lines):
        if side == "debit":
            same = left[account, amount]
            ours = same.pop() if same else of_account.get(account)
            yield (ours.role, ours.key, amount) if ours else (UNKNOWN_ROLE, account, amount)


def _named(
    found: FoundSale | FoundPurchase, sent: SalesDocument | PurchaseDocument
) -> Iterator[Debit]:
    """The lines that are there, each with the role of the line that was sent with its item or
    account and amount, else of any with its item or account."""
    left: defaultdict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    by_target: dict[str, tuple[str, str]] = {}
    for target, named in reversed(list(_targets(sent))):
        role, key, amount = named
        left[target, amount].append((role, key))
        by_target[target] = (role, key)
    for target, amount, _ in sorted(found.lines):
        same = left[target, amount]
        role, key = same.pop() if same else by_target.get(target, (UNKNOWN_ROLE, target))
        yield role, key, amount


def _targets(sent: SalesDocument | PurchaseDocument) -> Iterator[tuple[str, Debit]]:
    """Each line by its item or account."""
    if isinstance(sent, SalesDocument):
        yield from ((one.item, (one.role, one.key, one.amount)) for one in sent.lines)
    else:
        yield from ((one.account, (one.role, one.key, one.amount)) for one in sent.lines)


def _of_form(
    sent: SalesDocument | PurchaseDocument, lines: Iterable[Debit], total: int
) -> Iterator[Debit]:
    """What its lines, its tax and its total debit. The tax is what the lines leave of the total."""
    lines = list(lines)
    if sent.form == "PurchaseOrder":
        return
    is_sale = isinstance(sent, SalesDocument)
    owed = "accounts_receivable" if is_sale else "accounts_payable"
    # A credit memo books its lines on the other side, as a vendor credit does.
    lines_debit = sent.form in {"CreditMemo", "Bill"}
    tax = total - sum(amount for _, _, amount in lines)
    lines.append(("tax_liability" if is_sale else UNKNOWN_ROLE, "", tax))
    for role, key, amount in lines:
        if amount and (amount > 0) == lines_debit:
            yield role, key, abs(amount)
    if total and not lines_debit:
        yield owed, "", total
