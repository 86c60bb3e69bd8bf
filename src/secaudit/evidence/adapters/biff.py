"""Finds error values and results in old .xls files that the fast reader shows as blank.

An .xls file is an OLE container; its stream `Workbook` is a list of records (type, length, data). Only the records for
sheets, error cells and formulas are looked at.

Source: flows-and-threats §2.3, T4; [MS-XLS] 2.4.24 BoolErr, 2.4.28 BoundSheet8, 2.4.127 Formula; [MS-CFB] 2.2.

Never here: values of other cells (`excel`).
"""

from collections.abc import Iterator

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters.zip_guard import BROKEN
from secaudit.evidence.reading import Mark

_FORMULA, _BOOL_ERROR, _SHEET, _END, _BEGIN = 0x0006, 0x0205, 0x0085, 0x000A, 0x0809
_WORDS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_LAST = 0xFFFFFFFA


def marks_of(data: bytes, sheet: str) -> dict[tuple[int, int], Mark]:
    """Return error cells of a sheet by (row from 1, column from 0); raises `EvidenceError` if the container is broken."""
    stream = _workbook(data)
    starts = dict(_sheets(stream))
    if sheet not in starts:
        return {}
    marks: dict[tuple[int, int], Mark] = {}
    depth = 0
    for kind, body in _records(stream, starts[sheet]):
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            break
        code = _error_of(kind, body)
        if code is not None:
            row, column = int.from_bytes(body[0:2], "little"), int.from_bytes(body[2:4], "little")
            marks[row + 1, column] = Mark("error", _WORDS.get(code, "#?"))
    return marks


def _error_of(kind: int, body: bytes) -> int | None:
    if kind == _BOOL_ERROR and len(body) >= 8 and body[7] == 1:
        return body[6]
    if kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    old = stream[4:6] == b"\x00\x05"  # Excel 95: names are bytes, without a mark of their width
    for kind, body in _records(stream, 0):
        if kind == _SHEET and len(body) >= 8:
            size, wide = body[6], body[7] & 1
            name = (
                body[7 : 7 + size].decode("cp932", "replace")
                if old
                else body[8 : 8 + size * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")
            )
            yield name, int.from_bytes(body[0:4], "little")
        elif kind == _END:
            return


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    while place + 4 <= len(stream):
        kind, size = int.from_bytes(stream[place : place + 2], "little"), int.from_bytes(stream[place + 2 : place + 4], "little")
        yield kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


def _workbook(data: bytes) -> bytes:
    """Return the stream `Workbook` of an OLE container."""
    sector = 1 << int.from_bytes(data[30:32], "little")
    if sector not in (512, 4096):
        raise EvidenceError(BROKEN)
    table = _allocation(data, sector)
    directory = _chain(data, sector, table, int.from_bytes(data[48:52], "little"))
    for place in range(0, len(directory), 128):
        entry = directory[place : place + 128]
        name = entry[: max(int.from_bytes(entry[64:66], "little") - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            size, start = int.from_bytes(entry[120:124], "little"), int.from_bytes(entry[116:120], "little")
            if size < int.from_bytes(data[56:60], "little"):
                return b""  # in the ministream: smaller than any workbook with a sheet
            return _chain(data, sector, table, start)[:size]
    raise EvidenceError(BROKEN)


def _allocation(data: bytes, sector: int) -> list[int]:
    numbers = [int.from_bytes(data[76 + 4 * index : 80 + 4 * index], "little") for index in range(109)]
    following, seen = int.from_bytes(data[68:72], "little"), 0
    while following < _LAST and seen < len(data) // sector:
        more = _sector(data, sector, following)
        numbers += [int.from_bytes(more[index : index + 4], "little") for index in range(0, sector - 4, 4)]
        following, seen = int.from_bytes(more[sector - 4 :], "little"), seen + 1
    table: list[int] = []
    for number in numbers:
        if number < _LAST:
            block = _sector(data, sector, number)
            table += [int.from_bytes(block[index : index + 4], "little") for index in range(0, sector, 4)]
    return table


def _sector(data: bytes, size: int, number: int) -> bytes:
    block = data[(number + 1) * size : (number + 2) * size]
    if not block:
        raise EvidenceError(BROKEN)
    return block.ljust(size, b"\x00")


def _chain(data: bytes, sector: int, table: list[int], start: int) -> bytes:
    blocks: list[bytes] = []
    while start < _LAST:
        if start >= len(table) or len(blocks) > len(table):
            raise EvidenceError(BROKEN)
        blocks.append(_sector(data, sector, start))
        start = table[start]
    return b"".join(blocks)
