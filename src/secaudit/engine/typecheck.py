"""Types of conditions: every node against the columns of one kind and the parameters of one control.

All errors are collected; a term whose type is unknown because of an error is not complained about twice.

Never here: assertions as wholes (`compile`), values of rows.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never

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
from secaudit.engine.tokens import located
from secaudit.errors import ConditionError, SecauditError, UnknownNameError
from secaudit.model.assertion import Condition
from secaudit.model.control import Parameter as ControlParameter
from secaudit.model.evidence import ColumnType, Kind
from secaudit.model.location import Location
from secaudit.model.text import Text

Type = ColumnType | Literal["list"]

_TYPE_NAMES = {
    "text": Text(ja="文字", en="text"),
    "integer": Text(ja="整数", en="integer"),
    "number": Text(ja="数", en="number"),
    "boolean": Text(ja="真偽", en="boolean"),
    "date": Text(ja="日付", en="date"),
    "datetime": Text(ja="日時", en="datetime"),
    "enum": Text(ja="区分", en="enum"),
    "list": Text(ja="一覧", en="list"),
}
_FAMILIES = {"text": "words", "enum": "words", "integer": "numbers", "number": "numbers", "date": "times", "datetime": "times"}
_PARAMETER_TYPES: dict[str, Type] = {
    "integer": "integer",
    "number": "number",
    "ratio": "number",
    "boolean": "boolean",
    "list": "list",
    "text": "text",
}


@dataclass(slots=True)
class Checker:
    """Collects the errors of one control. `words` gathers parameters that are compared with enums."""

    parameters: Mapping[str, ControlParameter]
    errors: list[SecauditError] = field(default_factory=list)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def unknown(self, what: Text, name: str, known: Iterable[str], at: Location) -> None:
        """Note a name that points at nothing, with the nearest known one."""
        near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
        hint = Text(ja=f"`{near[0]}` では？", en=f"did you mean `{near[0]}`?") if near else None
        message = Text(ja=f"{what.ja} `{name}` はない", en=f"there is no {what.en} `{name}`")
        self.errors.append(UnknownNameError(message, at=at, hint=hint))

    def wrong(self, message: Text, at: Location) -> None:
        """Note a wrong type or form."""
        self.errors.append(ConditionError(message, at=at))

    def column(self, kind: Kind, name: str, at: Location) -> ColumnType | None:
        """Return the type of a column, or None after noting that there is none of that name."""
        column = kind.column(name)
        if column is None:
            what = Text(ja=f"{kind.title.ja}（{kind.name}）に列", en=f"column of `{kind.name}` called")
            self.unknown(what, name, (known.name for known in kind.columns), at)
            return None
        return column.type

    def parameter(self, name: str, at: Location) -> ControlParameter | None:
        """Return a parameter of the control, or None after noting that there is none of that name."""
        parameter = self.parameters.get(name)
        if parameter is None:
            self.unknown(Text(ja="パラメータ", en="parameter"), name, self.parameters, at)
        return parameter


@dataclass(frozen=True, slots=True)
class ConditionChecker:
    """Checks one condition against one kind."""

    checker: Checker
    condition: Condition
    kind: Kind

    def node(self, node: Node) -> None:
        """Check what must be a truth value."""
        match node:
            case And(left, right) | Or(left, right):
                self.node(left)
                self.node(right)
            case Not(inner):
                self.node(inner)
            case IsNull(term):
                self.term(term)
            case Compare():
                self._compare(node)
            case InList():
                self._in_list(node)
            case InParameter():
                self._in_parameter(node)
            case Column() | Parameter() | Constant():
                self._expect(node, self.term(node), ("boolean",))
            case _:
                assert_never(node)

    def term(self, term: Term) -> Type | None:
        """Return the type of a value, or None after noting what is wrong with it."""
        match term:
            case Column(name, at):
                return self.checker.column(self.kind, name, self._at(at))
            case Clock():
                return "date"
            case Parameter(name, at):
                parameter = self.checker.parameter(name, self._at(at))
                return None if parameter is None else _PARAMETER_TYPES[parameter.type]
            case Constant(value):
                return constant_type(value)
            case Sum(left, right):
                return self._sum(left, right)
            case _:
                assert_never(term)

    def _sum(self, left: Term, right: Term) -> Type | None:
        types = self.term(left), self.term(right)
        match types:
            case (None, _) | (_, None):
                return None
            case (("date" | "datetime") as time, "integer"):
                return time
            case ("integer", "integer"):
                return "integer"
            case ("integer" | "number", "integer" | "number"):
                return "number"
        if types[0] in ("date", "datetime"):
            self._expect(right, types[1], ("integer",))
        elif types[0] in ("integer", "number"):
            self._expect(right, types[1], ("integer", "number"))
        else:
            self._expect(left, types[0], ("integer", "number", "date", "datetime"))
        return None

    def _compare(self, node: Compare) -> None:
        left, right = self.term(node.left), self.term(node.right)
        if left is None or right is None:
            return
        family = _FAMILIES.get(left, left)
        if family != _FAMILIES.get(right, right) or "list" in (left, right):
            names = _TYPE_NAMES[left], _TYPE_NAMES[right]
            message = Text(
                ja=f"{names[0].ja}と{names[1].ja}は `{node.operator}` で比べられない",
                en=f"{names[0].en} and {names[1].en} cannot be compared with `{node.operator}`",
            )
            self.checker.wrong(message, self._at(node.right.at))
        elif node.operator not in ("=", "<>") and family not in ("numbers", "times"):
            message = Text(
                ja=f"{_TYPE_NAMES[left].ja}に大小はない: `{node.operator}`",
                en=f"`{node.operator}` needs numbers or dates, not {_TYPE_NAMES[left].en}",
            )
            self.checker.wrong(message, self._at(node.right.at))
        self._words(node.left, node.right)
        self._words(node.right, node.left)

    def _in_list(self, node: InList) -> None:
        kind = self.term(node.term)
        for value in node.values:
            type_ = self.term(value)
            if kind is None or type_ is None:
                continue
            family = _FAMILIES.get(kind, kind)
            if family not in ("words", "numbers") or _FAMILIES.get(type_) != family:
                message = Text(
                    ja=f"{_TYPE_NAMES[kind].ja}を{_TYPE_NAMES[type_].ja}の中から探せない",
                    en=f"{_TYPE_NAMES[kind].en} cannot be looked for among {_TYPE_NAMES[type_].en} values",
                )
                self.checker.wrong(message, self._at(value.at))
            self._words(node.term, value)

    def _in_parameter(self, node: InParameter) -> None:
        self._expect(node.term, self.term(node.term), ("text", "enum"))
        self._expect(node.parameter, self.term(node.parameter), ("list",))
        self._words(node.term, node.parameter)

    def _words(self, enum: Term, other: Term) -> None:
        """Check a literal, or the default of a parameter, against the words of an enum."""
        column = self.kind.column(enum.name) if isinstance(enum, Column) else None
        if column is None or column.type != "enum":
            return
        given: object = None
        if isinstance(other, Constant):
            given = other.value
        elif isinstance(other, Parameter) and other.name in self.checker.parameters:
            given = self.checker.parameters[other.name].default
            known = self.checker.words.get(other.name, column.values)
            self.checker.words[other.name] = tuple(word for word in column.values if word in known)
        for word in given if isinstance(given, tuple) else (given,):
            if isinstance(word, str) and word not in column.values:
                what = Text(ja=f"列 `{column.name}` に区分", en=f"value of `{column.name}`:")
                self.checker.unknown(what, word, column.values, self._at(other.at))

    def _expect(self, term: Term, found: Type | None, wanted: tuple[Type, ...]) -> None:
        if found is None or found in wanted:
            return
        ja = "・".join(_TYPE_NAMES[name].ja for name in wanted)
        en = " or ".join(_TYPE_NAMES[name].en for name in wanted)
        message = Text(ja=f"ここには{ja}が要るが、{_TYPE_NAMES[found].ja}がある", en=f"{en} is needed here, not {_TYPE_NAMES[found].en}")
        self.checker.wrong(message, self._at(term.at))

    def _at(self, offset: int) -> Location:
        return located(self.condition, offset)


def constant_type(value: str | float | bool) -> Type:
    """Return the type of a literal."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    return "integer" if isinstance(value, int) else "number"


def comparable(left: ColumnType, right: ColumnType) -> bool:
    """Whether two columns may be keys of one another: equal types, an enum being a text."""
    return (left == right) or _FAMILIES.get(left) == _FAMILIES.get(right) == "words"
