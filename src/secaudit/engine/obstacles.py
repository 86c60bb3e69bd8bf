"""Why rows may be hidden, and in what state a table is (docs/semantics.md §2).

Never here: what follows for a status (`fold`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from secaudit.model.evidence import Column, Loss, Table
from secaudit.model.text import Text


class State(Enum):
    """State of a table."""

    MISSING = auto()
    FAILED = auto()
    EMPTY = auto()
    STATED_EMPTY = auto()
    ROWS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacles:
    """Obstacles of one table for one assertion. `lost` counts rows; `texts` say why, for people."""

    lost: int = 0
    uncounted: bool = False
    complete: bool = False
    """The population is stated and equals the rows read."""
    texts: tuple[Text, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether anything at all may be hidden."""
        return self.uncounted or self.lost > 0


def lost_indices(losses: Iterable[Loss], columns: frozenset[str]) -> frozenset[int]:
    """Return the rows with an unreadable cell in one of `columns`: they are taken out and counted as lost."""
    return frozenset(
        loss.row_index
        for loss in losses
        if loss.row_index is not None and loss.rows != 0 and not loss.left_out and (loss.column is None or loss.column in columns)
    )


def absent_columns(table: Table, columns: frozenset[str]) -> Mapping[int, tuple[Column, ...]]:
    """Return by file those of `columns` that the file does not have at all: nobody knows what their cells would have said."""
    return {
        number: absent
        for number, file in enumerate(table.files)
        if file.letters and (absent := tuple(one for one in table.kind.columns if one.name in columns and one.name not in file.letters))
    }


def absent_rows(table: Table, columns: frozenset[str]) -> frozenset[int]:
    """Return the rows of files without one of `columns`: for an assertion that reads it they are lost."""
    files = absent_columns(table, columns)
    return frozenset(index for index, origin in enumerate(table.origins) if origin.file in files) if files else frozenset()


def obstacles(table: Table, size: int, columns: frozenset[str], *, ignore: frozenset[int] = frozenset(), absent: bool = False) -> Obstacles:
    """Return what may be hidden in a table of `size` rows from an assertion that reads `columns`.

    `ignore` names rows that cannot matter whatever their lost cells said; with `absent` the rows of a file that lacks a column are lost.
    """
    cells = lost_indices(table.losses, columns) - ignore
    without = absent_rows(table, columns) if absent else frozenset()
    gone = 0
    uncounted = False
    texts: list[Text] = []
    for loss in table.losses:
        if loss.row_index is not None or loss.left_out or loss.rows == 0 or (loss.column is not None and loss.column not in columns):
            continue
        if loss.rows is None:
            uncounted = True
            texts.append(loss.why)
        else:
            gone += loss.rows
    read = size + gone
    lost = len(cells - without) + gone
    stated = table.population.count if table.population is not None else None
    if lost:
        texts.append(Text(ja=f"読めない行が{lost}件", en=f"{lost} unreadable rows"))
    if without:
        texts += _absent_texts(table, columns)
        lost += len(without)
    if stated is not None and read != stated:
        lost += max(stated - read, 0)
        uncounted = uncounted or read > stated
        texts.append(Text(ja=f"申告された件数は{stated}件、読めたのは{read}件", en=f"{stated} rows are stated, {read} were read"))
    for reason in (table.stale, table.gap):
        if reason is not None:
            uncounted = True
            texts.append(reason)
    return Obstacles(lost=lost, uncounted=uncounted, complete=stated == read, texts=tuple(texts))


def _absent_texts(table: Table, columns: frozenset[str]) -> Iterator[Text]:
    for number, absent in absent_columns(table, columns).items():
        path = table.files[number].path
        ja, en = "・".join(one.title.ja for one in absent), ", ".join(one.name for one in absent)
        yield Text(ja=f"{path} に判定に使う列（{ja}）がない", en=f"{path} does not have the columns {en}, which this control reads")


def state(table: Table | None, size: int) -> State:
    """Return the state of a table of `size` rows."""
    if table is None:
        return State.MISSING
    if table.failures:
        return State.FAILED
    if size:
        return State.ROWS
    if table.population is not None and table.population.count == 0:
        return State.STATED_EMPTY
    return State.EMPTY
