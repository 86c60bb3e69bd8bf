"""The people of the town over four years: who joins, who leaves, who is on long leave.

Head counts are set so that the numbers in scope of the training control are those of `stories`.

Never here: accounts (`identity_books`), files.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from mihon_town.stories import YEARS, Story

SECTIONS: dict[str, int] = {
    "総務課": 30,
    "企画財政課": 28,
    "税務課": 28,
    "住民課": 34,
    "福祉課": 44,
    "健康増進課": 36,
    "農政課": 24,
    "建設課": 30,
    "上下水道課": 24,
    "教育総務課": 46,
    "議会事務局": 8,
    "会計課": 10,
}
"""The twelve sections with their share of the staff."""

HEADCOUNT = {2022: 331, 2023: 341, 2024: 343, 2025: 345}
"""People employed on the last day of the fiscal year, those on long leave included."""
LEAVING_IN_YEAR = 3
LEAVING_AT_END = {2022: 12, 2023: 14, 2024: 11, 2025: 13}
JOINING_IN_YEAR = 2
JOINING_AFTER_LAST = 14


@dataclass(slots=True, kw_only=True)
class Person:
    """One employee; the name is the number."""

    staff_id: str
    section: str
    position: str
    employment: str
    hired_on: date
    left_on: date | None = None

    @property
    def name(self) -> str:
        """The only name anybody has here."""
        return f"職員{self.staff_id}"

    def employed(self, day: date) -> bool:
        """Whether the person is employed on that day."""
        return self.hired_on <= day and (self.left_on is None or self.left_on >= day)


class Staff:
    """Everybody who ever worked for the town in the four years."""

    def __init__(self) -> None:
        """Play the years through, always with the same dice."""
        self._dice = random.Random("mihon/people")
        self.people: list[Person] = []
        first = YEARS[0]
        for number in range(HEADCOUNT[first] + LEAVING_IN_YEAR - JOINING_IN_YEAR):
            self._hire(self._long_ago(first), number)
        for year in YEARS:
            self._run(year)
        for _ in range(JOINING_AFTER_LAST):
            self._hire(date(YEARS[-1] + 1, 4, 1))

    def _long_ago(self, first: int) -> date:
        return date(self._dice.randint(first - 34, first), 4, 1)

    def _hire(self, day: date, number: int | None = None) -> None:
        names, shares = list(SECTIONS), list(SECTIONS.values())
        head = number is not None and number < len(names)
        section = names[number] if number is not None and head else self._dice.choices(names, shares)[0]
        position = "課長" if head else self._dice.choices(["係長", "主査", "主事", "技師", "事務補助員"], [4, 6, 8, 2, 5])[0]
        employment = "会計年度任用職員" if position == "事務補助員" else "常勤"
        staff_id = f"{len(self.people) + 1:04d}"
        self.people.append(Person(staff_id=staff_id, section=section, position=position, employment=employment, hired_on=day))

    def _run(self, year: int) -> None:
        if year > YEARS[0]:
            target = HEADCOUNT[year] + LEAVING_IN_YEAR - JOINING_IN_YEAR
            staying = sum(1 for person in self.people if person.employed(date(year, 4, 1)))
            for _ in range(target - staying):
                self._hire(date(year, 4, 1))
        for month in (9, 10)[:JOINING_IN_YEAR]:
            self._hire(date(year, month, 1))
        able = [
            person for person in self.people if person.position != "課長" and person.left_on is None and person.hired_on < date(year, 4, 1)
        ]
        leaving = self._dice.sample(able, LEAVING_IN_YEAR + LEAVING_AT_END[year])
        for person, day in zip(leaving, (date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)), strict=False):
            person.left_on = day
        for person in leaving[LEAVING_IN_YEAR:]:
            person.left_on = date(year + 1, 3, 31)

    def heads(self) -> dict[str, Person]:
        """Give the head of each section."""
        return {person.section: person for person in self.people if person.position == "課長"}

    def roster(self, fiscal_year: int) -> list[Person]:
        """Who stands on the year's list: all who worked in the year, and those who started the day after it."""
        start, after = date(fiscal_year, 4, 1), date(fiscal_year + 1, 4, 1)
        listed = [person for person in self.people if person.hired_on <= after and (person.left_on is None or person.left_on >= start)]
        return sorted(listed, key=lambda person: (list(SECTIONS).index(person.section), person.staff_id))

    def known_leaving(self, person: Person, fiscal_year: int) -> date | None:
        """Give the leaving date as far as that year's list can know it."""
        end = date(fiscal_year + 1, 3, 31)
        return person.left_on if person.left_on is not None and person.left_on <= end else None

    def on_leave(self, story: Story) -> set[str]:
        """Staff numbers of people on long leave at the end of the year."""
        end = date(story.fiscal_year + 1, 3, 31)
        present = [person for person in self.people if person.employed(end)]
        able = [
            person.staff_id
            for person in present
            if person.position != "課長"
            and self.known_leaving(person, story.fiscal_year) is None
            and person.hired_on < end - timedelta(days=500)
        ]
        away = random.Random(story.seed("leave")).sample(able, len(present) - story.count("in_scope"))
        return set(away)
