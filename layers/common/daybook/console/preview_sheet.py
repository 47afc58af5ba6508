"""What a preview found, as a page shows it: entries with both columns, documents, what is held."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from daybook.domain.document import SalesDocument
from daybook.domain.document_kinds import Transaction
from daybook.domain.journal import JournalEntry
from daybook.domain.purchase_document import PurchaseDocument
from daybook.domain.roles import in_words
from daybook.workflows.choices import Choices, ListName
from daybook.workflows.mapping_sheet import anchor, shown_key
from daybook.workflows.preview import Preview
from daybook.workflows.standing import Fate

MAX_SHOWN: Final = 100
MAX_LINES: Final = 300


def shown(found: Preview, choices: Choices) -> dict[str, Any]:
    """The first of each list, and how many there are."""
    posts = [(fate.event, one) for fate in found.fates for one in fate.entries]
    return {
        "posts": [_posted(event, one, choices) for event, one in posts[:MAX_SHOWN]],
        "held": [_held(fate) for fate in found.held[:MAX_SHOWN]],
        "skipped": [(fate.event, fate.skipped) for fate in found.skipped[:MAX_SHOWN]],
        "counts": {
            "posts": len(posts),
            "held": len(found.held),
            "skipped": len(found.skipped),
        },
    }


def _posted(event: str, one: Transaction, choices: Choices) -> dict[str, Any]:
    common = {
        "event": event,
        "date": one.txn_date.isoformat(),
        "number": one.doc_number,
        "currency": one.currency,
        "note": one.note,
        "party": "",
    }
    if isinstance(one, JournalEntry):
        return common | {"form": "Journal entry"} | _journal(one, choices)
    if isinstance(one, SalesDocument):
        return common | {"form": _form(one.form)} | _sales(one, choices)
    return common | {"form": _form(one.form)} | _purchase(one, choices)


def _form(name: str) -> str:
    """`CreditMemo` as "Credit memo"."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.strip().capitalize()


def _journal(one: JournalEntry, choices: Choices) -> dict[str, Any]:
    debit = sum(line.amount for line in one.lines if line.side == "debit")
    credit = sum(line.amount for line in one.lines if line.side == "credit")
    lines = [
        {
            "account": choices.label(line.account),
            "side": line.side,
            "amount": line.amount,
            "role": line.role,
            "key": line.key,
            "more": _more(
                choices, line.class_, line.department, line.name.id if line.name else None
            ),
        }
        for line in one.lines[:MAX_LINES]
    ]
    return {"shape": "journal", "lines": lines, "count": len(one.lines),
            "debit": debit, "credit": credit}  # fmt: skip


def _sales(one: SalesDocument, choices: Choices) -> dict[str, Any]:
    lines = [
        {
            "account": choices.label(line.account),
            "what": line.description or f"{in_words(line.role)} {line.key}".strip(),
            "quantity": line.quantity,
            "amount": line.amount,
            "role": line.role,
            "key": line.key,
            "more": _more(choices, line.class_),
        }
        for line in one.lines[:MAX_LINES]
    ]
    tax = {"code": one.tax.code, "amount": one.tax.amount} if one.tax else None
    return {
        "shape": "document",
        "lines": lines,
        "count": len(one.lines),
        "party": one.customer,
        "tax": tax,
        "total": one.total,
    }


def _purchase(one: PurchaseDocument, choices: Choices) -> dict[str, Any]:
    lines = [
        {
            "account": choices.label(line.account),
            "what": line.description,
            "quantity": "",
            "amount": line.amount,
            "role": line.role,
            "key": line.key,
            "more": _more(choices, line.class_),
        }
        for line in one.lines[:MAX_LINES]
    ]
    return {
        "shape": "document",
        "lines": lines,
        "count": len(one.lines),
        "party": one.vendor,
        "tax": None,
        "total": one.total,
    }


def _more(
    choices: Choices, class_: str | None, department: str | None = None, name: str | None = None
) -> str:
    """Class, department and party of a line, in words."""
    words: Sequence[tuple[ListName, str | None]] = (("class", class_), ("department", department))
    parts = [f"{what} {choices.name(what, one)}" for what, one in words if one]
    return ", ".join([*parts, *([name] if name else [])])


def _held(fate: Fate) -> Mapping[str, Any]:
    problem = fate.problem
    assert problem is not None, f"{fate.event} is not held"
    missing = [
        {
            "role": one.role,
            "key": one.key,
            "location": one.location,
            "anchor": anchor(one.role, shown_key(one.role, one.key), ""),
        }
        for one in problem.missing[:MAX_LINES]
    ]
    return {
        "event": fate.event,
        "code": problem.code,
        "text": problem.text,
        "next": problem.next_action,
        "missing": missing,
    }
