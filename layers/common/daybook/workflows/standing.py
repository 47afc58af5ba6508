"""What stands in the books for one object of the point of sale while a preview goes on.

The same rules as the poster's, with everything posted at once: a newer version takes the place of
an older one, a reverse takes back what was posted, what is older than what stands is superseded.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from daybook.domain.day_report import ALREADY_SENT, on_newer
from daybook.domain.document_kinds import Transaction
from daybook.domain.errors import Held, Problem
from daybook.domain.event import FinancialEvent
from daybook.domain.identity import PostingKey
from daybook.domain.mapping import Settings
from daybook.domain.reversal import reversal_of, same_in_books
from daybook.domain.translation import posting_key
from daybook.domain.versions import compare

type Entry = Callable[[], Transaction | None]
# Whether what is posted and what a newer version would post are one in the books.
type Same = Callable[[Transaction, Transaction], bool]


def never_same(_before: Transaction, _after: Transaction) -> bool:
    """Of what goes with something else that is replaced: it is replaced too."""
    return False


@dataclass(slots=True)
class Fate:
    """What becomes of one event: entries and documents, or why there are none. Later events may
    change it. part: 1 is of the stock beside a document."""

    event: str
    entries: list[Transaction] = field(default_factory=list)
    problem: Problem | None = None
    skipped: str = ""
    part: int = 0

    def hold(self, problem: Problem) -> None:
        """Nothing is posted until a person does something."""
        self.problem, self.skipped = problem, ""

    def skip(self, code: str) -> None:
        """Nothing is posted, and nobody has to do anything."""
        self.problem, self.skipped = None, code


@dataclass(slots=True)
class _Posted:
    version: str
    key: PostingKey
    entry: Transaction


@dataclass(slots=True)
class Standing:
    """One object's events so far. realm and connection: for the ids of reversals."""

    realm: str
    connection: str
    settings: Settings
    contents: dict[tuple[str, str], bytes] = field(default_factory=dict)
    posted: _Posted | None = None
    reversed: bool = False
    top: str | None = None
    unsent: list[Fate] = field(default_factory=list)
    early_reverses: list[tuple[str, Fate]] = field(default_factory=list)

    def take(
        self,
        event: FinancialEvent,
        day: date,
        fate: Fate,
        make: Entry,
        is_same: Same = same_in_books,
    ) -> None:
        """Decide one event's fate. day: its business date. make: its own entry; raises Held."""
        try:
            if event.effect == "reverse":
                self._reverse(event, day, fate)
            else:
                self._post(event, fate, make, is_same)
        except Held as held:
            fate.hold(held.problem)

    def is_repeat(self, event: FinancialEvent, fate: Fate) -> bool:
        """Whether the same effect of the same version came before; its fate is decided then."""
        content = event.to_json()
        first = self.contents.setdefault((event.object_version, event.effect), content)
        if first is content:
            return False
        if first == content:
            fate.skip("duplicate")
        else:
            text = "Other content came under the same id and version before; the first one stands."
            fate.hold(Problem("conflict", text))
        return True

    def _post(self, event: FinancialEvent, fate: Fate, make: Entry, is_same: Same) -> None:
        version = event.object_version
        if self._reversed_early(version, fate):
            return
        if self._is_overtaken(version):
            fate.skip("superseded")
            return
        try:
            entry = make()
        except Held:
            self._wait(version, fate)
            raise
        self._replace(event, fate, entry, is_same)

    def _replace(
        self, event: FinancialEvent, fate: Fate, entry: Transaction | None, is_same: Same
    ) -> None:
        before = self.posted
        on_newer_one = on_newer(event, self.settings)
        if before and on_newer_one == "refuse":
            self._wait(event.object_version, fate)
            raise Held("already_sent", ALREADY_SENT)
        if before and entry and is_same(before.entry, entry):
            self.top = event.object_version
            self._settle_unsent("superseded")
            fate.skip("superseded")
            return
        if before and on_newer_one == "hold":
            self._wait(event.object_version, fate)
            raise Held(
                "conflict",
                f"Version {event.object_version} came after version {before.version} was posted, "
                "and the setting newer_version holds it.",
            )
        self.top, self.reversed, self.posted = event.object_version, False, None
        self._settle_unsent("superseded")
        if before:
            fate.entries.append(reversal_of(before.entry, self.realm, before.key))
        if entry is None:
            fate.skip("void")
            return
        fate.entries.append(entry)
        key = replace(posting_key(event, self.connection), part=fate.part)
        self.posted = _Posted(event.object_version, key, entry)

    def _reverse(self, event: FinancialEvent, day: date, fate: Fate) -> None:
        version = event.object_version
        if self.top is None:
            self.early_reverses.append((version, fate))
            raise Held("original_unknown", "Nothing of this object has come to be reversed.")
        if compare(version, self.top) < 0:
            fate.skip("superseded")
            return
        self.top, self.reversed = version, True
        self._settle_unsent("void")
        before, self.posted = self.posted, None
        if before is None:
            fate.skip("void")
            return
        reversal = reversal_of(before.entry, self.realm, before.key, day)
        fate.entries.append(replace(reversal, event=event.name))

    def _reversed_early(self, version: str, fate: Fate) -> bool:
        """Whether the reverse came before its original: then neither leaves a trace."""
        early = [one for one in self.early_reverses if compare(one[0], version) >= 0]
        if not early:
            return False
        for at, reverse in early:
            reverse.skip("void")
            self.early_reverses.remove((at, reverse))
            self.top = at if self.top is None or compare(at, self.top) > 0 else self.top
        self.reversed = True
        fate.skip("void")
        return True

    def _is_overtaken(self, version: str) -> bool:
        if self.top is None:
            return False
        above = compare(version, self.top)
        return above < 0 or (above == 0 and not self.reversed)

    def _wait(self, version: str, fate: Fate) -> None:
        self.top = version
        self.unsent.append(fate)

    def _settle_unsent(self, code: str) -> None:
        for fate in self.unsent:
            fate.skip(code)
        self.unsent.clear()
