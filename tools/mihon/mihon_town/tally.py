"""Sums by hand: how rows become a status. Plain loops over the books, one function per way of counting.

Words: a row's verdict is True (good), False (bad) or None (nobody can tell); its scope is the same.
A row with an unreadable cell in a column that matters is lost; a lost row, a stale book or a gap in the
period forbid the word `pass`.

Never here: what a control asks (`judge_*`), anything of the package under test.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from mihon_town.model import KEYS, ROW_DATES, SNAPSHOT_DAYS, SNAPSHOTS, Cell, Row, Unreadable, Year

Verdict = bool | None
Test = Callable[[Row], Verdict]
PASS, FAIL, UNKNOWN, NOT_APPLICABLE = "pass", "fail", "unknown", "not_applicable"
WORST_FIRST = ("error", FAIL, UNKNOWN, PASS, NOT_APPLICABLE)


@dataclass(slots=True, kw_only=True)
class Sum:
    """What one control comes to: status, failing subjects, how many subjects nobody can tell, and figures."""

    status: str
    failing: list[str] = field(default_factory=list)
    unknown: int = 0
    figures: dict[str, int | None] = field(default_factory=dict)
    worth: Fraction | None = None
    """Worth of a failing share, measured ÷ target; None where a fail is worth nothing."""


@dataclass(slots=True, kw_only=True)
class View:
    """A book as one control sees it."""

    kind: str
    rows: list[Row]
    lost: int
    uncounted: bool
    absent: bool
    stated: int | None
    read: int

    @property
    def blocked(self) -> bool:
        """Whether something may be hidden."""
        return self.lost > 0 or self.uncounted

    @property
    def stated_empty(self) -> bool:
        """Whether the office says that there was nothing to list."""
        return not self.absent and self.read == 0 and self.stated == 0

    @property
    def useless(self) -> bool:
        """Whether there is no file, or one without rows and without a word about it."""
        return self.absent or (self.read == 0 and self.stated != 0)


def calendar_day(value: Cell) -> date | None:
    """Give the day of a date or a moment."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def day(row: Row, column: str) -> date | None:
    """Give the day in that cell, None if blank."""
    return calendar_day(row[column])


def view(year: Year, kind: str, *columns: str) -> View:
    """Give the book as a control sees it that reads these columns."""
    book = year.books.get(kind)
    if book is None:
        return View(kind=kind, rows=[], lost=0, uncounted=False, absent=True, stated=None, read=0)
    dated = ROW_DATES.get(kind)
    present = [row for row in book.rows if dated is None or (day(row, dated) or year.end) <= year.end]
    clear = [row for row in present if not any(isinstance(row[column], Unreadable) for column in columns)]
    lost = len(present) - len(clear)
    if book.population is not None and book.population > len(present):
        lost += book.population - len(present)
    stale = kind in SNAPSHOTS and book.collected_on < year.end - timedelta(days=SNAPSHOT_DAYS)
    gap = dated is not None and book.covers_until is not None and book.covers_until < year.end
    too_many = book.population is not None and book.population < len(present)
    return View(
        kind=kind, rows=clear, lost=lost, uncounted=stale or gap or too_many, absent=False, stated=book.population, read=len(present)
    )


def subject(kind: str, row: Row) -> str:
    """Give the name of a row's subject."""
    parts = (row[column] for column in KEYS[kind])
    return " / ".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)


def everything(_: Row) -> Verdict:
    """Give the scope of a control that looks at all rows."""
    return True


def at_least(left: date | None, right: date | None) -> Verdict:
    """Whether the left day is the right one or later; None if one is blank."""
    return None if left is None or right is None else left >= right


def after(moment: date | None, days: int) -> date | None:
    """Give that many days later."""
    return None if moment is None else moment + timedelta(days=days)


def both(*parts: Verdict) -> Verdict:
    """Give False if any is, else None if any is, else True."""
    if False in parts:
        return False
    return None if None in parts else True


def inside(value: date | None, first: date, last: date) -> Verdict:
    """Whether the day lies between two days, both included."""
    return None if value is None else first <= value <= last


def _settled(book: View, bad: int, unsure: int, good: int) -> str:
    if bad:
        return FAIL
    if unsure or book.blocked:
        return UNKNOWN
    if good:
        return PASS
    return NOT_APPLICABLE if book.stated == book.read else UNKNOWN


def row_by_row(book: View, scope: Test, good: Test) -> Sum:
    """Each row in scope must be good."""
    if book.useless:
        return Sum(status=UNKNOWN)
    if book.stated_empty:
        return Sum(status=NOT_APPLICABLE)
    failing: list[str] = []
    unsure = fine = 0
    for row in book.rows:
        concerned, verdict = scope(row), good(row)
        if concerned is False:
            continue
        if concerned is True and verdict is False:
            failing.append(subject(book.kind, row))
        elif verdict is True:
            fine += 1
        else:
            unsure += 1
    return Sum(status=_settled(book, len(failing), unsure, fine), failing=sorted(failing), unknown=unsure)


def share(population: View, scope: Test, second: View, key: tuple[str, str], matching: Test, target: Fraction = Fraction(1)) -> Sum:
    """Rows in scope must have a partner in the second book: all of them, or the share that is asked for."""
    if population.useless or (second.useless and not second.stated_empty):
        return Sum(status=UNKNOWN)
    own, other = key
    partners: dict[Cell, list[Verdict]] = {}
    for row in second.rows:
        partners.setdefault(row[other], []).append(matching(row))
    rows = [row for row in population.rows if scope(row) is True]
    if any(scope(row) is None for row in population.rows):
        message = f"{population.kind}: a scope that nobody can tell is not in this town's story"
        raise ValueError(message)
    matched = [row for row in rows if True in partners.get(row[own], [])]
    perhaps = [row for row in rows if row not in matched and None in partners.get(row[own], [])]
    failing = [subject(population.kind, row) for row in rows if row not in matched and row not in perhaps]
    size = len(rows) + population.lost
    worst = Fraction(len(matched), size)
    best = Fraction(min(size, len(matched) + len(perhaps) + population.lost + second.lost), size)
    uncounted = population.uncounted or second.uncounted
    figures: dict[str, int | None] = {"numerator": len(matched), "denominator": len(rows)}
    if worst >= target and not uncounted:
        return Sum(status=PASS, figures=figures)
    if best < target and not uncounted:
        return Sum(
            status=FAIL, failing=sorted(failing), unknown=len(perhaps), figures=figures, worth=Fraction(len(matched), len(rows)) / target
        )
    return Sum(status=UNKNOWN, unknown=len(perhaps) + len(failing), figures=figures)


def at_hand(book: View, scope: Test, wanted: int = 1) -> Sum:
    """At least so many rows must be there."""
    if book.useless:
        return Sum(status=UNKNOWN)
    sure = sum(1 for row in book.rows if scope(row) is True)
    perhaps = sum(1 for row in book.rows if scope(row) is None) + book.lost
    figures: dict[str, int | None] = {"rows": sure, "at_least": wanted}
    if book.stated_empty:
        return Sum(status=FAIL, figures=figures)
    if book.uncounted:
        return Sum(status=UNKNOWN, figures=figures)
    if sure >= wanted:
        return Sum(status=PASS, figures=figures)
    return Sum(status=FAIL if sure + perhaps < wanted else UNKNOWN, figures=figures)


def newest(book: View, scope: Test, column: str, as_of: date, limit: int) -> Sum:
    """Ask whether the newest row is no older than the limit in days."""
    if book.useless:
        return Sum(status=UNKNOWN)
    days = [found for row in book.rows if scope(row) is True and (found := day(row, column)) is not None and found <= as_of]
    hidden = book.lost > 0 or any(scope(row) is None or (scope(row) is True and row[column] is None) for row in book.rows)
    age = (as_of - max(days)).days if days else None
    figures: dict[str, int | None] = {"days": age}
    if age is not None and age <= limit and not book.uncounted:
        return Sum(status=PASS, figures=figures)
    return Sum(status=UNKNOWN if hidden or book.uncounted else FAIL, figures=figures)


def widest_gap(book: View, column: str, start: date, end: date, limit: int) -> Sum:
    """No two neighbouring rows, nor the ends of the year, may lie further apart than the limit in days."""
    if book.useless:
        return Sum(status=UNKNOWN)
    found = (day(row, column) for row in book.rows)
    days = sorted({start, end, *(one for one in found if one is not None and start <= one <= end)})
    gap = max((later - earlier).days for earlier, later in pairwise(days))
    figures: dict[str, int | None] = {"days": gap}
    hidden = book.lost > 0 or any(row[column] is None for row in book.rows)
    if gap <= limit and not book.uncounted:
        return Sum(status=PASS, figures=figures)
    return Sum(status=UNKNOWN if hidden or book.uncounted else FAIL, figures=figures)


def _one_side(rows: Iterable[tuple[Cell, Verdict]], others: Mapping[Cell, Verdict], *, hidden: bool) -> tuple[list[str], int, int]:
    failing: set[str] = set()
    unsure: set[Cell] = set()
    fine: set[Cell] = set()
    for key, scope in rows:
        found = others.get(key, False) if key is not None else None
        if scope is False:
            continue
        if found is True:
            fine.add(key)
        elif found is None or scope is None or hidden or None in others:
            unsure.add(key)
        else:
            failing.add(str(key))
    return sorted(failing), len(unsure), len(fine)


def _keys(rows: Iterable[tuple[Cell, Verdict]]) -> dict[Cell, Verdict]:
    keys: dict[Cell, Verdict] = {}
    for key, scope in rows:
        if scope is not False and keys.get(key) is not True:
            keys[key] = scope
    return keys


def same_sets(left: View, left_scope: Test, right: View, right_scope: Test, key: tuple[str, str], *, two_sided: bool = False) -> Sum:
    """Each key of the left book must stand in the right one, and the other way round if asked."""
    if left.useless or (right.useless and not right.stated_empty):
        return Sum(status=UNKNOWN)
    if left.stated_empty and not two_sided:
        return Sum(status=NOT_APPLICABLE)
    own, other = key
    lefts = [(row[own], left_scope(row)) for row in left.rows]
    rights = [(row[other], right_scope(row)) for row in right.rows]
    failing, unsure, fine = _one_side(lefts, _keys(rights), hidden=right.blocked)
    if two_sided:
        more, more_unsure, more_fine = _one_side(rights, _keys(lefts), hidden=left.blocked)
        failing, unsure, fine = sorted({*failing, *more}), unsure + more_unsure, fine + more_fine
    status = _settled(left, len(failing), unsure, fine)
    if status == PASS and right.blocked:
        status = UNKNOWN
    return Sum(status=status, failing=failing, unknown=unsure)


def together(*parts: Sum) -> Sum:
    """Give the worst of several parts."""
    status = min((part.status for part in parts), key=WORST_FIRST.index)
    failing = sorted({name for part in parts for name in part.failing})
    return Sum(status=status, failing=failing, unknown=sum(part.unknown for part in parts))
