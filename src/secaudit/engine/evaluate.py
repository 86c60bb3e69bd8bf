"""Controls × evidence → judgements, one control at a time for all organisations together.

* A crash is a judgement of its control, never an absence: here is the one broad `except` of the package.
* If a statement crashes for several organisations, each is asked alone, so that one bad organisation is its own error.

Never here: exceptions and scores (`findings`), the meaning of assertions (`reference`, `fold`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal, ParamSpec, Protocol, TypeVar, assert_never

from secaudit.engine.attested import attested
from secaudit.engine.compiled import AttestedPart, CompiledControl, Part, SeparatedPart, TablePart
from secaudit.engine.facts import Backend, Binding, Facts, Side, View
from secaudit.engine.fold import Look, by_state, rule
from secaudit.engine.obstacles import Obstacles, State, obstacles, state
from secaudit.engine.outcomes import exhibits, outcomes_of
from secaudit.engine.published import KIND as PUBLISHED
from secaudit.engine.published import Statements, published, statements
from secaudit.engine.separated import separated
from secaudit.engine.verdict import Verdict, all_of
from secaudit.errors import ConditionError, DocumentError, SecauditError
from secaudit.model.evidence import EvidenceSet, Kind, Table
from secaudit.model.outcome import Judgement
from secaudit.model.policy import EffectiveControl, EffectivePolicy
from secaudit.model.separation import Separation
from secaudit.model.status import Status
from secaudit.model.text import Text

BATCH_ROWS = 50_000
"""Rows loaded by one statement; more take memory, fewer take time."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Crash:
    """What was raised instead of a value."""

    error: Exception


def attempt(run: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Crash:
    """Return what `run` returns, or its crash as a value."""
    try:
        return run(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - the one broad except of the package; every crash becomes an `error` judgement
        return Crash(error)


class Engine(Backend, Protocol):
    """A backend with its loading."""

    def load(self, kind: Kind, tables: Sequence[Table]) -> None:
        """Load the tables of one kind; all or none."""

    def lock(self) -> None:
        """Let nothing more in."""

    def close(self) -> None:
        """End the run."""


def evaluate(
    compiled: Sequence[CompiledControl],
    policies: Mapping[str, EffectivePolicy],
    evidence: Mapping[str, EvidenceSet],
    *,
    backend: Literal["duckdb", "reference"],
    separations: Mapping[str, Separation] = MappingProxyType({}),
) -> tuple[Judgement, ...]:
    """Judge every control of every policy; all mappings have the organisation's id as key. No separation: nothing was handed in.

    Returns one judgement per effective control, by organisation, in the policy's order. Nothing that goes wrong with one control
    or one organisation keeps the others from being judged.
    """
    engine: Engine
    if backend == "duckdb":
        from secaudit.engine.backends.duckdb import Session  # noqa: PLC0415 - 150 ms that the reference need not pay

        engine = Session()
    else:
        from secaudit.engine.backends.reference import Reference  # noqa: PLC0415 - one of two

        engine = Reference()
    try:
        run = _Run(engine, compiled, policies, evidence, separations)
        run.load()
        return run.judge()
    finally:
        engine.close()


class _Run:
    def __init__(
        self,
        engine: Engine,
        compiled: Sequence[CompiledControl],
        policies: Mapping[str, EffectivePolicy],
        evidence: Mapping[str, EvidenceSet],
        separations: Mapping[str, Separation],
    ) -> None:
        self._engine = engine
        self._compiled = {one.control.id: one for one in compiled}
        self._policies = policies
        self._evidence = evidence
        self._separations = separations
        self._statements: dict[str, Statements] = {}
        self._broken: dict[tuple[str, str], Crash] = {}

    def load(self) -> None:
        """Load each table that a live control reads, then lock the engine."""
        wanted: dict[str, tuple[Kind, list[Table]]] = {}
        for organisation in sorted(self._policies):
            for kind in self._wanted(organisation):
                table = self._table(organisation, kind.name)
                if table is not None and not table.failures:
                    wanted.setdefault(kind.name, (kind, []))[1].append(table)
        for kind, tables in wanted.values():
            for batch in _batches(tables):
                self._load(kind, batch)
        self._engine.lock()

    def _wanted(self, organisation: str) -> list[Kind]:
        """Return the kinds that an organisation's live controls read, sorted by name."""
        policy = self._policies[organisation]
        if policy.policy.evidence_basis == "published":
            table = self._table(organisation, PUBLISHED)
            return [] if table is None else [table.kind]
        found: dict[str, Kind] = {}
        for effective in policy.controls:
            compiled = self._compiled.get(effective.control.id)
            for part in compiled.parts if compiled is not None and effective.excluded_because is None else ():
                found.update({kind.name: kind for kind in _kinds(part)})
        return [found[name] for name in sorted(found)]

    def _load(self, kind: Kind, tables: Sequence[Table]) -> None:
        crash = attempt(self._take, kind, tables)
        if crash is None:
            return
        if len(tables) == 1:
            self._broken[tables[0].organisation, kind.name] = crash
            return
        for table in tables:
            self._load(kind, [table])

    def _take(self, kind: Kind, tables: Sequence[Table]) -> None:
        for table in tables:
            if [column.name for column in table.kind.columns] != [column.name for column in kind.columns]:
                message = Text(ja=f"表 `{kind.name}` の列が種別の定義と違う", en=f"the columns of table `{kind.name}` differ from its kind")
                raise DocumentError(message)
        self._engine.load(kind, tables)

    def _table(self, organisation: str, kind: str) -> Table | None:
        evidence = self._evidence.get(organisation)
        table = evidence.tables.get(kind) if evidence is not None else None
        return table if table is None or table.organisation == organisation else replace(table, organisation=organisation)

    def judge(self) -> tuple[Judgement, ...]:
        """Judge control by control; return the judgements by organisation."""
        judged: dict[tuple[str, str], Judgement] = {}
        by_control: dict[str, dict[str, EffectiveControl]] = {}
        for organisation, policy in self._policies.items():
            for effective in policy.controls:
                by_control.setdefault(effective.control.id, {})[organisation] = effective
        for identifier, adopted in by_control.items():
            live = {organisation: effective for organisation, effective in adopted.items() if effective.excluded_because is None}
            for organisation, effective in adopted.items():
                if effective.excluded_because is not None:
                    verdict = Verdict(status=Status.NOT_APPLICABLE, reason=effective.excluded_because)
                    judged[organisation, identifier] = _judgement(organisation, identifier, verdict)
            for organisation, result in self._control(identifier, live).items():
                judged[organisation, identifier] = _judgement(organisation, identifier, result)
        return tuple(
            judged[organisation, effective.control.id]
            for organisation in sorted(self._policies)
            for effective in self._policies[organisation].controls
        )

    def _control(self, identifier: str, live: Mapping[str, EffectiveControl]) -> Mapping[str, Verdict | Crash]:
        results: dict[str, Verdict | Crash] = {}
        records: dict[str, EffectiveControl] = {}
        for organisation, effective in live.items():
            if self._policies[organisation].policy.evidence_basis == "published":
                results[organisation] = attempt(self._published, organisation, effective)
            else:
                records[organisation] = effective
        compiled = self._compiled.get(identifier)
        if compiled is None:
            message = Text(ja="判定の準備ができていない管理策", en="the control was not compiled")
            return {**results, **dict.fromkeys(records, Crash(DocumentError(message)))}
        parts = [self._part(part, records) for part in compiled.parts]
        for organisation in records:
            results[organisation] = _combined(compiled.parts, [found[organisation] for found in parts])
        return results

    def _part(self, part: Part, records: Mapping[str, EffectiveControl]) -> Mapping[str, Verdict | Crash]:
        match part:
            case SeparatedPart():
                return {organisation: attempt(separated, part, self._separations.get(organisation)) for organisation in records}
            case AttestedPart():
                return {organisation: attempt(self._attested, part, organisation) for organisation in records}
            case TablePart():
                return self._table_part(part, records)
            case _:
                assert_never(part)

    def _table_part(self, part: TablePart, records: Mapping[str, EffectiveControl]) -> Mapping[str, Verdict | Crash]:
        results: dict[str, Verdict | Crash] = {}
        ready: dict[str, tuple[Binding, tuple[Look, ...]]] = {}
        for organisation, effective in records.items():
            prepared = attempt(self._prepare, part, organisation, effective)
            if isinstance(prepared, Verdict | Crash):
                results[organisation] = prepared
            else:
                ready[organisation] = prepared
        found = self._facts(part, {organisation: binding for organisation, (binding, _) in ready.items()})
        for organisation, (binding, looks) in ready.items():
            facts = found[organisation]
            if isinstance(facts, Crash):
                results[organisation] = facts
            else:
                results[organisation] = attempt(self._ruled, part, organisation, binding, looks, facts)
        return results

    def _facts(self, part: TablePart, bindings: Mapping[str, Binding]) -> Mapping[str, Facts | Crash]:
        """Ask for all organisations at once; after a crash for each alone."""
        if not bindings:
            return {}
        found = attempt(self._engine.facts, part, bindings)
        if not isinstance(found, Crash):
            return found
        if len(bindings) == 1:
            return dict.fromkeys(bindings, found)
        alone: dict[str, Facts | Crash] = {}
        for organisation, binding in bindings.items():
            alone.update(self._facts(part, {organisation: binding}))
        return alone

    def _prepare(self, part: TablePart, organisation: str, effective: EffectiveControl) -> Verdict | tuple[Binding, tuple[Look, ...]]:
        """Return the binding and the looks at the tables, or the verdict if their states decide."""
        looks = tuple(self._look(part, organisation, kind) for kind in ([part.kind] if part.other is None else [part.kind, part.other]))
        ruling = by_state(looks)
        if ruling is not None:
            return Verdict(status=ruling.status, reason=ruling.reason)
        policy = self._policies[organisation]
        values = {name: effective.parameters[name].value for name in part.parameters}
        for name, words in part.words.items():
            value = values[name]
            for word in value if isinstance(value, tuple) else (value,):
                if word not in words:
                    raise ConditionError(
                        Text(ja=f"パラメータ `{name}` に区分 `{word}` はない", en=f"parameter `{name}` holds an unknown value `{word}`")
                    )
        year = policy.fiscal_year
        return Binding(as_of=policy.as_of, fy_start=date(year, 4, 1), fy_end=date(year + 1, 3, 31), values=values), looks

    def _look(self, part: TablePart, organisation: str, kind: Kind) -> Look:
        table = self._table(organisation, kind.name)
        size = self._size(organisation, kind.name, table)
        seen = state(table, size)
        if table is None or seen in (State.MISSING, State.FAILED):
            return Look(title=kind.title, state=seen, obstacles=Obstacles(), failures=table.failures if table is not None else ())
        return Look(title=kind.title, state=seen, obstacles=obstacles(table, size, part.reads[kind.name], absent=True))

    def _size(self, organisation: str, kind: str, table: Table | None) -> int:
        """Return the number of rows; raise the crash of the loading."""
        broken = self._broken.get((organisation, kind))
        if broken is not None:
            raise broken.error
        return 0 if table is None or table.failures else self._engine.size(organisation, kind)

    def _ruled(self, part: TablePart, organisation: str, binding: Binding, looks: Sequence[Look], facts: Facts) -> Verdict:
        ruling = rule(part.assertion, binding, looks, facts)
        views: dict[Side, View] = {}
        for side, kind in (("left", part.kind), ("right", part.other or part.kind)):
            indices = frozenset(fact.row for fact, _ in ruling.rows if fact.side == side)
            views["left" if side == "left" else "right"] = self._engine.view(organisation, kind.name, indices)
        outcomes = outcomes_of(part, binding, exhibits(part, views), ruling.rows)
        return Verdict(status=ruling.status, reason=ruling.reason, outcomes=outcomes, measured=ruling.measured)

    def _rows(self, organisation: str, kind: str) -> tuple[Table | None, int, View | None]:
        table = self._table(organisation, kind)
        size = self._size(organisation, kind, table)
        return table, size, self._engine.view(organisation, kind, frozenset(range(size))) if size else None

    def _attested(self, part: AttestedPart, organisation: str) -> Verdict:
        table, size, view = self._rows(organisation, part.kind.name)
        return attested(part, table, size, view, self._policies[organisation].as_of)

    def _published(self, organisation: str, effective: EffectiveControl) -> Verdict:
        if organisation not in self._statements:
            self._statements[organisation] = statements(*self._rows(organisation, PUBLISHED))
        values = {name: bound.value for name, bound in effective.parameters.items()}
        return published(effective.control, values, self._statements[organisation], self._policies[organisation].as_of)


def _kinds(part: Part) -> Iterator[Kind]:
    match part:
        case TablePart(kind=kind, other=other):
            yield kind
            if other is not None:
                yield other
        case AttestedPart(kind=kind):
            yield kind
        case SeparatedPart():
            return
        case _:
            assert_never(part)


def _batches(tables: Iterable[Table]) -> Iterator[list[Table]]:
    """Yield tables (there is one at least) in groups of at most BATCH_ROWS rows, a larger one alone."""
    batch: list[Table] = []
    rows = 0
    for table in tables:
        if batch and rows + len(table.rows) > BATCH_ROWS:
            yield batch
            batch, rows = [], 0
        batch.append(table)
        rows += len(table.rows)
    yield batch


def _combined(parts: Sequence[Part], found: Sequence[Verdict | Crash]) -> Verdict | Crash:
    """Fold the parts; a crash in one part is the control's."""
    crash = next((one for one in found if isinstance(one, Crash)), None)
    return crash if crash is not None else all_of(parts, [one for one in found if isinstance(one, Verdict)])


def _judgement(organisation: str, control: str, result: Verdict | Crash) -> Judgement:
    if isinstance(result, Crash):
        why = result.error.message if isinstance(result.error, SecauditError) else None
        kind = type(result.error).__name__
        reason = Text(
            ja=f"管理策 {control} を判定できなかった（{why.ja if why else kind}）",
            en=f"control {control} could not be judged ({why.en if why else kind})",
        )
        return Judgement(organisation=organisation, control=control, status=Status.ERROR, reason=reason)
    return Judgement(
        organisation=organisation,
        control=control,
        status=result.status,
        reason=result.reason,
        outcomes=result.outcomes,
        measured=result.measured,
        by_data=result.by_data,
    )
