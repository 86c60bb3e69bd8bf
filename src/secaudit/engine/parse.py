"""Text of a condition → our own tree, by an allow-list.

* Every token is judged first (`tokens`); what is not listed is refused where it stands.
* sqlglot then sees operators between numbered atoms, nothing else: it decides precedence and can recognise no function, type or
  command of its own.
* The tree that comes back is converted by a second allow-list.

Never here: which columns there are and of what type (`typecheck`).
"""

from typing import TYPE_CHECKING

from secaudit.engine.nodes import (
    And,
    Clock,
    Compare,
    Constant,
    InList,
    InParameter,
    IsNull,
    Node,
    Not,
    Operator,
    Or,
    Parameter,
    Sum,
    Term,
)
from secaudit.engine.tokens import Atom, atoms_and_tokens, refuse
from secaudit.model.assertion import Condition
from secaudit.model.text import Text

if TYPE_CHECKING:
    from sqlglot import exp

_NOT_HERE = Text(ja="ここには書けない形の式", en="an expression of this form is not allowed here")


def parse(condition: Condition) -> Node:
    """Return the tree of a condition; ConditionError, located at the offending token, for all that is not allowed."""
    from sqlglot import ParseError, exp  # noqa: PLC0415 - 120 ms that --help need not pay
    from sqlglot.parser import Parser  # noqa: PLC0415 - as above

    atoms, tokens = atoms_and_tokens(condition)
    try:
        tree = Parser().parse_into(exp.Condition, tokens, condition.text)[0]
        return _Converter(condition, atoms).node(tree)
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        place = (first.get("line"), first.get("col"))
        offset = next((token.start for token in tokens if (token.line, token.col) == place), 0)
        message = Text(ja="条件がひとつの式として読めない", en="the condition cannot be read as one expression")
        raise refuse(condition, offset, message) from error
    except RecursionError as error:
        raise refuse(condition, 0, Text(ja="条件の入れ子が深すぎる", en="the condition is nested too deeply")) from error


class _Converter:
    """The second allow-list: sqlglot's tree → ours. Anything unlisted is refused at its first atom."""

    def __init__(self, condition: Condition, atoms: tuple[Atom, ...]) -> None:
        from sqlglot import exp  # noqa: PLC0415 - 120 ms that --help need not pay

        self._condition = condition
        self._atoms = atoms
        self._operators: dict[type[exp.Expr], Operator] = {
            exp.EQ: "=",
            exp.NEQ: "<>",
            exp.LT: "<",
            exp.LTE: "<=",
            exp.GT: ">",
            exp.GTE: ">=",
        }

    def node(self, tree: "exp.Expr | None") -> Node:
        """Convert what must be a truth value."""
        from sqlglot import exp  # noqa: PLC0415 - 120 ms that --help need not pay

        match tree:
            case exp.Paren():
                return self.node(tree.this)
            case exp.And():
                left = self.node(tree.this)
                return And(left, self.node(tree.expression), left.at)
            case exp.Or():
                left = self.node(tree.this)
                return Or(left, self.node(tree.expression), left.at)
            case exp.Not():
                inner = self.node(tree.this)
                return Not(inner, inner.at)
            case exp.EQ() | exp.NEQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
                left_term = self.term(tree.this)
                return Compare(self._operators[type(tree)], left_term, self.term(tree.expression), left_term.at)
            case exp.Between():
                middle = self.term(tree.this)
                low, high = self.term(tree.args["low"]), self.term(tree.args["high"])
                return And(Compare(">=", middle, low, middle.at), Compare("<=", middle, high, middle.at), middle.at)
            case exp.In():
                return self._in(tree)
            case exp.Is():
                term = self.term(tree.this)
                return IsNull(term, term.at)
            case exp.Column():
                atom = self._atom(tree)
                if not isinstance(atom, Clock):
                    return atom
        raise self._refused(tree)

    def term(self, tree: "exp.Expr | None") -> Term:
        """Convert what must be a value."""
        from sqlglot import exp  # noqa: PLC0415 - 120 ms that --help need not pay

        match tree:
            case exp.Paren():
                return self.term(tree.this)
            case exp.Add() | exp.Sub():
                left = self.term(tree.this)
                return Sum(left, self.term(tree.expression), isinstance(tree, exp.Sub), left.at)
            case exp.Neg():
                inner = self.term(tree.this)
                if isinstance(inner, Constant) and not isinstance(inner.value, str | bool):
                    return Constant(-inner.value, inner.at)
            case exp.Column():
                return self._atom(tree)
        raise self._refused(tree)

    def _in(self, tree: "exp.In") -> Node:
        term = self.term(tree.this)
        field = tree.args.get("field")
        if field is not None:
            atom = self.term(field)
            if isinstance(atom, Parameter):
                return InParameter(term, atom, term.at)
            raise refuse(self._condition, atom.at, Text(ja="in の後は (…) か :名前", en="after `in` comes (…) or a :parameter"))
        values: list[Constant | Parameter] = []
        for item in tree.expressions:
            value = self.term(item)
            if not isinstance(value, Constant | Parameter):
                message = Text(ja="in (…) の中は値だけ", en="only literals and parameters may stand in `in (…)`")
                raise refuse(self._condition, value.at, message)
            values.append(value)
        if not values:
            raise refuse(self._condition, term.at, Text(ja="in () が空", en="`in ()` is empty"))
        return InList(term, tuple(values), term.at)

    def _atom(self, column: "exp.Column") -> Atom:
        return self._atoms[int(column.name)]

    def _refused(self, tree: "exp.Expr | None") -> Exception:
        from sqlglot import exp  # noqa: PLC0415 - 120 ms that --help need not pay

        first = tree.find(exp.Column, bfs=False) if tree is not None else None
        return refuse(self._condition, self._atom(first).at if first is not None else 0, _NOT_HERE)
