"""What the parts of the FortiGate front end share: the account of statements, three-valued sets, one virtual domain.

Never here: what a section means.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from secaudit.model.text import Text
from secaudit.netproof.dialects.fortigate_text import Entry, Section, Statement
from secaudit.netproof.dialects.fortigate_words import EMPTY, SWITCHED_OFF, off, quiet
from secaudit.netproof.ir import BOTH, Doubt, Unknown
from secaudit.netproof.lines import APPEARANCE, Accountant, Line, Reach
from secaudit.netproof.packets import Family
from secaudit.netproof.ranges import Ranges, complement, normal, subtract


@dataclass(frozen=True, slots=True)
class Guess:
    """A set that is not wholly known: `sure` is in it, nothing outside of `may` is. `why` says what is not known, if anything."""

    sure: Ranges
    may: Ranges
    why: Unknown | None = None

    def join(self, other: "Guess") -> "Guess":
        """Return what is in either."""
        return Guess(normal([*self.sure, *other.sure]), normal([*self.may, *other.may]), self.why or other.why)

    def less(self, other: "Guess") -> "Guess":
        """Return what is in this and not in the other."""
        return Guess(subtract(self.sure, other.may), subtract(self.may, other.sure), self.why or other.why)

    def negated(self, top: int) -> "Guess":
        """Return everything else."""
        return Guess(complement(self.may, top), complement(self.sure, top), self.why)


NOTHING = Guess((), ())


def known(ranges: Ranges) -> Guess:
    """Return a set that is known."""
    return Guess(ranges, ranges)


class Book:
    """Enters statements, all their lines at once."""

    def __init__(self) -> None:
        self.accountant = Accountant()
        self.seen: set[tuple[str, int]] = set()

    def _mark(self, statement: Statement) -> None:
        self.seen.add((statement.path, statement.lines[0][0]))

    def missed(self, statements: Iterable[Statement]) -> list[Statement]:
        """Return the statements that nobody entered."""
        return [one for one in statements if (one.path, one.lines[0][0]) not in self.seen]

    def ok(self, statement: Statement) -> None:
        """Enter an understood statement."""
        self._mark(statement)
        for at, text in statement.places():
            self.accountant.understood(at, text)

    def quiet(self, statement: Statement, reason: Text) -> None:
        """Enter a statement that changes nothing; its value is not shown."""
        self._mark(statement)
        for at, text in statement.places(value=False):
            self.accountant.irrelevant(at, text, reason)

    def unclear(self, statement: Statement, reason: Text, reach: Reach, where: str | None = None) -> Line:
        """Enter a statement that is not understood; return its first line."""
        self._mark(statement)
        lines = [self.accountant.not_understood(at, text, reason, reach, where) for at, text in statement.places()]
        return lines[0]

    def unknown(self, statement: Statement, reason: Text, where: str | None = None) -> Unknown:
        """Enter a statement whose truth for a packet is not known; return what a match carries."""
        return Unknown(reason=reason, line=self.unclear(statement, reason, Reach.RULE, where))

    def unread(self, statements: Iterable[Statement], reason: Text) -> None:
        """Enter statements whose meaning for the whole device is not understood; the doubt itself names one of them."""
        for statement in statements:
            self.unclear(statement, reason, Reach.DEVICE)

    def skip(self, section: Section, reason: Text) -> None:
        """Enter a whole section as irrelevant."""
        for statement in section.everything():
            self.quiet(statement, reason)

    def frame(self, section: Section) -> None:
        """Enter `config`, `edit`, `next` and `end` of a section that is read."""
        for statement in section.structure:
            self.ok(statement)

    def rest(self, entry: Entry, kind: str, used: Iterable[str], inner: Iterable[str] = ()) -> list[Statement]:
        """Enter the settings of an entry and return those that are neither used, nor known to be irrelevant, nor switched off.

        `inner`: names of inner sections that the caller reads itself.
        """
        wanted, left = frozenset(used), []
        for statement in entry.statements:
            if statement.key in wanted:
                self.ok(statement)
            elif quiet(kind, statement.key):
                self.quiet(statement, APPEARANCE)
            elif statement.words[0] == "unset" or off(statement.words[2:]):
                self.quiet(statement, SWITCHED_OFF)
            else:
                left.append(statement)
        mine = frozenset(inner)
        for child in entry.children:
            if child.name not in mine:
                left += self.idle(child, kind)
        return left

    def idle(self, section: Section, kind: str) -> list[Statement]:
        """Enter an inner section that nobody reads; return its settings if they might matter."""
        serious = [one for one in section.settings() if one.words[0] != "unset" and not off(one.words[2:])]
        if not serious or quiet(kind, section.name):
            self.skip(section, APPEARANCE if serious else EMPTY)
            return []
        self.skip(section, APPEARANCE)
        return serious


UNREAD = Text(ja="この設定の意味が分かりません", en="this setting is not known")


@dataclass(slots=True)
class Domain:
    """One virtual domain (the whole device if it has none): its sections, and the doubts found on the way."""

    name: str | None
    sections: Mapping[str, Section]
    book: Book
    version: tuple[int, int, int] | None
    doubts: list[Doubt] = field(default_factory=list)
    read: set[str] = field(default_factory=set)

    def section(self, name: str) -> Section | None:
        """Return a section and enter its frame; None if the export has none."""
        found = self.sections.get(name)
        if found is not None:
            self.read.add(name)
            self.book.frame(found)
        return found

    def entries(self, name: str) -> tuple[Entry, ...]:
        """Return the entries of a section in their order."""
        found = self.section(name)
        return () if found is None else tuple(found.entries.values())

    def doubt(self, statement: Statement, reason: Text, families: frozenset[Family] = BOTH) -> None:
        """Enter a statement that makes the whole device doubtful."""
        line = self.book.unclear(statement, reason, Reach.DEVICE)
        self.doubts.append(Doubt(reason=reason, line=line, families=families))

    def leave(self, left: Iterable[Statement]) -> None:
        """Enter settings that nobody knows and that may change anything."""
        for statement in left:
            self.doubt(statement, UNREAD)
