"""Golden SQL: one statement per construct, in DuckDB's and in Spark's words. `pytest --golden=write` is the only writer."""

from collections.abc import Callable

import pytest
import sqlglot

from secaudit.engine.compile import compile as compile_controls
from secaudit.engine.compiled import TablePart
from secaudit.engine.lower import statement
from secaudit.model.assertion import Assertion, Coverage, Distinct, Every, Exists, Match, NoneOf, ParameterName, Recent, Regular, Within
from tests.engine.small import AT, KINDS, condition, control, maybe, pairs

COVERAGE = Coverage(
    table="people",
    where=maybe("ok"),
    other="events",
    on=pairs(id="who", grade="part"),
    matching=maybe("done and day between fy_start and fy_end"),
    target=ParameterName("half"),
    at=AT,
)
MATCH = Match(table="people", where=maybe("ok"), other="events", other_where=maybe("n >= :days"), on=pairs(id="who"), sides="both", at=AT)
CONSTRUCTS: dict[str, Assertion] = {
    "every": Every(table="people", where=maybe("grade = 'a'"), holds=condition("ok"), at=AT),
    "none": NoneOf(table="people", where=None, holds=condition("ok"), at=AT),
    "distinct": Distinct(table="people", where=None, columns=("id", "boss"), at=AT),
    "within": Within(
        table="people",
        where=None,
        start="seen",
        end="quit",
        limit=ParameterName("days"),
        unit="hours",
        percentile=None,
        earlier="fail",
        at=AT,
    ),
    "coverage": COVERAGE,
    "match": MATCH,
    "exists": Exists(table="people", where=maybe("ok"), dated="seen", at_least=1, at=AT),
    "recent": Recent(table="people", where=None, dated="seen", within_days=1, at=AT),
    "regular": Regular(table="people", where=maybe("ok"), dated="hired", max_gap_days=1, at=AT),
    "operators": Every(
        table="people",
        where=maybe("not (n + 1 <> :days or x - :much > 0.5) and n in (-1, 2)"),
        holds=condition("id = 'O''Brien; --' and ok <> :yes and boss is not null or false"),
        at=AT,
    ),
    "times": Every(
        table="people",
        where=maybe("hired + :days >= as_of and seen = hired and seen - 1 < told and quit between fy_start and fy_end"),
        holds=condition("seen + n <= as_of"),
        at=AT,
    ),
    "lists": Every(table="people", where=maybe("grade in :words"), holds=condition("id in :words and not boss in :words"), at=AT),
}


def _part(assertion: Assertion) -> TablePart:
    names = ("people", "events") if isinstance(assertion, Coverage | Match) else ("people",)
    (compiled,) = compile_controls((control(assertion, *names),), KINDS)
    (part,) = compiled.parts
    assert isinstance(part, TablePart)
    return part


@pytest.mark.parametrize("name", CONSTRUCTS)
@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_statement(name: str, dialect: str, golden: Callable[[str, bytes], None]) -> None:
    tree = statement(_part(CONSTRUCTS[name]), 0, 1)
    text = tree.sql(dialect, pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)
    golden(f"sql/{name}.{dialect}.sql", f"{text}\n".encode())


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_only_generated_names(name: str) -> None:
    tree = statement(_part(CONSTRUCTS[name]), 0, 1)
    words = {identifier.name for identifier in tree.find_all(sqlglot.exp.Identifier)}
    own = {column.name for kind in KINDS.values() for column in kind.columns} | set(KINDS)
    assert words & (own - {"n", "x"}) == set()
    assert not list(tree.find_all(sqlglot.exp.Filter, sqlglot.exp.Anonymous, sqlglot.exp.RegexpLike))


def test_the_same_statement_twice_is_the_same_tree() -> None:
    part = _part(CONSTRUCTS["match"])
    assert statement(part, 0, 1) is statement(part, 0, 1)
    assert statement(part, 0, 1).sql() == statement(_part(CONSTRUCTS["match"]), 0, 1).sql()
