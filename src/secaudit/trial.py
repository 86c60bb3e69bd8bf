"""Try controls on their own cases, and move every limit to see whether a case notices.

* A case is an assessment of its own; all cases of a control are judged in one go, like a fleet.
* Teeth: each parameter moves by one (a ratio by 0.01, a boolean flips, a list loses an element), each count written
  out moves by one, each comparison takes or gives its boundary, and a question to the proof loses a zone or asks for
  the other thing; some case must change its status.

Never here: loading files (`catalog`), printing (`cli`).
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from secaudit.engine.compile import compile as compile_controls
from secaudit.engine.evaluate import evaluate
from secaudit.errors import DocumentError
from secaudit.model.assertion import AllOf, Assertion, Condition, Exists, Separated
from secaudit.model.control import Case, Control, ParameterValue, Value
from secaudit.model.evidence import Column, EvidenceSet, Kind, Loss, Origin, Population, Table, TableFile
from secaudit.model.location import Location
from secaudit.model.outcome import Judgement
from secaudit.model.policy import BoundParameter, EffectiveControl, EffectivePolicy, Organisation, Policy
from secaudit.model.status import Status
from secaudit.model.text import Text

Backend = Literal["duckdb", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A case with the status it got and why."""

    case: Case
    got: Status
    reason: Text

    @property
    def as_expected(self) -> bool:
        """Return whether the case came out as written."""
        return self.got is self.case.expect


def run_cases(control: Control, cases: Sequence[Case], kinds: Mapping[str, Kind], *, backend: Backend = "duckdb") -> tuple[Trial, ...]:
    """Judge every case of a control; raises `ManyError` if the control does not compile, `DocumentError` for a bad case."""
    compiled = compile_controls((control,), kinds)
    policies = {f"case{number}": _policy(control, case) for number, case in enumerate(cases)}
    evidence = {f"case{number}": _evidence(f"case{number}", case, kinds) for number, case in enumerate(cases)}
    proofs = {f"case{number}": case.separation for number, case in enumerate(cases) if case.separation is not None}
    judged = evaluate(compiled, policies, evidence, backend=backend, separations=proofs)
    said = {judgement.organisation: judgement for judgement in judged}
    return tuple(_trial(case, said.get(f"case{number}")) for number, case in enumerate(cases))


def _trial(case: Case, judgement: Judgement | None) -> Trial:
    if judgement is None:
        return Trial(case=case, got=Status.ERROR, reason=Text(ja="判定されなかった", en="was not judged"))
    return Trial(case=case, got=judgement.status, reason=judgement.reason)


def toothless(control: Control, cases: Sequence[Case], kinds: Mapping[str, Kind], *, backend: Backend = "reference") -> tuple[str, ...]:
    """Return the moves of a limit that no case notices; empty is what a control needs."""
    unnoticed = []
    for move, moved, shifts in _moves(control):
        trials = _moved_trials(moved, cases, shifts, kinds, backend)
        if all(trial.as_expected for trial in trials):
            unnoticed.append(move)
    return tuple(unnoticed)


def _moved_trials(
    control: Control, cases: Sequence[Case], shifts: Mapping[str, int], kinds: Mapping[str, Kind], backend: Backend
) -> tuple[Trial, ...]:
    moved = [dataclasses.replace(case, parameters=_shifted(control, case, shifts)) for case in cases]
    return run_cases(control, moved, kinds, backend=backend)


def _shifted(control: Control, case: Case, shifts: Mapping[str, int]) -> Mapping[str, ParameterValue]:
    values = dict(case.parameters)
    for name, step in shifts.items():
        values[name] = _shift(case.parameters.get(name, control.parameters[name].default), control.parameters[name].type, step)
    return values


def _shift(value: ParameterValue, kind: str, step: int) -> ParameterValue:
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return value[:step] + value[step + 1 :]
    if isinstance(value, int | float):
        if kind == "ratio":
            return round(min(1.0, max(0.0, value + step / 100)), 9)
        return value + step
    return value


def _moves(control: Control) -> Iterator[tuple[str, Control, Mapping[str, int]]]:
    for name, parameter in control.parameters.items():
        default = parameter.default
        if isinstance(default, tuple):
            for index, element in enumerate(default):
                yield f":{name} loses {element}", control, {name: index}
        elif isinstance(default, bool):
            yield f":{name} flips", control, {name: 1}
        elif isinstance(default, int | float):
            for step in (-1, 1):
                if parameter.type == "ratio" and not 0 <= default + step / 100 <= 1:
                    continue
                yield f":{name} moves by {step:+d}", control, {name: step}
    for move, assertion in moved_assertions(control.assertion):
        yield move, dataclasses.replace(control, assertion=assertion), {}


_COMPARISON = re.compile(r"<=|>=|<>|<|>")
_BOUNDARY = {"<=": "<", ">=": ">", "<": "<=", ">": ">="}


def moved_assertions(assertion: Assertion) -> Iterator[tuple[str, Assertion]]:
    """Yield each assertion that differs by one boundary or one count, with its name."""
    if isinstance(assertion, AllOf):
        for number, part in enumerate(assertion.parts):
            for move, moved in moved_assertions(part):
                parts = (*assertion.parts[:number], moved, *assertion.parts[number + 1 :])
                yield f"part {number + 1}: {move}", dataclasses.replace(assertion, parts=parts)
        return
    if isinstance(assertion, Separated):
        for zone in assertion.zones if len(assertion.zones) > 1 else ():
            yield f"zones lose {zone}", dataclasses.replace(assertion, zones=tuple(one for one in assertion.zones if one != zone))
        yield "of becomes the other", dataclasses.replace(assertion, of="flows" if assertion.of == "packets" else "packets")
        return
    if isinstance(assertion, Exists) and isinstance(assertion.at_least, int):
        yield "at_least moves by +1", dataclasses.replace(assertion, at_least=assertion.at_least + 1)
    for field in dataclasses.fields(assertion):
        value = getattr(assertion, field.name)
        if isinstance(value, Condition):
            for text in moved_conditions(value.text):
                changes: dict[str, Condition] = {field.name: dataclasses.replace(value, text=text)}
                yield f"{field.name}: {text}", dataclasses.replace(assertion, **changes)  # type: ignore[arg-type]  # the field holds a Condition


def moved_conditions(text: str) -> Iterator[str]:
    """Yield the condition with one comparison after another taking or giving its boundary."""
    for match in _COMPARISON.finditer(text):
        if match.group() in _BOUNDARY:
            yield text[: match.start()] + _BOUNDARY[match.group()] + text[match.end() :]


def _policy(control: Control, case: Case) -> EffectivePolicy:
    nowhere = Location(path="cases.yaml")
    values = {name: case.parameters.get(name, parameter.default) for name, parameter in control.parameters.items()}
    bound = {name: BoundParameter(value=value, origin="catalogue", weaker=False, at=nowhere) for name, value in values.items()}
    organisation = Organisation(id="case", name=Text(ja="例", en="case"), type="municipality", code="000000")
    policy = Policy(
        id="case",
        organisation=organisation,
        catalogue="2026-03",
        evidence_basis="records",
        network_model="alpha",
        parameters={},
        parameter_places={},
        levels=("required", "recommended"),
        exclusions=(),
        exceptions=(),
        weights={},
        severity_names={},
        zones={},
        flows=(),
        plan=None,
        commitments=(),
        gate=None,
        at=nowhere,
        digest="",
    )
    effective = EffectiveControl(control=control, clause=control.id, parameters=bound, excluded_because=None, excluded_by=None)
    return EffectivePolicy(policy=policy, fiscal_year=case.fiscal_year, as_of=case.as_of, controls=(effective,))


def _evidence(key: str, case: Case, kinds: Mapping[str, Kind]) -> EvidenceSet:
    for name in (*case.tables, *case.lost_rows, *case.population, *case.gap):
        if name not in kinds:
            raise DocumentError(Text(ja=f"証跡の種類 `{name}` はない", en=f"there is no kind of evidence `{name}`"), at=case.at)
    tables = {name: _table(key, case, kinds[name]) for name in case.tables}
    return EvidenceSet(organisation=key, fiscal_year=case.fiscal_year, tables=tables, losses=(), digest="")


def _table(key: str, case: Case, kind: Kind) -> Table:
    rows = case.tables[kind.name]
    for row in rows:
        for name in row:
            if kind.column(name) is None:
                raise DocumentError(
                    Text(ja=f"{kind.name} に列 `{name}` はない", en=f"{kind.name} has no column `{name}`"),
                    at=case.at,
                    hint=Text(ja=f"列: {_names(kind)}", en=f"columns: {_names(kind)}"),
                )
    typed = [tuple(_typed(row.get(column.name), column) for column in kind.columns) for row in rows]
    typed = [row for row in typed if not _after(row, kind, case.as_of)]
    lost = case.lost_rows.get(kind.name)
    place = Location(path="cases.yaml")
    losses = (Loss(code="SA310", why=Text(ja="例の欠落", en="a loss of the case"), at=place, rows=lost),) if lost else ()
    population = case.population.get(kind.name)
    return Table(
        organisation=key,
        kind=kind,
        rows=tuple(typed),
        origins=tuple(Origin(0, number) for number in range(1, len(typed) + 1)),
        files=(TableFile(path="cases.yaml", sheet=None, digest="", letters={}),),
        losses=losses,
        population=None if population is None else Population(count=population, stated_by="case"),
        gap=Text(ja="例の空白期間", en="a gap of the case") if kind.name in case.gap else None,
    )


def _after(row: tuple[Value, ...], kind: Kind, as_of: date) -> bool:
    """Return whether a row is dated after the as-of date: the evidence room leaves such rows out."""
    if kind.dated_by is None:
        return False
    value = row[[column.name for column in kind.columns].index(kind.dated_by)]
    day = value.date() if isinstance(value, datetime) else value
    return isinstance(day, date) and day > as_of


def _names(kind: Kind) -> str:
    return ", ".join(column.name for column in kind.columns)


def _typed(value: Value, column: Column) -> Value:
    if isinstance(value, str) and column.type == "datetime":
        return datetime.fromisoformat(value)
    if isinstance(value, str) and column.type == "date":
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime) and column.type == "datetime":
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - naive local time throughout
    return value
