"""Chapters 1 to 5 by hand: organisation, classification, zones, rooms and media, people.

Never here: systems and accounts (`judge_technology`), contracts and audits (`judge_operation`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from mihon_town.model import Row, Year
from mihon_town.tally import (
    FAIL,
    NOT_APPLICABLE,
    PASS,
    UNKNOWN,
    Sum,
    Verdict,
    View,
    after,
    at_hand,
    at_least,
    both,
    day,
    everything,
    inside,
    row_by_row,
    same_sets,
    share,
    together,
    view,
)
from mihon_town.terms import Terms

Judge = Callable[[Year, Terms], Sum]
CONTACT_DAYS = 365
LOAN_DAYS = 30
FIRST_REPORT = timedelta(hours=1)
CISO_REPORT = timedelta(hours=24)
CAUSE_DAYS = 30


def _held(book: View, role: str) -> Sum:
    return at_hand(book, lambda row: row["role"] == role and row["holder_id"] is not None)


def roles_filled(year: Year, _: Terms) -> Sum:
    """Ask whether four roles are held by somebody, and no post of a manager is vacant."""
    book = view(year, "roles", "role", "holder_id")
    parts = [_held(book, role) for role in ("ciso", "chief-security-officer", "audit-lead", "csirt-head")]
    managers = row_by_row(book, lambda row: row["role"] in {"security-manager", "system-manager"}, lambda row: row["holder_id"] is not None)
    return together(*parts, managers)


def contacts_current(year: Year, _: Terms) -> Sum:
    """Ask whether each holder has a contact that was looked at within a year."""
    book = view(year, "roles", "holder_id", "contact", "updated_on")

    def good(row: Row) -> Verdict:
        return both(row["contact"] is not None, at_least(after(day(row, "updated_on"), CONTACT_DAYS), year.end))

    return row_by_row(book, lambda row: row["holder_id"] is not None, good)


def _agenda(year: Year, test: Callable[[Row], Verdict], *columns: str) -> Sum:
    book = view(year, "committee_meetings", "held_on", *columns)
    return at_hand(book, lambda row: both(inside(day(row, "held_on"), year.start, year.end), test(row)))


def committee_met(year: Year, _: Terms) -> Sum:
    """Ask whether some item was on some agenda in the year."""
    return _agenda(year, everything)


def improvement_plan_decided(year: Year, _: Terms) -> Sum:
    """Ask whether the improvement plan was on the agenda and was decided."""
    return _agenda(year, lambda row: row["agenda"] == "improvement-plan" and row["decided"] is True, "agenda", "decided")


def _different(row: Row, one: str, other: str) -> Verdict:
    if row[one] is None or row[other] is None:
        return None
    return row[one] != row[other]


def applicants_not_approvers(year: Year, _: Terms) -> Sum:
    """Ask whether nobody allows what he or she asked for."""
    exceptions = view(year, "exceptions_register", "status", "applicant_id", "approver_id")
    loans = view(year, "media_loans", "staff_id", "approver_id")
    return together(
        row_by_row(exceptions, lambda row: row["status"] == "active", lambda row: _different(row, "applicant_id", "approver_id")),
        row_by_row(loans, everything, lambda row: _different(row, "staff_id", "approver_id")),
    )


def systems_classified(year: Year, _: Terms) -> Sum:
    """Ask whether each system has a class."""
    return row_by_row(view(year, "systems", "confidentiality"), everything, lambda row: row["confidentiality"] is not None)


def disposals_recorded(year: Year, _: Terms) -> Sum:
    """Ask whether who, how and by whose leave is written down."""
    book = view(year, "disposals", "disposed_on", "executor_id", "method", "approved_by")
    filled = ("disposed_on", "executor_id", "method", "approved_by")

    def scope(row: Row) -> Verdict:
        return row["disposed_on"] is None or inside(day(row, "disposed_on"), year.start, year.end)

    return row_by_row(book, scope, lambda row: all(row[name] is not None for name in filled))


def _sensitive(year: Year) -> Callable[[Row], Verdict]:
    def scope(row: Row) -> Verdict:
        level = None if row["confidentiality"] is None else row["confidentiality"] != "1"
        return both(inside(day(row, "disposed_on"), year.start, year.end), level)

    return scope


def disposal_method_fit(year: Year, terms: Terms) -> Sum:
    """Ask whether media with anything but class 1 were disposed of by an allowed method."""
    book = view(year, "disposals", "disposed_on", "confidentiality", "method")
    return row_by_row(book, _sensitive(year), lambda row: None if row["method"] is None else row["method"] in terms.disposal_methods)


def disposal_proved(year: Year, _: Terms) -> Sum:
    """Ask whether a witness and a certificate are named."""
    book = view(year, "disposals", "disposed_on", "confidentiality", "witness_id", "certificate_no")
    return row_by_row(book, _sensitive(year), lambda row: row["witness_id"] is not None and row["certificate_no"] is not None)


def _attested(control: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        newest: dict[object, tuple[object, Row]] = {}
        for row in view(year, "answers").rows:
            answered, expires = day(row, "answered_on"), day(row, "expires_on")
            if row["control"] != control or answered is None or answered > year.end or row["answer"] is None:
                continue
            if row["answered_by"] is None or row["reason"] is None or expires is None or expires < year.end:
                continue
            earlier = newest.get(row["section"])
            if earlier is None or str(earlier[0]) < str(answered):
                newest[row["section"]] = (answered, row)
        words = {row["answer"] for _, row in newest.values()}
        if len(words) != 1:
            return Sum(status=UNKNOWN)
        word = str(words.pop())
        status = {"yes": PASS, "no": FAIL, "not-applicable": NOT_APPLICABLE}[word]
        return Sum(status=status, failing=[control] if status == FAIL else [])

    return judge


def mynumber_multi_factor(year: Year, _: Terms) -> Sum:
    """Ask whether two different factors, none of them missing."""
    book = view(year, "authentication_methods", "zone", "enabled", "factor_1", "factor_2")

    def good(row: Row) -> Verdict:
        first, second = row["factor_1"], row["factor_2"]
        if first is None or second is None:
            return False if "none" in {first, second} else None
        return "none" not in {first, second} and first != second

    return row_by_row(book, lambda row: row["zone"] == "mynumber" and row["enabled"] is True, good)


def mynumber_usb_blocked(year: Year, _: Terms) -> Sum:
    """Ask whether writing to USB is blocked on the zone's terminals in use."""
    book = view(year, "devices", "zone", "in_use", "device_type", "usb_write_blocked")
    kinds = {"pc", "laptop", "server"}
    return row_by_row(
        book,
        lambda row: row["zone"] == "mynumber" and row["in_use"] is True and row["device_type"] in kinds,
        lambda row: None if row["usb_write_blocked"] is None else row["usb_write_blocked"] is True,
    )


def portable_devices_encrypted(year: Year, _: Terms) -> Sum:
    """Ask whether laptops and tablets in use are encrypted."""
    book = view(year, "devices", "in_use", "device_type", "encrypted")
    return row_by_row(
        book,
        lambda row: row["in_use"] is True and row["device_type"] in {"laptop", "mobile"},
        lambda row: None if row["encrypted"] is None else row["encrypted"] is True,
    )


def media_returned(year: Year, _: Terms) -> Sum:
    """Ask whether back within the limit, or still out and not late."""
    book = view(year, "media_loans", "taken_on", "returned_on")

    def good(row: Row) -> Verdict:
        due, back = after(day(row, "taken_on"), LOAN_DAYS), day(row, "returned_on")
        return at_least(due, year.end if back is None else back)

    return row_by_row(book, everything, good)


def loans_permitted(year: Year, _: Terms) -> Sum:
    """Ask whether approver and purpose are filled."""
    book = view(year, "media_loans", "approver_id", "purpose")
    return row_by_row(book, everything, lambda row: row["approver_id"] is not None and row["purpose"] is not None)


def loaned_media_registered(year: Year, _: Terms) -> Sum:
    """Ask whether what went out stands in the register."""
    return same_sets(view(year, "media_loans", "item"), everything, view(year, "media_register", "item"), everything, ("item", "item"))


def policy_posted(year: Year, _: Terms) -> Sum:
    """Ask whether the policy was made public."""
    book = view(year, "documents", "document_type", "published_on")
    return at_hand(book, lambda row: row["document_type"] == "security-policy" and at_least(year.end, day(row, "published_on")) is True)


def training_plan_approved(year: Year, _: Terms) -> Sum:
    """Ask whether a training plan was approved in the year."""
    book = view(year, "documents", "document_type", "approved_by", "approved_on")

    def scope(row: Row) -> Verdict:
        return both(
            row["document_type"] == "training-plan" and row["approved_by"] is not None,
            inside(day(row, "approved_on"), year.start, year.end),
        )

    return at_hand(book, scope)


def training_covers_staff(year: Year, terms: Terms) -> Sum:
    """Ask whether everybody at work at the end of the year finished a course in it."""
    staff = view(year, "staff", "hired_on", "left_on", "on_leave", "staff_id")
    training = view(year, "training_records", "completed", "completed_on", "staff_id")

    def scope(row: Row) -> Verdict:
        left = day(row, "left_on")
        stays = left is None or left >= year.end
        return both(at_least(year.end, day(row, "hired_on")), stays, None if row["on_leave"] is None else row["on_leave"] is False)

    def done(row: Row) -> Verdict:
        finished = None if row["completed"] is None else row["completed"] is True
        return both(finished, inside(day(row, "completed_on"), year.start, year.end))

    return share(staff, scope, training, ("staff_id", "staff_id"), done, terms.training)


def training_reported(year: Year, _: Terms) -> Sum:
    """Ask whether the committee heard about the training."""
    return _agenda(year, lambda row: row["agenda"] == "training-report", "agenda")


def drill_held(year: Year, _: Terms) -> Sum:
    """Ask whether a drill was planned, held and looked back upon."""
    book = view(year, "drills", "held_on", "planned", "reviewed")

    def scope(row: Row) -> Verdict:
        return both(row["planned"] is True and row["reviewed"] is True, inside(day(row, "held_on"), year.start, year.end))

    return at_hand(book, scope)


def _in_time(column: str, limit: timedelta) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "incidents", "found_at", column)

        def good(row: Row) -> Verdict:
            start, end = row["found_at"], row[column]
            if not isinstance(start, datetime) or not isinstance(end, datetime) or end < start:
                return None
            return end - start <= limit

        return row_by_row(book, lambda row: inside(day(row, "found_at"), year.start, year.end), good)

    return judge


def incident_causes_recorded(year: Year, _: Terms) -> Sum:
    """Ask whether cause and prevention are written down, once the time for it is over."""
    book = view(year, "incidents", "found_at", "cause", "prevention")

    def scope(row: Row) -> Verdict:
        found = day(row, "found_at")
        return inside(found, year.start - timedelta(days=CAUSE_DAYS), year.ago(CAUSE_DAYS))

    return row_by_row(book, scope, lambda row: row["cause"] is not None and row["prevention"] is not None)


JUDGES: dict[str, Judge] = {
    "1.1-01": roles_filled,
    "1.2-01": contacts_current,
    "1.7-01": committee_met,
    "1.7-02": improvement_plan_decided,
    "1.8-01": applicants_not_approvers,
    "2.1-01": systems_classified,
    "2.2-01": disposals_recorded,
    "3.1-01": _attested("3.1-01"),
    "3.1-02": mynumber_multi_factor,
    "3.1-03": mynumber_usb_blocked,
    "3.2-01": _attested("3.2-01"),
    "3.3-01": _attested("3.3-01"),
    "4.1.7-01": disposal_method_fit,
    "4.1.7-02": disposal_proved,
    "4.4-01": portable_devices_encrypted,
    "5.1.1-01": media_returned,
    "5.1.1-02": loans_permitted,
    "5.1.1-03": loaned_media_registered,
    "5.1.3-01": policy_posted,
    "5.2.2-01": training_plan_approved,
    "5.2.2-02": training_covers_staff,
    "5.2.2-03": training_reported,
    "5.2.3-01": drill_held,
    "5.3.1-01": _in_time("first_reported_at", FIRST_REPORT),
    "5.3.1-02": _in_time("ciso_reported_at", CISO_REPORT),
    "5.3.3-01": incident_causes_recorded,
}
