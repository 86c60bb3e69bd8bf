"""Chapter 6.2 by hand: what each control comes to.

Never here: the books.
"""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

from mihon_town.chapters.chapter_6_1_use_sums import approved, dated, here, no, pairs, ticked, written_by_the_end
from mihon_town.chapters.part import Judge
from mihon_town.chapters.verdicts import always, among, either, filled, fresh, not_after, of_year, rows, yes
from mihon_town.model import Row, Year, as_moment
from mihon_town.tally import (
    FAIL,
    PASS,
    Sum,
    Verdict,
    after,
    at_least,
    both,
    day,
    everything,
    newest,
    row_by_row,
    same_sets,
    subject,
    view,
)
from mihon_town.terms import Terms

REVIEWED_DAYS = 366
DONE_DAYS = 5
STOPPED_DAYS = 14
UNPRIVILEGED = Fraction(95, 100)
INITIAL = frozenset({"Administrator", "administrator", "admin", "root", "Guest", "guest", "sa"})
ATTEMPTS, MINUTES = 10, 15
LONGEST = timedelta(hours=8)


def rights_follow_section(year: Year, _: Terms) -> Sum:
    """Ask whether each right fits the present section of its holder."""
    rights, staff = view(year, "access_rights", "staff_id", "section"), view(year, "staff", "staff_id", "section", "left_on")
    present = here(year)
    return same_sets(
        pairs(rights, "staff_id", "section"),
        everything,
        pairs(staff, "staff_id", "section"),
        lambda row: present(year, row),
        ("pair", "pair"),
    )


def _right_approved(year: Year, row: Row) -> Verdict:
    return both(filled(row, "approved_by"), written_by_the_end(year, row, "approved_on"))


def _done(_: Year, row: Row) -> Verdict:
    return at_least(after(day(row, "effective_on"), DONE_DAYS), day(row, "done_on"))


def checked_with_personnel(year: Year, _: Terms) -> Sum:
    """Ask whether accounts were reviewed with the personnel office within a year."""
    book = view(year, "account_reviews", "reviewed_on", "with_personnel")
    return newest(book, lambda row: yes(row, "with_personnel"), "reviewed_on", year.end, REVIEWED_DAYS)


def _stopped(_: Year, row: Row) -> Verdict:
    none_found = None if row["unneeded"] is None else row["unneeded"] == 0
    return either(none_found, at_least(after(day(row, "reviewed_on"), STOPPED_DAYS), day(row, "stopped_on")))


def privileged_few(year: Year, _: Terms) -> Sum:
    """Ask whether nearly all live accounts have no special rights; no box is blank in this town."""
    book = view(year, "accounts", "enabled", "privileged")
    live = [row for row in book.rows if row["enabled"] is True]
    special = [row for row in live if row["privileged"] is True]
    figures: dict[str, int | None] = {"numerator": len(live) - len(special), "denominator": len(live)}
    part = Fraction(len(live) - len(special), len(live))
    if part >= UNPRIVILEGED:
        return Sum(status=PASS, figures=figures)
    return Sum(status=FAIL, failing=sorted(subject("accounts", row) for row in special), figures=figures, worth=part / UNPRIVILEGED)


def holders_here(year: Year, _: Terms) -> Sum:
    """Ask whether whoever holds a live privileged account works here."""
    book, staff = view(year, "privileged_accounts", "holder_id", "expires_on"), view(year, "staff", "staff_id", "left_on")
    present = here(year)
    return same_sets(
        book,
        lambda row: at_least(day(row, "expires_on"), year.end),
        staff,
        lambda row: present(year, row),
        ("holder_id", "staff_id"),
    )


def _deputy(year: Year, row: Row) -> Verdict:
    known = both(filled(row, "deputy_id"), written_by_the_end(year, row, "deputy_approved_on"))
    return both(known, written_by_the_end(year, row, "deputy_told_on"))


def privileged_multi_factor(year: Year, _: Terms) -> Sum:
    """Ask whether each live privileged account logs on with two kinds of factor."""
    accounts = view(year, "accounts", "account", "enabled", "privileged")
    methods = view(year, "authentication_methods", "account", "enabled", "factor_1", "factor_2")

    def two(row: Row) -> Verdict:
        apart = row["factor_1"] != row["factor_2"] if filled(row, "factor_1", "factor_2") else None
        return both(yes(row, "enabled"), no(among(row, "factor_1", "none")), no(among(row, "factor_2", "none")), apart)

    return same_sets(accounts, lambda row: both(yes(row, "enabled"), yes(row, "privileged")), methods, two, ("account", "account"))


def _live_permit(year: Year, row: Row) -> Verdict:
    return both(at_least(year.end, day(row, "approved_on")), at_least(day(row, "expires_on"), year.end))


def _permits(columns: str, good: str | None = None) -> Judge:
    wanted = columns.split()

    def fine(_: Year, row: Row) -> Verdict:
        if good == "line":
            return no(among(row, "line", "public-wireless"))
        return yes(row, good) if good else filled(row, *wanted)

    return rows("remote_work_permits", f"approved_on expires_on {columns}", _live_permit, fine)


def _clean(_: Year, row: Row) -> Verdict:
    return both(among(row, "result", "clean"), not_after(row, "checked_on", "reconnected_on"))


def connected_registered(year: Year, _: Terms) -> Sum:
    """Ask whether each device that was let in is registered and in use."""
    found, register = view(year, "connected_devices", "device", "decision"), view(year, "devices", "device", "in_use")
    return same_sets(found, lambda row: among(row, "decision", "allowed"), register, lambda row: yes(row, "in_use"), ("device", "device"))


def _between(row: Row, column: str, most: int) -> Verdict:
    value = row[column]
    return 1 <= value <= most if isinstance(value, int) else None


def _ended_in_time(_: Year, row: Row) -> Verdict:
    if not filled(row, "ended_at", "planned_end_at"):
        return None
    return as_moment(row["ended_at"]) <= as_moment(row["planned_end_at"])


def sessions_short(year: Year, _: Terms) -> Sum:
    """Ask whether each privileged session took a working day at most."""
    book = view(year, "privileged_sessions", "started_at", "ended_at")

    def short(row: Row) -> Verdict:
        if row["ended_at"] is None:
            return None
        return as_moment(row["ended_at"]) - as_moment(row["started_at"]) <= LONGEST

    return row_by_row(book, lambda row: of_year(year, row, "started_at"), short)


def _privileged_request(year: Year, row: Row) -> Verdict:
    return both(of_year(year, row, "requested_on"), yes(row, "privileged"))


JUDGES: Mapping[str, Judge] = {
    "6.2.1-05": rows("access_rights", "approved_by approved_on", always, _right_approved),
    "6.2.1-06": rights_follow_section,
    "6.2.1-07": approved("user-id-rules"),
    "6.2.1-08": rows("account_requests", "requested_on effective_on done_on", dated("requested_on"), _done),
    "6.2.1-09": checked_with_personnel,
    "6.2.1-10": rows("account_reviews", "reviewed_on unneeded stopped_on", dated("reviewed_on"), _stopped),
    "6.2.1-11": rows("access_rights", "reviewed_on", always, lambda year, row: fresh(year, row, "reviewed_on", REVIEWED_DAYS)),
    "6.2.1-12": privileged_few,
    "6.2.1-13": holders_here,
    "6.2.1-14": rows(
        "privileged_accounts",
        "expires_on deputy_id deputy_approved_on deputy_told_on",
        lambda year, row: at_least(day(row, "expires_on"), year.end),
        _deputy,
    ),
    "6.2.1-15": rows(
        "account_requests", "requested_on privileged done_by", _privileged_request, lambda _, row: no(among(row, "done_by", "contractor"))
    ),
    "6.2.1-16": privileged_multi_factor,
    "6.2.1-17": rows("accounts", "account enabled", ticked("enabled"), lambda _, row: row["account"] not in INITIAL),
    "6.2.2-03": _permits("purpose permitted_range"),
    "6.2.2-04": _permits("encrypted", "encrypted"),
    "6.2.2-05": rows("reconnect_checks", "reconnected_on result checked_on", dated("reconnected_on"), _clean),
    "6.2.2-06": _permits("line", "line"),
    "6.2.3-01": connected_registered,
    "6.2.3-02": rows(
        "connected_devices",
        "decision identified_by",
        lambda _, row: among(row, "decision", "allowed"),
        lambda _, row: no(among(row, "identified_by", "none")),
    ),
    "6.2.4-01": rows("password_settings", "lockout_attempts", always, lambda _, row: _between(row, "lockout_attempts", ATTEMPTS)),
    "6.2.4-02": rows("password_settings", "timeout_minutes", always, lambda _, row: _between(row, "timeout_minutes", MINUTES)),
    "6.2.4-03": rows(
        "password_settings",
        "login_notice last_login_shown",
        always,
        lambda _, row: both(yes(row, "login_notice"), yes(row, "last_login_shown")),
    ),
    "6.2.5-01": rows("password_settings", "credentials_protected", always, ticked("credentials_protected")),
    "6.2.5-02": rows("password_settings", "initial_change_forced", always, ticked("initial_change_forced")),
    "6.2.6-01": rows("privileged_sessions", "started_at planned_end_at ended_at", dated("started_at"), _ended_in_time),
    "6.2.6-02": sessions_short,
}
