"""Conditions → sqlglot trees over the table `t` and the parameters `p`.

Never here: assertions (`lower`), judging types (`typecheck` did).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from sqlglot import exp

from secaudit.engine import trees
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
from secaudit.engine.trees import cases, col, null, parens
from secaudit.model.control import Parameter as ControlParameter
from secaudit.model.evidence import Kind

_COMPARISONS: dict[str, type[exp.Binary]] = {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


def parameter_column(parameters: Mapping[str, ControlParameter], name: str) -> str:
    """Return the column of a parameter in the table `p`: `v0`, `v1` … in order of the control."""
    return f"v{list(parameters).index(name)}"


@dataclass(slots=True)
class Lowering:
    """Lowers conditions over one kind. `joins` collects the joins that list parameters need."""

    kind: Kind
    parameters: Mapping[str, ControlParameter]
    joins: list[tuple[exp.Expr, exp.Expr]] = field(default_factory=list)

    def truth(self, node: Node | None) -> exp.Expr:
        """Return a condition as a three-valued expression; no condition is true."""
        match node:
            case None:
                return exp.true()
            case And(left, right):
                return exp.And(this=parens(self.truth(left)), expression=parens(self.truth(right)))
            case Or(left, right):
                return exp.Or(this=parens(self.truth(left)), expression=parens(self.truth(right)))
            case Not(inner):
                return trees.negated(self.truth(inner))
            case IsNull(term):
                return trees.is_null(parens(self.term(term)))
            case Compare(operator, left_term, right_term):
                return self._compare(operator, left_term, right_term)
            case InList(term, values):
                return exp.In(this=parens(self.term(term)), expressions=[self.term(value) for value in values])
            case InParameter(term, parameter):
                return self._listed(term, parameter)
            case Column() | Parameter() | Constant():
                return self.term(node)
            case _:
                assert_never(node)

    def term(self, term: Term) -> exp.Expr:
        """Return a value."""
        match term:
            case Column(name):
                return trees.column_of(self.kind, name)
            case Clock(name):
                return col("p", name)
            case Parameter(name):
                return col("p", parameter_column(self.parameters, name))
            case Constant(bool(value)):
                return exp.true() if value else exp.false()
            case Constant(str(value)):
                return trees.text(value)
            case Constant(int(value)):
                return trees.integer(value)
            case Constant(value):
                return trees.typed(trees.text(str(value)), "DOUBLE")
            case Sum(left, right, minus):
                first, second = parens(self.term(left)), parens(self.term(right))
                if self._temporal(left) is None:
                    return exp.Sub(this=first, expression=second) if minus else exp.Add(this=first, expression=second)
                return trees.plus_days(first, second, minus=minus)
            case _:
                assert_never(term)

    def _temporal(self, term: Term) -> str | None:
        """Return `date` or `datetime` for times, else None."""
        match term:
            case Clock():
                return "date"
            case Column(name):
                column = self.kind.column(name)
                return column.type if column is not None and column.type in ("date", "datetime") else None
            case Sum(left):
                return self._temporal(left)
            case Parameter() | Constant():
                return None
            case _:
                assert_never(term)

    def _compare(self, operator: str, left: Term, right: Term) -> exp.Expr:
        first: exp.Expr = parens(self.term(left))
        second: exp.Expr = parens(self.term(right))
        kinds = self._temporal(left), self._temporal(right)
        if kinds != ("datetime", "datetime") and None not in kinds:
            first, second = (
                tree if isinstance(term, Clock) or (isinstance(term, Column) and kind == "date") else trees.typed(tree, "DATE")
                for term, tree, kind in ((left, first, kinds[0]), (right, second, kinds[1]))
            )
        return _COMPARISONS[operator](this=first, expression=second)

    def _listed(self, term: Term, parameter: Parameter) -> exp.Expr:
        """Whether a value is among the words of a list parameter: a join, for Spark allows IN (SELECT …) in filters only."""
        number = list_parameters(self.parameters).index(parameter.name)
        alias = f"j{len(self.joins)}"
        value = parens(self.term(term))
        condition = exp.And(
            this=trees.equal(col(alias, "o"), col("t", "o")),
            expression=trees.equal(col(alias, "v"), value),
        )
        self.joins.append((trees.table(f"l{number}", alias), condition))
        return cases((trees.is_null(value.copy()), null()), trees.negated(trees.is_null(col(alias, "v"))))


def list_parameters(parameters: Mapping[str, ControlParameter]) -> tuple[str, ...]:
    """Return the names of the list parameters, in order of the control: their tables are `l0`, `l1`."""
    return tuple(name for name, parameter in parameters.items() if parameter.type == "list")
