"""Compiled assertions → sqlglot trees: one statement judges all organisations of a run.

* `o` is the organisation's number in every table, `r` the row's; `p` holds one row per organisation with the dates of the run and
  the control's parameters, `l0`, `l1` … the words of list parameters, `lost` the cells that could not be read.
* Only constructs on which DuckDB and Spark agree. No text of a user becomes an identifier; texts are literals.

Never here: SQL as text, running statements (`backends`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never

from sqlglot import exp

from secaudit.engine import trees
from secaudit.engine.compiled import TablePart
from secaudit.engine.conditions import Lowering
from secaudit.engine.nodes import And, Clock, Column, Compare, Node
from secaudit.engine.trees import cases, col, integer, joined, named, null, select, text
from secaudit.model.assertion import Coverage, Distinct, Every, Exists, Match, NoneOf, Recent, Regular, Within
from secaudit.model.evidence import Kind

TIME_COLUMNS = ("o", "best", "days", "start", "finish", "undated")
"""Columns of a statement of `regular`; `best` 1 counts the rows perhaps in scope too."""
RECENT_COLUMNS = ("o", "newest", "r", "undecided")
ROW_COLUMNS = ("o", "side", "r", "sure", "word")
"""Columns of all other statements: `side` 0 left, 1 right; `sure` 1 in scope, 0 perhaps."""


@lru_cache(maxsize=4096)
def statement(part: TablePart, table: int, other: int) -> exp.Query:
    """Return the statement of a part whose tables are `t{table}` and `t{other}`."""
    lowering = _Statement(part, table, other)
    match part.assertion:
        case Every():
            return lowering.by_row(part.holds, ("pass", "fail"))
        case NoneOf():
            return lowering.by_row(part.holds, ("fail", "pass"))
        case Distinct(columns=(first, second)):
            return lowering.by_row(Compare("<>", Column(first), Column(second)), ("pass", "fail"))
        case Within() as within:
            return lowering.within(within)
        case Coverage() as coverage:
            return lowering.coverage(coverage)
        case Match() as match_:
            return lowering.match(match_)
        case Exists(dated=dated):
            return lowering.exists(dated)
        case Recent(dated=dated):
            return lowering.recent(dated)
        case Regular(dated=dated):
            return lowering.regular(dated)
        case _:
            assert_never(part.assertion)


@dataclass(slots=True)
class _Statement:
    part: TablePart
    table: int
    other: int

    def scoped(self, kind: Kind, table: int, where: Node | None, **values: "exp.Expr | Node | None") -> exp.Select:
        """Return a query for the readable rows in scope or perhaps: o, r, w (scope) and `values`.

        A node is lowered, a column name is taken as it is; rows whose scope is false are left out by the caller's `w`.
        """
        lowering = Lowering(kind, self.part.parameters)
        picked: list[exp.Expr] = [col("t", "o"), col("t", "r"), named(lowering.truth(where), "w")]
        for name, value in values.items():
            tree = value if isinstance(value, exp.Expr) else lowering.truth(value)
            picked.append(named(tree, name))
        query = select(*picked).from_(trees.table(f"t{table}", "t"), copy=False)
        query = joined(query, trees.table("p", "p"), trees.equal(col("p", "o"), col("t", "o")), left=False)
        for words, condition in lowering.joins:
            query = joined(query, words, condition)
        return query.where(exp.Not(this=exp.Exists(this=self._lost(kind, table))), copy=False)

    def _lost(self, kind: Kind, table: int) -> exp.Select:
        numbers = [-1, *(index for index, column in enumerate(kind.columns) if column.name in self.part.reads[kind.name])]
        places = (("t", integer(table)), ("o", col("t", "o")), ("r", col("t", "r")))
        same = [trees.equal(col("x", name), tree) for name, tree in places]
        cells = exp.In(this=col("x", "c"), expressions=[integer(number) for number in numbers])
        return select(integer(1)).from_(trees.table("lost", "x"), copy=False).where(trees.all_of(*same, cells), copy=False)

    def by_row(self, holds: Node | None, words: tuple[str, str]) -> exp.Select:
        """`every`, `none`, `distinct`: a word for true, a word for false."""
        inner = self.scoped(self.part.kind, self.table, self.part.where, h=holds)
        return self._words(inner, cases((col("s", "h"), text(words[0])), (trees.negated(col("s", "h")), text(words[1])), text("unknown")))

    def _words(self, inner: exp.Select, word: exp.Expr) -> exp.Select:
        return _facts(select_from(inner), 0, word)

    def within(self, within: Within) -> exp.Select:
        """Durations in whole microseconds against the limit, which `p` holds in microseconds."""
        kind = self.part.kind
        start, end = (trees.moment(trees.column_of(kind, name)) for name in (within.start, within.end))
        inner = self.scoped(kind, self.table, self.part.where, a=start, b=end, m=col("p", "most"))
        word = cases(
            (trees.any_null([col("s", "a"), col("s", "b")]), text("unknown")),
            (exp.LT(this=col("s", "b"), expression=col("s", "a")), text(within.earlier)),
            (exp.LTE(this=trees.microseconds(col("s", "a"), col("s", "b")), expression=col("s", "m")), text("pass")),
            text("fail"),
        )
        return self._words(inner, word)

    def coverage(self, coverage: Coverage) -> exp.Query:
        """Rows of the population with the best row of their key; then rows of the second table without a key."""
        left, right = self._sides(coverage.on)
        word = cases((trees.equal(col("g", "best"), integer(2)), text("pass")), *_keyless_or_perhaps(len(coverage.on)), text("fail"))
        found = _facts(_joined(left, right, len(coverage.on)), 0, word)
        keyless = _facts(select_from(right.copy()).where(trees.any_null(_keys("s", len(coverage.on))), copy=False), 1, text("unknown"))
        return exp.union(found, keyless, distinct=False, copy=False)

    def match(self, match_: Match) -> exp.Query:
        """Rows of each side with the best row of their key on the other side."""
        left, right = self._sides(match_.on)
        found = self._found(left, right, len(match_.on), 0)
        if match_.sides == "left":
            return found
        return exp.union(found, self._found(right.copy(), left.copy(), len(match_.on), 1), distinct=False, copy=False)

    def _found(self, own: exp.Select, others: exp.Select, width: int, side: int) -> exp.Select:
        keyless = _live(select_from(others.copy(), col("s", "o"))).where(trees.any_null(_keys("s", width)), copy=False).distinct(copy=False)
        query = joined(_joined(own, others, width), trees.source(keyless, "n"), trees.equal(col("n", "o"), col("s", "o")))
        word = cases(
            (trees.equal(col("g", "best"), integer(2)), text("pass")),
            *_keyless_or_perhaps(width),
            (trees.negated(trees.is_null(col("n", "o"))), text("unknown")),
            text("fail"),
        )
        return _facts(query, side, word)

    def _sides(self, on: Sequence["trees.Pair"]) -> tuple[exp.Select, exp.Select]:
        other = self.part.other
        assert other is not None  # noqa: S101 - compile saw to it
        own = {f"k{index}": trees.column_of(self.part.kind, pair.left) for index, pair in enumerate(on)}
        others = {f"k{index}": trees.column_of(other, pair.right) for index, pair in enumerate(on)}
        return (
            self.scoped(self.part.kind, self.table, self.part.where, **own),
            self.scoped(other, self.other, self.part.other_where, **others),
        )

    def exists(self, dated: str | None) -> exp.Select:
        """Being in the period is part of the scope."""
        where = self.part.where
        if dated is not None:
            inside = And(Compare(">=", Column(dated), Clock("fy_start")), Compare("<=", Column(dated), Clock("until")))
            where = inside if where is None else And(where, inside)
        return self._words(self.scoped(self.part.kind, self.table, where), text("pass"))

    def recent(self, dated: str) -> exp.Select:
        """Find the newest date in scope up to the as-of date, its first row, and the rows that might be newer."""
        day = trees.day(trees.column_of(self.part.kind, dated), self.part.kind, dated)
        inner = self.scoped(self.part.kind, self.table, self.part.where, d=day, a=col("p", "as_of"))
        past = trees.all_of(col("s", "w"), exp.LTE(this=col("s", "d"), expression=col("s", "a")))
        undecided = trees.any_of(trees.is_null(col("s", "w")), trees.is_null(col("s", "d")))
        ages = _live(
            select_from(
                inner,
                col("s", "o"),
                named(exp.Max(this=cases((past, col("s", "d")), null())), "newest"),
                named(exp.Sum(this=cases((undecided, integer(1)), integer(0))), "undecided"),
            )
        ).group_by(col("s", "o"), copy=False)
        query = select(col("g", "o"), col("g", "newest"), named(exp.Min(this=col("s", "r")), "r"), col("g", "undecided"))
        on = trees.all_of(trees.equal(col("s", "o"), col("g", "o")), trees.equal(col("s", "d"), col("g", "newest")), col("s", "w"))
        query = joined(query.from_(trees.source(ages, "g"), copy=False), trees.source(inner.copy(), "s"), on)
        return query.group_by(col("g", "o"), col("g", "newest"), col("g", "undecided"), copy=False)

    def regular(self, dated: str) -> exp.Select:
        """Find the largest difference of neighbouring dates, without and with the rows perhaps in scope."""
        kind = self.part.kind
        day = trees.day(trees.column_of(kind, dated), kind, dated)
        inner = self.scoped(kind, self.table, self.part.where, d=day, a=col("p", "fy_start"), b=col("p", "until"))
        queries: list[exp.Query] = []
        for best in (0, 1):
            queries.append(_marks(inner.copy(), best))
            for end in ("fy_start", "until"):
                mark = select(col("p", "o"), named(integer(best), "best"), named(col("p", end), "d"))
                queries.append(mark.from_(trees.table("p", "p"), copy=False))
        marks = queries[0]
        for query in queries[1:]:
            marks = exp.union(marks, query, distinct=True, copy=False)
        count = named(exp.Count(this=exp.Star()), "undated")
        undated = _live(select_from(inner, col("s", "o"), count)).where(trees.is_null(col("s", "d")), copy=False)
        return trees.largest_gap(marks, undated.group_by(col("s", "o"), copy=False))


def _marks(inner: exp.Select, best: int) -> exp.Select:
    """Return the dates inside the period of the rows in scope; at `best` also of those perhaps in scope."""
    query = select_from(inner, col("s", "o"), named(integer(best), "best"), col("s", "d"))
    query = _live(query) if best else query.where(col("s", "w"), copy=False)
    from_start = exp.GTE(this=col("s", "d"), expression=col("s", "a"))
    return query.where(from_start, exp.LTE(this=col("s", "d"), expression=col("s", "b")), copy=False)


def select_from(inner: exp.Select, *picked: exp.Expr) -> exp.Select:
    """Return a query for some columns of `inner`, called `s`."""
    return select(*picked).from_(trees.source(inner, "s"), copy=False)


def _live(query: exp.Select) -> exp.Select:
    """Keep the rows in scope or perhaps."""
    return query.where(trees.any_of(col("s", "w"), trees.is_null(col("s", "w"))), copy=False)


def _facts(query: exp.Select, side: int, word: exp.Expr) -> exp.Select:
    """Give a query over `s` the columns of row facts."""
    return _live(query).select(
        col("s", "o"),
        named(integer(side), "side"),
        col("s", "r"),
        named(cases((col("s", "w"), integer(1)), integer(0)), "sure"),
        named(word, "word"),
        copy=False,
    )


def _keys(alias: str, width: int) -> list[exp.Expr]:
    return [col(alias, f"k{index}") for index in range(width)]


def _joined(own: exp.Select, others: exp.Select, width: int) -> exp.Select:
    """Rows `s` of one side with `g.best` of their key on the other: 2 a row in scope, 1 only rows perhaps in scope."""
    best = exp.Max(this=cases((col("s", "w"), integer(2)), integer(1)))
    groups = _live(select_from(others, col("s", "o"), *_keys("s", width), named(best, "best")))
    groups = groups.where(trees.negated(trees.any_null(_keys("s", width))), copy=False)
    groups = groups.group_by(col("s", "o"), *_keys("s", width), copy=False)
    pairs = zip(_keys("s", width), _keys("g", width), strict=True)
    condition = trees.all_of(trees.equal(col("g", "o"), col("s", "o")), *(trees.equal(left, right) for left, right in pairs))
    return joined(select_from(own), trees.source(groups, "g"), condition)


def _keyless_or_perhaps(width: int) -> tuple[tuple[exp.Expr, exp.Expr], ...]:
    return (
        (trees.any_null(_keys("s", width)), text("unknown")),
        (trees.equal(col("g", "best"), integer(1)), text("unknown")),
    )
