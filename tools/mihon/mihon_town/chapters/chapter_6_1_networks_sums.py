"""Chapter 6.1 (1) to (13) by hand: what each control comes to.

Never here: the books.
"""

from collections.abc import Callable
from datetime import date

from mihon_town.chapters.part import Judge
from mihon_town.model import Row, Year
from mihon_town.tally import (
    Sum,
    Test,
    Verdict,
    after,
    at_least,
    both,
    day,
    everything,
    inside,
    row_by_row,
    same_sets,
    share,
    view,
)
from mihon_town.terms import Terms

Look = Callable[[Year, Row], Verdict]
YEAR_DAYS = 365
QUARTER = 92
VERIFIED_WITHIN = 7
WIPED_WITHIN = 30
WIRELESS_LOG_DAYS = 31
WIRELESS_FIRMWARE_DAYS = 180
LONGEST_CYCLE = 31
GENERATIONS = 3
FAULT_YEARS = 3
PERSONAL = frozenset({"resident-data", "personnel-data"})
FEW = frozenset({"duty-group", "administrators"})
CLOSED = frozenset({"locked", "access-limited"})
APART = frozenset({"separate-network", "dmz", "outside-hosting"})
SENSITIVE = frozenset({"3A", "3B", "3C", "3"})


def _is(row: Row, column: str) -> Verdict:
    """Give what a box that is ticked, crossed or blank says."""
    value = row[column]
    return value if isinstance(value, bool) else None


def _turned(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def _one_of(row: Row, column: str, words: frozenset[str]) -> Verdict:
    value = row[column]
    return None if value is None else value in words


def _written(row: Row, *columns: str) -> bool:
    return all(row[column] is not None for column in columns)


def _enough(row: Row, column: str, least: int) -> Verdict:
    value = row[column]
    return value >= least if isinstance(value, int) else None


def _fresh(year: Year, row: Row, column: str, days: int = YEAR_DAYS) -> Verdict:
    return at_least(after(day(row, column), days), year.end)


def _not_later(row: Row, column: str, other: str) -> Verdict:
    return at_least(day(row, other), day(row, column))


def _permitted(row: Row, column: str, other: str) -> Verdict:
    return False if row[column] is None else _not_later(row, column, other)


def _within(row: Row, first: str, second: str, limit: int, *, earlier: Verdict) -> Verdict:
    start, end = day(row, first), day(row, second)
    if start is None or end is None:
        return None
    days = (end - start).days
    return earlier if days < 0 else days <= limit


def _all(_: Year, row: Row) -> Verdict:
    return everything(row)


def _each(kind: str, columns: str, scope: Look, good: Look) -> Judge:
    """Each row in scope must be good; `columns` are those that matter."""

    def judge(year: Year, _: Terms) -> Sum:
        return row_by_row(view(year, kind, *columns.split()), lambda row: scope(year, row), lambda row: good(year, row))

    return judge


def _in_year(column: str) -> Look:
    return lambda year, row: inside(day(row, column), year.start, year.end)


def _live(year: Year, row: Row) -> bool:
    end = day(row, "ends_on")
    return end is None or end >= year.end


def _folder_closed(_: Year, row: Row) -> Verdict:
    here = None if None in (row["granted_section"], row["owner_section"]) else row["granted_section"] == row["owner_section"]
    return both(_turned(_one_of(row, "grantee", frozenset({"everyone"}))), here)


def _folder_of_one_section(_: Year, row: Row) -> Verdict:
    common, administrators = (frozenset({"common"}), frozenset({"administrators"}))
    return both(_turned(_one_of(row, "contents", common)), _turned(_one_of(row, "grantee", administrators)))


def _change(year: Year, row: Row) -> Verdict:
    return both(_one_of(row, "work_type", frozenset({"change"})), _in_year("worked_on")(year, row))


def _two_people(_: Year, row: Row) -> Verdict:
    return row["worker_id"] != row["second_worker_id"] if _written(row, "worker_id", "second_worker_id") else None


def _printer(_: Year, row: Row) -> Verdict:
    return both(_one_of(row, "device_type", frozenset({"mfp"})), _is(row, "in_use"))


def _printer_gone(year: Year, row: Row) -> Verdict:
    gone = both(_one_of(row, "device_type", frozenset({"mfp"})), _turned(_is(row, "in_use")))
    return both(gone, _in_year("ended_on")(year, row))


def _thing_on_network(_: Year, row: Row) -> Verdict:
    other = _turned(_one_of(row, "device_type", frozenset({"mfp"})))
    return both(other, _is(row, "in_use"), _is(row, "networked"))


def _in_mynumber_zone(_: Year, row: Row) -> Verdict:
    return _one_of(row, "zone", frozenset({"mynumber"}))


def _important(row: Row) -> Verdict:
    return _is(row, "critical")


def backup_methods_chosen(year: Year, _: Terms) -> Sum:
    """Ask whether each important system has a method and a short cycle in the plan."""
    systems, plans = view(year, "systems", "system", "critical"), view(year, "backup_plans", "system", "method", "cycle_days")

    def planned(row: Row) -> Verdict:
        cycle = row["cycle_days"]
        return both(row["method"] is not None, cycle <= LONGEST_CYCLE if isinstance(cycle, int) else None)

    return same_sets(systems, _important, plans, planned, ("system", "system"))


def systems_have_records(year: Year, _: Terms) -> Sum:
    """Ask whether there is a work record of each system."""
    systems, works = view(year, "systems", "system"), view(year, "system_work_records", "system", "worked_on")
    dated: Test = lambda row: inside(day(row, "worked_on"), year.start, year.end)  # noqa: E731 - one line among its like
    return same_sets(systems, everything, works, dated, ("system", "system"))


def important_logs_reviewed(year: Year, _: Terms) -> Sum:
    """Ask whether somebody looked at the logs of each important system in the last quarter."""
    systems, reviews = view(year, "systems", "system", "critical"), view(year, "log_reviews", "system", "reviewed_on")
    return share(systems, _important, reviews, ("system", "system"), lambda row: _fresh(year, row, "reviewed_on", QUARTER))


def outside_lines_registered(year: Year, _: Terms) -> Sum:
    """Ask whether each line to the outside is a live link of the register."""
    lines, links = view(year, "network_lines", "line_no", "outside"), view(year, "external_connections", "line_no", "ends_on")
    return same_sets(lines, lambda row: _is(row, "outside"), links, lambda row: _live(year, row), ("line_no", "line_no"))


def _remote_maintenance(year: Year, row: Row) -> Verdict:
    return both(_one_of(row, "link_type", frozenset({"remote-maintenance"})), _live(year, row))


def _told(year: Year, row: Row) -> Verdict:
    told: date | None = day(row, "quota_told_on")
    return both(_enough(row, "quota_gb", 1), at_least(year.end, told))


FILE_JUDGES: dict[str, Judge] = {
    "6.1.1-01": _each("shared_folders", "quota_gb quota_told_on", _all, _told),
    "6.1.1-02": _each("folder_permissions", "contents grantee granted_section owner_section", _folder_of_one_section, _folder_closed),
    "6.1.1-03": _each(
        "folder_permissions", "contents grantee", lambda _, r: _one_of(r, "contents", PERSONAL), lambda _, r: _one_of(r, "grantee", FEW)
    ),
    "6.1.2-05": backup_methods_chosen,
    "6.1.2-06": _each("backup_plans", "generations", _all, lambda _, row: _enough(row, "generations", GENERATIONS)),
    "6.1.3-01": _each(
        "information_exchanges",
        "exchanged_on chief_permitted_on officer_permitted_on",
        _in_year("exchanged_on"),
        lambda _, r: both(_permitted(r, "chief_permitted_on", "exchanged_on"), _permitted(r, "officer_permitted_on", "exchanged_on")),
    ),
    "6.1.3-02": _each(
        "information_exchanges",
        "exchanged_on rules_set_on",
        _in_year("exchanged_on"),
        lambda _, row: _not_later(row, "rules_set_on", "exchanged_on"),
    ),
    "6.1.4-01": _each(
        "system_work_records", "worked_on worker_id content", _in_year("worked_on"), lambda _, row: _written(row, "worker_id", "content")
    ),
    "6.1.4-02": systems_have_records,
    "6.1.4-03": _each(
        "system_work_records",
        "worked_on work_type verified_on",
        _change,
        lambda _, row: _within(row, "worked_on", "verified_on", VERIFIED_WITHIN, earlier=None),
    ),
    "6.1.4-05": _each("system_work_records", "worked_on work_type worker_id second_worker_id", _change, _two_people),
    "6.1.5-01": _each("specifications", "storage", _all, lambda _, row: _one_of(row, "storage", CLOSED)),
    "6.1.6-04": _each("log_sources", "items", _all, lambda _, row: _written(row, "items")),
    "6.1.6-05": _each("log_sources", "failure_action", _all, lambda _, row: _written(row, "failure_action")),
    "6.1.6-06": _each("log_sources", "tamper_proof", _all, lambda _, row: _is(row, "tamper_proof")),
    "6.1.6-07": important_logs_reviewed,
    "6.1.7-01": _each(
        "fault_records", "occurred_at handling handled_by", _in_year("occurred_at"), lambda _, row: _written(row, "handling", "handled_by")
    ),
    "6.1.7-02": _each("fault_records", "retention_years", _all, lambda _, row: _enough(row, "retention_years", FAULT_YEARS)),
}

LINE_JUDGES: dict[str, Judge] = {
    "6.1.2-04": _each(
        "line_devices",
        "in_use config_saved_on config_changed_on",
        lambda _, row: _is(row, "in_use"),
        lambda _, row: _not_later(row, "config_changed_on", "config_saved_on"),
    ),
    "6.1.8-01": _each(
        "line_devices",
        "in_use controls_traffic rules_result rules_checked_on",
        lambda _, row: both(_is(row, "in_use"), _is(row, "controls_traffic")),
        lambda year, row: both(_one_of(row, "rules_result", frozenset({"consistent"})), _fresh(year, row, "rules_checked_on")),
    ),
    "6.1.8-02": _each(
        "firewall_rules",
        "enabled action purpose approved_by",
        lambda _, row: both(_is(row, "enabled"), _one_of(row, "action", frozenset({"allow"}))),
        lambda _, row: _written(row, "purpose", "approved_by"),
    ),
    "6.1.8-03": _each(
        "external_connections",
        "link_type ends_on encrypted multi_factor opened_on_request",
        _remote_maintenance,
        lambda _, row: both(_is(row, "encrypted"), _is(row, "multi_factor"), _is(row, "opened_on_request")),
    ),
    "6.1.9-01": _each("public_systems", "placed_in", _all, lambda _, row: _one_of(row, "placed_in", APART)),
    "6.1.10-01": _each(
        "external_connections",
        "ends_on ciso_permitted_on chief_permitted_on started_on",
        _live,
        lambda _, row: both(_permitted(row, "ciso_permitted_on", "started_on"), _permitted(row, "chief_permitted_on", "started_on")),
    ),
    "6.1.10-02": _each(
        "external_connections", "ends_on studied_on started_on", _live, lambda _, r: _not_later(r, "studied_on", "started_on")
    ),
    "6.1.10-03": _each("external_connections", "ends_on liability_clause", _live, lambda _, row: _is(row, "liability_clause")),
    "6.1.10-04": _each(
        "public_systems",
        "placed_in firewall",
        lambda _, row: _turned(_one_of(row, "placed_in", frozenset({"outside-hosting"}))),
        lambda _, row: _is(row, "firewall"),
    ),
    "6.1.10-06": outside_lines_registered,
    "6.1.11-01": _each(
        "special_devices",
        "device_type in_use introduced_on requirements_set_on",
        _printer,
        lambda _, row: _not_later(row, "requirements_set_on", "introduced_on"),
    ),
    "6.1.11-02": _each(
        "special_devices",
        "device_type in_use initial_password_changed settings_checked_on",
        _printer,
        lambda year, row: both(_is(row, "initial_password_changed"), _fresh(year, row, "settings_checked_on")),
    ),
    "6.1.11-03": _each(
        "special_devices",
        "device_type in_use ended_on wiped_on",
        _printer_gone,
        lambda _, row: _within(row, "ended_on", "wiped_on", WIPED_WITHIN, earlier=True),
    ),
    "6.1.12-01": _each(
        "special_devices",
        "device_type in_use networked measures initial_password_changed",
        _thing_on_network,
        lambda _, row: both(_written(row, "measures"), _is(row, "initial_password_changed")),
    ),
    "6.1.12-02": _each(
        "special_devices",
        "device_type in_use networked firmware_checked_on",
        _thing_on_network,
        lambda year, row: _fresh(year, row, "firmware_checked_on"),
    ),
    "6.1.13-02": _each(
        "network_lines",
        "confidentiality encrypted",
        lambda _, row: _one_of(row, "confidentiality", SENSITIVE),
        lambda _, row: _is(row, "encrypted"),
    ),
    "6.1.13-03": _each(
        "wireless_networks",
        "zone log_checked_on",
        _in_mynumber_zone,
        lambda year, row: _fresh(year, row, "log_checked_on", WIRELESS_LOG_DAYS),
    ),
    "6.1.13-04": _each(
        "wireless_networks",
        "zone firmware_on",
        _in_mynumber_zone,
        lambda year, row: _fresh(year, row, "firmware_on", WIRELESS_FIRMWARE_DAYS),
    ),
}
