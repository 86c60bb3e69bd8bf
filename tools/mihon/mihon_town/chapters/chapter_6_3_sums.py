"""Chapter 6.3 by hand: what purchases, projects and papers come to; and the ways of asking that 6.4 to 6.6 share.

Never here: the books.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from mihon_town.chapters.part import Judge
from mihon_town.model import Row, Year
from mihon_town.tally import Sum, Test, Verdict, after, at_hand, at_least, both, day, everything, inside, row_by_row, same_sets, view
from mihon_town.terms import Terms

Look = Callable[[Year, Row], Verdict]
REMOVED_WITHIN = 7
TOOLS_WITHIN = 30
INSPECTED_WITHIN = 10
CHECKED_WITHIN = 30
SPECIFIED_WITHIN = 30
RESULT_YEARS = 3
REVIEW_DAYS = 366
GUARDED = frozenset({"locked", "access-limited"})


def each(kind: str, columns: str, scope: Look, good: Look) -> Judge:
    """Each row in scope must be good; `columns` are those that matter."""

    def judge(year: Year, _: Terms) -> Sum:
        return row_by_row(view(year, kind, *columns.split()), lambda row: scope(year, row), lambda row: good(year, row))

    return judge


def always(_: Year, row: Row) -> Verdict:
    """Look at every row."""
    return everything(row)


def ticked(column: str) -> Look:
    """Ask whether the box is ticked."""

    def look(_: Year, row: Row) -> Verdict:
        value = row[column]
        return value if isinstance(value, bool) else None

    return look


def one_of(column: str, *words: str) -> Look:
    """Ask whether the cell holds one of these words."""
    return lambda _, row: None if row[column] is None else row[column] in words


def turned(look: Look) -> Look:
    """Ask the opposite."""

    def opposite(year: Year, row: Row) -> Verdict:
        verdict = look(year, row)
        return None if verdict is None else not verdict

    return opposite


def all_of(*looks: Look) -> Look:
    """Ask for all of them."""
    return lambda year, row: both(*(look(year, row) for look in looks))


def in_year(column: str) -> Look:
    """Ask whether that day lies in the year; a blank one may."""
    return lambda year, row: inside(day(row, column), year.start, year.end)


def happened(column: str) -> Look:
    """Ask whether that day lies in the year; what has no day has not happened."""
    return lambda year, row: inside(day(row, column), year.start, year.end) is True


def not_later(column: str, other: str) -> Look:
    """Ask whether one day is no later than the other."""
    return lambda _, row: at_least(day(row, other), day(row, column))


def fresh(column: str, days: int) -> Look:
    """Ask whether that day is no more than so many days old."""
    return lambda year, row: at_least(after(day(row, column), days), year.end)


def soon(first: str, second: str, limit: timedelta, *, earlier: Verdict = None) -> Look:
    """Ask whether the second day or moment follows the first within the limit."""

    def look(_: Year, row: Row) -> Verdict:
        start, end = row[first], row[second]
        if not isinstance(start, date) or not isinstance(end, date):
            return None
        passed = _moment(end) - _moment(start)
        return earlier if passed < timedelta(0) else passed <= limit

    return look


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the files name no zone


def days(number: int) -> timedelta:
    """Give a span of days."""
    return timedelta(days=number)


def _alive(year: Year, row: Row) -> Verdict:
    ended = day(row, "ended_on")
    return ended is None or ended >= year.start


def _led_and_ruled(year: Year, row: Row) -> Verdict:
    return both(row["responsible_id"] is not None, not_later("rules_set_on", "started_on")(year, row))


def _listed(_: Year, row: Row) -> Verdict:
    if row["unlisted_reason"] is not None:
        return True
    return None if row["listed_in"] is None else row["listed_in"] != "none"


def _two_testers(_: Year, row: Row) -> Verdict:
    maker, office = row["maker_tester"], row["office_tester"]
    return None if maker is None or office is None else maker != office


def _kept_long(_: Year, row: Row) -> Verdict:
    years = row["retention_years"]
    return years >= RESULT_YEARS if isinstance(years, int) else None


def _approved(kind: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "documents", "document_type", "approved_by", "approved_on")

        def there(row: Row) -> Verdict:
            approved = day(row, "approved_on")
            return row["document_type"] == kind and row["approved_by"] is not None and approved is not None and approved <= year.end

        return at_hand(book, there)

    return judge


def designs_kept(year: Year, _: Terms) -> Sum:
    """Ask whether a design paper of each system is kept."""
    systems, records = view(year, "systems", "system"), view(year, "system_records", "system", "record_type")
    design: Test = lambda row: None if row["record_type"] is None else row["record_type"] == "design"  # noqa: E731 - one line is enough
    return same_sets(systems, everything, records, design, ("system", "system"))


BUYING: Mapping[str, Judge] = {
    "6.3.1-01": _approved("procurement-standard"),
    "6.3.1-02": _approved("acceptance-procedure"),
    "6.3.1-04": each(
        "procurements",
        "item_type contracted_on listed_in unlisted_reason",
        all_of(turned(one_of("item_type", "system")), in_year("contracted_on")),
        _listed,
    ),
    "6.3.2-01": each("procurements", "contracted_on security_requirements", in_year("contracted_on"), ticked("security_requirements")),
    "6.3.2-02": each(
        "procurements",
        "item_type contracted_on product_checked_on",
        all_of(turned(one_of("item_type", "service")), in_year("contracted_on")),
        not_later("product_checked_on", "contracted_on"),
    ),
    "6.3.4-06": each(
        "procurements",
        "delivered_on acceptance_checked_on",
        happened("delivered_on"),
        soon("delivered_on", "acceptance_checked_on", days(INSPECTED_WITHIN)),
    ),
}
_MOVED = all_of(one_of("project_type", "renewal", "integration"), happened("released_on"))
BUILDING: Mapping[str, Judge] = {
    "6.3.3-01": each("system_projects", "ended_on responsible_id rules_set_on started_on", _alive, _led_and_ruled),
    "6.3.3-02": each(
        "system_projects",
        "ended_on dev_accounts_removed_on",
        happened("ended_on"),
        soon("ended_on", "dev_accounts_removed_on", days(REMOVED_WITHIN), earlier=True),
    ),
    "6.3.3-03": each(
        "system_projects",
        "started_on ended_on tools_identified_on",
        _alive,
        soon("started_on", "tools_identified_on", days(TOOLS_WITHIN), earlier=True),
    ),
    "6.3.3-04": each(
        "system_projects",
        "public_facing released_on weakness_tested_on",
        all_of(ticked("public_facing"), happened("released_on")),
        not_later("weakness_tested_on", "released_on"),
    ),
    "6.3.4-01": each("system_projects", "ended_on environment_separated", _alive, ticked("environment_separated")),
    "6.3.4-02": each(
        "system_projects", "released_on migration_plan_on", happened("released_on"), not_later("migration_plan_on", "released_on")
    ),
    "6.3.4-03": each("system_projects", "linked_on tested_on", happened("linked_on"), not_later("tested_on", "linked_on")),
    "6.3.4-04": each("system_projects", "ended_on test_data", _alive, turned(one_of("test_data", "real-data"))),
    "6.3.4-05": each("system_projects", "released_on maker_tester office_tester", happened("released_on"), _two_testers),
    "6.3.4-07": each(
        "system_projects", "accepted_on security_checked_on", happened("accepted_on"), not_later("security_checked_on", "accepted_on")
    ),
    "6.3.9-01": each(
        "system_projects",
        "project_type released_on risks_reviewed_on criteria_set_on",
        _MOVED,
        all_of(not_later("risks_reviewed_on", "released_on"), not_later("criteria_set_on", "released_on")),
    ),
    "6.3.9-02": each(
        "system_projects", "project_type released_on post_checked_on", _MOVED, soon("released_on", "post_checked_on", days(CHECKED_WITHIN))
    ),
}
KEEPING: Mapping[str, Judge] = {
    "6.3.5-01": designs_kept,
    "6.3.5-02": each("system_records", "record_type retention_years", one_of("record_type", "test-result"), _kept_long),
    "6.3.5-03": each("system_records", "record_type storage", one_of("record_type", "source-code"), one_of("storage", *GUARDED)),
    "6.3.7-01": each(
        "specification_changes",
        "changed_on specification_updated_on",
        in_year("changed_on"),
        soon("changed_on", "specification_updated_on", days(SPECIFIED_WITHIN), earlier=True),
    ),
    "6.3.10-01": each("systems", "measures_reviewed_on", always, fresh("measures_reviewed_on", REVIEW_DAYS)),
}
JUDGES: Mapping[str, Judge] = {**BUYING, **BUILDING, **KEEPING}
