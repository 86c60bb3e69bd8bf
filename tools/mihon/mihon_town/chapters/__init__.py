"""What the chapters of the guideline add to the town's first books.

Never here: the content of a chapter.
"""

from mihon_town.cells import WORDS
from mihon_town.chapters import (
    chapter_0,
    chapter_1,
    chapter_2,
    chapter_3,
    chapter_4,
    chapter_5,
    chapter_6_1_networks,
    chapter_6_1_use,
    chapter_6_2_3,
    chapter_6_3,
    chapter_6_4_6,
    chapter_7,
    chapter_8,
    chapter_9,
    chapter_cloud,
)
from mihon_town.chapters.part import Judge, Part, answer_rows, answered
from mihon_town.layouts import Layout
from mihon_town.model import KEYS, MANY, MAY_BE_AHEAD, ROW_DATES, SNAPSHOTS, Year
from mihon_town.people import Staff
from mihon_town.stories import Story
from mihon_town.terms import Terms

PARTS: tuple[Part, ...] = (
    chapter_0.PART,
    chapter_1.PART,
    chapter_2.PART,
    chapter_3.PART,
    chapter_4.PART,
    chapter_5.PART,
    chapter_6_1_networks.PART,
    chapter_6_1_use.PART,
    chapter_6_2_3.PART,
    chapter_6_3.PART,
    chapter_6_4_6.PART,
    chapter_7.PART,
    chapter_8.PART,
    chapter_9.PART,
    chapter_cloud.PART,
)


def _register() -> None:
    """Tell the tables of kinds and words what the chapters add."""
    for part in PARTS:
        KEYS.update(part.keys)
        ROW_DATES.update(part.row_dates)
        SNAPSHOTS.update(part.snapshots)
        MAY_BE_AHEAD.update(part.ahead)
        MANY.update(part.many)
        for name, words in part.words.items():
            WORDS.setdefault(name, {}).update(words)


_register()


def applies(control: str, terms: Terms) -> bool:
    """Whether a control is in the adopted edition, and of an adopted overlay and the network model."""
    for part in PARTS:
        if part.newer.get(control, "") > terms.edition or (control in part.overlay and not terms.cloud):
            return False
        if terms.model not in part.models.get(control, {terms.model}):
            return False
    return True


def recommended() -> frozenset[str]:
    """Give the controls of weight 1 that the chapters add."""
    return frozenset(control for part in PARTS for control in part.recommended)


def add_chapters(year: Year, staff: Staff, story: Story) -> None:
    """Write the books of all chapters, and the answers."""
    for part in PARTS:
        if part.build is not None:
            part.build(year, staff, story)
        year.books["answers"].rows.extend(answer_rows(part.answers, year, story))


def chapter_layouts(fiscal_year: int) -> list[Layout]:
    """Give the files of all chapters."""
    return [layout for part in PARTS if part.layouts is not None for layout in part.layouts(fiscal_year)]


def chapter_judges() -> dict[str, Judge]:
    """Give the sums of all chapters, by control."""
    judges: dict[str, Judge] = {}
    for part in PARTS:
        judges.update(part.judges)
        judges.update({control: answered(control, answer) for control, answer in part.answers.items()})
    return judges
