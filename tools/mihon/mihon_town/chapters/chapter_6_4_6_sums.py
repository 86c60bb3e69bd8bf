"""Chapters 6.4 to 6.6 by hand: what protection, attacks, weaknesses and news come to.

Never here: the books.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from mihon_town.chapters.chapter_6_3_sums import (
    all_of,
    always,
    days,
    each,
    fresh,
    in_year,
    one_of,
    soon,
    ticked,
)
from mihon_town.chapters.part import Judge
from mihon_town.model import Row, Year
from mihon_town.tally import (
    FAIL,
    PASS,
    UNKNOWN,
    Sum,
    Verdict,
    after,
    at_hand,
    at_least,
    both,
    day,
    everything,
    inside,
    newest,
    row_by_row,
    same_sets,
    share,
    view,
    widest_gap,
)
from mihon_town.terms import Terms

SCAN_DAYS, FULL_SCAN_DAYS, OFFLINE_DAYS = 7, 31, 31
CUT_OFF = timedelta(minutes=60)
WARNINGS = 2
PAGE_DAYS, FILE_DAYS, DNS_DAYS = 31, 92, 92
POLICE_DAYS, MANAGER_DAYS, EXIT_DAYS = 7, 1, 1
GAP = 31
SHARE_DAYS, URGENT_DAYS, OTHER_DAYS = 7, 14, 90
IN_TIME = Fraction(9, 10)
YEARLY = 366
TELL_DAYS, ACT_DAYS = 3, 7
MALWARE = ("malware", "attack-mail")


def staff_warned(year: Year, _: Terms) -> Sum:
    """Ask whether staff were warned often enough."""
    book = view(year, "security_notices", "topic", "told_staff_on", "received_on")

    def counted(row: Row) -> Verdict:
        return both(row["topic"] in MALWARE and row["told_staff_on"] is not None, in_year("received_on")(year, row))

    return at_hand(book, counted, WARNINGS)


def own_media(year: Year, _: Terms) -> Sum:
    """Ask whether the media for offline devices are registered."""
    devices, media = view(year, "offline_systems", "update_media"), view(year, "media_register", "item")
    return same_sets(devices, everything, media, everything, ("update_media", "item"))


def experts_on_call(year: Year, _: Terms) -> Sum:
    """Ask whether an agreement is in force and says how to call."""
    book = view(year, "expert_support", "starts_on", "ends_on", "contact")

    def live(row: Row) -> Verdict:
        within = both(at_least(year.end, day(row, "starts_on")), at_least(day(row, "ends_on"), year.end))
        return both(within, row["contact"] is not None)

    return at_hand(book, live)


def _checked(kind: str, limit: int) -> Judge:
    def judge(year: Year, _: Terms) -> Sum:
        checks = view(year, "integrity_checks", "system", "check_type", "checked_on")

        def good(row: Row) -> Verdict:
            return both(None if row["check_type"] is None else row["check_type"] == kind, fresh("checked_on", limit)(year, row))

        if kind == "web-page":
            return share(view(year, "public_systems", "system"), everything, checks, ("system", "system"), good)
        return share(view(year, "systems", "system", "critical"), lambda row: row["critical"] is True, checks, ("system", "system"), good)

    return judge


def dns_looked_through(year: Year, _: Terms) -> Sum:
    """Ask whether the settings of names were checked lately."""
    book = view(year, "integrity_checks", "check_type", "checked_on")
    return newest(book, lambda row: row["check_type"] == "dns-settings", "checked_on", year.end, DNS_DAYS)


def inside_watched(year: Year, _: Terms) -> Sum:
    """Ask whether the inside was watched without a long pause."""
    book = view(year, "traffic_watch", "direction", "watched_on")
    return widest_gap(
        replace(book, rows=[row for row in book.rows if row["direction"] == "inside"]), "watched_on", year.start, year.end, GAP
    )


def _no_pause(kind: str, column: str) -> Judge:
    return lambda year, _: widest_gap(view(year, kind, column), column, year.start, year.end, GAP)


def drills_reach(year: Year, _: Terms) -> Sum:
    """Ask whether each section had a drill in the year."""
    sections, drills = view(year, "sections", "section"), view(year, "mail_drills", "section", "held_on")
    return share(sections, everything, drills, ("section", "section"), lambda row: in_year("held_on")(year, row))


def _cut_soon(year: Year, row: Row) -> Verdict:
    suspicious = ticked("suspicious")(year, row)
    if suspicious is False:
        return True
    cut = at_least(after(day(row, "watched_on"), EXIT_DAYS), day(row, "handled_on"))
    return True if cut is True else (None if suspicious is None else cut)


def urgent_closed(year: Year, _: Terms) -> Sum:
    """Ask whether urgent weaknesses that were closed this year, or are overdue, were closed in time."""
    book = view(year, "vulnerabilities", "affected", "urgency", "published_on", "patched_on")

    def scope(row: Row) -> Verdict:
        closed, due = day(row, "patched_on"), after(day(row, "published_on"), URGENT_DAYS)
        late = None if due is None else due < year.end
        return both(ticked("affected")(year, row), one_of("urgency", "urgent")(year, row), closed >= year.start if closed else late)

    def good(row: Row) -> Verdict:
        return row["patched_on"] is not None and at_least(after(day(row, "published_on"), URGENT_DAYS), day(row, "patched_on"))

    return row_by_row(book, scope, good)


def others_closed(year: Year, _: Terms) -> Sum:
    """Ask whether nine in ten of the others that fell due were closed in time."""
    book = view(year, "vulnerabilities", "affected", "urgency", "published_on", "collected_on", "patched_on")
    due = [
        row
        for row in book.rows
        if row["affected"] is True
        and row["urgency"] != "urgent"
        and (after(day(row, "published_on"), OTHER_DAYS) or year.end) < year.end
        and inside(day(row, "collected_on"), year.start, year.end)
    ]
    good = soon("published_on", "patched_on", days(OTHER_DAYS))
    verdicts = [good(year, row) for row in due]
    closed, unsure = verdicts.count(True), verdicts.count(None)
    figures: dict[str, int | None] = {"numerator": closed, "denominator": len(due)}
    if Fraction(closed, len(due)) >= IN_TIME:
        return Sum(status=PASS, figures=figures)
    if Fraction(closed + unsure, len(due)) >= IN_TIME:
        return Sum(status=UNKNOWN, unknown=unsure, figures=figures)
    failing = sorted(str(row["vulnerability_no"]) for row, verdict in zip(due, verdicts, strict=True) if verdict is False)
    return Sum(status=FAIL, failing=failing, unknown=unsure, figures=figures, worth=Fraction(closed, len(due)) / IN_TIME)


def public_scanned(year: Year, _: Terms) -> Sum:
    """Ask whether each public system was scanned within a year."""
    systems, scans = view(year, "public_systems", "system"), view(year, "vulnerability_scans", "system", "scanned_on")
    return share(systems, everything, scans, ("system", "system"), lambda row: fresh("scanned_on", YEARLY)(year, row))


def seen_from_outside(year: Year, _: Terms) -> Sum:
    """Ask whether somebody looked from outside this year."""
    book = view(year, "vulnerability_scans", "method", "scanned_on")
    return at_hand(book, lambda row: both(row["method"] == "asm", in_year("scanned_on")(year, row)))


def _gate(*ways: str) -> Judge:
    return each(
        "gateway_scans",
        "direction scanning last_scanned_on",
        one_of("direction", *ways),
        all_of(ticked("scanning"), fresh("last_scanned_on", SCAN_DAYS)),
    )


MALWARE_JUDGES: Mapping[str, Judge] = {
    "6.4.1-04": _gate("incoming", "both"),
    "6.4.1-05": _gate("outgoing", "both"),
    "6.4.1-06": each("malware_protection", "program_current", always, ticked("program_current")),
    "6.4.1-07": staff_warned,
    "6.4.2-01": each("offline_systems", "definitions_on", always, fresh("definitions_on", OFFLINE_DAYS)),
    "6.4.2-02": own_media,
    "6.4.2-03": each("malware_protection", "settings_locked", always, ticked("settings_locked")),
    "6.4.3-02": each("malware_protection", "last_full_scan_on", always, fresh("last_full_scan_on", FULL_SCAN_DAYS)),
    "6.4.3-04": each(
        "malware_detections",
        "infected detected_at isolated_at",
        all_of(ticked("infected"), in_year("detected_at")),
        soon("detected_at", "isolated_at", CUT_OFF),
    ),
    "6.4.4-01": experts_on_call,
}
ATTACK_JUDGES: Mapping[str, Judge] = {
    "6.5.1-01": each("open_services", "item_type active needed", all_of(one_of("item_type", "port"), ticked("active")), ticked("needed")),
    "6.5.1-02": each(
        "open_services", "item_type active needed", all_of(one_of("item_type", "service"), ticked("active")), ticked("needed")
    ),
    "6.5.1-03": _checked("web-page", PAGE_DAYS),
    "6.5.1-04": _checked("key-file", FILE_DAYS),
    "6.5.1-05": dns_looked_through,
    "6.5.3-01": each(
        "attack_records",
        "detected_on records_kept records_place",
        in_year("detected_on"),
        all_of(ticked("records_kept"), lambda _, row: row["records_place"] is not None),
    ),
    "6.5.3-02": each(
        "attack_records",
        "detected_on crime_suspected police_contacted_on",
        all_of(ticked("crime_suspected"), in_year("detected_on")),
        soon("detected_on", "police_contacted_on", days(POLICE_DAYS)),
    ),
    "6.5.4-01": inside_watched,
    "6.5.5-01": each(
        "attack_records",
        "detected_on source manager_told_on",
        all_of(one_of("source", "staff"), in_year("detected_on")),
        soon("detected_on", "manager_told_on", days(MANAGER_DAYS)),
    ),
    "6.5.6-01": each("public_systems", "dos_measures", always, ticked("dos_measures")),
    "6.5.7-01": drills_reach,
    "6.5.7-03": each(
        "traffic_watch",
        "direction watched_on suspicious handled_on",
        all_of(one_of("direction", "outgoing"), in_year("watched_on")),
        _cut_soon,
    ),
}
NEWS_JUDGES: Mapping[str, Judge] = {
    "6.6.1-01": _no_pause("vulnerabilities", "collected_on"),
    "6.6.1-02": each(
        "vulnerabilities",
        "affected collected_on shared_on",
        all_of(ticked("affected"), in_year("collected_on")),
        soon("collected_on", "shared_on", days(SHARE_DAYS)),
    ),
    "6.6.1-03": urgent_closed,
    "6.6.1-04": others_closed,
    "6.6.1-05": public_scanned,
    "6.6.2-01": each(
        "security_notices",
        "topic received_on told_staff_on",
        all_of(one_of("topic", *MALWARE), in_year("received_on")),
        soon("received_on", "told_staff_on", days(TELL_DAYS)),
    ),
    "6.6.3-01": each(
        "security_notices",
        "action_needed received_on acted_on",
        all_of(ticked("action_needed"), in_year("received_on")),
        soon("received_on", "acted_on", days(ACT_DAYS)),
    ),
    "6.6.3-02": _no_pause("security_notices", "received_on"),
    "6.6.3-03": seen_from_outside,
}
JUDGES: Mapping[str, Judge] = {**MALWARE_JUDGES, **ATTACK_JUDGES, **NEWS_JUDGES}
