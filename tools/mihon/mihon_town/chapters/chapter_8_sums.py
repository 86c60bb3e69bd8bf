"""Chapter 8 by hand: contracts, contractors, system work handed out, cloud services.

Never here: the books (`chapter_8_books`).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from mihon_town.chapters.part import Judge
from mihon_town.model import Row, Year
from mihon_town.tally import Sum, Test, Verdict, after, at_hand, at_least, both, day, everything, inside, row_by_row, same_sets, share, view
from mihon_town.terms import Terms

IMPROVE_DAYS = 90
ACCEPT_DAYS = 10
ERASE_DAYS = 30
REPORT_HOURS = 24

Scope = Callable[[Row, Year], Verdict]


def marked(row: Row, column: str) -> Verdict:
    """Give a yes or no of the book, None if blank."""
    value = row[column]
    return None if value is None else value is True


def every_row(kind: str, columns: tuple[str, ...], good: Scope, scope: Scope | None = None) -> Judge:
    """Give the sum in which each row in scope must be good."""

    def judge(year: Year, _: Terms) -> Sum:
        concerned: Test = everything if scope is None else (lambda row: scope(row, year))
        return row_by_row(view(year, kind, *columns), concerned, lambda row: good(row, year))

    return judge


def by(row: Row, column: str, limit: date | None) -> Verdict:
    """Whether it was done, and by that day; a blank day of its own means not done."""
    done = day(row, column)
    if done is None:
        return False
    return None if limit is None else done <= limit


def document(kind: str) -> Judge:
    """Give the sum of a document that somebody approved."""

    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "documents", "document_type", "approved_on", "approved_by")

        def scope(row: Row) -> Verdict:
            named = None if row["document_type"] is None else row["document_type"] == kind
            return both(named, by(row, "approved_on", year.end), row["approved_by"] is not None)

        return at_hand(book, scope)

    return judge


def live(row: Row, year: Year) -> Verdict:
    """Whether a contract was in force in the year."""
    return both(at_least(year.end, day(row, "starts_on")), at_least(day(row, "ends_on"), year.start))


def _live_personal(row: Row, year: Year) -> Verdict:
    return both(marked(row, "personal_data"), live(row, year))


def terms_confirmed(year: Year, _: Terms) -> Sum:
    """Ask whether each live contract with personal data was looked through."""
    contracts = view(year, "contracts", "contract_no", "personal_data", "starts_on", "ends_on")
    terms = view(year, "contract_terms", "contract_no", "confirmed_on")
    return share(
        contracts,
        lambda row: _live_personal(row, year),
        terms,
        ("contract_no", "contract_no"),
        lambda row: at_least(year.end, day(row, "confirmed_on")),
    )


def _terms(*columns: str) -> Judge:
    return every_row("contract_terms", columns, lambda row, _: both(*(marked(row, column) for column in columns)))


def _contract(column: str, good: Scope) -> Judge:
    return every_row("contracts", ("personal_data", "starts_on", "ends_on", column), good, _live_personal)


def _found_wanting(row: Row, year: Year) -> Verdict:
    poor = None if row["check_result"] is None else row["check_result"] in {"improve", "bad"}
    return both(row["checked_on"] is not None, poor, inside(after(day(row, "checked_on"), IMPROVE_DAYS), year.start, year.end))


def _handed_on(row: Row, year: Year) -> Verdict:
    return both(marked(row, "subcontracted"), live(row, year))


def contractor_incidents_fast(year: Year, _: Terms) -> Sum:
    """Ask whether what contractors found in the year was told within a day."""
    book = view(year, "contractor_incidents", "found_at", "reported_at")

    def good(row: Row) -> Verdict:
        found, told = row["found_at"], row["reported_at"]
        if not isinstance(found, datetime) or not isinstance(told, datetime) or told < found:
            return None
        return told - found <= timedelta(hours=REPORT_HOURS)

    return row_by_row(book, lambda row: inside(day(row, "found_at"), year.start, year.end), good)


def _told_upward(row: Row, _: Year) -> Verdict:
    if row["chief_told_at"] is None:
        return False
    return True if row["ciso_told_at"] is not None else None if row["grave"] is None else row["grave"] is False


def _ended(row: Row, year: Year) -> Verdict:
    return both(marked(row, "personal_data"), inside(after(day(row, "ends_on"), ACCEPT_DAYS), year.start, year.end))


def _work(kind: str, scope: Scope) -> Scope:
    return lambda row, year: both(None if row["work"] is None else row["work"] == kind, scope(row, year))


def _running_at_end(row: Row, year: Year) -> Verdict:
    return both(at_least(year.end, day(row, "starts_on")), at_least(day(row, "ends_on"), year.end))


def closed(row: Row, _: Year) -> Verdict:
    """Whether a service holds anything but class 1."""
    return None if row["confidentiality"] is None else row["confidentiality"] != "1"


def cloud(good: Scope, *columns: str) -> Judge:
    """Give the sum over services with anything but class 1."""
    return every_row("cloud_services", ("confidentiality", *columns), good, closed)


def _flag(column: str) -> Judge:
    return cloud(lambda row, _: marked(row, column), column)


def _law_risk(row: Row, _: Year) -> Verdict:
    return both(row["data_location"] is not None, by(row, "law_risk_checked_on", day(row, "approved_on")))


def clouds_registered(year: Year, _: Terms) -> Sum:
    """Ask whether each service used for work stands in the register."""
    used, register = view(year, "cloud_usage", "service", "business_use"), view(year, "cloud_services", "service")
    return same_sets(used, lambda row: marked(row, "business_use"), register, everything, ("service", "service"))


def managers_still_here(year: Year, _: Terms) -> Sum:
    """Ask whether each manager of a service is still employed."""
    services, staff = view(year, "cloud_services", "manager_id"), view(year, "staff", "staff_id", "left_on")

    def here(row: Row) -> Verdict:
        return row["left_on"] is None or at_least(day(row, "left_on"), year.end)

    return same_sets(services, lambda row: row["manager_id"] is not None, staff, here, ("manager_id", "staff_id"))


def _erase_due(row: Row, year: Year) -> Verdict:
    return both(closed(row, year), inside(after(day(row, "ended_on"), ERASE_DAYS), year.start, year.end) is True)


def _light_approved(row: Row, year: Year) -> Verdict:
    return row["approver_id"] is not None and row["section"] is not None and by(row, "approved_on", year.end)


def _two_people(row: Row, _: Year) -> Verdict:
    if row["applicant_id"] is None or row["approver_id"] is None:
        return None
    return row["applicant_id"] != row["approver_id"]


CONTRACTS: Mapping[str, Judge] = {
    "8.1.1-01": document("outsourcing-standard"),
    "8.1.1-02": document("contractor-selection-standard"),
    "8.1.2-01": terms_confirmed,
    "8.1.2-02": _terms("secrecy", "no_other_use"),
    "8.1.2-03": _terms("subcontract_limited"),
    "8.1.2-04": _terms("inspection"),
    "8.1.2-05": _terms("reports", "publication"),
    "8.1.2-06": _terms("return_at_end"),
    "8.1.2-07": _terms("damages", "service_level"),
    "8.1.2-08": _terms("people_named", "access_limited"),
    "8.1.2-09": _terms("education", "policy_kept"),
    "8.1.2-10": _contract("selection_checked_on", lambda row, _: by(row, "selection_checked_on", day(row, "starts_on"))),
    "8.1.2-11": _contract("nda_received_on", lambda row, _: by(row, "nda_received_on", day(row, "starts_on"))),
    "8.1.2-12": _contract("spec_security", lambda row, _: marked(row, "spec_security")),
    "8.1.3-01": every_row(
        "contracts",
        ("check_result", "checked_on", "improvement_confirmed_on"),
        lambda row, _: by(row, "improvement_confirmed_on", after(day(row, "checked_on"), IMPROVE_DAYS)),
        _found_wanting,
    ),
    "8.1.3-02": every_row(
        "contracts",
        ("subcontracted", "starts_on", "ends_on", "subcontract_approved_on"),
        lambda row, year: by(row, "subcontract_approved_on", year.end),
        _handed_on,
    ),
    "8.1.3-03": contractor_incidents_fast,
    "8.1.3-04": every_row(
        "contractor_incidents",
        ("reported_at", "chief_told_at", "ciso_told_at", "grave"),
        _told_upward,
        lambda row, year: inside(day(row, "reported_at"), year.start, year.end),
    ),
    "8.1.4-01": every_row(
        "contracts", ("personal_data", "ends_on", "final_checked_on"), lambda row, _: row["final_checked_on"] is not None, _ended
    ),
    "8.1.4-02": every_row(
        "contracts",
        ("return_confirmed_on", "return_proof"),
        lambda row, _: row["return_proof"] is not None,
        lambda row, year: inside(day(row, "return_confirmed_on"), year.start, year.end) is True,
    ),
    "8.2.1-01": every_row(
        "system_contracts",
        ("starts_on", "ends_on", "supply_chain_confirmed_on"),
        lambda row, _: by(row, "supply_chain_confirmed_on", day(row, "starts_on")),
        live,
    ),
    "8.2.2-01": every_row(
        "system_contracts",
        ("work", "accepted_on", "requirements_tested_on"),
        lambda row, _: by(row, "requirements_tested_on", day(row, "accepted_on")),
        _work("build", lambda row, year: inside(day(row, "accepted_on"), year.start, year.end) is True),
    ),
    "8.2.2-02": every_row(
        "system_contracts",
        ("work", "starts_on", "ends_on", "dev_environment_checked_on"),
        lambda row, year: by(row, "dev_environment_checked_on", year.end),
        _work("build", live),
    ),
    "8.2.3-01": every_row(
        "system_contracts",
        ("work", "starts_on", "ends_on", "functions_confirmed_on"),
        lambda row, year: inside(day(row, "functions_confirmed_on"), year.start, year.end) is True,
        _work("operate", _running_at_end),
    ),
    "8.2.3-02": every_row(
        "contractor_changes",
        ("changed_on", "notified_on"),
        lambda row, _: by(row, "notified_on", day(row, "changed_on")),
        lambda row, year: inside(day(row, "changed_on"), year.start, year.end),
    ),
    "8.2.4-01": every_row(
        "system_contracts",
        ("work", "starts_on", "ends_on", "terms_checked_on"),
        lambda row, _: by(row, "terms_checked_on", day(row, "starts_on")),
        _work("service", live),
    ),
}
CLOUDS: Mapping[str, Judge] = {
    "8.3.1-01": document("cloud-selection-standard"),
    "8.3.2-01": document("cloud-use-rules"),
    "8.3.2-02": _flag("responsibility_split"),
    "8.3.3-01": cloud(_law_risk, "data_location", "law_risk_checked_on", "approved_on"),
    "8.3.4-01": _flag("terms_in_contract"),
    "8.3.5-01": clouds_registered,
    "8.3.5-02": managers_still_here,
    "8.3.6-01": cloud(lambda row, _: by(row, "settings_checked_on", day(row, "started_on")), "settings_checked_on", "started_on"),
    "8.3.7-01": every_row(
        "cloud_services",
        ("reviewed_on", "ended_on"),
        lambda row, year: inside(day(row, "reviewed_on"), year.start, year.end) is True,
        lambda row, _: row["ended_on"] is None,
    ),
    "8.3.7-02": _flag("outside_access_limited"),
    "8.3.7-03": _flag("own_backup"),
    "8.3.8-01": every_row(
        "cloud_services",
        ("confidentiality", "ended_on", "erased_confirmed_on"),
        lambda row, _: row["erased_confirmed_on"] is not None,
        _erase_due,
    ),
    "8.4.1-01": document("light-cloud-rules"),
    "8.4.2-01": every_row(
        "light_cloud_uses", ("confidentiality",), lambda row, _: None if row["confidentiality"] is None else row["confidentiality"] == "1"
    ),
    "8.4.2-02": every_row(
        "light_cloud_uses",
        ("terms_read_on", "approved_on"),
        lambda row, _: by(row, "terms_read_on", day(row, "approved_on")),
        lambda row, _: row["approved_on"] is not None,
    ),
    "8.4.2-03": every_row("light_cloud_uses", ("approver_id", "approved_on", "section"), _light_approved),
    "8.4.2-04": every_row("light_cloud_uses", ("applicant_id", "approver_id"), _two_people),
}
JUDGES: Mapping[str, Judge] = {**CONTRACTS, **CLOUDS}
