"""Chapter 5 by hand: what each control asks of the books.

Never here: the books themselves (`chapter_5_books`, `chapter_5_more_books`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mihon_town.chapters.chapter_5_books import TERM
from mihon_town.chapters.part import Judge
from mihon_town.chapters.verdicts import Ask, always, among, either, filled, not_after, of_year, rows, yes
from mihon_town.model import Row, Year
from mihon_town.tally import (
    Sum,
    Test,
    Verdict,
    after,
    at_hand,
    at_least,
    both,
    day,
    everything,
    inside,
    newest,
    same_sets,
    share,
    together,
    view,
)
from mihon_town.terms import Terms


def _dated(column: str) -> Ask:
    return lambda year, row: of_year(year, row, column)


def _soon(start: str, end: str, days: int) -> Ask:
    return lambda _, row: at_least(after(day(row, start), days), day(row, end))


def _due(column: str, days: int) -> Ask:
    return lambda year, row: inside(day(row, column), year.start - timedelta(days=days), year.ago(days))


def _quick(start: str, end: str, hours: int) -> Ask:
    def good(_: Year, row: Row) -> Verdict:
        first, last = row[start], row[end]
        if not isinstance(first, datetime) or not isinstance(last, datetime) or last < first:
            return None
        return last - first <= timedelta(hours=hours)

    return good


def _no(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def _permitted(done: str) -> Ask:
    return lambda _, row: both(yes(row, "permitted"), not_after(row, "permitted_on", done))


def _live_permit(year: Year, row: Row) -> Verdict:
    return both(yes(row, "permitted"), at_least(year.end, day(row, "permitted_on")), at_least(day(row, "expires_on"), year.end))


def _safe(_: Year, row: Row) -> Verdict:
    return both(yes(row, "screen_lock"), yes(row, "malware_protected"), yes(row, "remote_erase"))


def _left(event: str) -> Ask:
    return lambda year, row: both(among(row, "event", event), of_year(year, row, "event_on"))


def _rights(_: Year, row: Row) -> Verdict:
    net = either(yes(row, "internet_needed"), _no(yes(row, "internet_allowed")))
    return both(net, either(yes(row, "mail_needed"), _no(yes(row, "mail_allowed"))))


def _told_commission(_: Year, row: Row) -> Verdict:
    in_time = at_least(after(day(row, "found_at"), 5), day(row, "commission_reported_on"))
    return either(_no(yes(row, "commission_due")), in_time)


def _shredded(_: Year, row: Row) -> Verdict:
    return both(among(row, "state", "destroyed"), at_least(after(day(row, "replaced_on"), 30), day(row, "destroyed_on")))


def _strong(_: Year, row: Row) -> Verdict:
    length = row["minimum_length"]
    return both(length >= 12 if isinstance(length, int) else None, yes(row, "complexity"))


def _endless(_: Year, row: Row) -> Verdict:
    days = row["maximum_age_days"]
    return days <= 0 if isinstance(days, int) else None


def _in_use_since(year: Year, row: Row) -> Verdict:
    used = row["last_logon_on"] is not None and _no(at_least(day(row, "created_on"), day(row, "last_logon_on")))
    return both(yes(row, "enabled"), among(row, "account_type", "person"), at_least(year.ago(14), day(row, "created_on")), used)


def _present(year: Year) -> Test:
    return lambda row: True if row["left_on"] is None else at_least(day(row, "left_on"), year.end)


def leavers_return(year: Year, _: Terms) -> Sum:
    """Ask whether everybody who left in the year stands on a sheet with all returned."""
    staff = view(year, "staff", "staff_id", "left_on")
    sheets = view(year, "leaver_returns", "staff_id", "event", "assets_returned")

    def gone(row: Row) -> Verdict:
        return row["left_on"] is not None and of_year(year, row, "left_on")

    return share(staff, gone, sheets, ("staff_id", "staff_id"), lambda row: both(among(row, "event", "left"), yes(row, "assets_returned")))


def term_staff_told(year: Year, _: Terms) -> Sum:
    """Ask whether the staff appointed by the fiscal year were told within a week."""
    staff = view(year, "staff", "staff_id", "employment", "hired_on", "left_on")
    told = view(year, "term_staff", "staff_id", "explained_on", "appointed_on")
    here = _present(year)

    def scope(row: Row) -> Verdict:
        return both(row["employment"] == TERM, at_least(year.end, day(row, "hired_on")), here(row))

    return share(staff, scope, told, ("staff_id", "staff_id"), lambda row: _soon("appointed_on", "explained_on", 7)(year, row))


def briefings_cover(year: Year, _: Terms) -> Sum:
    """Ask whether each live contract with personal data has a briefing."""
    contracts = view(year, "contracts", "contract_no", "personal_data", "starts_on", "ends_on")
    briefings = view(year, "contractor_briefings", "contract_no", "explained_on")

    def live(row: Row) -> Verdict:
        return both(yes(row, "personal_data"), at_least(year.end, day(row, "starts_on")), at_least(day(row, "ends_on"), year.start))

    told: Test = lambda row: at_least(year.end, day(row, "explained_on"))  # noqa: E731 - one line says it
    return share(contracts, live, briefings, ("contract_no", "contract_no"), told)


def training_and_drills(year: Year, _: Terms) -> Sum:
    """Ask whether the newest course and the newest planned drill are no older than 366 days."""
    courses = view(year, "training_records", "completed", "completed_on")
    drills = view(year, "drills", "planned", "held_on")
    return together(
        newest(courses, lambda row: yes(row, "completed"), "completed_on", year.end, 366),
        newest(drills, lambda row: yes(row, "planned"), "held_on", year.end, 366),
    )


def plan_decided(year: Year, _: Terms) -> Sum:
    """Ask whether the committee decided the training plan in the year."""
    book = view(year, "committee_meetings", "held_on", "agenda", "decided")
    return at_hand(book, lambda row: both(row["agenda"] == "training-plan", yes(row, "decided"), of_year(year, row, "held_on")))


def new_staff_trained(year: Year, _: Terms) -> Sum:
    """Ask whether those hired in the year at least ninety days ago took the course for beginners."""
    staff = view(year, "staff", "staff_id", "hired_on", "left_on", "on_leave")
    courses = view(year, "training_records", "staff_id", "course_kind", "completed", "completed_on")
    here = _present(year)

    def scope(row: Row) -> Verdict:
        waited = at_least(year.end, after(day(row, "hired_on"), 90))
        return both(of_year(year, row, "hired_on"), waited, here(row), _no(yes(row, "on_leave")))

    def done(row: Row) -> Verdict:
        return both(among(row, "course_kind", "new-staff"), yes(row, "completed"), at_least(year.end, day(row, "completed_on")))

    return share(staff, scope, courses, ("staff_id", "staff_id"), done)


def _roles_trained(roles: tuple[str, ...], kind: str | None) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        posts = view(year, "roles", "holder_id", *(("role",) if roles else ()))
        courses = view(year, "training_records", "staff_id", "completed", "completed_on", *(("course_kind",) if kind else ()))

        def scope(row: Row) -> Verdict:
            return row["holder_id"] is not None and (not roles or row["role"] in roles)

        def done(row: Row) -> Verdict:
            fits = True if kind is None else among(row, "course_kind", kind)
            return both(fits, yes(row, "completed"), of_year(year, row, "completed_on"))

        return share(posts, scope, courses, ("holder_id", "staff_id"), done)

    return judge


def sections_report(year: Year, _: Terms) -> Sum:
    """Ask whether each section reported its training in the year."""
    reports = view(year, "training_reports", "section", "reported_on")
    sections = view(year, "sections", "section")
    return share(sections, everything, reports, ("section", "section"), lambda row: of_year(year, row, "reported_on"))


def _paper(kind: str, column: str) -> Judge:
    """Give the sum of an approved or published paper."""

    def judge(year: Year, _: Terms) -> Sum:
        signed = column == "approved_on"
        book = view(year, "documents", "document_type", column, *(("approved_by",) if signed else ()))

        def scope(row: Row) -> Verdict:
            named = row["document_type"] == kind and (not signed or row["approved_by"] is not None)
            if signed and row[column] is None:
                return False
            return both(named, at_least(year.end, day(row, column)))

        return at_hand(book, scope)

    return judge


def evaluation_accepted(year: Year, _: Terms) -> Sum:
    """Ask whether the analysis of the training was accepted in the year."""
    book = view(year, "documents", "document_type", "approved_by", "approved_on")

    def scope(row: Row) -> Verdict:
        return both(row["document_type"] == "training-evaluation", row["approved_by"] is not None, of_year(year, row, "approved_on"))

    return at_hand(book, scope)


def cards_belong(year: Year, _: Terms) -> Sum:
    """Ask whether cards in use belong to people who are here."""
    cards, staff = view(year, "ic_cards", "state", "staff_id"), view(year, "staff", "staff_id", "left_on")
    return same_sets(cards, lambda row: among(row, "state", "in-use"), staff, _present(year), ("staff_id", "staff_id"))


def shared_named(year: Year, _: Terms) -> Sum:
    """Ask whether each enabled shared account has somebody on the list of users."""
    accounts = view(year, "accounts", "account", "enabled", "account_type")
    users = view(year, "shared_account_users", "account", "staff_id", "ended_on")

    def scope(row: Row) -> Verdict:
        return both(yes(row, "enabled"), among(row, "account_type", "shared"))

    def uses(row: Row) -> Verdict:
        ended = day(row, "ended_on")
        return row["staff_id"] is not None and (ended is None or ended >= year.end)

    return same_sets(accounts, scope, users, uses, ("account", "account"))


def shared_present(year: Year, _: Terms) -> Sum:
    """Ask whether the users of shared accounts are here."""
    users, staff = view(year, "shared_account_users", "staff_id", "ended_on"), view(year, "staff", "staff_id", "left_on")
    return same_sets(users, lambda row: row["ended_on"] is None, staff, _present(year), ("staff_id", "staff_id"))


JUDGES: Mapping[str, Judge] = {
    "5.1.1-05": rows(
        "usage_reviews",
        "reviewed_on judgement corrected_on",
        _dated("reviewed_on"),
        lambda year, row: either(among(row, "judgement", "work"), _soon("reviewed_on", "corrected_on", 14)(year, row)),
    ),
    "5.1.1-06": _paper("outside-handling-rules", "approved_on"),
    "5.1.1-07": rows("outside_work", "worked_on permitted permitted_on", _dated("worked_on"), _permitted("worked_on")),
    "5.1.1-08": rows("private_devices", "in_use permitted permitted_on expires_on", lambda _, row: yes(row, "in_use"), _live_permit),
    "5.1.1-09": rows("private_devices", "in_use screen_lock malware_protected remote_erase", lambda _, row: yes(row, "in_use"), _safe),
    "5.1.1-10": _paper("private-device-rules", "approved_on"),
    "5.1.1-11": rows(
        "bring_ins",
        "brought_on item brought_by permitted_by",
        _dated("brought_on"),
        lambda _, row: filled(row, "item", "brought_by", "permitted_by"),
    ),
    "5.1.1-12": rows("setting_changes", "changed_on permitted permitted_on", _dated("changed_on"), _permitted("changed_on")),
    "5.1.1-13": rows(
        "desk_checks",
        "checked_on screens_locked papers_away",
        _dated("checked_on"),
        lambda _, row: both(yes(row, "screens_locked"), yes(row, "papers_away")),
    ),
    "5.1.1-14": leavers_return,
    "5.1.1-15": rows("leaver_returns", "event event_on secrecy_told", _left("left"), lambda _, row: yes(row, "secrecy_told")),
    "5.1.1-16": rows("leaver_returns", "event event_on assets_returned", _left("transferred"), lambda _, row: yes(row, "assets_returned")),
    "5.1.2-01": term_staff_told,
    "5.1.2-02": rows("term_staff", "consent", always, lambda _, row: among(row, "consent", "signed", "not-needed")),
    "5.1.2-03": rows("term_staff", "internet_needed internet_allowed mail_needed mail_allowed", always, _rights),
    "5.1.4-01": rows(
        "contractor_briefings", "starts_on explained_on", _dated("starts_on"), lambda _, row: not_after(row, "explained_on", "starts_on")
    ),
    "5.1.4-02": briefings_cover,
    "5.2.1-01": training_and_drills,
    "5.2.2-04": plan_decided,
    "5.2.2-05": new_staff_trained,
    "5.2.2-06": _roles_trained((), "role"),
    "5.2.2-07": sections_report,
    "5.2.2-08": evaluation_accepted,
    "5.2.3-02": rows(
        "drills",
        "held_on scope plan_approved_on",
        _dated("held_on"),
        lambda _, row: both(row["scope"] is not None, not_after(row, "plan_approved_on", "held_on")),
    ),
    "5.2.3-03": rows("drills", "held_on follow_up_done_on", _due("held_on", 90), _soon("held_on", "follow_up_done_on", 90)),
    "5.2.4-01": _roles_trained(("ciso", "deputy-ciso", "chief-security-officer", "security-officer"), None),
    "5.3.1-03": rows("incidents", "found_at chief_reported_at", _dated("found_at"), _quick("found_at", "chief_reported_at", 4)),
    "5.3.1-04": rows(
        "incidents",
        "personal_data found_at commission_due commission_reported_on",
        lambda year, row: both(yes(row, "personal_data"), _due("found_at", 5)(year, row)),
        _told_commission,
    ),
    "5.3.2-01": rows("outside_reports", "received_at passed_on_at", _dated("received_at"), _quick("received_at", "passed_on_at", 1)),
    "5.3.2-02": _paper("contact-notice", "published_on"),
    "5.3.3-02": rows("incidents", "found_at prevention_ordered_on", _due("found_at", 60), _soon("found_at", "prevention_ordered_on", 60)),
    "5.3.3-03": rows("incidents", "found_at judged_at", _dated("found_at"), _quick("found_at", "judged_at", 24)),
    "5.4.1-01": cards_belong,
    "5.4.1-02": rows(
        "ic_cards",
        "state lost_reported_at stopped_at",
        lambda year, row: both(among(row, "state", "lost"), of_year(year, row, "lost_reported_at")),
        _quick("lost_reported_at", "stopped_at", 1),
    ),
    "5.4.1-03": rows(
        "ic_cards",
        "replaced_on state destroyed_on",
        lambda year, row: row["replaced_on"] is not None and _due("replaced_on", 30)(year, row),
        _shredded,
    ),
    "5.4.1-04": rows("desk_checks", "checked_on cards_removed", _dated("checked_on"), lambda _, row: yes(row, "cards_removed")),
    "5.4.2-01": shared_named,
    "5.4.2-02": shared_present,
    "5.4.2-03": rows(
        "concurrent_logons",
        "detected_on judgement",
        _dated("detected_on"),
        lambda _, row: among(row, "judgement", "own-use", "registered-users"),
    ),
    "5.4.3-01": rows("password_settings", "minimum_length complexity", always, _strong),
    "5.4.3-02": rows("password_settings", "maximum_age_days", always, _endless),
    "5.4.3-03": rows(
        "accounts",
        "enabled account_type created_on last_logon_on password_set_on",
        _in_use_since,
        lambda _, row: _no(at_least(day(row, "created_on"), day(row, "password_set_on"))),
    ),
}
