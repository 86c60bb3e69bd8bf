"""Chapters 7 to 9 by hand: response plans, exceptions, contractors, cloud services, audits, self-checks.

Never here: other chapters.
"""

from collections.abc import Callable

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
    share,
    view,
)
from mihon_town.terms import Terms

Judge = Callable[[Year, Terms], Sum]
REVIEW_DAYS = 366
CHECK_DAYS = 365
RETURN_DAYS = 30


def _document_set(kind: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "documents", "document_type", "approved_on", "approved_by")

        def scope(row: Row) -> Verdict:
            return both(row["document_type"] == kind and row["approved_by"] is not None, at_least(year.end, day(row, "approved_on")))

        return at_hand(book, scope)

    return judge


def response_plan_reviewed(year: Year, _: Terms) -> Sum:
    """Ask whether the response plan was looked through within a year."""
    book = view(year, "documents", "document_type", "reviewed_on")
    return newest(book, lambda row: row["document_type"] == "incident-response-plan", "reviewed_on", year.end, REVIEW_DAYS)


def _active(row: Row) -> Verdict:
    return None if row["status"] is None else row["status"] == "active"


def exceptions_live(year: Year, _: Terms) -> Sum:
    """Ask whether active exceptions have a reason, an approver and a day to come."""
    book = view(year, "exceptions_register", "status", "reason", "approver_id", "expires_on")

    def good(row: Row) -> Verdict:
        return both(row["reason"] is not None, row["approver_id"] is not None, at_least(day(row, "expires_on"), year.end))

    return row_by_row(book, _active, good)


def exceptions_checked(year: Year, _: Terms) -> Sum:
    """Ask whether active exceptions were checked, or granted, within a year."""
    book = view(year, "exceptions_register", "status", "checked_on", "approved_on")

    def good(row: Row) -> Verdict:
        checked = day(row, "checked_on")
        return at_least(after(day(row, "approved_on") if checked is None else checked, CHECK_DAYS), year.end)

    return row_by_row(book, _active, good)


def _flag(row: Row, column: str) -> Verdict:
    value = row[column]
    return None if value is None else value is True


def contracts_secured(year: Year, _: Terms) -> Sum:
    """Ask whether contracts of the year that touch personal data have the clauses."""
    book = view(year, "contracts", "personal_data", "starts_on", "ends_on", "security_clauses")

    def scope(row: Row) -> Verdict:
        return both(_flag(row, "personal_data"), at_least(year.end, day(row, "starts_on")), at_least(day(row, "ends_on"), year.start))

    return row_by_row(book, scope, lambda row: _flag(row, "security_clauses"))


def contractors_checked(year: Year, _: Terms) -> Sum:
    """Ask whether contracts that run to the end of the year were checked in it."""
    book = view(year, "contracts", "personal_data", "starts_on", "ends_on", "checked_on")

    def scope(row: Row) -> Verdict:
        return both(_flag(row, "personal_data"), at_least(year.end, day(row, "starts_on")), at_least(day(row, "ends_on"), year.end))

    return row_by_row(book, scope, lambda row: inside(day(row, "checked_on"), year.start, year.end) is True)


def returned_data_confirmed(year: Year, _: Terms) -> Sum:
    """Ask whether contracts that ended in the year have the return confirmed, once the time for it is over."""
    book = view(year, "contracts", "personal_data", "ends_on", "return_confirmed_on")

    def scope(row: Row) -> Verdict:
        return both(_flag(row, "personal_data"), inside(after(day(row, "ends_on"), RETURN_DAYS), year.start, year.end))

    return row_by_row(book, scope, lambda row: row["return_confirmed_on"] is not None)


def cloud_approved(year: Year, _: Terms) -> Sum:
    """Ask whether each service has an approver, a day of approval and a manager."""
    book = view(year, "cloud_services", "approved_by", "approved_on", "manager_id")

    def good(row: Row) -> Verdict:
        approved = day(row, "approved_on")
        return row["approved_by"] is not None and approved is not None and approved <= year.end and row["manager_id"] is not None

    return row_by_row(book, everything, good)


def cloud_selected(year: Year, _: Terms) -> Sum:
    """Ask whether services with anything but class 1 stand on the ISMAP list."""
    book = view(year, "cloud_services", "confidentiality", "ismap")
    return row_by_row(
        book, lambda row: None if row["confidentiality"] is None else row["confidentiality"] != "1", lambda row: _flag(row, "ismap")
    )


def audit_done(year: Year, terms: Terms) -> Sum:
    """Ask whether an audit was held in the year."""
    book = view(year, "audit_engagements", "audited_on")
    return at_hand(book, lambda row: inside(day(row, "audited_on"), year.start, year.end), terms.audits)


def auditors_independent(year: Year, _: Terms) -> Sum:
    """Ask whether nobody audits the own section."""
    book = view(year, "audit_engagements", "audited_on", "auditor_section", "audited_section")

    def good(row: Row) -> Verdict:
        one, other = row["auditor_section"], row["audited_section"]
        return None if one is None or other is None else one != other

    return row_by_row(book, lambda row: inside(day(row, "audited_on"), year.start, year.end), good)


def findings_followed_up(year: Year, _: Terms) -> Sum:
    """Ask whether no open finding of an audit is past its day."""
    book = view(year, "audit_findings", "status", "due_on")
    return row_by_row(
        book, lambda row: None if row["status"] is None else row["status"] == "open", lambda row: at_least(day(row, "due_on"), year.end)
    )


def self_check_covers_sections(year: Year, _: Terms) -> Sum:
    """Ask whether each section answered in the year."""
    sections, checks = view(year, "sections", "section"), view(year, "self_checks", "section", "answer", "answered_on")

    def good(row: Row) -> Verdict:
        return both(row["answer"] is not None, inside(day(row, "answered_on"), year.start, year.end))

    return share(sections, everything, checks, ("section", "section"), good)


def policy_reviewed(year: Year, _: Terms) -> Sum:
    """Ask whether the committee looked the policy through."""
    book = view(year, "committee_meetings", "agenda", "held_on")
    return at_hand(book, lambda row: both(row["agenda"] == "policy-review", inside(day(row, "held_on"), year.start, year.end)))


JUDGES: dict[str, Judge] = {
    "7.3.1-01": _document_set("incident-response-plan"),
    "7.3.3-01": _document_set("ict-bcp"),
    "7.3.4-01": response_plan_reviewed,
    "7.4.1-01": exceptions_live,
    "7.4.3-01": exceptions_checked,
    "8.1-01": contracts_secured,
    "8.1-02": contractors_checked,
    "8.1-03": returned_data_confirmed,
    "8.4-01": cloud_approved,
    "8.4-02": cloud_selected,
    "9.1.1-01": audit_done,
    "9.1.2-01": auditors_independent,
    "9.1.7-01": findings_followed_up,
    "9.2.1-01": self_check_covers_sections,
    "9.3-01": policy_reviewed,
    "9.3-02": _document_set("security-policy"),
}
