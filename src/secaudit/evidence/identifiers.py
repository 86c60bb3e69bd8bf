"""Staff numbers lose their leading zeros in spreadsheets; they are padded again to the widest number of digits in the whole set.

Only columns that hold staff numbers, only values of digits. The width is that of the columns called `staff_id`.

Source: facts §5.2 (leading zeros).

Never here: names; joining people by anything but their number.
"""

import dataclasses
from collections.abc import Mapping

from secaudit.model.control import Value
from secaudit.model.evidence import STAFF_NUMBERS, Loss, Table
from secaudit.model.location import Location
from secaudit.model.text import Text

PADDED = "SA316"
_WIDEST = 12


def pad_staff_numbers(tables: Mapping[str, Table], at: Location) -> tuple[dict[str, Table], tuple[Loss, ...]]:
    """Return the tables with staff numbers of one width, and a note if any number changed."""
    places = {
        name: [index for index, column in enumerate(table.kind.columns) if column.name in STAFF_NUMBERS] for name, table in tables.items()
    }
    width = max((_width(table) for table in tables.values()), default=0)
    padded, count = {}, 0
    for name, table in tables.items():
        rows = [_pad(row, places[name], width) for row in table.rows]
        changed = sum(new is not old for new, old in zip(rows, table.rows, strict=True))
        padded[name] = dataclasses.replace(table, rows=tuple(rows)) if changed else table
        count += changed
    if not count:
        return padded, ()
    why = Text(
        ja=f"{count}行の職員番号を{width}桁にそろえました（先頭の0が落ちていたため）",
        en=f"staff numbers of {count} rows were padded to {width} digits (their leading zeros were lost)",
    )
    return padded, (Loss(code=PADDED, why=why, at=at, rows=0),)


def _digits(value: Value) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _WIDEST


def _width(table: Table) -> int:
    place = next((index for index, column in enumerate(table.kind.columns) if column.name == "staff_id"), None)
    if place is None:
        return 0
    return max((len(str(row[place])) for row in table.rows if _digits(row[place])), default=0)


def _pad(row: tuple[Value, ...], places: list[int], width: int) -> tuple[Value, ...]:
    short = [place for place in places if _digits(row[place]) and len(str(row[place])) < width]
    if not short:
        return row
    values = list(row)
    for place in short:
        values[place] = str(values[place]).zfill(width)
    return tuple(values)
