"""The cloud part by hand: who does what, who may administer, what was checked, told, tried and proved.

Never here: the books (`chapter_cloud_books`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from mihon_town.chapters.chapter_8_sums import by, closed, cloud, every_row, marked
from mihon_town.chapters.part import Judge
from mihon_town.model import Row, Year
from mihon_town.tally import Sum, Test, Verdict, after, at_least, both, day, inside, row_by_row, same_sets, share, view
from mihon_town.terms import Terms

DISPOSAL_DAYS = 1095
TRAINING_DAYS = 730
RECOVERY_DAYS = 366
LOG_DAYS = 365
CORRECT_DAYS = 30
TOLD = timedelta(hours=24)
JUDGED = timedelta(days=7)


def _in_use(row: Row, year: Year) -> Verdict:
    return both(closed(row, year), row["ended_on"] is None)


def _used(column: str, good: Test) -> Judge:
    return every_row("cloud_services", ("confidentiality", "ended_on", column), lambda row, _: good(row), _in_use)


def _fresh(row: Row, column: str, days: int, end: date) -> bool:
    return at_least(after(day(row, column), days), end) is True


def duties_divided(year: Year, _: Terms) -> Sum:
    """Ask whether each service in use has duties of the town."""
    services, duties = (
        view(year, "cloud_services", "service", "confidentiality", "ended_on"),
        view(year, "cloud_duties", "service", "party"),
    )
    return share(services, lambda row: _in_use(row, year), duties, ("service", "service"), lambda row: row["party"] == "own")


def settings_rechecked(year: Year, _: Terms) -> Sum:
    """Ask whether the settings of each service in use were checked in the year."""
    services = view(year, "cloud_services", "service", "confidentiality", "ended_on")
    checks = view(year, "cloud_setting_checks", "service", "checked_on")
    return share(
        services,
        lambda row: _in_use(row, year),
        checks,
        ("service", "service"),
        lambda row: inside(day(row, "checked_on"), year.start, year.end),
    )


def _own(row: Row, _: Year) -> Verdict:
    return None if row["party"] is None else row["party"] == "own"


def recovery_tested(year: Year, _: Terms) -> Sum:
    """Ask whether a restore was tried within a year."""
    book = view(year, "cloud_services", "confidentiality", "ended_on", "recovery_tested_on")
    return row_by_row(book, lambda row: _in_use(row, year), lambda row: _fresh(row, "recovery_tested_on", RECOVERY_DAYS, year.end))


def assurance_read(year: Year, _: Terms) -> Sum:
    """Ask whether a report on the provider was read in the year."""
    book = view(year, "cloud_services", "confidentiality", "ended_on", "assurance_read_on")
    return row_by_row(book, lambda row: _in_use(row, year), lambda row: inside(day(row, "assurance_read_on"), year.start, year.end) is True)


def _quick(kind: str, column: str, limit: timedelta) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "cloud_notices", "kind", "received_at", column)

        def scope(row: Row) -> Verdict:
            return both(None if row["kind"] is None else row["kind"] == kind, inside(day(row, "received_at"), year.start, year.end))

        def good(row: Row) -> Verdict:
            came, done = row["received_at"], row[column]
            if not isinstance(came, datetime) or not isinstance(done, datetime) or done < came:
                return None
            return done - came <= limit

        return row_by_row(book, scope, good)

    return judge


def _log_days(row: Row, _: Year) -> Verdict:
    kept = row["log_retention_days"]
    return kept >= LOG_DAYS if isinstance(kept, int) else None


def _encrypted(row: Row, _: Year) -> Verdict:
    return both(marked(row, "encrypted"), None if row["key_keeper"] is None else row["key_keeper"] != "undecided")


def _admin(row: Row, _: Year) -> Verdict:
    return both(marked(row, "enabled"), marked(row, "administrator"))


def admins_employed(year: Year, _: Terms) -> Sum:
    """Ask whether each live administrator of the town's own is still employed."""
    accounts = view(year, "cloud_accounts", "staff_id", "enabled", "administrator", "outsider")
    staff = view(year, "staff", "staff_id", "left_on")

    def own(row: Row) -> Verdict:
        outsider = marked(row, "outsider")
        return both(_admin(row, year), None if outsider is None else not outsider)

    def here(row: Row) -> Verdict:
        return row["left_on"] is None or at_least(day(row, "left_on"), year.end)

    return same_sets(accounts, own, staff, here, ("staff_id", "staff_id"))


def _wrong(row: Row, year: Year) -> Verdict:
    poor = None if row["result"] is None else row["result"] in {"improve", "bad"}
    return both(poor, inside(after(day(row, "checked_on"), CORRECT_DAYS), year.start, year.end))


def _erased(row: Row, year: Year) -> Verdict:
    return both(closed(row, year), inside(day(row, "erased_confirmed_on"), year.start, year.end) is True)


JUDGES: Mapping[str, Judge] = {
    "1.5-51": duties_divided,
    "1.6-51": every_row("cloud_duties", ("party", "owner_id"), lambda row, _: row["owner_id"] is not None, _own),
    "2.1-51": every_row("cloud_services", ("confidentiality",), lambda row, _: row["confidentiality"] is not None),
    "2.2-51": cloud(lambda row, _: by(row, "exit_terms_on", day(row, "started_on")), "exit_terms_on", "started_on"),
    "4.1.7-51": cloud(lambda row, year: _fresh(row, "disposal_policy_on", DISPOSAL_DAYS, year.end), "disposal_policy_on"),
    "5.2.2-51": every_row(
        "cloud_duties", ("party", "trained_on"), lambda row, year: at_least(after(day(row, "trained_on"), TRAINING_DAYS), year.end), _own
    ),
    "5.3.1-51": cloud(lambda row, _: row["incident_contact"] is not None, "incident_contact"),
    "5.3.2-51": _quick("incident", "window_told_at", TOLD),
    "6.1.2-51": recovery_tested,
    "6.1.6-51": cloud(_log_days, "log_retention_days"),
    "6.1.16-51": cloud(_encrypted, "encrypted", "key_keeper"),
    "6.2.1-51": every_row(
        "cloud_accounts", ("enabled", "administrator", "multi_factor"), lambda row, _: marked(row, "multi_factor"), _admin
    ),
    "6.2.1-52": admins_employed,
    "6.5.1-51": settings_rechecked,
    "6.5.1-52": every_row(
        "cloud_setting_checks",
        ("result", "checked_on", "corrected_on"),
        lambda row, _: by(row, "corrected_on", after(day(row, "checked_on"), CORRECT_DAYS)),
        _wrong,
    ),
    "6.6.1-51": _quick("weakness", "judged_at", JUDGED),
    "7.1.3-51": cloud(lambda row, _: marked(row, "alerts"), "alerts"),
    "8.3.8-51": every_row(
        "cloud_services",
        ("confidentiality", "erased_confirmed_on", "erase_proof"),
        lambda row, _: row["erase_proof"] is not None,
        _erased,
    ),
    "9.1.4-51": assurance_read,
}
