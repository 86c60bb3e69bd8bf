"""JSON Lines: one record per line.

A line that cannot be read is one lost row; a last line that breaks off without a newline means that the file was cut off.

Never here: canonical columns.
"""

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters.delimited import CUT
from secaudit.evidence.adapters.encoding import EMPTY, decode
from secaudit.evidence.adapters.json_document import NO_RECORD
from secaudit.evidence.adapters.json_text import flat, loads, table
from secaudit.evidence.reading import Cell, RawLoss, Reading, Request


def read(data: bytes, request: Request) -> Reading:
    """Return the records of JSON Lines; raises `EvidenceError` if there is no line at all."""
    decoded = decode(data, request.encoding)
    if not decoded.text.strip():
        raise EvidenceError(EMPTY)
    lines = decoded.text.replace("\r\n", "\n").split("\n")
    found: list[tuple[int, dict[str, Cell]]] = []
    losses: list[RawLoss] = []
    for number, line in enumerate(lines[: request.limit], start=1):
        if not line.strip():
            continue
        try:
            found.append((number, _record(line)))
        except EvidenceError as error:
            cut = number == len(lines)
            losses.append(RawLoss(why=CUT if cut else error.message, rows=None if cut else 1, row=number))
    if decoded.cut and not any(loss.rows is None for loss in losses):
        losses.append(RawLoss(why=CUT, rows=None, row=len(lines)))
    header, rows = table(found)
    return Reading(rows=tuple(rows), header=header, losses=tuple(losses), encoding=decoded.encoding)


def _record(line: str) -> dict[str, Cell]:
    record = loads(line)
    if not isinstance(record, dict):
        raise EvidenceError(NO_RECORD)
    return flat(record)
