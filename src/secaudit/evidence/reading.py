"""What an adapter returns: raw cells with their row numbers, and what it could not read.

A cell is text, a number, a boolean, None for a blank cell, or a `Mark` for anything else. Everything here crosses the
pipe between the child process and ours as JSON; a `Mark` is a list of two texts there.

Never here: canonical columns, types of columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from secaudit.model.text import Text

MarkTag = Literal["date", "datetime", "time", "error", "formula", "structure", "disputed"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell that is no plain value.

    It is a typed date or time (ISO text), an error value, a formula that nobody calculated, a nested value, or a cell that two
    readers see differently.
    """

    tag: MarkTag
    text: str


Cell = str | int | float | bool | Mark | None
RawRow = tuple[int, tuple[Cell, ...]]
"""The row's number as the reader's program shows it, and its cells from the first column on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLoss:
    """What an adapter could not read: `rows` as in `Loss` (None: nobody can tell how many)."""

    why: Text
    rows: int | None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the parent asks of the child for one file. `limit` cuts the number of rows (for previews)."""

    format: str
    sheet: str | None = None
    encoding: str | None = None
    path: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The raw content of one table.

    `header` is set where the format names its columns (JSON, YAML, Parquet); else the header row stands among `rows`.
    `strict_width`: a row with more cells than the header is broken (CSV). `merges` are (first row, first column, last row,
    last column), rows numbered as in `rows`, columns from 0.
    """

    rows: tuple[RawRow, ...]
    header: tuple[str, ...] | None = None
    losses: tuple[RawLoss, ...] = ()
    sheet: str | None = None
    encoding: str | None = None
    merges: tuple[tuple[int, int, int, int], ...] = ()
    strict_width: bool = False


def pack_row(row: RawRow) -> list[object]:
    """Return a row as JSON."""
    return [row[0], [[cell.tag, cell.text] if isinstance(cell, Mark) else cell for cell in row[1]]]


def unpack_row(raw: Sequence[object]) -> RawRow:
    """Return the row that `pack_row` packed; TypeError or ValueError if it is none."""
    number, cells = raw
    if not isinstance(number, int) or not isinstance(cells, list):
        raise TypeError("not a row")
    return number, tuple(Mark(cell[0], cell[1]) if type(cell) is list else cell for cell in cells)


def pack_rest(reading: Reading) -> dict[str, object]:
    """Return everything but the rows as JSON."""
    return {
        "header": reading.header,
        "losses": [[loss.why.ja, loss.why.en, loss.rows, loss.row] for loss in reading.losses],
        "sheet": reading.sheet,
        "encoding": reading.encoding,
        "merges": reading.merges,
        "strict_width": reading.strict_width,
    }


def unpack(rows: Sequence[RawRow], rest: Mapping[str, object]) -> Reading:
    """Join rows and rest again; ValueError or TypeError if the child sent something else."""
    header, losses, merges = rest["header"], rest["losses"], rest["merges"]
    sheet, encoding = rest["sheet"], rest["encoding"]
    if not isinstance(losses, list) or not isinstance(merges, list):
        raise TypeError("not a reading")
    return Reading(
        rows=tuple(rows),
        header=tuple(str(name) for name in header) if isinstance(header, list) else None,
        losses=tuple(RawLoss(why=Text(ja=str(ja), en=str(en)), rows=count, row=row) for ja, en, count, row in losses),
        sheet=str(sheet) if sheet is not None else None,
        encoding=str(encoding) if encoding is not None else None,
        merges=tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in merges),
        strict_width=rest["strict_width"] is True,
    )
