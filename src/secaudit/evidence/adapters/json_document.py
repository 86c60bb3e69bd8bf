"""JSON: a list of records, or an object whose only list holds them (as many exports wrap them).

Rows are numbered from 1 in the order of the list.

Never here: canonical columns.
"""

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters.encoding import EMPTY, decode
from secaudit.evidence.adapters.json_text import flat, loads, table
from secaudit.evidence.reading import Cell, RawLoss, Reading, Request
from secaudit.model.text import Text

NO_RECORD = Text(ja="記録の形（`{…}`）ではありません", en="this is not a record (`{…}`)")


def read(data: bytes, request: Request) -> Reading:
    """Return the records of a JSON text; raises `EvidenceError`."""
    decoded = decode(data, request.encoding)
    if not decoded.text.strip():
        raise EvidenceError(EMPTY)
    items = _records(loads(decoded.text))
    found: list[tuple[int, dict[str, Cell]]] = []
    losses: list[RawLoss] = []
    for number, item in enumerate(items[: request.limit], start=1):
        if isinstance(item, dict):
            found.append((number, flat(item)))
        else:
            losses.append(RawLoss(why=NO_RECORD, rows=1, row=number))
    header, rows = table(found)
    return Reading(rows=tuple(rows), header=header, losses=tuple(losses), encoding=decoded.encoding)


def _records(value: object) -> list[object]:
    if isinstance(value, dict):
        lists = [item for item in value.values() if isinstance(item, list)]
        if len(lists) == 1:
            return lists[0]
    if isinstance(value, list):
        return value
    raise EvidenceError(
        Text(ja="記録の並び（`[…]`）がありません", en="there is no list of records (`[…]`)"),
        hint=Text(ja="一つの並びにまとめて出力してください", en="export one list"),
    )
