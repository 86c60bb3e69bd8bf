"""A Parquet file as the table of one kind: its form is checked, its rows stay where they are.

Rules: canonical columns of canonical types and `src_row`; because rows are not looked at one by one, dates that lie after
the file was collected or after the as-of date block everything that reads the table.

Never here: rows.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from secaudit.errors import EvidenceError, FileError
from secaudit.evidence.reading import Cell, Mark, Request
from secaudit.evidence.rows import FUTURE_DATE, LEFT_OUT
from secaudit.evidence.sandbox import Sandbox
from secaudit.model.evidence import ColumnType, Kind, Loss, Source
from secaudit.model.location import Location
from secaudit.model.text import Text

_ROW = "src_row"
_TYPES: Mapping[ColumnType, tuple[str, ...]] = {
    "text": ("string", "large_string"),
    "enum": ("string", "large_string"),
    "integer": ("int8", "int16", "int32", "int64"),
    "number": ("double", "float", "int8", "int16", "int32", "int64"),
    "boolean": ("bool",),
    "date": ("date32[day]",),
    "datetime": ("timestamp[s]", "timestamp[ms]", "timestamp[us]", "timestamp[ns]"),
}


def check_parquet(sandbox: Sandbox, target: Path, kind: Kind, source: Source, *, path: str, as_of: date) -> Sequence[Loss]:
    """Return the losses of a Parquet file; raises `EvidenceError` if it does not have the kind's form."""
    reading = sandbox.read(b"", Request(format="parquet", path=str(target.resolve())), path=path)
    found = {str(cells[0]): (str(cells[1]), cells[2]) for _, cells in reading.rows}
    wanted = {column.name: _TYPES[column.type] for column in kind.columns} | {_ROW: _TYPES["integer"]}
    wrong = [name for name, types in wanted.items() if found.get(name, ("", None))[0] not in types]
    wrong += [name for name in found if name not in wanted]
    if wrong:
        raise EvidenceError(
            Text(ja=f"列の名前か型が違います: {'、'.join(wrong[:10])}", en=f"columns with wrong names or types: {', '.join(wrong[:10])}"),
            at=Location(path=path),
        )
    losses: list[Loss] = []
    at = Location(path=path)
    for column in kind.columns:
        newest = found[column.name][1]
        if column.type in ("date", "datetime") and not column.future and _after(newest, source.collected_at):
            why = Text(ja=f"{column.title.ja}に収集日より後の日付があります", en=f"{column.name} has dates after the file was collected")
            losses.append(Loss(code=FUTURE_DATE, why=why, at=at, rows=None, column=column.name))
    if kind.dated_by is not None and _after(found[kind.dated_by][1], as_of):
        why = Text(
            ja="基準日より後の行があります。除いたファイルにしてください",
            en="there are rows after the as-of date; leave them out",
        )
        losses.append(Loss(code=LEFT_OUT, why=why, at=at, rows=None))
    return losses


def digest_of_file(target: Path) -> str:
    """Return the SHA-256 of a file of any size; raises `FileError` if it cannot be opened."""
    try:
        with target.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise FileError(Text(ja="ファイルを開けません", en="the file cannot be opened")) from error


def _after(newest: Cell, day: date) -> bool:
    """Whether a newest value may lie after `day`; one that nobody knows may."""
    if newest is None:
        return False
    return not isinstance(newest, Mark) or newest.tag != "date" or date.fromisoformat(newest.text) > day
