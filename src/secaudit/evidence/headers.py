"""Which row of a table is its header, and which column is which.

Rules: the header stands within the first 20 rows and is the row (or the pair of rows, for headers in two lines) with the
most recognised names; a hand map in the manifest comes first; one canonical column comes from one column of the file;
without the columns that the kind requires nothing is read.

Never here: typing cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from secaudit.errors import EvidenceError
from secaudit.evidence.reading import Cell, Mark, RawRow, Reading
from secaudit.evidence.words import fold_header, shown
from secaudit.model.evidence import Kind
from secaudit.model.text import Text

DEPTH = 20
"""The header stands among so many rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the columns are.

    `start` counts the rows of the reading up to and with the header; `columns` maps canonical names to positions, `letters`
    to what people see; `width` is the number of cells of the header, `names` its folded texts.
    """

    start: int
    columns: Mapping[str, int]
    letters: Mapping[str, str]
    width: int
    names: tuple[str, ...]


def recognise(reading: Reading, kind: Kind, hand: Mapping[str, str]) -> Layout:
    """Return the layout of a table of `kind`; `hand` maps header → canonical column.

    Raises `EvidenceError`: header row not found, a required column is missing, two columns with one name.
    """
    names = _Names(kind, hand)
    if reading.header is not None:
        return _layout(_Candidate(0, tuple(fold_header(name) for name in reading.header)), names, kind, letters=reading.header)
    best, most = None, 0
    for candidate in _candidates(reading, names):
        hits = sum(1 for name in candidate.names if names.recognised(name) is not None)
        if hits > most:
            best, most = candidate, hits
    if best is None or (most < 2 and most < sum(1 for name in best.names if name)):
        wanted = "・".join(column.title.ja for column in kind.columns if column.required)
        english = ", ".join(column.title.en for column in kind.columns if column.required)
        raise EvidenceError(
            Text(
                ja=f"先頭の{DEPTH}行に{kind.title.ja}の見出しの行が見つかりません",
                en=f"no header of `{kind.name}` in the first {DEPTH} rows",
            ),
            hint=Text(
                ja=f"列名（{wanted} など）を直すか、台帳の columns で対応を書いてください",
                en=f"name the columns ({english} and so on), or map them under `columns` in the manifest",
            ),
        )
    layout = _layout(best, names, kind, letters=None)
    _refuse_second_table(reading, best, names, kind)
    return layout


def _refuse_second_table(reading: Reading, best: "_Candidate", names: "_Names", kind: Kind) -> None:
    """Refuse a sheet whose header stands below rows of another table of the kind: those rows would vanish as a title."""
    required = {column.name for column in kind.columns if column.required}
    for index, (number, cells) in enumerate(reading.rows[: best.start - 1]):
        places = {meaning: place for place, name in enumerate(_texts(cells)) if name and (meaning := names.recognised(name)) is not None}
        between = reading.rows[index + 1 : best.start - 1]
        if len(places) < 2 or not required <= places.keys():
            continue
        if any(sum(place < len(row) and row[place] is not None for place in places.values()) > 1 for _, row in between):
            last = reading.rows[best.start - 1][0]
            raise EvidenceError(
                Text(ja=f"{number}行目と{last}行目に見出しがあります", en=f"rows {number} and {last} both are headers"),
                hint=Text(ja="表を一つずつ別のシートかファイルに分けてください", en="put each table in a sheet or file of its own"),
            )


def count_hits(reading: Reading, kind: Kind) -> tuple[frozenset[str], int, int]:
    """Return what the best header row of a reading says of `kind` (for `scan`).

    These are the canonical columns that it would give, how many of them stand under their own title, and how many headers it has.
    """
    names = _Names(kind, {})
    if reading.header is not None:
        candidates = [_Candidate(0, tuple(fold_header(name) for name in reading.header))]
    else:
        candidates = _candidates(reading, names)
    titles = {fold_header(title): column.name for column in kind.columns for title in (column.title.ja, column.title.en, column.name)}
    best, titled, width = frozenset[str](), 0, 0
    for candidate in candidates:
        hits = frozenset(hit for hit in map(names.meaning, candidate.names) if hit)
        if len(hits) > len(best):
            best, width = hits, sum(1 for name in candidate.names if name)
            titled = len({titles[name] for name in candidate.names if name in titles})
    return best, titled, width


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A possible header: rows up to and with it, and its folded names by position."""

    start: int
    names: tuple[str, ...]


class _Names:
    """What a folded header means for one kind."""

    def __init__(self, kind: Kind, hand: Mapping[str, str]) -> None:
        self.hand = {fold_header(header): column for header, column in hand.items()}
        self.known = {fold_header(header): column.name for column in reversed(kind.columns) for header in column.headers}

    def meaning(self, name: str) -> str | None:
        """Return the canonical column of a header; a hand map takes its column away from all other headers."""
        found = self.hand.get(name)
        if found is None and (found := self.known.get(name)) in self.hand.values():
            return None
        return found

    def recognised(self, name: str) -> str | None:
        """Return the canonical column that a header speaks of, whether or not it is read."""
        return self.hand.get(name) or self.known.get(name)


def _texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(fold_header(cell) if isinstance(cell, str) else _number_text(cell) for cell in cells)


def _number_text(cell: Cell) -> str:
    if cell is None or isinstance(cell, bool | Mark):
        return ""
    return fold_header(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))


def _candidates(reading: Reading, names: _Names) -> list[_Candidate]:
    """Return single rows first, then pairs of rows, so that a single row wins a tie."""
    rows = [row for row in reading.rows[:DEPTH] if row[0] <= max(DEPTH, reading.rows[0][0] + DEPTH)]
    single = [_Candidate(index + 1, _texts(cells)) for index, (_, cells) in enumerate(rows)]
    pairs = [
        _joined(index, upper, lower, reading, names) for index, (upper, lower) in enumerate(pairwise(rows)) if lower[0] == upper[0] + 1
    ]
    return [*single, *pairs]


def _joined(index: int, upper: RawRow, lower: RawRow, reading: Reading, names: _Names) -> _Candidate:
    """Return two rows read as one header: a cell merged downwards keeps its name, a group's name goes before its members' names."""
    above, below = list(_texts(upper[1])), list(_texts(lower[1]))
    width = max(len(above), len(below))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    spread = _spread(above, upper[0], reading)
    joined = []
    for position in range(width):
        own = below[position]
        if not own:
            joined.append(above[position])
        elif names.recognised(own) is None and names.recognised(spread[position] + own) is not None:
            joined.append(spread[position] + own)
        else:
            joined.append(own)
    return _Candidate(index + 2, tuple(joined))


def _spread(above: Sequence[str], row: int, reading: Reading) -> list[str]:
    """Return a group row with each group's name over all its columns: by its merged cells, or without merges up to the next name."""
    spread = list(above)
    if reading.merges:
        for first, left, _, right in reading.merges:
            if first == row and right > left:
                spread[left : right + 1] = [spread[left]] * (min(right + 1, len(spread)) - left)
        return spread
    for position in range(1, len(spread)):
        spread[position] = spread[position] or spread[position - 1]
    return spread


def _layout(candidate: _Candidate, names: _Names, kind: Kind, letters: Sequence[str] | None) -> Layout:
    columns: dict[str, int] = {}
    for position, name in enumerate(candidate.names):
        meaning = names.meaning(name) if name else None
        if meaning is None:
            continue
        if meaning in columns:
            first, second = _letter(columns[meaning], letters), _letter(position, letters)
            column = kind.column(meaning)
            title = column.title if column is not None else Text(ja=meaning, en=meaning)
            raise EvidenceError(
                Text(
                    ja=f"列 {first} と列 {second} がどちらも「{title.ja}」と読めます",
                    en=f"columns {first} and {second} both mean `{meaning}`",
                ),
                hint=Text(
                    ja="台帳の columns で使う列を決めるか、片方の見出しを変えてください",
                    en="choose one under `columns` in the manifest, or rename the other",
                ),
            )
        columns[meaning] = position
    _require(columns, names, kind)
    return Layout(
        start=candidate.start,
        columns=columns,
        letters={name: _letter(position, letters) for name, position in columns.items()},
        width=len(candidate.names),
        names=candidate.names,
    )


def _require(columns: Mapping[str, int], names: _Names, kind: Kind) -> None:
    absent = [header for header, column in names.hand.items() if column not in columns]
    if absent:
        header = shown(absent[0])
        raise EvidenceError(
            Text(
                ja=f"台帳の columns にある見出し `{header}` がファイルにありません",
                en=f"the header `{header}` of the manifest's `columns` is not there",
            )
        )
    missing = [column for column in kind.columns if column.required and column.name not in columns]
    if missing:
        ja, en = "・".join(column.title.ja for column in missing), ", ".join(column.name for column in missing)
        raise EvidenceError(
            Text(
                ja=f"{kind.title.ja}に欠かせない列（{ja}）が見つかりません",
                en=f"`{kind.name}` needs the columns {en}, which were not found",
            ),
            hint=Text(
                ja="見出しを直すか、台帳の columns で対応を書いてください",
                en="rename the header, or map it under `columns`",
            ),
        )


def _letter(position: int, letters: Sequence[str] | None) -> str:
    return shown(letters[position]) if letters is not None else column_letter(position)


def column_letter(position: int) -> str:
    """Return the spreadsheet letter of a column counted from 0."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
