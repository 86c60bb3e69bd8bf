"""openpyxl as a second pair of eyes on small workbooks: a cell that the two readers see differently is a lost cell (ADR 0009).

Rules: up to `CELLS` cells of a sheet, because openpyxl needs much memory; larger sheets have the first reader and the scan alone. A
formula without a result is nothing to openpyxl and a mark to us, which is no difference.

Never here: which of the two is right.
"""

import io
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters.zip_guard import BROKEN
from secaudit.evidence.reading import Cell, Mark, RawRow

CELLS = 20_000
_Place = tuple[int, int]


def compare(data: bytes, sheet: str, rows: Sequence[RawRow]) -> tuple[RawRow, ...]:
    """Return the rows with each disputed cell marked; raises `EvidenceError` if openpyxl cannot read the workbook at all."""
    if sum(len(cells) for _, cells in rows) > CELLS:
        return tuple(rows)
    theirs = _cells(data, sheet)
    ours = {(number, column): cell for number, cells in rows for column, cell in enumerate(cells) if cell is not None}
    disputed = [place for place in ours.keys() | theirs.keys() if not _agree(ours.get(place), theirs.get(place))]
    return _marked(rows, disputed) if disputed else tuple(rows)


def _cells(data: bytes, sheet: str) -> Mapping[_Place, object]:
    import openpyxl  # noqa: PLC0415 - only where Excel is read

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that do not concern cells
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            found: dict[_Place, object] = {}
            for row in book[sheet].iter_rows():
                for cell in row:
                    if cell.value is not None and cell.value != "":
                        found[cell.row, cell.column - 1] = cell.value
        except (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError) as error:
            raise EvidenceError(BROKEN) from error
    return found


def _agree(ours: Cell, theirs: object) -> bool:
    if isinstance(ours, Mark):
        return _agree_on_mark(ours, theirs)
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= 1e-9 * max(1.0, abs(ours))
    return ours == theirs


def _agree_on_mark(ours: Mark, theirs: object) -> bool:
    if ours.tag == "formula":
        return True
    if ours.tag in ("date", "datetime"):
        return isinstance(theirs, date) and abs(datetime.fromisoformat(ours.text) - _moment(theirs)) < timedelta(seconds=1)
    if ours.tag == "time":
        return isinstance(theirs, time | timedelta | datetime)
    return ours.tag == "error" and (ours.text == theirs or isinstance(theirs, float))


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def _marked(rows: Sequence[RawRow], disputed: Sequence[_Place]) -> tuple[RawRow, ...]:
    cells = {number: list(row) for number, row in rows}
    for number, column in disputed:
        row = cells.setdefault(number, [])
        row += [None] * (column + 1 - len(row))
        row[column] = Mark("disputed", "")
    return tuple((number, tuple(cells[number])) for number in sorted(cells))
