"""What became of every line of a configuration: understood, irrelevant for a stated reason, or not understood.

* INVARIANT: the three counts add up to the number of lines; `LineAccount` has no fourth pile.
* A line that is not understood says how far it reaches; every verdict that it could change is UNDECIDED and names it.
* Blank lines are not lines. A comment is irrelevant (reason `COMMENT`). An object of a JSON export counts as one line.

Never here: what a line means (`dialects`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from secaudit.model.location import Location
from secaudit.model.text import Text


class Fate(StrEnum):
    """What became of a line."""

    UNDERSTOOD = "understood"
    IRRELEVANT = "irrelevant"
    NOT_UNDERSTOOD = "not_understood"


class Reach(StrEnum):
    """How far a line that is not understood could change what the device lets through."""

    DEVICE = "device"
    CHAIN = "chain"
    RULE = "rule"


COMMENT = Text(ja="注釈", en="a comment")
APPEARANCE = Text(ja="通信の可否に関わらない設定", en="a setting that lets nothing through and stops nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a configuration. `reason` is set unless it was understood; `reach` only if it was not understood.

    `where` names the chain for `CHAIN` and `RULE`.
    """

    at: Location
    text: str
    fate: Fate
    reason: Text | None = None
    reach: Reach | None = None
    where: str | None = None

    def __post_init__(self) -> None:
        if (self.reason is None) is not (self.fate is Fate.UNDERSTOOD) or (self.reach is None) is (self.fate is Fate.NOT_UNDERSTOOD):
            raise ValueError(f"line {self.at} does not state its fate")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAccount:
    """All lines of one configuration in the order of the file."""

    lines: tuple[Line, ...] = ()

    def count(self, fate: Fate) -> int:
        """Return how many lines had this fate."""
        return sum(1 for line in self.lines if line.fate is fate)

    @property
    def not_understood(self) -> tuple[Line, ...]:
        """The lines that make verdicts UNDECIDED."""
        return tuple(line for line in self.lines if line.fate is Fate.NOT_UNDERSTOOD)


class Accountant:
    """Collects lines while a front end reads; the last statement about a place wins, worst fate first.

    A place that was already not understood stays so, whatever is said later: one half-read line is an unread line.
    """

    _RANK = (Fate.IRRELEVANT, Fate.UNDERSTOOD, Fate.NOT_UNDERSTOOD)

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str, int, int, str], Line] = {}

    def understood(self, at: Location, text: str) -> None:
        """Enter a line that was understood completely."""
        self._put(Line(at=at, text=text, fate=Fate.UNDERSTOOD))

    def irrelevant(self, at: Location, text: str, reason: Text) -> None:
        """Enter a line that cannot change what passes, for this reason."""
        self._put(Line(at=at, text=text, fate=Fate.IRRELEVANT, reason=reason))

    def not_understood(self, at: Location, text: str, reason: Text, reach: Reach, where: str | None = None) -> Line:
        """Enter a line that was not understood; return it, to be put into a `Doubt`, a match or an `Unclear` action."""
        line = Line(at=at, text=text, fate=Fate.NOT_UNDERSTOOD, reason=reason, reach=reach, where=where)
        self._put(line)
        return line

    def _put(self, line: Line) -> None:
        key = line.at.sort_key()
        old = self._lines.get(key)
        if old is None or self._RANK.index(old.fate) <= self._RANK.index(line.fate):
            self._lines[key] = line

    def account(self) -> LineAccount:
        """Return the account, in the order of files and lines."""
        return LineAccount(lines=tuple(line for _, line in sorted(self._lines.items())))


def joined(accounts: Iterable[LineAccount]) -> LineAccount:
    """Return several accounts as one."""
    return LineAccount(lines=tuple(line for account in accounts for line in account.lines))
