"""What a backend finds out: facts about rows and dates, before anybody says a status.

Never here: the statuses of findings (`fold`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple, Protocol

from secaudit.engine.compiled import TablePart
from secaudit.model.control import ParameterValue, Value
from secaudit.model.location import Location

Side = Literal["left", "right"]
Scope = Literal["in", "perhaps"]
Word = Literal["pass", "fail", "unknown"]

UNIT_MICROSECONDS = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}


class RowFact(NamedTuple):
    """A row in scope or perhaps in scope, and its word as if it were in scope.

    For shares `pass` is matched, `unknown` perhaps matched, `fail` unmatched. In `coverage` a fact of the right side is a row of
    the second table that may match but has a blank key. In `exists` every fact passes.
    """

    side: Side
    row: int
    scope: Scope
    word: Word


@dataclass(frozen=True, slots=True)
class Gap:
    """The largest difference of neighbouring dates, in days, the earliest of several."""

    days: int
    start: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts of one assertion for one organisation.

    `newest` and its row, `open_rows` (perhaps in scope or null-dated): `recent`. `gap`, `gap_at_best` (with the rows perhaps in
    scope) and `open_rows` (null-dated): `regular`.
    """

    rows: tuple[RowFact, ...] = ()
    newest: date | None = None
    newest_index: int | None = None
    open_rows: int = 0
    gap: Gap | None = None
    gap_at_best: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The dates and the parameters of one control for one organisation."""

    as_of: date
    fy_start: date
    fy_end: date
    values: Mapping[str, ParameterValue]

    @property
    def until(self) -> date:
        """The last day looked at."""
        return min(self.fy_end, self.as_of)

    def clock(self, name: str) -> date:
        """Return a date of the run by its name."""
        return {"as_of": self.as_of, "fy_start": self.fy_start, "fy_end": self.fy_end, "until": self.until}[name]


def exact(value: float) -> Fraction:
    """Return the number as written: 0.9 is nine tenths."""
    return Fraction(str(value))


class View(Protocol):
    """Rows of one table by index, for the outcomes."""

    def row(self, index: int) -> tuple[Value, ...]:
        """Return the row in the order of the kind's columns."""

    def location(self, index: int, column: str | None) -> Location | None:
        """Return the row's place, if its origin is known."""


class Backend(Protocol):
    """Computes facts. Tables are given before; `organisation` keys everything."""

    def facts(self, part: TablePart, bindings: Mapping[str, Binding]) -> Mapping[str, Facts]:
        """Return the facts of each organisation of `bindings`."""

    def size(self, organisation: str, kind: str) -> int:
        """Return the number of rows of a table."""

    def view(self, organisation: str, kind: str, indices: frozenset[int]) -> View:
        """Return the rows `indices` of a table."""
