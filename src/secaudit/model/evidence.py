"""Evidence: kinds with their columns, manifests, tables with their losses.

Rows are tuples in the order of the kind's columns, preceded by the organisation's id; every row keeps its origin.

Never here: opening files or guessing types (`evidence`), judging (`engine`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from secaudit.model.control import Value
from secaudit.model.location import Location
from secaudit.model.text import Text

ColumnType = Literal["text", "integer", "number", "boolean", "date", "datetime", "enum"]
Nature = Literal["snapshot", "ledger", "dossier"]


STAFF_NUMBERS = frozenset(
    {"staff_id", "holder_id", "manager_id", "reviewer_id", "executor_id", "witness_id"}
    | {"approver_id", "applicant_id", "head_id", "auditor_id", "owner_id"}
)
"""Columns that hold numbers of staff, whatever the kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One canonical column. `words` maps a spelling (folded) to an enum's value."""

    name: str
    type: ColumnType
    title: Text
    headers: tuple[str, ...]
    values: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    key: bool = False
    personal: bool = False
    future: bool = False
    required: bool = False
    """A file without this column is unreadable as this kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of evidence (contract §8)."""

    name: str
    title: Text
    nature: Nature
    columns: tuple[Column, ...]
    dated_by: str | None = None
    max_age_days: int = 92
    """A snapshot collected longer than this before the as-of date is stale; unit: days."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that name a subject."""
        return tuple(column.name for column in self.columns if column.key)

    def column(self, name: str) -> Column | None:
        """Return the column called `name`, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days from `start` to `end`, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """How many rows there ought to be, and who says so."""

    count: int
    stated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file that a manifest names."""

    kind: str
    path: str
    at: Location
    collected_at: date
    collected_by: str
    sheet: str | None = None
    encoding: str | None = None
    covers: Period | None = None
    sha256: str | None = None
    population: Population | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The files of one organisation for one fiscal year. `root` is the folder that no path may leave."""

    organisation: str
    fiscal_year: int
    sources: tuple[Source, ...]
    at: Location
    folder: Path
    root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that could not be read or used.

    `rows`: how many rows it may hide, None if nobody can tell, 0 if none (a note).
    `column`: canonical column of a lost cell; then the row is present in the table and `row_index` names it.
    `left_out` marks rows dated after the as-of date: counted and shown, they hide nothing.
    """

    code: str
    why: Text
    at: Location
    rows: int | None
    column: str | None = None
    row_index: int | None = None
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row comes from: index into the table's `files`, the row number there, and the sheet."""

    file: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A file that fed a table. `letters` maps a canonical column to its column letter or header there."""

    path: str
    sheet: str | None
    digest: str
    letters: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All rows of one kind of one organisation: a handle (contract: one organisation is a fleet of one).

    `rows` holds tuples in the order of `kind.columns`; `parquet` instead names a Parquet file with those columns plus
    `src_row`, for tables too large for memory. Exactly one of the two is set unless `failures` says why there is neither.
    `stale` and `gap` are the uncounted obstacles of docs/semantics.md §2, each with its text.
    """

    organisation: str
    kind: Kind
    rows: tuple[tuple[Value, ...], ...] = ()
    origins: tuple[Origin, ...] = ()
    files: tuple[TableFile, ...] = ()
    parquet: Path | None = None
    losses: tuple[Loss, ...] = ()
    failures: tuple[Loss, ...] = ()
    """Files of this kind that could not be opened or parsed: every control that reads the table is `error`."""
    population: Population | None = None
    stale: Text | None = None
    gap: Text | None = None

    def location(self, index: int, column: str | None = None) -> Location:
        """Return the place of row `index` (0-based), down to the cell if `column` is known in that file."""
        origin = self.origins[index]
        file = self.files[origin.file]
        letter = file.letters.get(column) if column else None
        return Location(path=file.path, sheet=file.sheet, row=origin.row, column=letter)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSet:
    """The tables of one assessment by kind name, losses of the whole, and one digest over all files read."""

    organisation: str
    fiscal_year: int
    tables: Mapping[str, Table]
    losses: tuple[Loss, ...]
    digest: str
    could_not_look: bool = False
    """A file that the manifest names could not be opened or does not match its digest (exit code 3)."""
