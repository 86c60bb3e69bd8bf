"""Raw rows of one file → typed rows with their losses.

Rules: a blank row is no row; a row of totals is no row and is noted; a row that has content but none in a recognised
column is lost; a row with too many cells is lost; a cell merged downwards belongs to each of its rows; a date after the
file was collected is lost unless its column looks forward; rows dated after the as-of date are left out and counted.

Never here: reading bytes (`sandbox`), joining files (`read`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from secaudit.errors import EvidenceError
from secaudit.evidence.cells import Typer, Unread, typers
from secaudit.evidence.headers import Layout
from secaudit.evidence.reading import Cell, RawRow, Reading
from secaudit.evidence.words import END_MARKS, NUMBER_HEADERS, TOTAL_WORDS, fold, fold_header, shown
from secaudit.model.control import Value
from secaudit.model.evidence import Kind, Loss
from secaudit.model.location import Location
from secaudit.model.text import Text

LOST_CELL, FUTURE_DATE, LOST_ROW, NOTE, LEFT_OUT = "SA311", "SA312", "SA313", "SA319", "SA318"


_NO_TOTAL = Text(
    ja="合計の行のようですが、日付や区分の列に値があります", en="the row looks like totals, but has a date or a word in a column of such"
)
_BELOW = Text(ja="合計より下にあり、読む列の一つだけに値があります", en="the row stands below the totals and fills one known column alone")
_STRAY = Text(ja="読む列がすべて空で、ほかの列にだけ値があります", en="the row has content, but none in a known column")


@dataclass(slots=True, kw_only=True)
class FileRows:
    """The typed rows of one file, the number of each in it, and the losses; `row_index` counts within this file."""

    rows: list[tuple[Value, ...]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    left_out: int = 0


@dataclass(slots=True)
class _Counts:
    totals: int = 0
    headers: int = 0
    remarks: int = 0
    filled: int = 0


def build_rows(
    reading: Reading, layout: Layout, kind: Kind, *, path: str, collected_at: date, as_of: date, counted: bool = False
) -> FileRows:
    """Type every row of a reading; `path` is how people see the file, `counted` whether its population is stated."""
    builder = _Builder(reading, layout, kind, path, collected_at, as_of)
    builder.counted = counted
    for row in reading.rows[layout.start :]:
        builder.take(row)
    return builder.finish()


class _Builder:
    """Turns rows of one file into values, one by one."""

    def __init__(self, reading: Reading, layout: Layout, kind: Kind, path: str, collected_at: date, as_of: date) -> None:
        self.reading, self.layout, self.kind, self.path = reading, layout, kind, path
        self.collected_at, self.as_of = collected_at, as_of
        self.out = FileRows()
        self.counts = _Counts()
        types: Mapping[str, Typer] = typers(kind)
        self.plan = tuple(
            (column, layout.columns.get(column.name), types[column.name], column.type in ("date", "datetime") and not column.future)
            for column in kind.columns
        )
        self.mapped = tuple(sorted(set(layout.columns.values())))
        self.keys = tuple(layout.columns[name] for name in kind.keys if name in layout.columns)
        self.dated = next((place for place, column in enumerate(kind.columns) if column.name == kind.dated_by), None)
        self.merged = _merged_down(reading, self.mapped)
        self.origin: dict[tuple[int, int], Cell] = {}
        self.counted = False
        self.torn: int | None = None
        """The last row so far whose last cell cannot be read: a file that ends there without a newline was cut off."""

    def _at(self, row: int | None, column: str | None = None) -> Location:
        letter = self.layout.letters.get(column) if column is not None else None
        return Location(path=self.path, sheet=self.reading.sheet if row is not None else None, row=row, column=letter)

    def take(self, row: RawRow) -> None:
        """Take the next raw row."""
        number, cells = row
        if self.merged:
            cells = self._fill(number, cells)
        if self._is_total(cells):
            if self._says_more(cells):
                self._lose_row(number, _NO_TOTAL)
            else:
                self.counts.totals += 1
        elif self._is_header(cells):
            self.counts.headers += 1
        elif self._is_remark(cells):
            self.counts.remarks += 1
        elif self.reading.strict_width and any(_filled(cell) for cell in cells[self.layout.width :]):
            self._lose_row(number, Text(ja="見出しより列が多い行です", en="the row has more cells than the header"))
        elif not any(position < len(cells) and _filled(cells[position]) for position in self.mapped):
            if self._has_content(cells):
                self._lose_row(number, _STRAY)
        elif self.counts.totals and len(self.mapped) > 1 and sum(_filled(cell) for cell in self._recognised(cells)) == 1:
            self._lose_row(number, _BELOW)
        else:
            self._add(number, cells)

    def _recognised(self, cells: Sequence[Cell]) -> list[Cell]:
        return [cells[position] for position in self.mapped if position < len(cells)]

    def _lose_row(self, number: int, why: Text) -> None:
        self.out.losses.append(Loss(code=LOST_ROW, why=why, at=self._at(number), rows=1))

    def _fill(self, number: int, cells: Sequence[Cell]) -> tuple[Cell, ...]:
        """Put the value of a cell that is merged downwards into the rows below it."""
        out = list(cells)
        for position in self.mapped:
            span = self.merged.get((number, position))
            if span is None:
                continue
            own = out[position] if position < len(out) else None
            if number == span:
                self.origin[span, position] = own
            elif not _filled(own) and _filled(self.origin.get((span, position))):
                out += [None] * (position + 1 - len(out))
                out[position] = self.origin[span, position]
                self.counts.filled += 1
        return tuple(out)

    def _is_total(self, cells: Sequence[Cell]) -> bool:
        first = next((cell for cell in cells if _filled(cell)), None)
        if not isinstance(first, str):
            return False
        folded = fold(first)
        if folded not in TOTAL_WORDS and not folded.endswith(("合計", "小計")):
            return False
        keys = [cells[position] for position in self.keys if position < len(cells)]
        return all(not _filled(cell) or (isinstance(cell, str) and (cell is first or fold(cell) in TOTAL_WORDS)) for cell in keys)

    def _says_more(self, cells: Sequence[Cell]) -> bool:
        """Whether a row that looks like totals has a date or a word in a column of dates or words, which no sum gives."""
        for column, position, type_cell, _ in self.plan:
            cell = cells[position] if position is not None and position < len(cells) else None
            if column.key or column.type not in ("date", "datetime", "enum", "boolean") or cell is None or isinstance(cell, int | float):
                continue
            if isinstance(cell, str) and fold(cell).isdecimal():
                continue
            value = type_cell(cell)
            if value is not None and not isinstance(value, Unread):
                return True
        return False

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        """Whether the row is the header once more, as on every printed page."""
        if self.reading.header is not None or not self.mapped:
            return False
        found = [cells[position] if position < len(cells) else None for position in self.mapped]
        return all(
            isinstance(cell, str) and fold_header(cell) == self.layout.names[position]
            for cell, position in zip(found, self.mapped, strict=True)
        )

    def _is_remark(self, cells: Sequence[Cell]) -> bool:
        filled = [cell for cell in cells if _filled(cell)]
        return len(filled) == 1 and isinstance(filled[0], str) and fold(filled[0]).startswith(END_MARKS)

    def _has_content(self, cells: Sequence[Cell]) -> bool:
        """Whether anything but a running number stands in the row."""
        names = self.layout.names
        running = {position for position, name in enumerate(names) if name in NUMBER_HEADERS}
        return any(_filled(cell) and position not in running for position, cell in enumerate(cells))

    def _add(self, number: int, cells: Sequence[Cell]) -> None:
        values: list[Value] = []
        losses: list[Loss] = []
        index = len(self.out.rows)
        width = len(cells)
        for column, position, type_cell, bounded in self.plan:
            cell = cells[position] if position is not None and position < width else None
            value = type_cell(cell) if cell is not None else None
            if value is not None and (isinstance(value, Unread) or (bounded and self._later(value, self.collected_at))):
                code, why = (LOST_CELL, value.why) if isinstance(value, Unread) else (FUTURE_DATE, self._future(value))
                what = Text(ja=f"{column.title.ja}: {why.ja}", en=f"{column.name}: {why.en}")
                if position == width - 1:
                    self.torn = number
                losses.append(Loss(code=code, why=what, at=self._at(number, column.name), rows=1, column=column.name, row_index=index))
                value = None
            values.append(value)
        if self.dated is not None and self._later(values[self.dated], self.as_of):
            self.out.left_out += 1
            return
        self.out.rows.append(tuple(values))
        self.out.numbers.append(number)
        self.out.losses += losses

    @staticmethod
    def _later(value: Value, day: date) -> bool:
        if isinstance(value, datetime):
            return value.date() > day
        return isinstance(value, date) and value > day

    def _future(self, value: Value) -> Text:
        day, collected = shown(str(value)), self.collected_at.isoformat()
        return Text(ja=f"`{day}` は収集日 {collected} より後の日付です", en=f"`{day}` lies after the file was collected on {collected}")

    def finish(self) -> FileRows:
        """Add what concerns the file as a whole."""
        out, counts, at = self.out, self.counts, self._at(None)
        for loss in self.reading.losses:
            # a last line without a newline may be the cut of a longer file; a stated population tells
            open_end = loss.rows == 0 and loss.row is not None and (loss.row == self.torn or not self.counted)
            rows = None if open_end else loss.rows
            out.losses.append(Loss(code=LOST_ROW if rows != 0 else NOTE, why=loss.why, at=self._at(loss.row), rows=rows))
        notes = (
            (counts.totals, "合計などの{n}行は数えていません", "{n} rows of totals are not counted"),
            (counts.headers, "見出しの繰り返しの{n}行は数えていません", "{n} rows that repeat the header are not counted"),
            (counts.remarks, "注記の{n}行は数えていません", "{n} lines of remarks are not counted"),
            (counts.filled, "結合セルの値を{n}か所に補いました", "values of merged cells were put into {n} cells"),
        )
        for count, ja, en in notes:
            if count:
                out.losses.append(Loss(code=NOTE, why=Text(ja=ja.format(n=count), en=en.format(n=count)), at=at, rows=0))
        if out.left_out:
            day = self.as_of.isoformat()
            why = Text(
                ja=f"基準日 {day} より後の{out.left_out}行は対象に入れていません", en=f"{out.left_out} rows dated after {day} are left out"
            )
            out.losses.append(Loss(code=LEFT_OUT, why=why, at=at, rows=0, left_out=True))
        return out


def _filled(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _merged_down(reading: Reading, mapped: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return for each cell of a range merged over several rows the first row of the range."""
    found: dict[tuple[int, int], int] = {}
    numbers = [number for number, _ in reading.rows]
    for first, left, last, _ in reading.merges:
        if last <= first or left not in mapped:
            continue
        for index in range(bisect_left(numbers, first), bisect_right(numbers, last)):
            if (numbers[index], left) in found:
                raise EvidenceError(Text(ja="結合セルの範囲が重なっています", en="ranges of merged cells overlap"))
            found[numbers[index], left] = first
    return found
