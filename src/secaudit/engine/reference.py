"""The meaning of the assertion language in plain Python: slow, short, to be read aloud (docs/semantics.md §3 and §4).

Every function takes the rows of one organisation as mappings from column to value, with lost rows already taken out, and returns
facts. Truth is `True`, `False` or `None` (nobody knows). DuckDB must say the same (tests/laws/test_differential.py).

Never here: SQL, statuses of findings (`fold`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import assert_never

from secaudit.engine.compiled import TablePart
from secaudit.engine.facts import UNIT_MICROSECONDS, Binding, Facts, Gap, RowFact, Scope, Side, Word, exact
from secaudit.engine.nodes import (
    And,
    Clock,
    Column,
    Compare,
    Constant,
    InList,
    InParameter,
    IsNull,
    Node,
    Not,
    Or,
    Parameter,
    Sum,
    Term,
)
from secaudit.model.assertion import Coverage, Distinct, Every, Exists, KeyPair, Match, NoneOf, ParameterName, Recent, Regular, Within
from secaudit.model.control import Value

Row = Mapping[str, Value]
Rows = Mapping[int, Row]
"""Rows by their index in the table."""


# §3 Conditions


def truth(node: Node | None, row: Row, binding: Binding) -> bool | None:
    """Judge a condition for one row. No condition: true."""
    match node:
        case None:
            return True
        case And(left, right):
            verdicts = truth(left, row, binding), truth(right, row, binding)
            return False if False in verdicts else None if None in verdicts else True
        case Or(left, right):
            verdicts = truth(left, row, binding), truth(right, row, binding)
            return True if True in verdicts else None if None in verdicts else False
        case Not(inner):
            verdict = truth(inner, row, binding)
            return None if verdict is None else not verdict
        case IsNull(term):
            return value_of(term, row, binding) is None
        case InList(term, values):
            return _among(value_of(term, row, binding), [value_of(value, row, binding) for value in values])
        case InParameter(term, parameter):
            words = binding.values[parameter.name]
            assert isinstance(words, tuple)  # noqa: S101 - typecheck saw to it
            return _among(value_of(term, row, binding), words)
        case Compare(operator, left_term, right_term):
            return _compare(operator, value_of(left_term, row, binding), value_of(right_term, row, binding))
        case Column() | Parameter() | Constant():
            value = value_of(node, row, binding)
            return None if value is None else bool(value)
        case _:
            assert_never(node)


def value_of(term: Term, row: Row, binding: Binding) -> Value:
    """Return the value of a term. A date plus days may leave the calendar, so it is the number of the day."""
    match term:
        case Column(name):
            return row[name]
        case Clock(name):
            return binding.clock(name)
        case Parameter(name):
            value = binding.values[name]
            assert not isinstance(value, tuple)  # noqa: S101 - typecheck saw to it
            return value
        case Constant(value):
            return value
        case Sum(left, right, minus):
            first, second = value_of(left, row, binding), value_of(right, row, binding)
            if first is None or second is None:
                return None
            assert isinstance(second, int | float)  # noqa: S101 - typecheck saw to it
            if isinstance(first, datetime):
                return first + timedelta(days=-second if minus else second)
            number = _number(first)
            return number - second if minus else number + second
        case _:
            assert_never(term)


def _number(value: Value) -> int | float:
    """Return a number as it is and a date or datetime as the number of its day."""
    if isinstance(value, date):
        return value.toordinal()
    assert isinstance(value, int | float)  # noqa: S101 - typecheck saw to it
    return value


def _among(value: Value, words: "tuple[Value, ...] | list[Value]") -> bool | None:
    return None if value is None else value in words


def _compare(operator: str, left: Value, right: Value) -> bool | None:
    """Compare; a datetime against a datetime exactly, against a date by its date."""
    if left is None or right is None:
        return None
    if isinstance(left, str) or isinstance(right, str):
        return (left == right) == (operator == "=")
    if not (isinstance(left, datetime) and isinstance(right, datetime)):
        left, right = _number(left), _number(right)
    assert not isinstance(left, str)  # noqa: S101 - typecheck saw to it
    order = (left > right) - (left < right)  # type: ignore[operator]  # both are datetimes or both are numbers here
    return {"=": order == 0, "<>": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


# §4 Assertions


@dataclass(frozen=True, slots=True)
class _Scoped:
    """A row that is in scope, or perhaps."""

    index: int
    scope: Scope
    row: Row


def _in_scope(rows: Rows, where: Node | None, binding: Binding) -> list[_Scoped]:
    verdicts = ((index, truth(where, row, binding), row) for index, row in rows.items())
    return [_Scoped(index, "in" if verdict else "perhaps", row) for index, verdict, row in verdicts if verdict is not False]


def _word(verdict: bool | None) -> Word:
    return "unknown" if verdict is None else "pass" if verdict else "fail"


def _opposite(word: Word) -> Word:
    return {"pass": "fail", "fail": "pass", "unknown": "unknown"}[word]  # type: ignore[return-value]  # words to words


def facts(part: TablePart, binding: Binding, rows: Rows, other: Rows) -> Facts:
    """Return the facts of one assertion; `other` are the rows of the second table."""
    scoped = _in_scope(rows, part.where, binding)
    match part.assertion:
        case Every():
            return _by_row(scoped, lambda row: _word(truth(part.holds, row, binding)))
        case NoneOf():
            return _by_row(scoped, lambda row: _opposite(_word(truth(part.holds, row, binding))))
        case Distinct(columns=(first, second)):
            return _by_row(scoped, lambda row: _word(_compare("<>", row[first], row[second])))
        case Within() as within:
            return _by_row(scoped, lambda row: _within(within, row, binding))
        case Coverage(on=on):
            return _coverage(on, scoped, _in_scope(other, part.other_where, binding))
        case Match(on=on, sides=sides):
            right = _in_scope(other, part.other_where, binding)
            found = _found("left", _left(on), scoped, _right(on), right)
            return Facts(rows=found + (_found("right", _right(on), right, _left(on), scoped) if sides == "both" else ()))
        case Exists(dated=dated):
            return _exists(scoped, dated, binding)
        case Recent(dated=dated):
            return _recent(scoped, dated, binding)
        case Regular(dated=dated):
            return _regular(scoped, dated, binding)
        case _:
            assert_never(part.assertion)


def _by_row(scoped: list[_Scoped], word: Callable[[Row], Word]) -> Facts:
    return Facts(rows=tuple(RowFact("left", one.index, one.scope, word(one.row)) for one in scoped))


def limit_of(limit: float | ParameterName, binding: Binding) -> int | float:
    """Return a limit as a number."""
    value = binding.values[limit.name] if isinstance(limit, ParameterName) else limit
    assert isinstance(value, int | float)  # noqa: S101 - typecheck saw to it
    return value


def _within(within: Within, row: Row, binding: Binding) -> Word:
    start, end = _moment(row[within.start]), _moment(row[within.end])
    if start is None or end is None:
        return "unknown"
    if end < start:
        return within.earlier
    limit = exact(limit_of(within.limit, binding)) * UNIT_MICROSECONDS[within.unit]
    return "pass" if (end - start) // timedelta(microseconds=1) <= limit else "fail"


def _moment(value: Value) -> datetime | None:
    """Return a datetime as it is and a date as its midnight."""
    if value is None or isinstance(value, datetime):
        return value
    assert isinstance(value, date)  # noqa: S101 - typecheck saw to it
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - local times without zone, by contract


def _day(value: Value) -> date | None:
    moment = _moment(value)
    return None if moment is None else moment.date()


Key = tuple[Value, ...]


def _left(on: tuple[KeyPair, ...]) -> tuple[str, ...]:
    return tuple(pair.left for pair in on)


def _right(on: tuple[KeyPair, ...]) -> tuple[str, ...]:
    return tuple(pair.right for pair in on)


def _key(row: Row, columns: tuple[str, ...]) -> Key:
    return tuple(row[column] for column in columns)


def _keys(scoped: list[_Scoped], columns: tuple[str, ...], scope: Scope) -> set[Key]:
    return {_key(one.row, columns) for one in scoped if one.scope == scope}


def _coverage(on: tuple[KeyPair, ...], population: list[_Scoped], others: list[_Scoped]) -> Facts:
    sure, perhaps = _keys(others, _right(on), "in"), _keys(others, _right(on), "perhaps")

    def word(row: Row) -> Word:
        key = _key(row, _left(on))
        if None in key:
            return "unknown"
        return "pass" if key in sure else "unknown" if key in perhaps else "fail"

    keyless = tuple(RowFact("right", one.index, one.scope, "unknown") for one in others if None in _key(one.row, _right(on)))
    return Facts(rows=_by_row(population, word).rows + keyless)


def _found(side: Side, own: tuple[str, ...], scoped: list[_Scoped], columns: tuple[str, ...], others: list[_Scoped]) -> tuple[RowFact, ...]:
    """Return for each row whether a row of the other side has its key."""
    sure, perhaps = _keys(others, columns, "in"), _keys(others, columns, "perhaps")
    keyless = any(None in key for key in sure | perhaps)

    def word(row: Row) -> Word:
        key = _key(row, own)
        if None in key:
            return "unknown"
        return "pass" if key in sure else "unknown" if keyless or key in perhaps else "fail"

    return tuple(RowFact(side, one.index, one.scope, word(one.row)) for one in scoped)


def _exists(scoped: list[_Scoped], dated: str | None, binding: Binding) -> Facts:
    counted: list[RowFact] = []
    for one in scoped:
        day = None if dated is None else _day(one.row[dated])
        if day is None:
            counted.append(RowFact("left", one.index, one.scope if dated is None else "perhaps", "pass"))
        elif binding.fy_start <= day <= binding.until:
            counted.append(RowFact("left", one.index, one.scope, "pass"))
    return Facts(rows=tuple(counted))


def _recent(scoped: list[_Scoped], dated: str, binding: Binding) -> Facts:
    days = [(one, _day(one.row[dated])) for one in scoped]
    past = [(day, -one.index) for one, day in days if one.scope == "in" and day is not None and day <= binding.as_of]
    open_rows = sum(1 for one, day in days if one.scope == "perhaps" or day is None)
    newest, index = max(past, default=(None, 0))
    return Facts(newest=newest, newest_index=None if newest is None else -index, open_rows=open_rows)


def _regular(scoped: list[_Scoped], dated: str, binding: Binding) -> Facts:
    days = [(one, _day(one.row[dated])) for one in scoped]
    period = [(one, day) for one, day in days if day is not None and binding.fy_start <= day <= binding.until]
    return Facts(
        gap=_gap([day for one, day in period if one.scope == "in"], binding),
        gap_at_best=_gap([day for _, day in period], binding),
        open_rows=sum(1 for _, day in days if day is None),
    )


def _gap(days: list[date], binding: Binding) -> Gap:
    """Return the largest difference of neighbours, with both ends of the period added; one day alone: 0."""
    marks = sorted({binding.fy_start, binding.until, *days})
    gaps = [Gap((after - before).days, before, after) for before, after in pairwise(marks)]
    return max(gaps, key=lambda gap: gap.days, default=Gap(0, binding.fy_start, binding.until))
