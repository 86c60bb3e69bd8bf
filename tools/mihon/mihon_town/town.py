"""Puts the books of one year together and checks that no unplanned trap is in them.

Never here: files, judgements.
"""

from mihon_town.asset_books import add_assets
from mihon_town.chapters import add_chapters
from mihon_town.identity_books import add_identities
from mihon_town.media_books import add_media
from mihon_town.model import Year, check_dates, check_keys
from mihon_town.paper_books import add_papers
from mihon_town.people import Staff
from mihon_town.people_books import add_people
from mihon_town.stories import YEARS, Story
from mihon_town.system_books import add_systems

BAD_YEAR = 2025


def build_year(staff: Staff, story: Story) -> Year:
    """All books of one year, without those that the office did not have."""
    year = Year(fiscal_year=story.fiscal_year)
    add_people(year, staff, story)
    add_identities(year, staff, story)
    add_assets(year, story)
    add_systems(year, staff, story)
    add_papers(year, staff, story)
    add_media(year, staff, story)
    add_chapters(year, staff, story)
    for kind in story.absent:
        del year.books[kind]
    check_dates(year)
    check_keys(year)
    return year


def build_town() -> list[Year]:
    """Give the four years, oldest first."""
    staff = Staff()
    return [build_year(staff, Story(fiscal_year=fiscal_year)) for fiscal_year in YEARS]


def build_bad_twin() -> Year:
    """Give the year in which every control fails."""
    return build_year(Staff(), Story(fiscal_year=BAD_YEAR, bad=True))
