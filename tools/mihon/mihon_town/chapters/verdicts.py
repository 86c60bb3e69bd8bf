"""What a single cell says, as a verdict: True, False, or None where nobody can tell.

Never here: which controls ask it (`chapter_*_sums`), how rows become a status (`tally`).
"""

from collections.abc import Callable

from mihon_town.chapters.part import Judge
from mihon_town.model import Row, Year
from mihon_town.stories import YEARS, Story
from mihon_town.tally import Verdict, after, at_least, day, inside, row_by_row, view

Ask = Callable[[Year, Row], Verdict]
Counts = tuple[int, int, int, int, int]


def pick(story: Story, counts: Counts) -> int:
    """Give the figure of this year: FY2022 to FY2025 and the bad twin."""
    return counts[4 if story.bad else YEARS.index(story.fiscal_year)]


def yes(row: Row, column: str) -> Verdict:
    """Whether the cell says yes."""
    return None if row[column] is None else row[column] is True


def among(row: Row, column: str, *values: str) -> Verdict:
    """Whether the cell is one of these."""
    return None if row[column] is None else row[column] in values


def above_one(row: Row, column: str = "confidentiality") -> Verdict:
    """Whether a class is above 1."""
    return None if row[column] is None else row[column] != "1"


def filled(row: Row, *columns: str) -> bool:
    """Whether something stands in every one of the cells."""
    return all(row[column] is not None for column in columns)


def either(*parts: Verdict) -> Verdict:
    """Give True if any is, else None if any is, else False."""
    if True in parts:
        return True
    return None if None in parts else False


def of_year(year: Year, row: Row, column: str) -> Verdict:
    """Whether the day lies in the fiscal year."""
    return inside(day(row, column), year.start, year.end)


def not_after(row: Row, earlier: str, later: str) -> Verdict:
    """Whether the one day is not after the other."""
    return at_least(day(row, later), day(row, earlier))


def fresh(year: Year, row: Row, column: str, days: int) -> Verdict:
    """Whether the day lies no further back than so many days."""
    return at_least(after(day(row, column), days), year.end)


def always(_year: Year, _row: Row) -> Verdict:
    """Concern all rows."""
    return True


def rows(kind: str, columns: str, scope: Ask, good: Ask) -> Judge:
    """Give the sum of a control that asks each row in scope."""
    return lambda year, _: row_by_row(view(year, kind, *columns.split()), lambda row: scope(year, row), lambda row: good(year, row))
