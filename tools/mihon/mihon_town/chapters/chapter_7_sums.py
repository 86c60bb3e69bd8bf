"""Chapter 7 by hand: what monitoring, checks, breaches and emergency exceptions come to.

Never here: the books.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mihon_town.chapters.part import Judge
from mihon_town.model import Row, Year
from mihon_town.tally import (
    Sum,
    Verdict,
    after,
    at_hand,
    at_least,
    both,
    day,
    everything,
    inside,
    newest,
    row_by_row,
    same_sets,
    share,
    view,
)
from mihon_town.terms import Terms

OFFSET = 5
REVIEW_DAYS = 366
REPORT_TIME = timedelta(hours=24)
CORRECTION_DAYS = 30
EMERGENCY_DAYS = 7


def _flag(row: Row, column: str) -> Verdict:
    return None if row[column] is None else row[column] is True


def _approved(kind: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "documents", "document_type", "approved_on", "approved_by")

        def scope(row: Row) -> Verdict:
            approved = day(row, "approved_on")
            return row["document_type"] == kind and row["approved_by"] is not None and approved is not None and approved <= year.end

        return at_hand(book, scope)

    return judge


def _reviewed(kind: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "documents", "document_type", "reviewed_on")
        return newest(book, lambda row: row["document_type"] == kind, "reviewed_on", year.end, REVIEW_DAYS)

    return judge


def _provided(item: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "provisions", "document", "item", "stated", "confirmed_on")

        def scope(row: Row) -> Verdict:
            named = row["document"] == "response-plan" and row["item"] == item
            return both(named, _flag(row, "stated"), at_least(year.end, day(row, "confirmed_on")))

        return at_hand(book, scope)

    return judge


def critical_watched(year: Year, _: Terms) -> Sum:
    """Ask whether each critical system is always watched."""
    systems, watched = view(year, "systems", "critical"), view(year, "monitored_systems", "always_watched")
    return same_sets(systems, lambda row: _flag(row, "critical"), watched, lambda row: _flag(row, "always_watched"), ("system", "system"))


def public_watched(year: Year, _: Terms) -> Sum:
    """Ask whether each public system is always watched."""
    systems, watched = view(year, "public_systems", "system"), view(year, "monitored_systems", "always_watched")
    return same_sets(systems, everything, watched, lambda row: _flag(row, "always_watched"), ("system", "system"))


def clocks_right(year: Year, _: Terms) -> Sum:
    """Ask whether each clock has a source and is in step."""
    book = view(year, "clock_sources", "time_source", "offset_seconds")

    def good(row: Row) -> Verdict:
        offset = row["offset_seconds"]
        near = -OFFSET <= offset <= OFFSET if isinstance(offset, int) else None
        return both(row["time_source"] is not None, near)

    return row_by_row(book, everything, good)


def _in_year(population: str, second: str, key: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        wanted, found = view(year, population, key), view(year, second, key, "checked_on")
        return share(wanted, everything, found, (key, key), lambda row: inside(day(row, "checked_on"), year.start, year.end))

    return judge


def problems_handled(year: Year, _: Terms) -> Sum:
    """Ask whether what was found was dealt with."""
    book = view(year, "compliance_checks", "problem", "handled_on")

    def good(row: Row) -> Verdict:
        handled = day(row, "handled_on")
        return handled is not None and handled <= year.end

    return row_by_row(book, lambda row: _flag(row, "problem"), good)


def breaches_prompt(year: Year, _: Terms) -> Sum:
    """Ask whether breaches were reported within a day."""
    book = view(year, "breach_reports", "found_at", "reported_at")

    def good(row: Row) -> Verdict:
        found, told = row["found_at"], row["reported_at"]
        if not isinstance(found, datetime) or not isinstance(told, datetime) or told < found:
            return None
        return told - found <= REPORT_TIME

    return row_by_row(book, lambda row: inside(day(row, "found_at"), year.start, year.end), good)


def breaches_corrected(year: Year, _: Terms) -> Sum:
    """Ask whether old breaches were corrected or rights withdrawn."""
    book = view(year, "breach_reports", "found_at", "corrected_on", "suspended_on")

    def due(row: Row) -> Verdict:
        end = after(day(row, "found_at"), CORRECTION_DAYS)
        return None if end is None else end < year.end

    def good(row: Row) -> Verdict:
        ends = (day(row, "corrected_on"), day(row, "suspended_on"))
        return any(end is not None and end <= year.end for end in ends)

    return row_by_row(book, due, good)


def managers_told(year: Year, _: Terms) -> Sum:
    """Ask whether the manager was told of each breach of the year."""
    book = view(year, "breach_reports", "found_at", "manager_told_on")
    return row_by_row(book, lambda row: inside(day(row, "found_at"), year.start, year.end), lambda row: row["manager_told_on"] is not None)


def emergencies_reported(year: Year, _: Terms) -> Sum:
    """Ask whether emergency exceptions were reported within a week."""
    book = view(year, "exceptions_register", "emergency", "started_on", "reported_on")

    def due(row: Row) -> Verdict:
        end = after(day(row, "started_on"), EMERGENCY_DAYS)
        return both(_flag(row, "emergency"), None if end is None else end < year.end)

    def good(row: Row) -> Verdict:
        told, end = day(row, "reported_on"), after(day(row, "started_on"), EMERGENCY_DAYS)
        if told is None:
            return False
        return None if end is None else told <= end

    return row_by_row(book, due, good)


JUDGES: Mapping[str, Judge] = {
    "7.1.1-01": _approved("operation-procedure"),
    "7.1.2-01": _approved("monitoring-requirements"),
    "7.1.2-02": _reviewed("monitoring-requirements"),
    "7.1.3-01": critical_watched,
    "7.1.3-02": clocks_right,
    "7.1.3-03": public_watched,
    "7.2.1-01": _in_year("systems", "setting_checks", "system"),
    "7.2.1-02": _in_year("sections", "compliance_checks", "section"),
    "7.2.1-03": problems_handled,
    "7.2.3-01": breaches_prompt,
    "7.3.2-01": _provided("contacts"),
    "7.3.2-02": _provided("report-items"),
    "7.3.2-03": _provided("response-steps"),
    "7.3.2-04": _provided("prevention"),
    "7.4.2-01": emergencies_reported,
    "7.5-02": _reviewed("law-list"),
    "7.6.1-01": _approved("discipline-standard"),
    "7.6.2-01": breaches_corrected,
    "7.6.2-02": managers_told,
}
