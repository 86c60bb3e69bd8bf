"""Chapter 2 by hand: classes of assets, their places, and what leaves the office.

Never here: the books (`chapter_2`).
"""

from collections.abc import Mapping

from mihon_town.chapters.part import Judge
from mihon_town.chapters.verdicts import above_one, always, among, either, filled, fresh, not_after, of_year, rows, yes
from mihon_town.model import Row, Year
from mihon_town.tally import Sum, Verdict, both, everything, share, view
from mihon_town.terms import Terms

REVIEW_DAYS = 366


def _sensitive(_year: Year, row: Row) -> Verdict:
    return above_one(row)


def sections_listed(year: Year, _: Terms) -> Sum:
    """Ask whether each section has an asset in the register."""
    return share(
        view(year, "sections", "section"), everything, view(year, "information_assets", "section"), ("section", "section"), everything
    )


def _leaving(kind: str) -> Judge:
    """Give the sum of what left the office that way above class 1: it must be encrypted."""
    return rows(
        "information_transfers",
        "transferred_on transfer_type confidentiality encrypted",
        lambda year, row: both(of_year(year, row, "transferred_on"), among(row, "transfer_type", kind), above_one(row)),
        lambda _, row: yes(row, "encrypted"),
    )


def _permitted(kind: str) -> Judge:
    return rows(
        "information_transfers",
        "transferred_on transfer_type confidentiality approver_id approved_on",
        lambda year, row: both(of_year(year, row, "transferred_on"), among(row, "transfer_type", kind), above_one(row)),
        lambda _, row: both(filled(row, "approver_id"), not_after(row, "approved_on", "transferred_on")),
    )


def _no_three(_year: Year, row: Row) -> Verdict:
    return None if row["confidentiality"] is None else row["confidentiality"] != "3"


JUDGES: Mapping[str, Judge] = {
    "2.1-02": rows(
        "information_assets",
        "confidentiality integrity availability",
        always,
        lambda _, row: filled(row, "confidentiality", "integrity", "availability"),
    ),
    "2.1-03": rows(
        "information_assets",
        "confidentiality integrity availability handling_limits",
        lambda _, row: either(above_one(row), above_one(row, "integrity"), above_one(row, "availability")),
        lambda _, row: filled(row, "handling_limits"),
    ),
    "2.1-04": rows(
        "information_assets",
        "availability recovery_hours",
        lambda _, row: among(row, "availability", "2"),
        lambda _, row: filled(row, "recovery_hours"),
    ),
    "2.1-05": rows("information_assets", "reviewed_on", always, lambda year, row: fresh(year, row, "reviewed_on", REVIEW_DAYS)),
    "2.1-06": rows("information_assets", "confidentiality", always, _no_three),
    "2.2-02": rows("information_assets", "confidentiality manager_id", _sensitive, lambda _, row: filled(row, "manager_id")),
    "2.2-03": sections_listed,
    "2.2-09": rows(
        "stored_media",
        "usage write_protected",
        lambda _, row: among(row, "usage", "archive"),
        lambda _, row: yes(row, "write_protected"),
    ),
    "2.2-10": rows(
        "stored_media",
        "confidentiality lockable fire_safe",
        _sensitive,
        lambda _, row: both(yes(row, "lockable"), yes(row, "fire_safe")),
    ),
    "2.2-11": rows(
        "stored_media",
        "usage disaster_safe",
        lambda _, row: among(row, "usage", "backup", "seldom-used"),
        lambda _, row: yes(row, "disaster_safe"),
    ),
    "2.2-12": rows("information_assets", "confidentiality storage_place", _sensitive, lambda _, row: filled(row, "storage_place")),
    "2.2-13": _leaving("sending"),
    "2.2-14": rows(
        "information_transfers",
        "transferred_on transfer_type confidentiality locked_case encrypted",
        lambda year, row: both(of_year(year, row, "transferred_on"), among(row, "transfer_type", "carrying"), above_one(row)),
        lambda _, row: either(yes(row, "locked_case"), yes(row, "encrypted")),
    ),
    "2.2-15": _permitted("carrying"),
    "2.2-16": _leaving("provision"),
    "2.2-17": _permitted("provision"),
}
