"""Chapter 6.1 (14) to (22) by hand: what each control comes to.

Never here: the books.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from mihon_town.chapters.part import Judge
from mihon_town.chapters.verdicts import Ask, always, among, either, filled, fresh, not_after, of_year, rows, yes
from mihon_town.model import Row, Year, as_moment
from mihon_town.tally import Sum, Verdict, View, after, at_hand, at_least, both, day, row_by_row, same_sets, view, widest_gap
from mihon_town.terms import Terms

REPORTED_WITHIN = timedelta(hours=24)
COUNTED_DAYS = 366
TOLD_DAYS = 7
QUARTER = 92


def no(verdict: Verdict) -> Verdict:
    """Give the opposite; nobody can tell stays so."""
    return None if verdict is None else not verdict


def dated(column: str) -> Ask:
    """Concern rows of the fiscal year."""
    return lambda year, row: of_year(year, row, column)


def ticked(column: str) -> Ask:
    """Ask for a cross in a box."""
    return lambda _, row: yes(row, column)


def least(row: Row, column: str, wanted: int = 1) -> Verdict:
    """Whether the number is at least the one wanted."""
    value = row[column]
    return value >= wanted if isinstance(value, int) else None


def approved(kind: str) -> Judge:
    """Ask whether a paper of this kind was approved by the last day."""

    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "documents", "document_type", "approved_on", "approved_by")

        def scope(row: Row) -> Verdict:
            return both(
                among(row, "document_type", kind), filled(row, "approved_on", "approved_by"), at_least(year.end, day(row, "approved_on"))
            )

        return at_hand(book, scope)

    return judge


def written_by_the_end(year: Year, row: Row, column: str) -> Verdict:
    """Whether the day is there and not after the last day."""
    return both(filled(row, column), at_least(year.end, day(row, column)))


def pairs(book: View, first: str, second: str) -> View:
    """Give the book with a column `pair` of two columns; blank if one of them is."""
    return replace(
        book, rows=[{**row, "pair": f"{row[first]} / {row[second]}" if filled(row, first, second) else None} for row in book.rows]
    )


def here(year: Year) -> Ask:
    """Whether the person on the roster works here on the last day."""
    return lambda _, row: True if row["left_on"] is None else at_least(day(row, "left_on"), year.end)


def _told(year: Year, row: Row) -> Verdict:
    return both(least(row, "mailbox_limit_mb"), at_least(year.end, day(row, "limit_told_on")))


def _both_limits(_: Year, row: Row) -> Verdict:
    return both(least(row, "send_limit_mb"), least(row, "receive_limit_mb"))


def _stays_inside(_: Year, row: Row) -> Verdict:
    return no(both(yes(row, "enabled"), yes(row, "outside")))


def missent_reported(year: Year, _: Terms) -> Sum:
    """Ask whether each wrong sending was reported within a day."""
    book = view(year, "missent_mails", "noticed_at", "reported_at")

    def soon(row: Row) -> Verdict:
        if row["reported_at"] is None:
            return None
        passed = as_moment(row["reported_at"]) - as_moment(row["noticed_at"])
        return None if passed < timedelta() else passed <= REPORTED_WITHIN

    return row_by_row(book, lambda row: of_year(year, row, "noticed_at"), soon)


def _kept(_: Year, row: Row) -> Verdict:
    return both(filled(row, "keeper_id"), no(among(row, "storage", "unprotected")))


def _enough(_: Year, row: Row) -> Verdict:
    held, used = row["purchased"], row["installed"]
    return used <= held if isinstance(held, int) and isinstance(used, int) else None


def _permit(year: Year, row: Row) -> Verdict:
    return both(filled(row, "permitted_by"), written_by_the_end(year, row, "permitted_on"))


def _two_permits(_: Year, row: Row) -> Verdict:
    chief = both(filled(row, "chief_permitted_on"), not_after(row, "chief_permitted_on", "changed_on"))
    return both(chief, filled(row, "manager_permitted_on"), not_after(row, "manager_permitted_on", "changed_on"))


def devices_on_their_network(year: Year, _: Terms) -> Sum:
    """Ask whether each device that was let in is where the register has it."""
    found = view(year, "connected_devices", "device", "zone", "decision")
    register = view(year, "devices", "device", "zone", "in_use")
    return same_sets(
        pairs(found, "device", "zone"),
        lambda row: among(row, "decision", "allowed"),
        pairs(register, "device", "zone"),
        lambda row: yes(row, "in_use"),
        ("pair", "pair"),
    )


def _terminal(_: Year, row: Row) -> Verdict:
    return both(yes(row, "in_use"), among(row, "device_type", "pc", "laptop", "mobile"))


def _manager_told(_: Year, row: Row) -> Verdict:
    return either(among(row, "judgement", "work"), at_least(after(day(row, "reviewed_on"), TOLD_DAYS), day(row, "manager_told_on")))


def browsing_reviewed(year: Year, _: Terms) -> Sum:
    """Ask whether use was reviewed every quarter."""
    return widest_gap(view(year, "usage_reviews", "reviewed_on"), "reviewed_on", year.start, year.end, QUARTER)


def _hosted(year: Year, row: Row) -> Verdict:
    return both(of_year(year, row, "held_on"), among(row, "part", "host"))


def media_owned(year: Year, _: Terms) -> Sum:
    """Ask whether who is responsible for each live account works here."""
    book, staff = view(year, "sns_accounts", "in_use", "manager_id"), view(year, "staff", "staff_id", "left_on")
    present = here(year)
    return same_sets(book, lambda row: yes(row, "in_use"), staff, lambda row: present(year, row), ("manager_id", "staff_id"))


LIVE = ticked("in_use")

JUDGES: Mapping[str, Judge] = {
    "6.1.14-01": rows("mail_servers", "relay_refused", always, ticked("relay_refused")),
    "6.1.14-02": rows("mail_servers", "send_limit_mb receive_limit_mb", always, _both_limits),
    "6.1.14-03": rows("mail_servers", "mailbox_limit_mb limit_told_on", always, _told),
    "6.1.14-04": rows("mail_servers", "stops_on_spam", always, ticked("stops_on_spam")),
    "6.1.14-05": rows("mail_servers", "attachments_watched", always, ticked("attachments_watched")),
    "6.1.15-01": rows("mail_forwarding", "enabled outside", always, _stays_inside),
    "6.1.15-02": missent_reported,
    "6.1.16-01": approved("crypto-rules"),
    "6.1.16-02": rows("crypto_keys", "in_use method_specified", LIVE, ticked("method_specified")),
    "6.1.16-03": rows("crypto_keys", "in_use keeper_id storage", LIVE, _kept),
    "6.1.17-02": rows("permitted_software", "permitted_by permitted_on", always, _permit),
    "6.1.17-03": rows("software_licences", "installed purchased", always, _enough),
    "6.1.17-04": rows("software_licences", "counted_on", always, lambda year, row: fresh(year, row, "counted_on", COUNTED_DAYS)),
    "6.1.18-01": rows("hardware_changes", "changed_on chief_permitted_on manager_permitted_on", dated("changed_on"), _two_permits),
    "6.1.19-01": devices_on_their_network,
    "6.1.19-02": rows("devices", "in_use device_type other_networks_blocked", _terminal, ticked("other_networks_blocked")),
    "6.1.20-01": rows("usage_reviews", "reviewed_on judgement manager_told_on", dated("reviewed_on"), _manager_told),
    "6.1.20-02": browsing_reviewed,
    "6.1.21-01": approved("web-meeting-rules"),
    "6.1.21-02": rows(
        "web_meetings", "held_on part passcode waiting_room", _hosted, lambda _, row: either(yes(row, "passcode"), yes(row, "waiting_room"))
    ),
    "6.1.22-01": media_owned,
    "6.1.22-02": rows(
        "sns_accounts",
        "in_use listed_on_own_site organisation_stated",
        LIVE,
        lambda _, row: both(yes(row, "listed_on_own_site"), yes(row, "organisation_stated")),
    ),
    "6.1.22-03": rows("sns_accounts", "in_use multi_factor", LIVE, ticked("multi_factor")),
    "6.1.22-04": rows("sns_accounts", "in_use hijack_plan_on", LIVE, lambda year, row: written_by_the_end(year, row, "hijack_plan_on")),
    "6.1.22-05": rows(
        "sns_accounts",
        "in_use important own_site_copy",
        lambda _, row: both(yes(row, "in_use"), yes(row, "important")),
        ticked("own_site_copy"),
    ),
}
