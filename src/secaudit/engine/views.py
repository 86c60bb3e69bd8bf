"""Rows by index, wherever they live, for subjects and reasons.

Never here: which rows matter (`fold`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from secaudit.model.control import Value
from secaudit.model.evidence import Table
from secaudit.model.location import Location


@dataclass(frozen=True, slots=True)
class MemoryView:
    """Rows of a table in memory."""

    table: Table

    def row(self, index: int) -> tuple[Value, ...]:
        """Return the row in the order of the kind's columns."""
        return self.table.rows[index]

    def location(self, index: int, column: str | None) -> Location | None:
        """Return the row's place, if its origin is known."""
        return self.table.location(index, column) if self.table.origins else None


@dataclass(frozen=True, slots=True)
class ParquetView:
    """Rows fetched from a Parquet handle: by index the row's number in its file and its cells."""

    table: Table
    rows: Mapping[int, tuple[int | None, tuple[Value, ...]]]

    def row(self, index: int) -> tuple[Value, ...]:
        """Return the row in the order of the kind's columns."""
        return self.rows[index][1]

    def location(self, index: int, column: str | None) -> Location | None:
        """Return the row's place in the table's first file, if it is known."""
        if not self.table.files:
            return None
        file = self.table.files[0]
        letter = file.letters.get(column) if column else None
        return Location(path=file.path, sheet=file.sheet, row=self.rows[index][0], column=letter)
