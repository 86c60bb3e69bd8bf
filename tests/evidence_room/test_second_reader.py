"""openpyxl as the second reader: over every shipped workbook and over generated ones it sees the same cells (ADR 0009)."""

import io
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters import excel, second_reader
from secaudit.evidence.cells import Unread, typers
from secaudit.evidence.kinds import load_kinds
from secaudit.evidence.reading import Cell, Mark, Request

ROOT = Path(__file__).resolve().parents[2]
WORKBOOKS = sorted([*(ROOT / "evidence").rglob("*.xlsx"), *(ROOT / "tests" / "evidence").rglob("*.xlsx")])


def _plain(cell: Cell) -> object:
    """Return a cell of ours in openpyxl's words."""
    if not isinstance(cell, Mark):
        return cell
    if cell.tag in ("date", "datetime"):
        found = datetime.fromisoformat(cell.text)
        return found if cell.tag == "datetime" else found.date()
    return cell.text if cell.tag == "error" else cell.tag


def _ours(data: bytes, sheet: str | None) -> tuple[str, Mapping[tuple[int, int], object]]:
    reading = excel.read(data, Request(format="excel", sheet=sheet, encoding=None))
    assert reading.sheet is not None
    cells = {(number, column): _plain(cell) for number, row in reading.rows for column, cell in enumerate(row) if cell is not None}
    return reading.sheet, cells


def _theirs(data: bytes, sheet: str) -> Mapping[tuple[int, int], object]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    cells: dict[tuple[int, int], object] = {}
    for row in book[sheet].iter_rows():
        for cell in row:
            if cell.value not in (None, ""):
                cells[cell.row or 0, (cell.column or 0) - 1] = cell.value
    return cells


def _same(one: object, two: object) -> bool:
    if isinstance(one, datetime) and isinstance(two, datetime):
        return abs((one - two).total_seconds()) < 1
    if isinstance(one, datetime) and isinstance(two, date):
        return one.date() == two and one.time() == time()
    if isinstance(one, date) and isinstance(two, datetime):
        return one == two.date() and two.time() == time()
    return one == two


def _require_agreement(data: bytes, sheet: str | None) -> None:
    name, ours = _ours(data, sheet)
    theirs = _theirs(data, name)
    assert ours.keys() == theirs.keys()
    differing = {place: (ours[place], theirs[place]) for place in ours if not _same(ours[place], theirs[place])}
    assert not differing


def test_there_are_workbooks() -> None:
    assert len(WORKBOOKS) > 50


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_both_readers_see_the_same_cells(path: Path) -> None:
    book = openpyxl.load_workbook(path, read_only=True)
    visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    book.close()
    _require_agreement(path.read_bytes(), visible[0])


def _book(*values: object) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, values)
    book.close()
    return buffer.getvalue()


def test_a_cell_that_the_readers_see_differently_is_lost() -> None:
    data = _book("番号", 7, True)
    rows = ((1, ("番号", 8.0, True)),)
    assert second_reader.compare(data, "表", rows) == ((1, ("番号", Mark("disputed", ""), True)),)
    assert second_reader.compare(data, "表", ()) == ((1, (Mark("disputed", ""),) * 3),)
    assert second_reader.compare(data, "表", ((1, ("番号", 7, True)),)) == ((1, ("番号", 7, True)),)
    assert second_reader.compare(data, "表", ((1, ("番号", 7, 1)),)) == ((1, ("番号", 7, Mark("disputed", ""))),)


def test_a_disputed_cell_is_said_to_be_one() -> None:
    kind = load_kinds()["staff"]
    typed = typers(kind)["section"](Mark("disputed", ""))
    assert isinstance(typed, Unread)
    assert "two readers" in typed.why.en


def test_large_sheets_have_one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_reader, "CELLS", 2)
    assert second_reader.compare(b"no workbook", "表", ((1, ("a", "b", "c")),)) == ((1, ("a", "b", "c")),)


def test_what_the_second_reader_cannot_open_is_broken() -> None:
    with pytest.raises(EvidenceError):
        second_reader.compare(_book("a"), "no such sheet", ((1, ("a",)),))


_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 6)),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=12).filter(
        lambda text: text.strip() == text and "_x" not in text
    ),
    st.dates(date(1950, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["#N/A", "#REF!", "#DIV/0!"]),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(_CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
def test_both_readers_see_the_same_generated_cells(rows: list[list[object]]) -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("表")
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet.write_string(0, 0, "見出し")
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif isinstance(value, bool):
                sheet.write_boolean(number, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(number, column, value)
            elif value is not None:
                sheet.write_string(number, column, str(value))
    book.close()
    _require_agreement(buffer.getvalue(), "表")
