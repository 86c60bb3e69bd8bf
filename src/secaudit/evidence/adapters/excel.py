"""Excel: .xlsx, .xlsm and .xls, through python-calamine, with a second look at what it cannot show, and a second reader for small .xlsx.

Rules: a zip is inspected before it is opened; the sheet must be named if several visible ones have content; hidden rows are read like
others; letters count from column A even if that column is empty.

Never here: headers and types.
"""

import io
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters import biff, zip_guard
from secaudit.evidence.adapters.second_reader import compare
from secaudit.evidence.adapters.sheet_scan import marks_of
from secaudit.evidence.reading import Cell, Mark, RawRow, Reading, Request
from secaudit.evidence.words import fold, shown
from secaudit.model.text import Text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_CELLS = 20_000_000
_Marks = dict[tuple[int, int], Mark]


def read(data: bytes, request: Request) -> Reading:
    """Return the rows of one sheet; raises `EvidenceError`: no workbook, password, bomb, broken, no such sheet."""
    parts = _inspect(data)
    workbook = _open(data)
    name = _choose(workbook, request.sheet)
    sheet = workbook.get_sheet_by_name(name)
    _check_size(sheet)
    marks = marks_of(data, parts, name) if parts is not None else biff.marks_of(data, name)
    rows = _rows(sheet, marks, request.limit)
    return Reading(
        rows=compare(data, name, rows) if parts is not None and request.limit is None else tuple(rows),
        sheet=name,
        merges=tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()),
    )


def sheets(data: bytes, request: Request) -> Reading:
    """Return one row per sheet that has content: its name (for `scan`)."""
    del request
    _inspect(data)
    workbook = _open(data)
    return Reading(rows=tuple((number, (name,)) for number, name in enumerate(_filled(workbook), start=1)), header=("sheet",))


def _inspect(data: bytes) -> zip_guard.Parts | None:
    if not data:
        raise EvidenceError(Text(ja="ファイルが空です", en="the file is empty"))
    if data.startswith(_ZIP):
        return zip_guard.inspect(data)
    if not data.startswith(_OLE):
        raise EvidenceError(
            Text(ja="Excel のファイルではありません", en="this is not an Excel file"),
            hint=Text(ja="Excel で開いて .xlsx で保存し直してください", en="open it in Excel and save it as .xlsx"),
        )
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise EvidenceError(zip_guard.PASSWORD, hint=zip_guard.PASSWORD_HINT)
    return None


def _open(data: bytes) -> "CalamineWorkbook":
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415 - only where Excel is read

    try:
        return CalamineWorkbook.from_object(io.BytesIO(data))
    except PasswordError as error:
        raise EvidenceError(zip_guard.PASSWORD, hint=zip_guard.PASSWORD_HINT) from error
    except (CalamineError, OSError) as error:
        raise EvidenceError(zip_guard.BROKEN) from error


def _filled(workbook: "CalamineWorkbook") -> list[str]:
    from python_calamine import SheetTypeEnum  # noqa: PLC0415 - only where Excel is read

    names = [meta.name for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    return [name for name in names if workbook.get_sheet_by_name(name).end is not None]


def _choose(workbook: "CalamineWorkbook", wanted: str | None) -> str:
    if wanted is not None:
        found = [name for name in workbook.sheet_names if name == wanted] or [
            name for name in workbook.sheet_names if fold(name) == fold(wanted)
        ]
        if len(found) == 1:
            return found[0]
        raise EvidenceError(
            Text(ja=f"シート `{shown(wanted)}` がありません", en=f"there is no sheet `{shown(wanted)}`"), hint=_names(workbook.sheet_names)
        )
    filled = _filled(workbook)
    shown_sheets = [name for name in filled if name in _visible(workbook)]
    if len(shown_sheets) == 1 or len(filled) == 1:
        return (shown_sheets or filled)[0]
    if not filled:
        raise EvidenceError(Text(ja="どのシートも空です", en="every sheet is empty"))
    raise EvidenceError(
        Text(ja="シートがいくつもあり、どれを読むか決められません", en="there are several sheets, and none is named"), hint=_names(filled)
    )


def _visible(workbook: "CalamineWorkbook") -> frozenset[str]:
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415 - only where Excel is read

    return frozenset(meta.name for meta in workbook.sheets_metadata if meta.visible == SheetVisibleEnum.Visible)


def _names(names: list[str]) -> Text:
    listed = [f"`{shown(name)}`" for name in names[:10]]
    return Text(ja="台帳の sheet に書けるシート: " + "、".join(listed), en="`sheet` in the manifest may name: " + ", ".join(listed))


def _check_size(sheet: "CalamineSheet") -> None:
    end = sheet.end
    if end is not None and (end[0] + 1) * (end[1] + 1) > _CELLS:
        raise EvidenceError(
            Text(ja="シートが大きすぎます", en="the sheet is too large"),
            hint=Text(ja="表の外のセルを消すか、CSV で保存してください", en="clear the cells outside the table, or save it as CSV"),
        )


def _rows(sheet: "CalamineSheet", marks: _Marks, limit: int | None) -> list[RawRow]:
    if sheet.end is None:
        return []
    rows: list[RawRow] = []
    marked: dict[int, dict[int, Mark]] = {}
    for (number, position), mark in marks.items():
        marked.setdefault(number, {})[position] = mark
    for number, raw in enumerate(sheet.to_python(skip_empty_area=False, nrows=limit), start=1):
        cells = [_cell(value) for value in raw]
        for position, mark in marked.pop(number, {}).items():
            cells += [None] * (position + 1 - len(cells))
            cells[position] = mark
        if any(cell is not None for cell in cells):
            rows.append((number, tuple(cells)))
    rows += [(number, _only(found)) for number, found in sorted(marked.items()) if limit is None]
    return rows


def _only(found: dict[int, Mark]) -> tuple[Cell, ...]:
    return tuple(found.get(position) for position in range(max(found) + 1))


def _cell(value: float | str | bool | time | date | datetime | timedelta) -> Cell:
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime):
        return Mark("datetime", value.isoformat())
    if isinstance(value, date):
        return Mark("date", value.isoformat())
    if isinstance(value, time | timedelta):
        return Mark("time", str(value))
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):  # noqa: PLR0124 - NaN differs from itself
        return Mark("error", str(value))
    return value
