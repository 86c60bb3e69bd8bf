"""Outcomes: subjects, reasons with both sides of the comparison, places down to the cell.

* The subject is the key: of the kind, or of the comparison in `match`. A row without a key is named by its place.
* Personal columns never appear, nor what stands for a name in a column of staff numbers or of who approved.

Never here: statuses (`fold`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from secaudit.engine import texts
from secaudit.engine.compiled import TablePart
from secaudit.engine.facts import Binding, RowFact, Side, View
from secaudit.engine.nodes import Clock, Node, Parameter, columns, leaves
from secaudit.model.assertion import Coverage, Distinct, Every, Exists, Match, NoneOf, ParameterName, Recent, Regular, Within
from secaudit.model.control import Value
from secaudit.model.evidence import STAFF_NUMBERS, Kind
from secaudit.model.outcome import Outcome
from secaudit.model.status import SEVERITY_ORDER, Status
from secaudit.model.text import Text

_FITS = Text(ja="条件に合う", en="holds")
_UNDECIDED = Text(ja="分からない", en="cannot be told")
_SCOPE = Text(ja="対象かどうか分からない", en="may be in scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One side of an assertion: the kind, its rows, and the columns that decide."""

    kind: Kind
    view: View
    where: Node | None
    decisive: tuple[str, ...]
    keys: tuple[str, ...] = ()
    """Key columns of a comparison, which then name the subject."""
    places: Mapping[str, int] = field(init=False)
    """Position of each column in a row."""
    naming: tuple[tuple[int, ...], ...] = field(init=False)
    """Positions of the columns that may name a row, in order of preference; never a personal one."""

    def __post_init__(self) -> None:
        places = {column.name: index for index, column in enumerate(self.kind.columns)}
        shown = {column.name for column in self.kind.columns if not column.personal}
        naming = (tuple(places[name] for name in names if name in shown) for names in (self.keys, self.kind.keys))
        object.__setattr__(self, "places", places)
        object.__setattr__(self, "naming", tuple(one for one in naming if one))


def exhibits(part: TablePart, views: Mapping[Side, View]) -> Mapping[Side, Exhibit]:
    """Return the sides of an assertion whose rows are outcomes."""
    decisive: tuple[str, ...]
    match part.assertion:
        case Every() | NoneOf():
            decisive = columns(part.holds)
        case Coverage(on=on):
            decisive = tuple(pair.left for pair in on)
        case Match(on=on):
            left, right = tuple(pair.left for pair in on), tuple(pair.right for pair in on)
            other = part.other
            assert other is not None  # noqa: S101 - compile saw to it
            return {
                "left": Exhibit(kind=part.kind, view=views["left"], where=part.where, decisive=left, keys=left),
                "right": Exhibit(kind=other, view=views["right"], where=part.other_where, decisive=right, keys=right),
            }
        case Within(start=start, end=end):
            decisive = (end, start)
        case Distinct(columns=pair):
            decisive = pair
        case Exists(dated=dated):
            decisive = columns(part.where) if dated is None else (dated,)
        case Recent(dated=dated) | Regular(dated=dated):
            decisive = (dated,)
        case _:
            assert_never(part.assertion)
    return {"left": Exhibit(kind=part.kind, view=views["left"], where=part.where, decisive=decisive)}


def outcomes_of(
    part: TablePart, binding: Binding, sides: Mapping[Side, Exhibit], rows: Sequence[tuple[RowFact, Status]]
) -> tuple[Outcome, ...]:
    """Return the outcomes of a ruling, worst first; in `match` several rows with one key are one subject."""
    limits = _limits(part, binding)
    found: dict[object, Outcome] = {}
    for fact, status in rows:
        side = sides[fact.side]
        row = side.view.row(fact.row)
        outcome = _outcome(part, side, fact, status, row, limits)
        key = tuple(row[side.places[name]] for name in side.keys)
        subject: object = key if key and None not in key else (fact.side, fact.row)
        if subject not in found or _rank(outcome.status) < _rank(found[subject].status):
            found[subject] = outcome
    return worst_first(found.values())


def worst_first(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Return outcomes worst first, then by subject and place."""
    return tuple(
        sorted(
            outcomes,
            key=lambda outcome: (
                _rank(outcome.status),
                outcome.subject,
                outcome.location.sort_key() if outcome.location else ("", "", 0, 0, ""),
                outcome.reason.en,
            ),
        )
    )


def _rank(status: Status) -> int:
    return SEVERITY_ORDER.index(status)


def _outcome(
    part: TablePart, side: Exhibit, fact: RowFact, status: Status, row: tuple[Value, ...], limits: Sequence[tuple[Text, object]]
) -> Outcome:
    names = side.decisive
    doubtful = fact.scope == "perhaps" and status == Status.UNKNOWN
    if doubtful:
        names = columns(side.where) or side.decisive
    blank = next((name for name in names if row[side.places[name]] is None), None) if status == Status.UNKNOWN else None
    column = blank or (names[0] if names else None)
    location = side.view.location(fact.row, column)
    if status == Status.PASS:
        reason = _FITS
    else:
        word = _SCOPE if doubtful else _UNDECIDED if status == Status.UNKNOWN else _failure(part, fact)
        detail = texts.sides(_cells(side, names, row), [] if doubtful else limits)
        reason = Text(ja=f"{word.ja}：{detail.ja}", en=f"{word.en}: {detail.en}") if detail.en else word
    return Outcome(subject=subject_of(side, fact.row, row), status=status, reason=reason, location=location)


def subject_of(side: Exhibit, index: int, row: tuple[Value, ...]) -> str:
    """Return the name of a row: its key columns joined by ` / `, or its place."""
    for places in side.naming:
        words = [row[place] for place in places]
        named = any(
            side.kind.columns[place].name in STAFF_NUMBERS and isinstance(word, str) and not _is_number_of_staff(word)
            for place, word in zip(places, words, strict=True)
        )
        if None not in words and "" not in words and not named:
            return " / ".join([word if isinstance(word, str) else _word(word) for word in words])
    location = side.view.location(index, None)
    return str(location) if location is not None else f"#{index + 1}"


def _word(value: Value) -> str:
    """Return a key as it is: exceptions name subjects by it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cells(side: Exhibit, names: Iterable[str], row: tuple[Value, ...]) -> list[tuple[Text, Value]]:
    found = [(side.kind.columns[side.places[name]], row[side.places[name]]) for name in names]
    return [(column.title, _nameless(column.name, value)) for column, value in found if not column.personal]


def _nameless(column: str, value: Value) -> Value:
    """Return a value for a reason: people write names where a role or a staff number belongs, and names never reach a report."""
    if not isinstance(value, str) or not value:
        return value
    if column.endswith("_by"):
        return "***"
    return "***" if column in STAFF_NUMBERS and not _is_number_of_staff(value) else value


def _is_number_of_staff(word: str) -> bool:
    return word.isascii() and not any(letter.isspace() for letter in word)


def _failure(part: TablePart, fact: RowFact) -> Text:
    other = part.other
    match part.assertion:
        case Coverage() | Match() if other is not None:
            title = other.title if fact.side == "left" else part.kind.title
            return Text(ja=f"「{title.ja}」に当たる行がない", en=f"no row of “{title.en}” matches")
        case Within():
            return Text(ja="期限を過ぎている", en="took too long")
        case Distinct():
            return Text(ja="同じである", en="both are the same")
        case Recent():
            return Text(ja="古い", en="too old")
        case _:
            return Text(ja="条件に合わない", en="does not hold")


def _limits(part: TablePart, binding: Binding) -> list[tuple[Text, object]]:
    """Return what rows are measured by: the parameters and dates of the deciding condition, or the limit."""
    named: dict[str, object] = {}
    for leaf in leaves(part.holds) if part.holds is not None else ():
        if isinstance(leaf, Parameter):
            named[leaf.name] = binding.values[leaf.name]
        elif isinstance(leaf, Clock):
            named[leaf.name] = binding.clock(leaf.name)
    limit: float | ParameterName | None = None
    match part.assertion:
        case Within(limit=limit, unit=unit):
            named[f"limit ({unit})"] = binding.values[limit.name] if isinstance(limit, ParameterName) else limit
        case Recent(within_days=limit):
            named["as_of"] = binding.as_of
            named["within_days"] = binding.values[limit.name] if isinstance(limit, ParameterName) else limit
    return [(_CLOCK_TITLES.get(name, Text(ja=name, en=name)), value) for name, value in named.items()]


_CLOCK_TITLES = {
    "as_of": Text(ja="基準日", en="as_of"),
    "fy_start": Text(ja="年度初日", en="fy_start"),
    "fy_end": Text(ja="年度末日", en="fy_end"),
    "limit (minutes)": Text(ja="限度（分）", en="limit (minutes)"),
    "limit (hours)": Text(ja="限度（時間）", en="limit (hours)"),
    "limit (days)": Text(ja="限度（日）", en="limit (days)"),
    "within_days": Text(ja="限度（日）", en="limit (days)"),
}
