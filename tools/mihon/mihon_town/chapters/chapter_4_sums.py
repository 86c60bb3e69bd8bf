"""Chapter 4 by hand: equipment, rooms, lines, terminals.

Never here: the books (`chapter_4_books`, `chapter_4_rooms`).
"""

from collections.abc import Mapping
from dataclasses import replace

from mihon_town.chapters.part import Judge
from mihon_town.chapters.verdicts import above_one, always, among, either, filled, fresh, not_after, of_year, rows, yes
from mihon_town.model import Row, Year
from mihon_town.tally import Sum, Verdict, View, at_least, both, day, row_by_row, same_sets, share, view
from mihon_town.terms import Terms

CHECK_DAYS = 366
CLOSED = ("dedicated", "lgwan", "closed")
CORE = ("server", "storage", "network")


def _live(row: Row, *kinds: str) -> Verdict:
    """Whether equipment of these kinds is in use."""
    kind = among(row, "equipment_type", *kinds) if "equipment_type" in row else among(row, "device_type", *kinds)
    return both(yes(row, "in_use"), kind)


def _longer(row: Row, left: str, right: str) -> Verdict:
    one, other = row[left], row[right]
    return one >= other if isinstance(one, int) and isinstance(other, int) else None


def _standing(row: Row) -> bool:
    return row["removed_on"] is None


def serviced(year: Year, _: Terms) -> Sum:
    """Ask whether servers that must not stop were serviced in the year."""
    equipment = view(year, "server_equipment", "equipment", "equipment_type", "in_use", "availability")
    records = view(year, "maintenance_records", "equipment", "work_type", "done_on")
    return share(
        equipment,
        lambda row: both(_live(row, "server"), among(row, "availability", "2")),
        records,
        ("equipment", "equipment"),
        lambda row: both(among(row, "work_type", "service"), of_year(year, row, "done_on")),
    )


def watched_by_another(year: Year, _: Terms) -> Sum:
    """Ask whether executor and witness of a disposal are two people."""
    book = view(year, "disposals", "disposed_on", "confidentiality", "executor_id", "witness_id")

    def two(row: Row) -> Verdict:
        return row["executor_id"] != row["witness_id"] if filled(row, "executor_id", "witness_id") else None

    return row_by_row(book, lambda row: both(of_year(year, row, "disposed_on"), above_one(row)), two)


def _doors(book: View) -> View:
    """Give the rows with person and room as one key."""

    def key(row: Row) -> str | None:
        return f"{row['person_id']} / {row['room']}" if filled(row, "person_id", "room") else None

    return replace(book, rows=[{**row, "_door": key(row)} for row in book.rows])


def entries_permitted(year: Year, _: Terms) -> Sum:
    """Ask whether everyone who entered a room may enter that room."""
    entries = view(year, "room_entries", "entered_at", "visitor", "person_id", "room")
    permits = view(year, "room_permits", "permitted_by", "person_id", "room")

    def own(row: Row) -> Verdict:
        guest = yes(row, "visitor")
        return both(of_year(year, row, "entered_at"), None if guest is None else not guest)

    return same_sets(_doors(entries), own, _doors(permits), lambda row: filled(row, "permitted_by"), ("_door", "_door"))


def permits_of_people_here(year: Year, _: Terms) -> Sum:
    """Ask whether staff with a permit still work here."""
    permits = view(year, "room_permits", "affiliation", "person_id")
    staff = view(year, "staff", "staff_id", "left_on")

    def here(row: Row) -> Verdict:
        return True if row["left_on"] is None else at_least(day(row, "left_on"), year.end)

    return same_sets(permits, lambda row: among(row, "affiliation", "staff"), staff, here, ("person_id", "staff_id"))


def approved_outside(_year: Year, row: Row) -> Verdict:
    """Whether the CISO's approval is there and not after the day of installation."""
    return both(filled(row, "ciso_approved_on"), not_after(row, "ciso_approved_on", "installed_on"))


EQUIPMENT: Mapping[str, Judge] = {
    "4.1.1-01": rows("server_equipment", "in_use equipment_type fixed", lambda _, row: _live(row, *CORE), lambda _, row: yes(row, "fixed")),
    "4.1.2-01": rows(
        "server_equipment",
        "in_use equipment_type key_server redundant",
        lambda _, row: both(_live(row, "server"), yes(row, "key_server")),
        lambda _, row: yes(row, "redundant"),
    ),
    "4.1.2-02": rows(
        "server_equipment",
        "in_use key_server redundant failover_tested_on",
        lambda _, row: both(yes(row, "in_use"), yes(row, "key_server"), yes(row, "redundant")),
        lambda year, row: fresh(year, row, "failover_tested_on", CHECK_DAYS),
    ),
    "4.1.3-01": rows(
        "server_equipment",
        "in_use equipment_type ups_minutes shutdown_minutes",
        lambda _, row: _live(row, "server", "storage"),
        lambda _, row: _longer(row, "ups_minutes", "shutdown_minutes"),
    ),
    "4.1.3-02": rows(
        "server_equipment",
        "in_use equipment_type surge_protected",
        lambda _, row: _live(row, *CORE),
        lambda _, row: yes(row, "surge_protected"),
    ),
    "4.1.5-01": serviced,
    "4.1.5-02": rows(
        "maintenance_records",
        "done_on work_type media_wiped secrecy_contract",
        lambda year, row: both(of_year(year, row, "done_on"), among(row, "work_type", "repair-outside")),
        lambda _, row: either(yes(row, "media_wiped"), yes(row, "secrecy_contract")),
    ),
    "4.1.6-01": rows("offsite_equipment", "removed_on ciso_approved_on installed_on", lambda _, row: _standing(row), approved_outside),
    "4.1.6-02": rows(
        "offsite_equipment",
        "removed_on last_checked_on",
        lambda _, row: _standing(row),
        lambda year, row: fresh(year, row, "last_checked_on", CHECK_DAYS),
    ),
    "4.1.7-03": watched_by_another,
}
ROOMS: Mapping[str, Judge] = {
    "4.2.1-01": rows("secure_rooms", "floor", always, lambda _, row: among(row, "floor", "upper")),
    "4.2.1-02": rows(
        "secure_rooms", "locked watched alarmed", always, lambda _, row: both(yes(row, "locked"), yes(row, "watched"), yes(row, "alarmed"))
    ),
    "4.2.1-03": rows(
        "secure_rooms",
        "quake_proof fire_proof water_proof",
        always,
        lambda _, row: both(yes(row, "quake_proof"), yes(row, "fire_proof"), yes(row, "water_proof")),
    ),
    "4.2.1-05": rows("secure_rooms", "extinguisher", always, lambda _, row: among(row, "extinguisher", "gas")),
    "4.2.2-01": rows("secure_rooms", "entry_method", always, lambda _, row: among(row, "entry_method", "card", "biometric", "register")),
    "4.2.2-02": entries_permitted,
    "4.2.2-03": permits_of_people_here,
    "4.2.2-04": rows(
        "room_entries",
        "entered_at visitor escort_id",
        lambda year, row: both(of_year(year, row, "entered_at"), yes(row, "visitor")),
        lambda _, row: filled(row, "escort_id"),
    ),
    "4.2.3-01": rows(
        "equipment_moves",
        "moved_on direction effect_checked_on",
        lambda year, row: both(of_year(year, row, "moved_on"), among(row, "direction", "in")),
        lambda _, row: not_after(row, "effect_checked_on", "moved_on"),
    ),
    "4.2.3-02": rows(
        "equipment_moves",
        "moved_on attendant_id",
        lambda year, row: of_year(year, row, "moved_on"),
        lambda _, row: filled(row, "attendant_id"),
    ),
}
LINES: Mapping[str, Judge] = {
    "4.3-01": rows(
        "line_register",
        "in_use section purpose papers_place",
        lambda _, row: yes(row, "in_use"),
        lambda _, row: filled(row, "section", "purpose", "papers_place"),
    ),
    "4.3-04": rows(
        "line_register",
        "in_use confidentiality line_type encrypted",
        lambda _, row: both(yes(row, "in_use"), above_one(row)),
        lambda _, row: either(among(row, "line_type", *CLOSED), yes(row, "encrypted")),
    ),
    "4.3-06": rows(
        "line_register",
        "in_use availability backup_line",
        lambda _, row: both(yes(row, "in_use"), among(row, "availability", "2")),
        lambda _, row: yes(row, "backup_line"),
    ),
    "4.3-07": rows(
        "line_devices",
        "in_use firmware_on",
        lambda _, row: yes(row, "in_use"),
        lambda year, row: fresh(year, row, "firmware_on", CHECK_DAYS),
    ),
}
TERMINALS: Mapping[str, Judge] = {
    "4.4-02": rows(
        "devices",
        "in_use device_type theft_protected",
        lambda _, row: _live(row, "pc", "laptop"),
        lambda _, row: yes(row, "theft_protected"),
    ),
    "4.4-04": rows(
        "devices",
        "in_use device_type login_authentication",
        lambda _, row: _live(row, "pc", "laptop", "mobile"),
        lambda _, row: yes(row, "login_authentication"),
    ),
    "4.4-06": rows(
        "devices", "in_use device_type remote_wipe", lambda _, row: _live(row, "mobile"), lambda _, row: yes(row, "remote_wipe")
    ),
}
JUDGES: Mapping[str, Judge] = {**EQUIPMENT, **ROOMS, **LINES, **TERMINALS}
