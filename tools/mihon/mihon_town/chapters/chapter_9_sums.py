"""Chapter 9 by hand: what the audit books, the self-checks and the reviews come to.

Never here: the books.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from mihon_town.chapters.part import Judge
from mihon_town.model import Row, Year
from mihon_town.tally import Sum, Verdict, after, at_hand, at_least, both, day, everything, inside, newest, row_by_row, share, view
from mihon_town.terms import Terms

TRAINING_DAYS = 1095
AUDIT_DAYS = 1095
REPORT_DAYS = 60
PROGRESS_DAYS = 92
RISK_DAYS = 366


def auditors_trained(year: Year, _: Terms) -> Sum:
    """Ask whether each auditor was trained within three years."""
    book = view(year, "audit_team", "trained_on")
    return row_by_row(book, everything, lambda row: at_least(after(day(row, "trained_on"), TRAINING_DAYS), year.end))


def independence_confirmed(year: Year, _: Terms) -> Sum:
    """Ask whether independence was confirmed in the year."""
    book = view(year, "audit_team", "independence_confirmed_on")
    return row_by_row(book, everything, lambda row: inside(day(row, "independence_confirmed_on"), year.start, year.end))


def plan_approved(year: Year, _: Terms) -> Sum:
    """Ask whether an audit plan was approved in the year."""
    book = view(year, "documents", "document_type", "approved_by", "approved_on")

    def scope(row: Row) -> Verdict:
        signed = row["document_type"] == "audit-plan" and row["approved_by"] is not None
        return both(signed, inside(day(row, "approved_on"), year.start, year.end) if signed else None)

    return at_hand(book, scope)


def requests_answered(year: Year, _: Terms) -> Sum:
    """Ask whether what fell due was delivered in time."""
    book = view(year, "audit_requests", "due_on", "delivered_on")

    def due(row: Row) -> Verdict:
        limit = day(row, "due_on")
        return None if limit is None else limit < year.end

    def good(row: Row) -> Verdict:
        delivered, limit = day(row, "delivered_on"), day(row, "due_on")
        if delivered is None:
            return False
        return None if limit is None else delivered <= limit

    return row_by_row(book, due, good)


def contractors_audited(year: Year, _: Terms) -> Sum:
    """Ask whether lasting contracts with personal data were audited within three years."""
    book = view(year, "contracts", "personal_data", "starts_on", "ends_on", "audited_on")

    def scope(row: Row) -> Verdict:
        begun = after(day(row, "starts_on"), AUDIT_DAYS)
        old = None if begun is None else begun < year.end
        return both(None if row["personal_data"] is None else row["personal_data"] is True, old, at_least(day(row, "ends_on"), year.end))

    return row_by_row(book, scope, lambda row: at_least(after(day(row, "audited_on"), AUDIT_DAYS), year.end) is True)


def _discussed(agenda: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "committee_meetings", "agenda", "held_on")
        return at_hand(book, lambda row: both(row["agenda"] == agenda, inside(day(row, "held_on"), year.start, year.end)))

    return judge


def reports_prompt(year: Year, _: Terms) -> Sum:
    """Ask whether each audit was reported within sixty days."""
    book = view(year, "audit_engagements", "audited_on", "reported_on")

    def scope(row: Row) -> Verdict:
        held = day(row, "audited_on")
        due = after(held, REPORT_DAYS)
        reached = True if row["reported_on"] is not None else None if due is None else due < year.end
        return both(inside(held, year.start - timedelta(days=REPORT_DAYS), year.end), reached)

    def good(row: Row) -> Verdict:
        held, told = day(row, "audited_on"), day(row, "reported_on")
        if held is None or told is None or told < held:
            return None
        return (told - held).days <= REPORT_DAYS

    return row_by_row(book, scope, good)


def papers_kept(year: Year, _: Terms) -> Sum:
    """Ask whether each audit names where its papers are."""
    return row_by_row(view(year, "audit_engagements", "papers_place"), everything, lambda row: row["papers_place"] is not None)


def findings_assigned(year: Year, _: Terms) -> Sum:
    """Ask whether open findings have an owner and a day."""
    book = view(year, "audit_findings", "status", "owner_id", "due_on")
    return row_by_row(book, _open, lambda row: row["owner_id"] is not None and row["due_on"] is not None)


def _open(row: Row) -> Verdict:
    return None if row["status"] is None else row["status"] == "open"


def progress_reported(year: Year, _: Terms) -> Sum:
    """Ask whether findings that stay open are reported on."""
    book = view(year, "audit_findings", "status", "raised_on", "progress_on")

    def scope(row: Row) -> Verdict:
        due = after(day(row, "raised_on"), PROGRESS_DAYS)
        return both(_open(row), None if due is None else due < year.end)

    return row_by_row(book, scope, lambda row: at_least(after(day(row, "progress_on"), PROGRESS_DAYS), year.end) is True)


def spread_checked(year: Year, _: Terms) -> Sum:
    """Ask whether findings of the year that are closed were looked for elsewhere."""
    book = view(year, "audit_findings", "status", "raised_on", "spread_checked_on")

    def scope(row: Row) -> Verdict:
        closed = None if row["status"] is None else row["status"] == "closed"
        return both(closed, inside(day(row, "raised_on"), year.start, year.end))

    return row_by_row(book, scope, lambda row: row["spread_checked_on"] is not None)


def systems_checked(year: Year, _: Terms) -> Sum:
    """Ask whether each system was self-checked in the year."""
    systems, checks = view(year, "systems", "system"), view(year, "system_self_checks", "system", "checked_on")
    return share(systems, everything, checks, ("system", "system"), lambda row: inside(day(row, "checked_on"), year.start, year.end))


def shortfalls_explained(year: Year, _: Terms) -> Sum:
    """Ask whether each no and each partly of the year has a reason."""
    book = view(year, "self_checks", "answer", "reason", "answered_on")

    def scope(row: Row) -> Verdict:
        answer = row["answer"]
        return both(inside(day(row, "answered_on"), year.start, year.end), None if answer is None else answer in {"no", "partly"})

    return row_by_row(book, scope, lambda row: row["reason"] is not None)


def risks_assessed(year: Year, _: Terms) -> Sum:
    """Ask whether the risk assessment was looked through within a year."""
    book = view(year, "documents", "document_type", "reviewed_on")
    return newest(book, lambda row: row["document_type"] == "risk-assessment", "reviewed_on", year.end, RISK_DAYS)


def policies_published(year: Year, _: Terms) -> Sum:
    """Ask whether each organ adopted and published its policy."""
    book = view(year, "policy_publications", "adopted_on", "published_on")

    def good(row: Row) -> Verdict:
        adopted, published = (day(row, column) or date.max for column in ("adopted_on", "published_on"))
        return max(adopted, published) <= year.end

    return row_by_row(book, everything, good)


JUDGES: Mapping[str, Judge] = {
    "9.1.2-02": auditors_trained,
    "9.1.2-03": independence_confirmed,
    "9.1.3-01": plan_approved,
    "9.1.3-02": requests_answered,
    "9.1.4-01": contractors_audited,
    "9.1.5-01": _discussed("audit-report"),
    "9.1.5-02": reports_prompt,
    "9.1.6-01": papers_kept,
    "9.1.7-02": findings_assigned,
    "9.1.7-03": progress_reported,
    "9.1.7-04": spread_checked,
    "9.2.1-02": systems_checked,
    "9.2.1-03": shortfalls_explained,
    "9.2.2-01": _discussed("self-check-report"),
    "9.3-05": risks_assessed,
    "9.3-06": policies_published,
}
