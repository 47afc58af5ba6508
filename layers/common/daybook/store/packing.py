"""How long texts are made short enough for a row: zlib with a dictionary of our own words.

A DynamoDB write costs one unit per started kilobyte, so a common row must stay below 1,024 bytes
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html).
A short JSON text compresses badly by itself; with the words that every event and entry has given
beforehand it shrinks to a third. The first byte names the form, so that old rows stay readable
for ever: a dictionary is never changed, only followed by another.
"""

import re
import zlib
from datetime import UTC, datetime
from typing import Final

MAX_BYTES = 64_000_000

# What stands at the end costs least to refer to, so the commonest words come last.
_WORDS_1: Final = (
    b'{"kind":"gl_batch","mode":"invoice","mode":"month","label":"","entries":[{"key":"","family":'
    b'"","class":"","memo":""{"kind":"payout","gross":"","fee":"","net":"","payout_id":"{"kind":'
    b'"party","role":"supplier","role":"customer","phone":"","active":false{"kind":"stock_move",'
    b'"move":"purchase_receipt","move":"purchase_return","move":"transfer_out","move":"transfer_in"'
    b',"move":"transit_adjustment","move":"shipment","move":"assembly","move":"disassembly","move":'
    b'"adjustment","reason":"","counterparty":"","direction":"out","direction":"in"{"kind":'
    b'"gift_card_adjustment","delta":"{"kind":"cash_movement","kind":"deposit","direction":"taken"'
    b',"direction":"refunded","direction":"forfeited","order":"","tender":{"kind":"purchase",'
    b'"document":"vendor_credit","document":"bill","due_date":"20","kind":"freight","amount":"'
    b'"supplier":{"id":"","display_name":"","email":"@gmail.com"},"exchange_rate":"1.,"memo":"'
    b'"customer":{"id":"","display_name":"","email":"@"},"effect":"replace","effect":"reverse",'
    b'"business_date":"2026-"original":"","document":"credit_note","document":"sales_invoice",'
    b'"document":"refund","restock":false,"kind":"gift_card","kind":"shipping","kind":'
    b'"service_charge","kind":"tip","kind":"fee","collected_by":"facilitator","rounding":"-0.0'
    b'"refund_difference":"","kind":"on_account","kind":"store_credit","kind":"other",'
    b'gift_card_liability,customer_deposits,accounts_receivable,returns,"gift_card_adjustment_offset'
    b'"shipping_income","service_charge_income","tips_payable","tax_override","cash_rounding",'
    b'"refund_difference","forfeited_deposits","purchases_received","purchases_returned",'
    b'"in_transit_inventory","adjustment_offset","assembly_variance","cash_drawer",'
    b'"cash_paid_offset","purchase_costs","tax_recoverable","accounts_payable","source_account",'
    b'"bank","processor_fees","processor_clearing","receipt_clearing","rounding",["customer","'
    b'["vendor","Gift card liability Accounts receivable Returns Shipping income Tips payable '
    b"Accounts payable Cash rounding Service charge income default "
    b'{"object_type":"pos_ticket","object_id":"1002","object_version":"2026-11-20T18:22:31Z",'
    b'"occurred_at":"2026-11-20T18:22:31Z","location":"1","register":"1","currency":"USD",'
    b'"reference":"T-1","body":{"kind":"sale","lines":[{"kind":"item","key":"","description":"",'
    b'"quantity":"2","gross":"19.99","discount":"1.5","cost":"8.25"},{"kind":"item","key":"",'
    b'"gross":"","cost":"0.00"}],"taxes":[{"rule":"","computed":"2.00","charged":"2.00"}],'
    b'"tenders":[{"kind":"cash","key":"","amount":"100"},{"kind":"card","key":"","amount":"'
    b'{"entry_id":"","event":"pos_ticket/1002/2026-11-20T18:22:31Z/post","kind":"sale",'
    b'"txn_date":"2026-11-20","doc_number":"T-1","currency":"USD","note":"heartland canonical 1 | '
    b'pos_ticket  version 2026-11-20T | T-1","exchange_rate":null,"mapping_version":1,"lines":['
    b'["debit","payment_type","","0",00,null,null,null,"Payment type card '
    b'"],["debit","markdowns","",null,null,null,"Markdowns '
    b'"],["debit","cogs","",null,null,null,"Cost of goods sold '
    b'"],["credit","sales","",null,null,null,"Sales '
    b'"],["credit","inventory_on_hand","",null,null,null,"Inventory on hand '
    b'"],["credit","tax_liability","",null,null,null,"Tax liability '
    b'"],["credit",",null,null,null,""],",null,null,""]]}"}]}}'
)
_DICTIONARIES: Final = {b"1": _WORDS_1}
_NEWEST: Final = b"1"


def pack(text: bytes) -> bytes:
    """The text compressed, behind one byte that names its dictionary; b"" stays b""."""
    if not text:
        return b""
    squeeze = zlib.compressobj(level=9, wbits=-15, zdict=_DICTIONARIES[_NEWEST])
    return _NEWEST + squeeze.compress(text) + squeeze.flush()


def unpack(packed: bytes) -> bytes:
    """The text again. Raises ValueError for an unknown form or a text that is cut short."""
    if not packed:
        return b""
    words = _DICTIONARIES.get(packed[:1])
    if words is None:
        raise ValueError(f"a packed text of unknown form {packed[:1]!r}")
    stretch = zlib.decompressobj(wbits=-15, zdict=words)
    text = stretch.decompress(packed[1:], MAX_BYTES)
    if not stretch.eof:
        raise ValueError("a packed text is cut short or too long")
    return text


# One letter a status, for the trail of moves; a letter is never given to another status.
_LETTERS: Final = {
    "received": "R",
    "accumulated": "A",
    "ready": "Y",
    "sending": "S",
    "uncertain": "U",
    "posted": "P",
    "reversed": "V",
    "superseded": "X",
    "held": "H",
    "failed": "F",
    "ignored": "I",
    "not_started": "N",
    "void": "O",
}
_STATUS_OF: Final = {letter: status for status, letter in _LETTERS.items()}
_MOVE = re.compile(r"(\d{8}T\d{6}Z) ([a-z_]+)>([a-z_]+)")
_SHORT_MOVE = re.compile(r"([0-9a-f]{8})([A-Z])([A-Z])")
_STAMP = "%Y%m%dT%H%M%SZ"


def short_move(move: str) -> str:
    """`20261122T012630Z ready>sending` as ten characters; any other text as it is."""
    found = _MOVE.fullmatch(move)
    if not found or found[2] not in _LETTERS or found[3] not in _LETTERS:
        return move
    at = datetime.fromisoformat(found[1])
    return f"{int(at.timestamp()):08x}{_LETTERS[found[2]]}{_LETTERS[found[3]]}"


def long_move(move: str) -> str:
    """The move again from `short_move`."""
    found = _SHORT_MOVE.fullmatch(move)
    if not found:
        return move
    at = datetime.fromtimestamp(int(found[1], 16), UTC)
    return f"{at:{_STAMP}} {_STATUS_OF[found[2]]}>{_STATUS_OF[found[3]]}"
