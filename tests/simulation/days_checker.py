"""What must hold of a course of days, by what was sent and by the mappings' plain words alone."""

from collections import Counter
from collections.abc import Iterable, Iterator

from daybook.domain.day_close import Close
from daybook.domain.posting import Posting
from daybook.domain.status import DUE
from tests.simulation.days import CARDS, Course, Sent
from tests.unit.workflows.office import read_entry

# Cents by business date, account and side.
type Sums = Counter[tuple[str, str, str]]
type Members = dict[str, Close]


class Wrong(AssertionError):  # noqa: N818 -- what it is
    """A course ended in a way that it must not; with its seed and its trace."""


def check(course: Course) -> None:
    """Raises Wrong for the first thing that does not hold, and for a second close that adds."""
    try:
        _ended(course)
        before = (dict(course.kept.kept), len(course.office.books.entries))
        made = course.close_all()
        course.catch_up(2)
        _say(not made, f"closing once more closed {made}")
        after = (course.kept.kept, len(course.office.books.entries))
        _say(before == after, "closing once more changed something")
        _ended(course)
    except AssertionError as wrong:
        trace = "\n".join(course.trace)
        raise Wrong(f"seed {course.seed}: {wrong}\n{trace}") from wrong


def _say(holds: bool, text: str) -> None:
    assert holds, text


def _ended(course: Course) -> None:
    rows = {row.id: row for row in course.ledger.rows.values()}
    waits = [row.id for row in rows.values() if row.status in DUE or row.status == "held"]
    _say(not waits, f"still due or held: {waits}")
    members = _members(course)
    accumulated = {row.id for row in rows.values() if row.status == "accumulated"}
    _say(set(members) == accumulated, f"in no list: {sorted(accumulated ^ set(members))}")
    _newest_stand(course, rows, members)
    _in_books(course, _expected(course, rows, members))


def _members(course: Course) -> Members:
    """Each member with the only close that has it."""
    found: Members = {}
    for close in course.kept.kept.values():
        for member in course.kept.content(close).members:
            _say(member not in found, f"{member} is in two lists")
            found[member] = close
    return found


def _newest_stand(course: Course, rows: dict[str, Posting], members: Members) -> None:
    """Of each object, what its newest version says is in a list and not taken back, alone."""
    sent = _by_row(course)
    stand: dict[str, list[tuple[str, str, str, int]]] = {}
    for row in (rows[one] for one in members):
        event = sent.get((row.key.object_id, row.key.version))
        if event and _is_own(row) and not _is_taken_back(row, members) and event.cents:
            place = (row.location, row.business_date, event.key, event.cents)
            stand.setdefault(event.object_id, []).append(place)
    for newest in _newest(course.sent):
        place = (newest.location, newest.day.isoformat(), newest.key, newest.cents)
        wanted = [] if newest.takes_back or not newest.cents else [place]
        found = stand.get(newest.object_id, [])
        _say(found == wanted, f"{newest.object_id}: {found} stands, not {wanted}")


def _by_row(course: Course) -> dict[tuple[str, str], Sent]:
    return {(one.object_id, str(one.version)): one for one in course.sent}


def _newest(sent: Iterable[Sent]) -> Iterator[Sent]:
    yield from {one.object_id: one for one in sorted(sent, key=lambda one: one.version)}.values()


def _is_own(row: Posting) -> bool:
    return row.key.purpose == "post" and row.key.effect == "post"


def _is_taken_back(row: Posting, members: Members) -> bool:
    return Posting.id_of(row.key.reversal()) in members


def _expected(course: Course, rows: dict[str, Posting], members: Members) -> Sums:
    """What the lists add up to: pairs of one list are left out, and a later reversal takes back
    what its original was posted as."""
    sent, sums = _by_row(course), Counter[tuple[str, str, str]]()
    for member, close in members.items():
        row = rows[member]
        event = sent[row.key.object_id, row.key.version]
        if not _is_own(row):
            continue
        back = members.get(Posting.id_of(row.key.reversal()))
        if back is None or back is not close:
            sums += _own(event, close, course, 1)
        if back is not None and back is not close:
            _say(back.sequence > close.sequence, f"{member} was taken back before it was there")
            sums += _own(event, close, course, -1)
    return sums


def _own(event: Sent, close: Close, course: Course, sign: int) -> Sums:
    """The entry of one event: cards on one side, what was sold on the other."""
    if not event.cents:
        return Counter()
    account = course.rules[close.mapping_version][event.key]
    day, cents = event.day.isoformat(), event.cents * sign
    sides = ("debit", "credit") if cents > 0 else ("credit", "debit")
    return Counter({(day, CARDS, sides[0]): abs(cents), (day, account, sides[1]): abs(cents)})


def _in_books(course: Course, expected: Sums) -> None:
    """Every part is posted, balances, and is there once; together they are what is expected."""
    parts = {row.id: row for row in course.ledger.rows.values() if row.key.purpose == "close"}
    _say(all(row.status == "posted" for row in parts.values()), "a part is not posted")
    _say(len(parts) == sum(one.parts for one in course.kept.kept.values()), "parts are missing")
    numbers = Counter(entry.body["DocNumber"] for entry in course.office.books.entries)
    wanted = Counter(row.journal().doc_number for row in parts.values())
    _say(numbers == wanted, f"in the books: {numbers}, not {wanted}")
    sums: Sums = Counter()
    for entry in course.office.books.entries:
        lines = read_entry(entry.qbo_id, entry.body).lines
        balance = sum(cents if side == "debit" else -cents for side, _, cents, _, _ in lines)
        _say(balance == 0, f"{entry.body['DocNumber']} is out of balance")
        for side, account, cents, _, _ in lines:
            sums[entry.body["TxnDate"], account, side] += cents
    _say(sums == expected, f"the books say {dict(sums - expected)} too much, "
         f"{dict(expected - sums)} too little")  # fmt: skip
