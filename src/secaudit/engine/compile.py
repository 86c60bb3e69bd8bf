"""Controls → compiled controls: parses and checks everything before any row is read, and reports all errors at once.

Never here: reading YAML (`catalog`), evaluating.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from secaudit.engine.compiled import AttestedPart, CompiledControl, Part, SeparatedPart, TablePart
from secaudit.engine.nodes import Node, columns
from secaudit.engine.parse import parse
from secaudit.engine.typecheck import Checker, ConditionChecker, comparable
from secaudit.errors import ConditionError, DocumentError, ManyError, SecauditError
from secaudit.model.assertion import (
    AllOf,
    Assertion,
    Attested,
    Condition,
    Coverage,
    Distinct,
    Every,
    Exists,
    KeyPair,
    Match,
    NoneOf,
    ParameterName,
    Recent,
    Regular,
    Separated,
    TableAssertion,
    Within,
)
from secaudit.model.control import Control, ParameterType
from secaudit.model.evidence import ColumnType, Kind
from secaudit.model.location import Location
from secaudit.model.text import Text

ANSWERS = "answers"


def compile(controls: Sequence[Control], kinds: Mapping[str, Kind]) -> tuple[CompiledControl, ...]:  # noqa: A001 - the word of this room
    """Return the compiled controls in the order given; ManyError with every fault of every control, sorted by place."""
    errors: list[SecauditError] = []
    compiled: list[CompiledControl] = []
    for control in controls:
        compiler = _Compiler(control=control, kinds=kinds, checker=Checker(control.parameters))
        result = compiler.control_()
        errors.extend(compiler.checker.errors)
        compiled.append(result)
    if errors:
        # `between` names its first operand twice: the same fault at the same place is one error
        placed = {(str(error.at), error.message.en): error for error in errors}
        raise ManyError(sorted(placed.values(), key=_order))
    return tuple(compiled)


def _order(error: SecauditError) -> tuple[str, int, int, str]:
    at = error.at
    if at is None:  # pragma: no cover - every error of this room is located; a foreign one must not break the order
        return ("", 0, 0, error.message.en)
    return (at.path, at.line or 0, int(at.column or 0), error.message.en)


@dataclass(slots=True, kw_only=True)
class _Compiler:
    control: Control
    kinds: Mapping[str, Kind]
    checker: Checker
    parts: list[Part] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """Kinds that the assertion names, known or not."""

    def control_(self) -> CompiledControl:
        self._assertion(self.control.assertion)
        result = CompiledControl(control=self.control, parts=tuple(self.parts))
        listed = set(self.control.evidence)
        if listed != self.named:
            wanted = ", ".join(sorted(self.named))
            message = Text(
                ja=f"`evidence` は読む種別と同じでなければならない: [{wanted}]",
                en=f"`evidence` must list exactly the kinds that the assertion reads: [{wanted}]",
            )
            self.checker.errors.append(DocumentError(message, at=self.control.at))
        return result

    def _assertion(self, assertion: Assertion) -> None:
        match assertion:
            case AllOf(parts=parts, at=at):
                if not parts:
                    self.checker.errors.append(DocumentError(Text(ja="all_of が空", en="`all_of` is empty"), at=at))
                for part in parts:
                    self._assertion(part)
            case Attested(at=at):
                kind = self._kind(ANSWERS, at)
                if kind is not None:
                    self.parts.append(AttestedPart(assertion=assertion, control=self.control.id, kind=kind))
            case Separated():
                self.parts.append(SeparatedPart(assertion=assertion))
            case _:
                self._table(assertion)

    def _kind(self, name: str, at: Location) -> Kind | None:
        self.named.add(name)
        kind = self.kinds.get(name)
        if kind is None:
            self.checker.unknown(Text(ja="証跡の種別", en="evidence kind"), name, self.kinds, at)
        return kind

    def _condition(self, condition: Condition | None, kind: Kind | None) -> Node | None:
        if condition is None:
            return None
        try:
            node = parse(condition)
        except ConditionError as error:
            self.checker.errors.append(error)
            return None
        if kind is not None:
            ConditionChecker(self.checker, condition, kind).node(node)
        return node

    def _table(self, assertion: TableAssertion) -> None:
        kind = self._kind(assertion.table, assertion.at)
        other: Kind | None = None
        holds: Node | None = None
        other_where: Node | None = None
        where = self._condition(assertion.where, kind)
        own: list[str] = []
        others: list[str] = []
        self.checker.words = {}
        match assertion:
            case Every() | NoneOf():
                holds = self._condition(assertion.holds, kind)
            case Coverage():
                other = self._kind(assertion.other, assertion.at)
                other_where = self._condition(assertion.matching, other)
                self._limit(assertion.target, ("ratio", "number"), assertion.at)
                own, others = self._keys(assertion.on, kind, other, assertion.at)
            case Match():
                other = self._kind(assertion.other, assertion.at)
                other_where = self._condition(assertion.other_where, other)
                own, others = self._keys(assertion.on, kind, other, assertion.at)
            case Exists():
                own = self._dated(kind, assertion.dated, assertion.at)
                self._limit(assertion.at_least, ("integer",), assertion.at, minimum=1)
            case Recent():
                own = self._dated(kind, assertion.dated, assertion.at)
                self._limit(assertion.within_days, ("integer",), assertion.at)
            case Regular():
                own = self._dated(kind, assertion.dated, assertion.at)
                self._limit(assertion.max_gap_days, ("integer",), assertion.at)
            case Within():
                own = self._within(assertion, kind)
            case Distinct():
                own = self._distinct(assertion, kind)
            case _:
                assert_never(assertion)
        if kind is None:
            return
        reads = {kind.name: frozenset([*columns(where), *columns(holds), *own])}
        if other is not None:
            reads[other.name] = reads.get(other.name, frozenset()) | frozenset([*columns(other_where), *others])
        part = TablePart(
            assertion=assertion,
            kind=kind,
            other=other,
            where=where,
            holds=holds,
            other_where=other_where,
            parameters=self.control.parameters,
            reads=reads,
            words=dict(self.checker.words),
        )
        self.parts.append(part)

    def _keys(self, on: tuple[KeyPair, ...], kind: Kind | None, other: Kind | None, at: Location) -> tuple[list[str], list[str]]:
        if not on:
            self.checker.wrong(Text(ja="`on` に列の組がない", en="`on` names no pair of columns"), at)
        for pair in on:
            left = self.checker.column(kind, pair.left, at) if kind is not None else None
            right = self.checker.column(other, pair.right, at) if other is not None else None
            if left is not None and right is not None and not comparable(left, right):
                message = Text(
                    ja=f"`{pair.left}` と `{pair.right}` は型が違う（{left} と {right}）",
                    en=f"`{pair.left}` and `{pair.right}` have different types ({left} and {right})",
                )
                self.checker.wrong(message, at)
        return [pair.left for pair in on], [pair.right for pair in on]

    def _dated(self, kind: Kind | None, name: str | None, at: Location) -> list[str]:
        if name is None:
            return []
        self._typed(kind, name, ("date", "datetime"), at)
        return [name]

    def _typed(self, kind: Kind | None, name: str, wanted: tuple[ColumnType, ...], at: Location) -> ColumnType | None:
        found = self.checker.column(kind, name, at) if kind is not None else None
        if found is not None and found not in wanted:
            words = " or ".join(wanted)
            message = Text(
                ja=f"`{name}` は {words} の列でなければならない（今は {found}）", en=f"`{name}` must be a {words} column, not {found}"
            )
            self.checker.wrong(message, at)
        return found

    def _within(self, assertion: Within, kind: Kind | None) -> list[str]:
        for name in (assertion.start, assertion.end):
            self._typed(kind, name, ("date", "datetime"), assertion.at)
        self._limit(assertion.limit, ("integer", "number"), assertion.at)
        if assertion.percentile is not None and not 0 < assertion.percentile <= 1:
            message = Text(ja="`percentile` は0より大きく1以下", en="`percentile` must lie above 0 and not above 1")
            self.checker.wrong(message, assertion.at)
        return [assertion.start, assertion.end]

    def _distinct(self, assertion: Distinct, kind: Kind | None) -> list[str]:
        first, second = assertion.columns
        types = [self.checker.column(kind, name, assertion.at) for name in (first, second)] if kind is not None else [None, None]
        if types[0] is not None and types[1] is not None and not comparable(types[0], types[1]):
            message = Text(ja=f"`{first}` と `{second}` は型が違う", en=f"`{first}` and `{second}` have different types")
            self.checker.wrong(message, assertion.at)
        return [first, second]

    def _limit(self, limit: float | ParameterName, wanted: tuple[ParameterType, ...], at: Location, minimum: int = 0) -> None:
        """Check a limit: a parameter of a fitting type, or a number that can be failed at all."""
        if isinstance(limit, ParameterName):
            parameter = self.checker.parameter(limit.name, at)
            if parameter is not None and parameter.type not in wanted:
                words = " or ".join(wanted)
                message = Text(
                    ja=f"パラメータ `{limit.name}` は {words} でなければならない（今は {parameter.type}）",
                    en=f"parameter `{limit.name}` must be {words}, not {parameter.type}",
                )
                self.checker.wrong(message, at)
            return
        fits = 0 < limit <= 1 if "ratio" in wanted else limit >= minimum
        if not fits or (wanted == ("integer",) and not isinstance(limit, int)):
            message = Text(ja=f"`{limit}` は限度にならない", en=f"`{limit}` cannot be a limit here")
            self.checker.wrong(message, at)
