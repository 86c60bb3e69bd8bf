"""Where something stands: a file, and the sheet, row, column or line in it.

Never here: opening the file.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in a file.

    `path` is relative to the workspace and uses `/`. `row` and `line` count from 1 as the reader's
    program shows them; `column` is a spreadsheet letter for tables and a 1-based number (as text) for YAML.
    """

    path: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        if self.sheet is not None:
            return f"{self.path} {self.sheet}!{self.column or ''}{self.row or ''}"
        if self.line is not None:
            return f"{self.path}:{self.line}:{self.column}" if self.column else f"{self.path}:{self.line}"
        if self.row is not None:
            return f"{self.path}:{self.row}" + (f" {self.column}" if self.column else "")
        return self.path

    def sort_key(self) -> tuple[str, str, int, int, str]:
        """Total order: by file, sheet, row, line, column."""
        return (self.path, self.sheet or "", self.row or 0, self.line or 0, self.column or "")
