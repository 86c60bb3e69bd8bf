"""Chapter 6 by hand: backups, logs, wireless networks, software, accounts, malware.

Never here: other chapters.
"""

from collections.abc import Callable
from datetime import timedelta

from mihon_town.model import Row, Year
from mihon_town.tally import (
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
    share,
    together,
    view,
    widest_gap,
)
from mihon_town.terms import Terms

Judge = Callable[[Year, Terms], Sum]
BACKUP_DAYS = 7
COPY_DAYS = 31
RESTORE_DAYS = 365
LOG_DAYS = 365
REVIEW_GAP = 31
GRACE_DAYS = 1
DEFINITION_DAYS = 7
TERMINALS = frozenset({"pc", "laptop", "server"})
BUSINESS_METHODS = frozenset({"wpa3-enterprise", "wpa2-enterprise"})


def _ends_well(year: Year, row: Row, days: int) -> Verdict:
    result = None if row["result"] is None else row["result"] == "success"
    return both(result, at_least(after(day(row, "finished_on"), days), year.end))


def backups_current(year: Year, _: Terms) -> Sum:
    """Ask whether each system has a good backup of the last week."""
    systems, backups = view(year, "systems", "system"), view(year, "backups", "system", "result", "finished_on")
    return share(systems, everything, backups, ("system", "system"), lambda row: _ends_well(year, row, BACKUP_DAYS))


def backups_kept_apart(year: Year, _: Terms) -> Sum:
    """Ask whether each critical system has a good copy elsewhere of the last month."""
    systems = view(year, "systems", "system", "critical")
    backups = view(year, "backups", "system", "result", "finished_on", "copy_place")

    def good(row: Row) -> Verdict:
        place = None if row["copy_place"] is None else row["copy_place"] in {"offline", "offsite"}
        return both(place, _ends_well(year, row, COPY_DAYS))

    return share(systems, lambda row: None if row["critical"] is None else row["critical"] is True, backups, ("system", "system"), good)


def restore_tested(year: Year, _: Terms) -> Sum:
    """Ask whether a restore worked within the last year."""
    book = view(year, "restore_tests", "result", "tested_on")
    return newest(book, lambda row: None if row["result"] is None else row["result"] == "success", "tested_on", year.end, RESTORE_DAYS)


def logs_retained(year: Year, _: Terms) -> Sum:
    """Ask whether logs are kept for a year or more."""
    book = view(year, "log_sources", "retention_days")

    def good(row: Row) -> Verdict:
        kept = row["retention_days"]
        return kept >= LOG_DAYS if isinstance(kept, int) else None

    return row_by_row(book, everything, good)


def logs_defined(year: Year, _: Terms) -> Sum:
    """Ask whether each system has a log."""
    return same_sets(view(year, "systems", "system"), everything, view(year, "log_sources", "system"), everything, ("system", "system"))


def logs_reviewed(year: Year, _: Terms) -> Sum:
    """Ask whether no month without a look at the logs."""
    return widest_gap(view(year, "log_reviews", "reviewed_on"), "reviewed_on", year.start, year.end, REVIEW_GAP)


def wireless_protected(year: Year, _: Terms) -> Sum:
    """Ask whether wireless networks of the inner zones use 802.1X."""
    book = view(year, "wireless_networks", "zone", "authentication")
    return row_by_row(book, lambda row: row["zone"] in {"lgwan", "mynumber"}, lambda row: row["authentication"] in BUSINESS_METHODS)


def software_permitted(year: Year, _: Terms) -> Sum:
    """Ask whether what is installed stands on the list."""
    left, right = view(year, "software", "software"), view(year, "permitted_software", "software")
    return same_sets(left, everything, right, everything, ("software", "software"))


def _used_by_a_person(row: Row) -> Verdict:
    return row["enabled"] is True and row["account_type"] == "person"


def accounts_owned(year: Year, _: Terms) -> Sum:
    """Ask whether the owner of each personal account stands on the roster."""
    accounts, staff = view(year, "accounts", "enabled", "account_type", "staff_id"), view(year, "staff", "staff_id")
    return same_sets(accounts, _used_by_a_person, staff, everything, ("staff_id", "staff_id"))


def leavers_disabled(year: Year, _: Terms) -> Sum:
    """Ask whether the owner of each personal account has not left, but for the days of grace."""
    accounts, staff = view(year, "accounts", "enabled", "account_type", "staff_id"), view(year, "staff", "staff_id", "left_on")

    def still_here(row: Row) -> Verdict:
        left = day(row, "left_on")
        return left is None or left + timedelta(days=GRACE_DAYS) >= year.end

    return same_sets(accounts, _used_by_a_person, staff, still_here, ("staff_id", "staff_id"))


def idle_accounts_disabled(year: Year, terms: Terms) -> Sum:
    """Ask whether no personal account lies idle for too long."""
    book = view(year, "accounts", "enabled", "account_type", "last_logon_on")
    return row_by_row(book, _used_by_a_person, lambda row: at_least(after(day(row, "last_logon_on"), terms.idle_days), year.end))


def privileged_accounts_registered(year: Year, _: Terms) -> Sum:
    """Ask whether privileged accounts and the register agree, both ways."""
    accounts = view(year, "accounts", "enabled", "privileged", "account")
    register = view(year, "privileged_accounts", "approved_by", "expires_on", "account")

    def live(row: Row) -> Verdict:
        return both(row["approved_by"] is not None, at_least(day(row, "expires_on"), year.end))

    return same_sets(
        accounts, lambda row: row["enabled"] is True and row["privileged"] is True, register, live, ("account", "account"), two_sided=True
    )


def _live_permit(year: Year, row: Row) -> Verdict:
    return both(at_least(year.end, day(row, "approved_on")), at_least(day(row, "expires_on"), year.end))


def remote_access_permitted(year: Year, _: Terms) -> Sum:
    """Ask whether whoever can dial in has a live permit."""
    accounts = view(year, "remote_access_accounts", "enabled", "staff_id")
    permits = view(year, "remote_work_permits", "approved_by", "approved_on", "expires_on", "staff_id")
    return same_sets(
        accounts,
        lambda row: row["enabled"] is True,
        permits,
        lambda row: both(row["approved_by"] is not None, _live_permit(year, row)),
        ("staff_id", "staff_id"),
    )


def remote_work_safe(year: Year, _: Terms) -> Sum:
    """Ask whether live permits mean two factors and a lent device."""
    book = view(year, "remote_work_permits", "approved_on", "expires_on", "multi_factor", "device_provided")
    return row_by_row(book, lambda row: _live_permit(year, row), lambda row: row["multi_factor"] is True and row["device_provided"] is True)


def malware_definitions_current(year: Year, _: Terms) -> Sum:
    """Ask whether definitions are a week old at most."""
    book = view(year, "malware_protection", "definitions_on")
    return row_by_row(book, everything, lambda row: at_least(after(day(row, "definitions_on"), DEFINITION_DAYS), year.end))


def _terminal(row: Row) -> Verdict:
    return row["in_use"] is True and row["device_type"] in TERMINALS


def malware_protection_installed(year: Year, _: Terms) -> Sum:
    """Ask whether each terminal stands in the protection's list."""
    devices, protection = view(year, "devices", "in_use", "device_type", "device"), view(year, "malware_protection", "device")
    return same_sets(devices, _terminal, protection, everything, ("device", "device"))


def software_supported(year: Year, _: Terms) -> Sum:
    """Ask whether neither an operating system nor a program past its support."""
    devices = view(year, "devices", "in_use", "device_type", "os_support_until")
    software = view(year, "software", "support_until")
    return together(
        row_by_row(devices, _terminal, lambda row: at_least(day(row, "os_support_until"), year.end)),
        row_by_row(software, everything, lambda row: at_least(day(row, "support_until"), year.end)),
    )


JUDGES: dict[str, Judge] = {
    "6.1.2-01": backups_current,
    "6.1.2-02": backups_kept_apart,
    "6.1.2-03": restore_tested,
    "6.1.6-01": logs_retained,
    "6.1.6-02": logs_defined,
    "6.1.6-03": logs_reviewed,
    "6.1.13-01": wireless_protected,
    "6.1.17-01": software_permitted,
    "6.2.1-01": accounts_owned,
    "6.2.1-02": leavers_disabled,
    "6.2.1-03": idle_accounts_disabled,
    "6.2.1-04": privileged_accounts_registered,
    "6.2.2-01": remote_access_permitted,
    "6.2.2-02": remote_work_safe,
    "6.4.1-01": malware_definitions_current,
    "6.4.1-02": malware_protection_installed,
    "6.4.1-03": software_supported,
}
