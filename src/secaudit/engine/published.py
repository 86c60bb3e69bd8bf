"""Controls judged on published statements alone (docs/semantics.md §5).

A statement decides if it names the control and the period it speaks of contains the as-of date.

Never here: commitments of plans (`plan`), records of the organisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from secaudit.engine import texts
from secaudit.engine.facts import View, exact
from secaudit.engine.obstacles import State, obstacles, state
from secaudit.engine.outcomes import worst_first
from secaudit.engine.verdict import Verdict
from secaudit.model.control import Control, ParameterValue, Value
from secaudit.model.evidence import Table
from secaudit.model.outcome import Measured, Outcome
from secaudit.model.status import Status, fold
from secaudit.model.text import Text

KIND = "published_statements"
READS = frozenset({"statement", "document", "section", "speaks_from", "speaks_to", "controls", "shows", "value", "unit"})
TITLE = Text(ja="公表された記述", en="Published statements")
_PERCENT = ("%", "％")
_STATUSES = {"met": Status.PASS, "not_met": Status.FAIL, "unclear": Status.UNKNOWN}


@dataclass(frozen=True, slots=True)
class _Ruled:
    """A statement with what it says of the control."""

    outcome: Outcome
    measured: Measured | None


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements of one organisation, looked at once for all controls. `naming`: the rows that name any control."""

    table: Table | None
    size: int
    view: View | None
    rows: Mapping[int, Mapping[str, Value]]
    about: Mapping[str, tuple[int, ...]]
    naming: frozenset[int]


def statements(table: Table | None, size: int, view: View | None) -> Statements:
    """Return the statements by the controls that they name. `view` may be None if the table has no rows."""
    names = [column.name for column in table.kind.columns] if table is not None else []
    rows = {index: dict(zip(names, view.row(index), strict=True)) for index in range(size)} if view is not None else {}
    about: dict[str, list[int]] = {}
    for index, row in rows.items():
        for named in dict.fromkeys(_ids(row)):
            about.setdefault(named, []).append(index)
    naming = frozenset(index for index, row in rows.items() if row.get("controls") is not None)
    return Statements(table, size, view, rows, {named: tuple(found) for named, found in about.items()}, naming)


def published(control: Control, values: Mapping[str, ParameterValue], held: Statements, as_of: date) -> Verdict:
    """Return the verdict of the published statements on one control."""
    table, size, view = held.table, held.size, held.view
    condition = state(table, size)
    if table is None or condition == State.MISSING:
        return Verdict(status=Status.UNKNOWN, reason=texts.missing(TITLE), by_data=False)
    if condition == State.FAILED:
        return Verdict(status=Status.ERROR, reason=texts.failed(TITLE, table.failures), by_data=False)
    own = {index: held.rows[index] for index in held.about.get(control.id, ())}
    others = held.naming - own.keys()
    looked = obstacles(table, size, READS, ignore=others)
    ruled = [_rule(control, values, row, view, index) for index, row in own.items() if view is not None and _speaks_of(row, as_of)]
    if not ruled:
        reason = Text(
            ja=f"{as_of}についてこの管理策に触れた公表の記述がない", en=f"no published statement on this control speaks of {as_of}"
        )
        return Verdict(status=Status.UNKNOWN, reason=texts.joined([reason, *looked.texts]), by_data=False)
    status = fold(one.outcome.status for one in ruled)
    outcomes = worst_first(one.outcome for one in ruled)
    if looked.blocked and status == Status.PASS:
        status = Status.UNKNOWN
    quoted = [outcome.reason for outcome in outcomes if outcome.status == outcomes[0].status]
    figures = [one.measured for one in ruled if one.measured is not None and one.outcome.status == outcomes[0].status]
    return Verdict(
        status=status,
        reason=texts.joined([*quoted, *looked.texts]),
        outcomes=outcomes,
        measured=min(figures, key=lambda figure: (figure.value or 0, figure.target or 0), default=None),
        by_data=False,
    )


def _ids(row: Mapping[str, Value]) -> tuple[str, ...]:
    named = row.get("controls")
    return tuple(word.strip() for word in named.split(",")) if isinstance(named, str) else ()


def _speaks_of(row: Mapping[str, Value], as_of: date) -> bool:
    start, end = row.get("speaks_from"), row.get("speaks_to")
    return isinstance(start, date) and isinstance(end, date) and start <= as_of <= end


def _rule(control: Control, values: Mapping[str, ParameterValue], row: Mapping[str, Value], view: View, index: int) -> _Ruled:
    measured: Measured | None = None
    shows = row.get("shows")
    status = _STATUSES.get(shows, Status.UNKNOWN) if isinstance(shows, str) else Status.UNKNOWN
    if shows == "measured":
        status, measured = _measure(control, values, row)
    document, section = texts.cell(row.get("document")), texts.cell(row.get("section"))
    figures = Text(ja="", en="")
    if measured is not None and measured.value is not None and measured.target is not None:
        own, target = texts.percent(measured.value), texts.percent(measured.target)
        figures = Text(ja=f"（{own}、目標{target}）", en=f" ({own}, target {target})")
    claim_ja, claim_en = (" ".join(str(row.get(name) or "").split()) for name in ("claim_ja", "claim_en"))
    reason = Text(
        ja=f"『{document.ja}』{section.ja}：{claim_ja}{figures.ja}",
        en=f"“{document.en}”, {section.en}: {claim_en}{figures.en}",
    )
    location = view.location(index, "shows")
    subject = row.get("statement")
    name = str(subject) if subject is not None else str(location) if location is not None else f"#{index + 1}"
    return _Ruled(Outcome(subject=name, status=status, reason=reason, location=location), measured)


def _measure(control: Control, values: Mapping[str, ParameterValue], row: Mapping[str, Value]) -> tuple[Status, Measured | None]:
    """Compare the value with the control's one parameter of type ratio, in the direction in which it tightens."""
    ratios = [parameter for parameter in control.parameters.values() if parameter.type == "ratio"]
    value, unit = row.get("value"), row.get("unit")
    if len(ratios) != 1 or isinstance(value, bool) or not isinstance(value, int | float):
        return Status.UNKNOWN, None
    if unit not in (*_PERCENT, "ratio"):  # 84 without a unit must not be taken for 8400 %
        return Status.UNKNOWN, None
    target = values[ratios[0].name]
    if isinstance(target, str | tuple):
        return Status.UNKNOWN, None
    share = exact(value) / 100 if unit in _PERCENT else exact(value)
    wanted: Fraction = exact(target)
    met = share <= wanted if ratios[0].stricter == "lower" else share >= wanted
    return (Status.PASS if met else Status.FAIL), Measured(value=share, target=wanted, numerator=None, denominator=None, unit="ratio")
