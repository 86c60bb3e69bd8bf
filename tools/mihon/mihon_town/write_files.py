"""Writes one book into one file, in the layout that the office uses.

The same rows give the same bytes: no clock, no random number, fixed properties in Excel files.

Never here: which file a book goes into (`layouts*`), the manifest (`write_manifest`).
"""

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mihon_town.cells import Shown, show
from mihon_town.layouts import Column, Layout
from mihon_town.model import KEYS, Row, moment

WRITTEN = moment(date(2026, 4, 1))
"""The day that Excel files name as the day of their creation."""
NOTES = (None, None, None, "４月～９月は育休代替あり", None, "様式が変わったため転記", None, "確認済")
INSTRUCTIONS = (
    "記入要領",
    "１　職員番号は４桁で書く（先頭の０を消さない）。",
    "２　退職した職員も、その年度のうちは消さない。",
    "３　休職等は「有」「無」で書く。",
)


def filler(row: Row, name: str, place: int) -> Shown:
    """Give a cell that no audit reads: numbers, names, remarks, a helper column."""
    if name == "#no":
        return place + 1
    if name == "#note":
        return NOTES[place % len(NOTES)]
    if name == "#holder":
        holder = row.get("holder_id") or row.get("head_id")
        return f"職員{holder}" if holder else None
    if name == "#person":
        return f"職員{row['staff_id']}"
    if name == "#helper":
        return f"{row['section']}-{row['staff_id']}"
    if name == "#dn":
        return f"CN={row['account']},OU={row['_section']},DC=mihon,DC=example"
    if name == "#size":
        return f"{20 + place % 7 * 13}.{place % 10}"
    return str(row["_" + name.removeprefix("#")])


def shown(layout: Layout, rows: list[Row]) -> list[list[Shown]]:
    """All cells below the header."""
    return [
        [
            filler(row, column.name, place) if column.name.startswith("#") else show(row, column.name, column.style, place)
            for column in layout.columns
        ]
        for place, row in enumerate(rows)
    ]


def write_file(path: Path, layout: Layout, rows: list[Row]) -> None:
    """Write the file of this layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = shown(layout, rows)
    if layout.form == "xlsx":
        write_book(path, layout, cells)
    elif layout.form == "csv":
        path.write_bytes(csv_bytes(layout, cells))
    elif layout.form == "jsonl":
        names = [column.header for column in layout.columns]
        lines = [json.dumps(dict(zip(names, line, strict=True)), ensure_ascii=False) for line in cells]
        path.write_bytes("".join(line + "\n" for line in lines).encode())
    else:
        path.write_bytes(yaml_text(layout, cells).encode())


def csv_bytes(layout: Layout, cells: list[list[Shown]]) -> bytes:
    """Comma- or tab-separated text with CRLF and an empty line at the end."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow([column.header for column in layout.columns])
    writer.writerows([["" if cell is None else str(cell) for cell in line] for line in cells])
    content = text.getvalue() + ("\r\n" if layout.encoding == "cp932" else "")
    if layout.encoding == "utf-16":
        return b"\xff\xfe" + content.encode("utf-16-le")
    return content.encode(layout.encoding)


def yaml_text(layout: Layout, cells: list[list[Shown]]) -> str:
    """Give a YAML list of mappings; texts are quoted, dates are not."""
    lines: list[str] = []
    for line in cells:
        for place, (column, cell) in enumerate(zip(layout.columns, line, strict=True)):
            value = cell.isoformat() if isinstance(cell, date) else json.dumps(cell, ensure_ascii=False)
            lines.append(f"{'- ' if place == 0 else '  '}{column.header}: {value}\n")
    return "".join(lines) or "[]\n"


class Book:
    """One Excel sheet under construction."""

    def __init__(self, workbook: xlsxwriter.Workbook, layout: Layout) -> None:
        """Open the sheet and its formats."""
        self.layout = layout
        self.sheet: Worksheet = workbook.add_worksheet(layout.sheet)
        self.bold: Format = workbook.add_format({"bold": True})
        self.center: Format = workbook.add_format({"align": "center", "valign": "vcenter", "text_wrap": True, "bold": True})
        self.dates: dict[str, Format] = {
            "cell": workbook.add_format({"num_format": "yyyy/m/d"}),
            "cell_era": workbook.add_format({"num_format": '[$-ja-JP-x-gannen]ggge"年"m"月"d"日"'}),
            "moment": workbook.add_format({"num_format": "yyyy/m/d h:mm"}),
        }

    def head(self) -> int:
        """Titles, groups and header; gives the number of the first row of data."""
        layout, row, last = self.layout, 0, len(self.layout.columns) - 1
        for place, title in enumerate(layout.titles):
            if place == 0:
                self.sheet.merge_range(row, 0, row, last, title, self.center)
            else:
                self.sheet.write_string(row, 0, title)
            row += 1
        if layout.titles:
            row += 1
        column = 0
        for label, count in layout.groups:
            self.sheet.merge_range(row, column, row, column + count - 1, label, self.center)
            column += count
        row += 1 if layout.groups else 0
        for place, heading in enumerate(layout.columns):
            self.sheet.write_string(row, place, heading.header, self.center)
            hidden = {"hidden": True} if heading.name == "#helper" else {}
            self.sheet.set_column(place, place, 14, None, hidden)
        return row + 1

    def cell(self, row: int, place: int, value: Shown, column: Column) -> None:
        """One cell, as text, number or date."""
        if isinstance(value, datetime):
            self.sheet.write_datetime(row, place, value, self.dates["moment"])
        elif isinstance(value, date):
            form = "cell_era" if "cell_era" in column.style else "cell"
            self.sheet.write_datetime(row, place, moment(value), self.dates[form])
        elif isinstance(value, int):
            self.sheet.write_number(row, place, value)
        elif value is not None:
            self.sheet.write_string(row, place, value)

    def body(self, first: int, cells: list[list[Shown]]) -> int:
        """All rows; gives the number of the row after the last."""
        for offset, line in enumerate(cells):
            for place, (value, column) in enumerate(zip(line, self.layout.columns, strict=True)):
                if column.name != self.layout.merged:
                    self.cell(first + offset, place, value, column)
        names = [column.name for column in self.layout.columns]
        if self.layout.merged is not None:
            self.merge(first, names.index(self.layout.merged), cells)
        return first + len(cells)

    def merge(self, first: int, place: int, cells: list[list[Shown]]) -> None:
        """One merged cell for each run of equal neighbours."""
        start = 0
        for end in range(1, len(cells) + 1):
            if end < len(cells) and cells[end][place] == cells[start][place]:
                continue
            text = str(cells[start][place])
            if end - start > 1:
                self.sheet.merge_range(first + start, place, first + end - 1, place, text, self.center)
            else:
                self.sheet.write_string(first + start, place, text)
            start = end

    def total(self, row: int, count: int) -> None:
        """Write the line 合計, with the number of rows in some column that is no key."""
        keys = KEYS[self.layout.kind]
        place = next(place for place, column in enumerate(self.layout.columns) if place > 0 and column.name not in keys)
        self.sheet.write_string(row, 0, "合計", self.bold)
        self.sheet.write_number(row, place, count, self.bold)


def write_book(path: Path, layout: Layout, cells: list[list[Shown]]) -> None:
    """Write an Excel file as people make them."""
    workbook = xlsxwriter.Workbook(str(path), {"in_memory": True})
    workbook.set_properties({"title": layout.sheet, "created": WRITTEN})
    book = Book(workbook, layout)
    after = book.body(book.head(), cells)
    if layout.total:
        book.total(after + (1 if layout.notes else 0), len(cells))
    if layout.notes:
        notes = workbook.add_worksheet("記入要領")
        for place, line in enumerate(INSTRUCTIONS):
            notes.write_string(place, 0, line)
    workbook.close()
