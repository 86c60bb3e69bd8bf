"""CSV and TSV, as offices and programs save them.

Rules: the delimiter is the one of `,` tab `;` that gives the first lines the same number of cells; a newline inside quotes
belongs to its cell; a row without its last blank cells is whole (Excel leaves them out); a quote that is never closed, or a
last line that stops short, means that the file was cut off and nobody knows how much is missing.

Never here: headers and types.
"""

import csv
import io
import re
from collections import Counter
from itertools import islice

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters.encoding import EMPTY, Decoded, decode
from secaudit.evidence.reading import RawLoss, RawRow, Reading, Request
from secaudit.model.text import Text

_DELIMITERS = (",", "\t", ";")
_SAMPLE = 40
_QUOTED = re.compile(r'"[^"]*"')
_LONGEST = 1_000_000

CUT = Text(
    ja="ファイルが途中で切れています。失われた行の数は分かりません", en="the file is cut off; nobody can tell how many rows are missing"
)
_SWALLOWED = Text(ja="引用符の中に、行のように見える行があります", en="lines inside quotes look like rows")
_NO_NEWLINE = Text(
    ja="最後の行が改行で終わっておらず、途中で切れたファイルかもしれません（台帳に件数 population を書くと確かめられます）",
    en="the last line has no newline, the file may be cut off (state its population in the manifest to have it compared)",
)


def read(data: bytes, request: Request) -> Reading:
    """Return the rows of a delimited text; raises `EvidenceError` if it is empty or in no known encoding."""
    decoded = decode(data, request.encoding)
    if not decoded.text.strip():
        raise EvidenceError(EMPTY)
    reader = _Reader(decoded, request.limit)
    reader.run()
    return Reading(rows=tuple(reader.rows), losses=tuple(reader.losses), encoding=decoded.encoding, strict_width=True)


class _Reader:
    """Reads a text row by row and keeps account of what is broken."""

    def __init__(self, decoded: Decoded, limit: int | None) -> None:
        self.decoded = decoded
        self.limit = limit
        self.rows: list[RawRow] = []
        self.losses: list[RawLoss] = []
        self.tall: list[tuple[int, list[str]]] = []
        """Cells over several lines, by the line where their row starts."""
        self.delimiter = _delimiter(decoded.text)

    def run(self) -> None:
        """Read to the end; csv's own errors cost the lines that they swallowed."""
        csv.field_size_limit(_LONGEST)
        source = csv.reader(io.StringIO(self.decoded.text, newline=""), delimiter=self.delimiter, strict=True)
        line, broken_end = 0, False
        while self.limit is None or len(self.rows) < self.limit:
            try:
                cells = next(source)
            except StopIteration:
                break
            except csv.Error as error:
                broken_end = "unexpected end of data" in str(error)
                if not broken_end:
                    self._lose(line + 1, max(source.line_num - line, 1))
            else:
                if source.line_num - line > 1:
                    self.tall.append((line + 1, [cell for cell in cells if "\n" in cell or "\r" in cell]))
                if any(cell.strip() for cell in cells):
                    self.rows.append((line + 1, tuple(cell or None for cell in cells)))
            line = source.line_num
        if self.limit is None:
            self._check_swallowed()
            self._check_end(broken=broken_end or self.decoded.cut)

    def _lose(self, line: int, count: int) -> None:
        why = Text(ja="引用符の使い方が壊れている行です", en="the quotes of the row are broken")
        self.losses.append(RawLoss(why=why, rows=count, row=line))

    def _check_swallowed(self) -> None:
        """Count lines inside quotes that look like rows: a stray pair of quotes has swallowed them."""
        width = _usual_width(self.rows) if self.rows else 0
        for line, cells in self.tall:
            inner = [part for cell in cells for part in cell.splitlines()[1:]]
            count = sum(part.count(self.delimiter) == width - 1 for part in inner) if width > 1 else 0
            if count:
                self.losses.append(RawLoss(why=_SWALLOWED, rows=count, row=line))

    def _check_end(self, *, broken: bool) -> None:
        """Say whether the end of the file looks like an end."""
        last = self.rows[-1] if self.rows else None
        whole = self.decoded.text.endswith(("\n", "\r"))
        if broken:
            self.losses.append(RawLoss(why=CUT, rows=None, row=last[0] if last else None))
        elif last is not None and not whole and len(self.rows) > 1:
            if len(last[1]) < _usual_width(self.rows):
                self.losses.append(RawLoss(why=CUT, rows=None, row=last[0]))
            else:
                self.losses.append(RawLoss(why=_NO_NEWLINE, rows=0, row=last[0]))


def _usual_width(rows: list[RawRow]) -> int:
    return Counter(len(cells) for _, cells in islice(rows, 1000)).most_common(1)[0][0]


def _delimiter(text: str) -> str:
    """Return the delimiter with the most equal numbers of cells in the first lines."""
    best, score = ",", 0
    sample = [line for line in _QUOTED.sub("", text[: 64 * 1024]).splitlines()[:_SAMPLE] if line.strip()]
    for delimiter in _DELIMITERS:
        widths = Counter(line.count(delimiter) + 1 for line in sample)
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and (width - 1) * times > score:
            best, score = delimiter, (width - 1) * times
    return best
