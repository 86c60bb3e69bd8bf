"""Hold each measure of a plan against published statements of one fiscal year.

* Only a statement whose period contains the last day of the year (or the as-of date) shows anything.
* A measure nobody reports on is `unknown`, never `pass`; a printed dash promises nothing and is `not_applicable`.
* A statement that no row or indicator takes (it speaks of a whole measure of several rows, or names a row that the plan
  does not have) gets a line of its own; no statement is dropped.
* An indicator is met at or above its target, or at or below it where the target is 0 (incidents and the like). Where the
  target lies below the baseline nobody can tell which way is meant: then only the target itself meets it.
* A measured value in another unit than the plan's proves neither.

Never here: guessing a stage whose print is unclear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from secaudit.model.control import Value
from secaudit.model.evidence import EvidenceSet, Table
from secaudit.model.policy import Commitment, EffectivePolicy, Indicator, PlanRow
from secaudit.model.run import PlanLine
from secaudit.model.status import Status, fold
from secaudit.model.text import Text

DASHES = frozenset("—–-－ー―‐−")
_WORD = {"met": Status.PASS, "not_met": Status.FAIL, "unclear": Status.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    id: str
    commitments: tuple[str, ...]
    row: str | None
    indicator: str | None
    shows: str
    value: int | float | None
    unit: str | None
    claim: Text


def build(effective: EffectivePolicy, evidence: EvidenceSet) -> tuple[PlanLine, ...]:
    """Return the lines of all commitments for the assessment's fiscal year, in the plan's order."""
    table = evidence.tables.get("published_statements")
    statements = _statements(table, effective.as_of) if table is not None else ()
    lines: list[PlanLine] = []
    for commitment in effective.policy.commitments:
        own = [statement for statement in statements if commitment.id in statement.commitments]
        lines += _lines(commitment, own, effective)
    return tuple(lines)


def _statements(table: Table, as_of: date) -> tuple[_Statement, ...]:
    names = [column.name for column in table.kind.columns]
    found = []
    for values in table.rows:
        row = dict(zip(names, values, strict=True))
        start, end = _day(row["speaks_from"]), _day(row["speaks_to"])
        if start is None or end is None or not start <= as_of <= end:
            continue
        value = row["value"]
        found.append(
            _Statement(
                id=str(row["statement"]),
                commitments=tuple(part.strip() for part in str(row["commitments"] or "").split(",") if part.strip()),
                row=_text(row["row"]),
                indicator=_text(row["indicator"]),
                shows=str(row["shows"]),
                value=value if isinstance(value, int | float) else None,
                unit=_text(row["unit"]),
                claim=Text(ja=str(row["claim_ja"] or ""), en=str(row["claim_en"] or "")),
            )
        )
    return tuple(found)


def _day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _lines(commitment: Commitment, statements: Sequence[_Statement], effective: EffectivePolicy) -> list[PlanLine]:
    year = effective.fiscal_year
    lines = [line for row in commitment.rows if (line := _row_line(commitment, row, statements, year))]
    lines += [line for item in commitment.indicators if (line := _indicator_line(commitment, item, statements, year))]
    taken = {name for line in lines for name in line.statements}
    rest: dict[str, list[_Statement]] = {}
    for statement in statements:
        if statement.id not in taken:
            rest.setdefault(statement.row or statement.indicator or "", []).append(statement)
    plan = effective.policy.plan
    if plan is not None and plan.first_fiscal_year <= year <= plan.last_fiscal_year and not lines:
        rest.setdefault("", [])
    for row, own in rest.items():
        lines.append(_line(commitment, row, "stage", year, None, (), _claims(own), fold(_status(s) for s in own), own))
    return lines


def _status(statement: _Statement) -> Status:
    return _WORD.get(statement.shows, Status.UNKNOWN)


def _row_line(commitment: Commitment, row: PlanRow, statements: Sequence[_Statement], year: int) -> PlanLine | None:
    only = len(commitment.rows) == 1
    own = [s for s in statements if s.row == row.name or (only and s.row is None and s.indicator is None and s.shows != "measured")]
    promised, unclear = row.stages.get(year), row.unclear.get(year, ())
    if promised is None and not unclear and not own:
        return None
    if own:
        status = fold(_status(statement) for statement in own)
    elif promised is not None and promised.strip() and set(promised.strip()) <= DASHES:
        status = Status.NOT_APPLICABLE
    else:
        status = Status.UNKNOWN
    return _line(commitment, row.name, "stage", year, promised, unclear, _claims(own), status, own)


def _indicator_line(commitment: Commitment, item: Indicator, statements: Sequence[_Statement], year: int) -> PlanLine | None:
    only = len(commitment.indicators) == 1
    own = [s for s in statements if s.indicator == item.name or (only and s.row is None and s.indicator is None and s.shows == "measured")]
    target, baseline = item.targets.get(year), item.baseline.get(year)
    if target is None and baseline is None and not own:
        return None
    unit = item.unit or ""
    if target is None:
        value = own[0].value if own else baseline
        shown = _claims(own) or Text(ja=f"基準値 {_printed(baseline, unit)}", en=f"baseline {_printed(baseline, unit)}")
        later = _against_later(item, value, year)
        text = Text(ja=f"{shown.ja}{later.ja}", en=f"{shown.en}{later.en}")
        return _line(commitment, item.name, "indicator", year, None, (), text, Status.NOT_APPLICABLE, own)
    status = fold(_shows(item, statement, target) for statement in own)
    return _line(commitment, item.name, "indicator", year, _printed(target, unit), (), _claims(own), status, own)


def _against_later(item: Indicator, value: float | str | None, year: int) -> Text:
    later = sorted(key for key in item.targets if key > year)
    if not later:
        return Text(ja="", en="")
    first, target = later[0], item.targets[later[0]]
    printed = _printed(target, item.unit or "")
    if _meets(item, value, target) is not Status.FAIL:
        return Text(ja=f"（{first}年度の目標は{printed}）", en=f" (the target printed for FY{first} is {printed})")
    return Text(ja=f"（{first}年度の目標{printed}に届かない）", en=f" (short of the target of {printed} printed for FY{first})")


def _printed(figure: float | str | None, unit: str) -> str:
    return str(figure) if isinstance(figure, str) else f"{figure}{unit}"


def _shows(item: Indicator, statement: _Statement, target: float | str) -> Status:
    if statement.shows != "measured":
        return _status(statement)
    return Status.UNKNOWN if item.unit and statement.unit and item.unit != statement.unit else _meets(item, statement.value, target)


def _meets(item: Indicator, value: float | str | None, target: float | str) -> Status:
    if not isinstance(value, int | float) or not isinstance(target, int | float):
        return Status.UNKNOWN
    if target not in (0, value) and any(isinstance(start, int | float) and start > target for start in item.baseline.values()):
        return Status.UNKNOWN
    return Status.PASS if (value <= target if target == 0 else value >= target) else Status.FAIL


def _claims(statements: Sequence[_Statement]) -> Text | None:
    if not statements:
        return None
    return Text(ja=" / ".join(s.claim.ja for s in statements), en=" / ".join(s.claim.en for s in statements))


def _line(
    commitment: Commitment,
    row: str,
    what: str,
    year: int,
    promised: str | None,
    unclear: tuple[str, ...],
    shown: Text | None,
    status: Status,
    statements: Sequence[_Statement],
) -> PlanLine:
    return PlanLine(
        commitment=commitment.id,
        title=commitment.name,
        security=commitment.security,
        row=row,
        what="indicator" if what == "indicator" else "stage",
        fiscal_year=year,
        promised=promised,
        unclear=unclear,
        shown=shown,
        status=status,
        statements=tuple(statement.id for statement in statements),
    )
