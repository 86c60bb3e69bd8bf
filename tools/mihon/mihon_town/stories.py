"""What goes wrong in which year: one table of knobs, read by the builders of the books.

Each knob counts rows with that flaw (or says how many people), in FY2022, FY2023, FY2024, FY2025 and in the bad twin.

Never here: the rows themselves.
"""

from dataclasses import dataclass

YEARS = (2022, 2023, 2024, 2025)

KNOBS: dict[str, tuple[int, int, int, int, int]] = {
    # people and training
    "in_scope": (325, 334, 335, 338, 338),
    "trained": (273, 304, 325, 336, 201),
    "training_date_lost": (1, 0, 0, 0, 0),
    "training_date_blank": (0, 1, 0, 0, 0),
    "training_after_year": (0, 2, 1, 0, 0),
    "drills_without_review": (0, 1, 0, 0, 1),
    # organisation and papers
    "roles_vacant": (1, 0, 0, 0, 1),
    "contacts_old": (5, 2, 0, 0, 3),
    "contacts_undated": (1, 0, 0, 0, 1),
    "roles_short": (0, 1, 0, 0, 0),
    "committee": (1, 2, 3, 3, 0),
    "papers": (1, 2, 3, 3, 0),
    "incidents": (6, 7, 6, 5, 6),
    "incidents_late": (0, 1, 0, 0, 2),
    "incidents_unexplained": (1, 0, 0, 0, 2),
    "incidents_lost": (0, 1, 0, 0, 0),
    # identities
    "orphans": (4, 0, 0, 0, 2),
    "leavers_enabled": (2, 0, 1, 0, 2),
    "owner_blank": (0, 1, 0, 0, 0),
    "idle": (14, 9, 5, 3, 12),
    "logon_blank": (3, 1, 0, 0, 0),
    "privileged_unregistered": (2, 0, 0, 0, 1),
    "privileged_expired": (1, 0, 1, 0, 1),
    "privileged_ghost": (1, 0, 0, 0, 1),
    "one_factor": (12, 3, 0, 0, 6),
    "remote_unpermitted": (0, 2, 0, 0, 2),
    "remote_unsafe": (0, 0, 0, 0, 3),
    # devices, software, systems
    "usb_open": (0, 0, 0, 0, 3),
    "unencrypted": (9, 3, 0, 0, 4),
    "old_windows": (3, 0, 0, 1, 3),
    "old_server": (0, 0, 1, 0, 1),
    "os_date_lost": (0, 0, 1, 0, 0),
    "software_old": (2, 0, 0, 0, 3),
    "software_undated": (10, 0, 0, 0, 0),
    "software_unpermitted": (3, 2, 1, 0, 3),
    "malware_absent": (0, 0, 0, 0, 2),
    "malware_old": (6, 2, 0, 0, 4),
    "malware_undated": (2, 0, 0, 1, 0),
    "unclassified": (4, 1, 0, 0, 2),
    "backups_stopped": (3, 1, 0, 0, 4),
    "copies_absent": (3, 1, 0, 0, 3),
    "restore_failed": (0, 1, 0, 0, 1),
    "logs_short": (5, 2, 0, 0, 3),
    "logs_undefined": (5, 1, 0, 0, 2),
    "review_gap_days": (0, 30, 5, 0, 60),
    "wireless": (0, 1, 2, 3, 2),
    # media, disposal, contractors, exceptions, audit
    "disposals_unapproved": (0, 0, 0, 0, 1),
    "disposals_unfit": (4, 1, 0, 0, 2),
    "disposals_unproved": (0, 0, 1, 0, 2),
    "disposals_date_lost": (0, 1, 0, 0, 0),
    "loans_late": (3, 1, 0, 1, 2),
    "loans_unapproved": (0, 0, 0, 0, 1),
    "loans_self": (1, 0, 0, 0, 1),
    "loans_unregistered": (0, 1, 0, 0, 1),
    "contracts_bare": (3, 1, 0, 0, 2),
    "contracts_unchecked": (7, 4, 2, 0, 5),
    "returns_open": (0, 1, 0, 0, 1),
    "cloud_unapproved": (0, 1, 0, 0, 2),
    "cloud_outside_ismap": (0, 2, 2, 0, 2),
    "exceptions_baseless": (1, 0, 0, 0, 1),
    "exceptions_unchecked": (0, 0, 0, 0, 1),
    "audits": (0, 3, 3, 4, 1),
    "audits_own_section": (0, 1, 0, 0, 1),
    "findings_overdue": (3, 2, 1, 0, 2),
    "sections_silent": (3, 1, 0, 0, 4),
}

ABSENT: dict[int, frozenset[str]] = {
    2022: frozenset(
        {
            "drills",
            "media_register",
            "restore_tests",
            "log_reviews",
            "permitted_software",
            "remote_access_accounts",
            "cloud_services",
        }
    ),
}
"""Kinds of which the office had nothing to hand in, per fiscal year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One year of the town, or of its bad twin."""

    fiscal_year: int
    bad: bool = False

    def count(self, knob: str) -> int:
        """Give the knob's figure in this year."""
        return KNOBS[knob][4 if self.bad else YEARS.index(self.fiscal_year)]

    @property
    def absent(self) -> frozenset[str]:
        """Kinds without any file."""
        return frozenset() if self.bad else ABSENT.get(self.fiscal_year, frozenset())

    def seed(self, topic: str) -> str:
        """Give a fixed seed for one topic, so that a change in one book leaves the others alone."""
        return f"mihon/{self.fiscal_year}/{self.bad}/{topic}"
