"""Offices whose QuickBooks is about to fail."""

from typing import Any

from daybook.domain.outcome import Outcome
from tests.fakes.books import FakeBooks, Fault
from tests.unit.workflows.office import Office, read_entry, sale


def posted_once(office: Office, number: int = 1) -> bool:
    """Whether all is posted, and the books hold just so many entries."""
    return set(office.statuses().values()) == {"posted"} and len(office.books.entries) == number


def faulty(*faults: Fault | None, number: int = 1) -> Office:
    """With some sales, and faults that befall the first requests."""
    office = Office.opened()
    office.deliver([sale(str(place)) for place in range(1, number + 1)])
    office.books.faults.extend(faults)
    return office


class AnsweringBooks(FakeBooks):
    """Answers the next requests as told, as a whole, and commits nothing of them."""

    answers: list[Outcome]

    def post_batch(self, items, request_id):  # type: ignore[no-untyped-def]
        if self.answers:
            self.requests.append((request_id, tuple(item.b_id for item in items)))
            return dict.fromkeys((item.b_id for item in items), self.answers.pop(0))
        return super().post_batch(items, request_id)


def answering(*answers: Outcome, **options: Any) -> Office:
    """With one sale, and a company that answers its first requests like this."""
    books = AnsweringBooks(read_entry)
    books.answers = list(answers)
    office = Office.opened(books=books, **options)
    office.deliver(sale("1"))
    return office
