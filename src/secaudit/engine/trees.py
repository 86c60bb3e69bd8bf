"""Small sqlglot trees: the only constructs from which statements are built.

Never here: text that becomes SQL, assertions (`lower`).
"""

from collections.abc import Sequence
from typing import Protocol

from sqlglot import exp

from secaudit.model.evidence import Kind


class Pair(Protocol):
    """Two columns that are compared (`KeyPair`)."""

    @property
    def left(self) -> str:
        """Column of the first table."""

    @property
    def right(self) -> str:
        """Column of the second table."""


def col(table: str, name: str) -> exp.Column:
    """Return a column by generated names."""
    return exp.Column(this=exp.Identifier(this=name, quoted=False), table=exp.Identifier(this=table, quoted=False))


def table(name: str, alias: str) -> exp.Table:
    """Return a table by a generated name."""
    short = exp.TableAlias(this=exp.Identifier(this=alias, quoted=False))
    return exp.Table(this=exp.Identifier(this=name, quoted=False), alias=short)


def named(tree: exp.Expr, name: str) -> exp.Expr:
    """Return a column of a result by a generated name."""
    return exp.Alias(this=tree, alias=exp.Identifier(this=name, quoted=False))


def source(query: exp.Query, alias: str) -> exp.Subquery:
    """Return a query as a table."""
    return query.subquery(alias, copy=False)


def joined(query: exp.Select, right: exp.Expr, on: exp.Expr, *, left: bool = True) -> exp.Select:
    """Return a query joined with a table: all its rows (`left`) or only those that meet."""
    return query.join(right, on=on, join_type="left" if left else "inner", copy=False)


def parens(tree: exp.Expr) -> exp.Expr:
    """Return a tree in parentheses, if it needs them: a generator adds none."""
    return tree if isinstance(tree, exp.Column | exp.Literal | exp.Boolean | exp.Paren) else exp.Paren(this=tree)


def all_of(*trees: exp.Expr) -> exp.Expr:
    """Return Kleene's and."""
    return exp.and_(*trees, copy=False)


def any_of(*trees: exp.Expr) -> exp.Expr:
    """Return Kleene's or, in parentheses."""
    return parens(exp.or_(*trees, copy=False))


def column_of(kind: Kind, name: str) -> exp.Column:
    """Return a column of the table `t` by its place in the kind: `c0`, `c1`."""
    return col("t", f"c{next(index for index, column in enumerate(kind.columns) if column.name == name)}")


def text(value: str) -> exp.Literal:
    """Return a text literal; quotes are sqlglot's business."""
    return exp.Literal.string(value)


def integer(value: int) -> exp.Expr:
    """Return a whole number; a negative one in parentheses."""
    literal = exp.Literal.number(str(abs(value)))
    return parens(exp.Neg(this=literal)) if value < 0 else literal


def null() -> exp.Expr:
    """Return NULL."""
    return exp.Null()


def select(*picked: exp.Expr) -> exp.Select:
    """Return a query for some columns."""
    return exp.Select(expressions=list(picked))


def equal(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return left = right."""
    return exp.EQ(this=left, expression=right)


def is_null(tree: exp.Expr) -> exp.Expr:
    """Return a test for NULL."""
    return exp.Is(this=tree, expression=exp.Null())


def any_null(trees: Sequence[exp.Expr]) -> exp.Expr:
    """Return whether one of several is NULL."""
    return any_of(*(is_null(tree) for tree in trees))


def negated(tree: exp.Expr) -> exp.Expr:
    """Return Kleene's not."""
    return exp.Not(this=parens(tree))


def cases(*branches: "tuple[exp.Expr, exp.Expr] | exp.Expr") -> exp.Case:
    """Return CASE; a branch without a condition is ELSE."""
    case = exp.Case()
    for branch in branches:
        case = case.when(branch[0], branch[1], copy=False) if isinstance(branch, tuple) else case.else_(branch, copy=False)
    return case


def typed(tree: exp.Expr, name: str) -> exp.Expr:
    """Return a cast to a type by its SQL name."""
    return exp.Cast(this=tree, to=exp.DataType.build(name))


def moment(tree: exp.Expr) -> exp.Expr:
    """Return a date as its midnight; a datetime stays."""
    return typed(tree, "TIMESTAMP")


def day(tree: exp.Expr, kind: Kind, name: str) -> exp.Expr:
    """Return a datetime column by its date."""
    column = kind.column(name)
    return typed(tree, "DATE") if column is not None and column.type == "datetime" else tree


def microseconds(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """Return the whole microseconds from start to end."""
    return exp.TimestampDiff(this=end, expression=start, unit=exp.Var(this="MICROSECOND"))


def plus_days(tree: exp.Expr, days: exp.Expr, *, minus: bool) -> exp.Expr:
    """Return a date or datetime moved by days, as a datetime."""
    amount = exp.Neg(this=parens(days)) if minus else days
    return exp.TimestampAdd(this=tree, expression=amount, unit=exp.Var(this="DAY"))


def largest_gap(marks: exp.Query, undated: exp.Query) -> exp.Select:
    """Return, by organisation and `best`, the largest difference of neighbouring `d` of `marks`, the earliest of several."""
    before = exp.Window(
        this=exp.Lag(this=col("m", "d")),
        partition_by=[col("m", "o"), col("m", "best")],
        order=exp.Order(expressions=[exp.Ordered(this=col("m", "d"))]),
    )
    # the first mark is its own neighbour, so that a period of one day has a gap of 0
    start = named(exp.Coalesce(this=before, expressions=[col("m", "d")]), "start")
    gaps = select(col("m", "o"), col("m", "best"), start, named(col("m", "d"), "finish")).from_(source(marks, "m"), copy=False)
    days = named(exp.DateDiff(this=col("g", "finish"), expression=col("g", "start"), unit=exp.Var(this="DAY")), "days")
    measured = select(col("g", "o"), col("g", "best"), days, col("g", "start"), col("g", "finish")).from_(source(gaps, "g"), copy=False)
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[col("d", "o"), col("d", "best")],
        order=exp.Order(expressions=[exp.Ordered(this=col("d", "days"), desc=True), exp.Ordered(this=col("d", "start"))]),
    )
    names = ("o", "best", "days", "start", "finish")
    ranked = select(*(col("d", name) for name in names), named(place, "place")).from_(source(measured, "d"), copy=False)
    count = named(exp.Coalesce(this=col("u", "undated"), expressions=[integer(0)]), "undated")
    query = select(*(col("n", name) for name in names), count).from_(source(ranked, "n"), copy=False)
    query = joined(query, source(undated, "u"), equal(col("u", "o"), col("n", "o")))
    return query.where(equal(col("n", "place"), integer(1)), copy=False)
