"""Chapter 3 by hand: what the books of the three zones and of the network models come to.

Never here: the books.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from mihon_town.chapters.part import Judge
from mihon_town.model import Cell, Row, Year
from mihon_town.tally import (
    Sum,
    Test,
    Verdict,
    after,
    at_hand,
    at_least,
    both,
    day,
    inside,
    newest,
    row_by_row,
    same_sets,
    view,
    widest_gap,
)
from mihon_town.terms import Terms

YEAR_DAYS = 366
ALERT_HOURS = 24
READING_DAYS = 14
SEEN_DAYS = 14
UPDATE_DAYS = 35
REPORT_GAP = 45
JLIS_DAYS = 90
TERMINALS = frozenset({"pc", "laptop"})
COMPUTERS = TERMINALS | {"server"}


def _is(value: Cell, wanted: Cell) -> Verdict:
    return None if value is None else value == wanted


def _among(value: Cell, wanted: frozenset[str]) -> Verdict:
    return None if value is None else value in wanted


def _yes(value: Cell) -> Verdict:
    return None if value is None else value is True


def _either(*parts: Verdict) -> Verdict:
    if True in parts:
        return True
    return None if None in parts else False


def _in_zone(zone: str) -> Test:
    return lambda row: _is(row["zone"], zone)


def _used(zone: str, types: frozenset[str]) -> Test:
    return lambda row: both(_is(row["zone"], zone), _yes(row["in_use"]), _among(row["device_type"], types))


def permits_limited(year: Year, _: Terms) -> Sum:
    """Ask whether permits of the My Number zone are granted first and end within a year."""
    book = view(year, "usb_permits", "zone", "approved_by", "approved_on", "starts_on", "expires_on")

    def good(row: Row) -> Verdict:
        first = day(row, "starts_on")
        granted = at_least(first, day(row, "approved_on"))
        return both(row["approved_by"] is not None, granted, at_least(after(first, YEAR_DAYS), day(row, "expires_on")))

    return row_by_row(book, _in_zone("mynumber"), good)


def writes_permitted(year: Year, _: Terms) -> Sum:
    """Ask whether each terminal that wrote in the year has a permit that falls into it."""
    writes = view(year, "usb_writes", "terminal", "zone", "written_at")
    permits = view(year, "usb_permits", "terminal", "approved_by", "starts_on", "expires_on")

    def written(row: Row) -> Verdict:
        return both(_is(row["zone"], "mynumber"), inside(day(row, "written_at"), year.start, year.end))

    def permitted(row: Row) -> Verdict:
        begun, over = at_least(year.end, day(row, "starts_on")), at_least(day(row, "expires_on"), year.start)
        return both(row["approved_by"] is not None, begun, over)

    return same_sets(writes, written, permits, permitted, ("terminal", "terminal"))


def terminals_single(year: Year, _: Terms) -> Sum:
    """Ask whether each My Number terminal serves one task."""
    book = view(year, "devices", "zone", "in_use", "device_type", "single_task")
    return row_by_row(book, _used("mynumber", TERMINALS), lambda row: _yes(row["single_task"]))


def terminals_authenticated(year: Year, _: Terms) -> Sum:
    """Ask whether each My Number terminal stands in the list of the authentication server."""
    devices = view(year, "devices", "device", "zone", "in_use", "device_type")
    methods = view(year, "authentication_methods", "terminal", "zone")
    return same_sets(devices, _used("mynumber", TERMINALS), methods, _in_zone("mynumber"), ("device", "terminal"))


def _touches(zone: str) -> Test:
    return lambda row: _either(_is(row["from_zone"], zone), _is(row["to_zone"], zone))


def screens_weighed(year: Year, _: Terms) -> Sum:
    """Ask whether the risk was weighed before My Number screens were approved."""
    book = view(year, "screen_transfers", "from_zone", "to_zone", "risk_reviewed_on", "approved_on", "approved_by")

    def good(row: Row) -> Verdict:
        approved = day(row, "approved_on")
        weighed = at_least(approved, day(row, "risk_reviewed_on"))
        return both(weighed, at_least(year.end, approved), row["approved_by"] is not None)

    return row_by_row(book, _touches("mynumber"), good)


def screens_guarded(year: Year, _: Terms) -> Sum:
    """Ask whether My Number screens are limited, encrypted and closed to copies."""
    columns = ("source_limited", "encrypted", "clipboard_blocked", "file_transfer_blocked")
    book = view(year, "screen_transfers", "from_zone", "to_zone", *columns)
    return row_by_row(book, _touches("mynumber"), lambda row: both(*(_yes(row[column]) for column in columns)))


def pictures_only(year: Year, _: Terms) -> Sum:
    """Ask whether screens between the LGWAN and the internet zone pass pictures only."""
    book = view(year, "screen_transfers", "from_zone", "to_zone", "clipboard_blocked", "file_transfer_blocked")

    def scope(row: Row) -> Verdict:
        outward = both(_is(row["from_zone"], "lgwan"), _is(row["to_zone"], "internet"))
        return _either(outward, both(_is(row["from_zone"], "internet"), _is(row["to_zone"], "lgwan")))

    return row_by_row(book, scope, lambda row: both(_yes(row["clipboard_blocked"]), _yes(row["file_transfer_blocked"])))


def _clouds(zone: str, good: Test, *columns: str) -> Judge:
    return lambda year, _: row_by_row(view(year, "zone_clouds", "zone", *columns), _in_zone(zone), good)


def _separated(zone: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "zone_clouds", "zone", "separated", "separation_checked_on")

        def good(row: Row) -> Verdict:
            return both(_yes(row["separated"]), at_least(after(day(row, "separation_checked_on"), YEAR_DAYS), year.end))

        return row_by_row(book, _in_zone(zone), good)

    return judge


def exit_agreed(year: Year, _: Terms) -> Sum:
    """Ask whether the end of each My Number cloud is agreed on."""
    book = view(year, "zone_clouds", "zone", "exit_agreed_on")
    return row_by_row(book, _in_zone("mynumber"), lambda row: at_least(year.end, day(row, "exit_agreed_on")))


def _into_lgwan(intake: str) -> Test:
    return lambda row: both(_is(row["intake"], intake), _is(row["to_zone"], "lgwan"))


def mail_as_text(year: Year, _: Terms) -> Sum:
    """Ask whether mail becomes text without attachments."""
    book = view(year, "intake_routes", "intake", "to_zone", "text_only", "attachments_removed")
    return row_by_row(book, _into_lgwan("mail"), lambda row: both(_yes(row["text_only"]), _yes(row["attachments_removed"])))


def file_routes(year: Year, _: Terms) -> Sum:
    """Ask whether files are sanitised or checked on each way in."""
    book = view(year, "intake_routes", "intake", "to_zone", "treatment")
    return row_by_row(book, _into_lgwan("file"), lambda row: _among(row["treatment"], frozenset({"sanitised", "checked"})))


def files_clean(year: Year, _: Terms) -> Sum:
    """Ask whether each file taken in was treated and clean."""
    book = view(year, "taken_in_files", "to_zone", "taken_at", "treatment", "outcome")

    def scope(row: Row) -> Verdict:
        stopped = _is(row["outcome"], "blocked")
        passed = None if stopped is None else not stopped
        return both(_is(row["to_zone"], "lgwan"), inside(day(row, "taken_at"), year.start, year.end), passed)

    def good(row: Row) -> Verdict:
        return both(_among(row["treatment"], frozenset({"sanitised", "checked"})), _is(row["outcome"], "clean"))

    return row_by_row(book, scope, good)


def _reports_keep_coming(target: str) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        book = view(year, "monitoring_reports", "target", "received_on")
        own = replace(book, rows=[row for row in book.rows if row["target"] == target])
        return widest_gap(own, "received_on", year.start, year.end, REPORT_GAP)

    return judge


def alerts_handled(year: Year, _: Terms) -> Sum:
    """Ask whether alerts of the year were handled within a day."""
    book = view(year, "monitoring_alerts", "detected_at", "handled_at")

    def good(row: Row) -> Verdict:
        found, handled = row["detected_at"], row["handled_at"]
        if not isinstance(found, datetime) or not isinstance(handled, datetime) or handled < found:
            return None
        return handled - found <= timedelta(hours=ALERT_HOURS)

    return row_by_row(book, lambda row: inside(day(row, "detected_at"), year.start, year.end), good)


def reports_read(year: Year, _: Terms) -> Sum:
    """Ask whether reports of the security cloud are read within two weeks."""
    book = view(year, "monitoring_reports", "target", "received_on", "reviewed_on")

    def scope(row: Row) -> Verdict:
        came = day(row, "received_on")
        due = after(came, READING_DAYS)
        reached = True if row["reviewed_on"] is not None else None if due is None else due < year.end
        return both(_is(row["target"], "security-cloud"), inside(came, year.start - timedelta(days=READING_DAYS), year.end), reached)

    def good(row: Row) -> Verdict:
        came, read = day(row, "received_on"), day(row, "reviewed_on")
        if came is None or read is None or read < came:
            return None
        return (read - came).days <= READING_DAYS

    return row_by_row(book, scope, good)


def sensors_everywhere(year: Year, _: Terms) -> Sum:
    """Ask whether each internet-side computer has a sensor that was seen lately."""
    devices = view(year, "devices", "device", "zone", "in_use", "device_type")
    sensors = view(year, "endpoint_detection", "device", "last_seen_on")

    def seen(row: Row) -> Verdict:
        return at_least(after(day(row, "last_seen_on"), SEEN_DAYS), year.end)

    return same_sets(devices, _used("internet", COMPUTERS), sensors, seen, ("device", "device"))


def terminals_updated(year: Year, _: Terms) -> Sum:
    """Ask whether each internet-side computer was updated lately."""
    book = view(year, "devices", "zone", "in_use", "device_type", "updated_on")
    return row_by_row(book, _used("internet", COMPUTERS), lambda row: at_least(after(day(row, "updated_on"), UPDATE_DAYS), year.end))


def model_confirmed(year: Year, _: Terms) -> Sum:
    """Ask whether a report of the outside confirmation is approved."""
    book = view(year, "documents", "document_type", "approved_on", "approved_by")

    def scope(row: Row) -> Verdict:
        signed = row["document_type"] == "model-confirmation" and row["approved_by"] is not None and row["approved_on"] is not None
        return both(signed, at_least(year.end, day(row, "approved_on")) if signed else None)

    return at_hand(book, scope)


def audited_lately(year: Year, _: Terms) -> Sum:
    """Ask whether the newest outside audit lies within a year."""
    book = view(year, "audit_engagements", "external", "audited_on")
    return newest(book, lambda row: _yes(row["external"]), "audited_on", year.end, YEAR_DAYS)


def audits_reported(year: Year, _: Terms) -> Sum:
    """Ask whether outside audits were reported to J-LIS in time."""
    book = view(year, "audit_engagements", "external", "audited_on", "jlis_reported_on")

    def scope(row: Row) -> Verdict:
        due = after(day(row, "audited_on"), JLIS_DAYS)
        return both(_yes(row["external"]), None if due is None else due < year.end)

    def good(row: Row) -> Verdict:
        told = day(row, "jlis_reported_on")
        return False if told is None else at_least(after(day(row, "audited_on"), JLIS_DAYS), told)

    return row_by_row(book, scope, good)


def assets_guarded(year: Year, _: Terms) -> Sum:
    """Ask whether internet-side systems guard each asset."""
    return row_by_row(view(year, "systems", "zone", "asset_access"), _in_zone("internet"), lambda row: _yes(row["asset_access"]))


def logs_watched(year: Year, _: Terms) -> Sum:
    """Ask whether each internet-side system has a log that is watched."""
    systems, logs = view(year, "systems", "system", "zone"), view(year, "log_sources", "system", "monitored")
    return same_sets(systems, _in_zone("internet"), logs, lambda row: _yes(row["monitored"]), ("system", "system"))


JUDGES: Mapping[str, Judge] = {
    "3.1-06": permits_limited,
    "3.1-07": writes_permitted,
    "3.1-08": terminals_single,
    "3.1-09": terminals_authenticated,
    "3.1-10": screens_weighed,
    "3.1-11": screens_guarded,
    "3.1-12": _separated("mynumber"),
    "3.1-13": _clouds("mynumber", lambda row: _yes(row["data_encrypted"]), "data_encrypted"),
    "3.1-14": _clouds("mynumber", lambda row: row["confidentiality"] is not None, "confidentiality"),
    "3.1-15": exit_agreed,
    "3.2-03": pictures_only,
    "3.2-04": mail_as_text,
    "3.2-05": file_routes,
    "3.2-06": files_clean,
    "3.2-07": _separated("lgwan"),
    "3.2-08": _clouds("lgwan", lambda row: _among(row["line"], frozenset({"dedicated", "lgwan"})), "line"),
    "3.3-02": _reports_keep_coming("internet-traffic"),
    "3.3-03": _reports_keep_coming("lgwan-access"),
    "3.3-04": alerts_handled,
    "3.3-05": reports_read,
    "3.3-07": sensors_everywhere,
    "3.3-08": terminals_updated,
    "3.3-09": model_confirmed,
    "3.3-10": audited_lately,
    "3.3-11": audits_reported,
    "3.3-15": assets_guarded,
    "3.3-16": logs_watched,
}
