"""What one chapter of the guideline adds to the town: books, files, people's answers, sums.

Never here: any chapter's content (the modules beside this one).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mihon_town.layouts import Layout
from mihon_town.model import Row, Year
from mihon_town.people import Staff
from mihon_town.stories import YEARS, Story
from mihon_town.tally import FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Sum
from mihon_town.terms import Terms

Judge = Callable[[Year, Terms], Sum]
Builder = Callable[[Year, Staff, Story], None]
WORDS = {"y": "yes", "n": "no", "a": "not-applicable"}
STATUSES = {"y": PASS, "n": FAIL, "a": NOT_APPLICABLE, "-": UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A person's answer year by year: `said` has five letters, for FY2022 to FY2025 and the bad twin: y, n, a, or - for none."""

    said: str
    section: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One chapter. `newer`: controls born after 2022-03 and their edition; `overlay`: those of the cloud part.

    `models`: controls of some network models only. `words`: the office's words for enums (see `cells.WORDS`).
    """

    build: Builder | None = None
    layouts: Callable[[int], list[Layout]] | None = None
    judges: Mapping[str, Judge] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    newer: Mapping[str, str] = field(default_factory=dict)
    recommended: frozenset[str] = frozenset()
    overlay: frozenset[str] = frozenset()
    models: Mapping[str, frozenset[str]] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    row_dates: Mapping[str, str] = field(default_factory=dict)
    snapshots: frozenset[str] = frozenset()
    ahead: frozenset[str] = frozenset()
    many: frozenset[str] = frozenset()
    """Kinds in which a key may stand twice."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def letter(answer: Answer, year: int, *, bad: bool) -> str:
    """Give what is said in that year."""
    return answer.said[4 if bad else YEARS.index(year)]


def answer_rows(answers: Mapping[str, Answer], year: Year, story: Story) -> list[Row]:
    """Give the rows of the book of answers."""
    rows: list[Row] = []
    for control, answer in answers.items():
        said = letter(answer, year.fiscal_year, bad=story.bad)
        if said == "-":
            continue
        rows.append(
            {
                "control": control,
                "answer": WORDS[said],
                "answered_by": f"{answer.section}長" if answer.section.endswith("課") else answer.section,
                "answered_on": year.on(2, 14),
                "reason": answer.reason,
                "expires_on": date(year.fiscal_year + 2, 3, 31),
                "section": answer.section,
            }
        )
    return rows


def answered(control: str, answer: Answer) -> Judge:
    """Give the sum of an answer that one section gave."""

    def judge(year: Year, terms: Terms) -> Sum:
        status = STATUSES[letter(answer, year.fiscal_year, bad=terms.bad)]
        return Sum(status=status, failing=[control] if status == FAIL else [])

    return judge
