"""The town's records in memory: typed rows per kind of evidence, and the fiscal year they belong to.

Rows use the canonical column names. A cell that the file shows as text nobody can type is `Unreadable`.

Never here: how a row looks in a file (`layouts`), what follows from it (`judge_*`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell with a text that is no value of its column, such as 未定 for a date."""

    text: str


Cell = str | int | bool | date | datetime | Unreadable | None
Row = dict[str, Cell]

KEYS: dict[str, tuple[str, ...]] = {
    "staff": ("staff_id",),
    "training_records": ("staff_id",),
    "drills": ("drill_id",),
    "committee_meetings": ("meeting_id", "agenda"),
    "documents": ("document_id",),
    "incidents": ("incident_id",),
    "roles": ("role", "section"),
    "accounts": ("account",),
    "privileged_accounts": ("account",),
    "authentication_methods": ("account",),
    "devices": ("device",),
    "software": ("device", "software"),
    "permitted_software": ("software",),
    "malware_protection": ("device",),
    "systems": ("system",),
    "backups": ("system", "job"),
    "restore_tests": ("system",),
    "log_sources": ("system", "log_type"),
    "log_reviews": ("system",),
    "disposals": ("asset_id",),
    "media_loans": ("loan_id",),
    "media_register": ("item",),
    "contracts": ("contract_no",),
    "cloud_services": ("service",),
    "wireless_networks": ("ssid",),
    "remote_work_permits": ("staff_id",),
    "remote_access_accounts": ("account",),
    "exceptions_register": ("exception_no",),
    "sections": ("section",),
    "self_checks": ("section", "question_no"),
    "audit_engagements": ("audit_id",),
    "audit_findings": ("finding_no",),
    "answers": ("control",),
}

ROW_DATES: dict[str, str] = {
    "training_records": "completed_on",
    "drills": "held_on",
    "committee_meetings": "held_on",
    "incidents": "found_at",
    "backups": "finished_on",
    "restore_tests": "tested_on",
    "log_reviews": "reviewed_on",
    "disposals": "disposed_on",
    "media_loans": "taken_on",
    "self_checks": "answered_on",
    "audit_engagements": "audited_on",
}
"""Ledgers and the column with the row's own date."""

SNAPSHOTS: set[str] = {
    "staff",
    "roles",
    "accounts",
    "authentication_methods",
    "devices",
    "software",
    "malware_protection",
    "wireless_networks",
    "remote_access_accounts",
}
SNAPSHOT_DAYS = 92

MAY_BE_AHEAD: set[str] = {"left_on", "expires_on", "os_support_until", "support_until", "starts_on", "ends_on", "due_on"}
"""Date columns that may name a day after the file was collected."""

MANY: set[str] = {"training_records", "backups", "restore_tests", "log_reviews", "answers"}
"""Kinds in which a key may stand twice."""


def as_date(value: Cell) -> date:
    """Give a cell that is known to hold a date."""
    if isinstance(value, date):
        return value
    message = f"{value!r} is no date"
    raise TypeError(message)


def as_moment(value: Cell) -> datetime:
    """Give a cell that is known to hold a date with a time."""
    if isinstance(value, datetime):
        return value
    message = f"{value!r} is no moment"
    raise TypeError(message)


def moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Give that minute of the day. The office's files name no time zone, so there is none here."""
    return datetime.combine(day, time(hour, minute))


@dataclass(slots=True, kw_only=True)
class Book:
    """All rows of one kind in one fiscal year, and what the manifest says about them."""

    kind: str
    rows: list[Row]
    collected_on: date
    covers_until: date | None = None
    population: int | None = None


@dataclass(slots=True, kw_only=True)
class Year:
    """One fiscal year of the town: the days that matter and the books it has."""

    fiscal_year: int
    books: dict[str, Book] = field(default_factory=dict)

    @property
    def start(self) -> date:
        """The first day of the fiscal year."""
        return date(self.fiscal_year, 4, 1)

    @property
    def end(self) -> date:
        """The last day of the fiscal year, which is also the as-of date."""
        return date(self.fiscal_year + 1, 3, 31)

    def add(self, kind: str, rows: list[Row], *, collected: tuple[int, int] = (4, 6), population: int | None = None) -> Book:
        """Put a book on the shelf; `collected` is month and day of the spring after the year."""
        book = Book(kind=kind, rows=rows, collected_on=date(self.fiscal_year + 1, *collected), population=population)
        self.books[kind] = book
        return book

    def ago(self, days: int) -> date:
        """Give the day that lies `days` before the as-of date."""
        return self.end - timedelta(days=days)

    def on(self, month: int, day: int) -> date:
        """Give that day within the fiscal year."""
        return date(self.fiscal_year if month >= 4 else self.fiscal_year + 1, month, day)


def check_dates(year: Year) -> None:
    """Refuse a date that lies after the day its file was collected; such a cell would be a loss nobody planned."""
    for book in year.books.values():
        for row in book.rows:
            for column, value in row.items():
                day = value.date() if isinstance(value, datetime) else value
                if isinstance(day, date) and column not in MAY_BE_AHEAD and day > book.collected_on:
                    message = f"FY{year.fiscal_year} {book.kind}.{column}: {day} lies after {book.collected_on}"
                    raise ValueError(message)


def check_keys(year: Year) -> None:
    """Refuse two rows of one register with the same key: their subjects could not be told apart."""
    for kind in set(year.books) - MANY:
        seen: set[tuple[Cell, ...]] = set()
        for row in year.books[kind].rows:
            key = tuple(row[column] for column in KEYS[kind])
            if key in seen:
                message = f"FY{year.fiscal_year} {kind}: {key} twice"
                raise ValueError(message)
            seen.add(key)
