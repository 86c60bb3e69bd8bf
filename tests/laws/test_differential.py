"""The law of the engine: DuckDB says what the reference says, of every control and every table.

Hypothesis makes typed conditions and assertions of the nine table kinds, and tables with blanks, odd texts, dates around the turn
of the fiscal year and every obstacle, for two organisations that are judged by one statement.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from secaudit.engine import conditions as lowering
from secaudit.engine import trees
from secaudit.engine.backends.duckdb import SETTINGS, Session
from secaudit.engine.compile import compile as compile_controls
from secaudit.engine.evaluate import evaluate
from secaudit.engine.nodes import And, Node, Or
from secaudit.model.assertion import (
    AllOf,
    Assertion,
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
    Within,
)
from secaudit.model.control import Control, Value
from secaudit.model.evidence import EvidenceSet, Kind, Loss, Table
from secaudit.model.outcome import Judgement
from secaudit.model.policy import EffectivePolicy
from secaudit.model.status import Status
from tests.engine.small import AT, EVENTS, KINDS, PEOPLE, WORDS, adopted, condition, control, effective, lost, table

EXAMPLES = 2_000
"""Examples of the ordinary run; each judges one control of two organisations."""

TEXTS = ("s1", "s2", "s3", "", "Ａ", "A", "が", "か\u3099", "O'Brien", "職員 0001", "a", "100%\\_")
DATES = tuple(
    date.fromisoformat(day)
    for day in (
        "2024-12-31",
        "2025-03-31",
        "2025-04-01",
        "2025-04-02",
        "2025-09-30",
        "2026-03-30",
        "2026-03-31",
        "2026-04-01",
        "9999-12-31",
    )
)
MOMENTS = tuple(
    datetime.fromisoformat(moment)
    for moment in (
        "2025-03-31T23:59:59.999999",
        "2025-04-01T00:00:00",
        "2025-04-01T00:00:01",
        "2025-04-01T01:00:00",
        "2025-04-02T00:00:00",
        "2026-03-31T00:00:00",
        "2026-03-31T12:30:00",
        "2026-04-01T00:00:00",
    )
)
NUMBERS = (-1, 0, 1, 2, 30)
FRACTIONS = (-0.5, 0.0, 0.1, 0.2, 0.3, 1.0, 2.5)
_VALUES: dict[str, st.SearchStrategy[Value]] = {
    "text": st.sampled_from((None, *TEXTS)),
    "enum": st.sampled_from((None, *WORDS, *WORDS)),
    "integer": st.sampled_from((None, *NUMBERS)),
    "number": st.sampled_from((None, *FRACTIONS)),
    "boolean": st.sampled_from((None, True, False, True, False)),
    "date": st.sampled_from((None, *DATES)),
    "datetime": st.sampled_from((None, *MOMENTS)),
}


def _names(of: Kind, *types: str) -> list[str]:
    return [one.name for one in of.columns if one.type in types]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _numbers(of: Kind) -> st.SearchStrategy[str]:
    plain = st.sampled_from([*_names(of, "integer", "number"), ":days", ":much", ":half", "0", "1", "0.3", "-1"])
    return st.one_of(plain, st.builds(lambda left, sign, right: f"{left} {sign} {right}", plain, st.sampled_from("+-"), plain))


def _times(of: Kind) -> st.SearchStrategy[str]:
    plain = st.sampled_from([*_names(of, "date", "datetime"), "as_of", "fy_start", "fy_end"])
    days = st.sampled_from([":days", "1", "-1", "30", "n"])
    return st.one_of(plain, st.builds(lambda left, sign, right: f"{left} {sign} {right}", plain, st.sampled_from("+-"), days))


def _leaf(of: Kind) -> st.SearchStrategy[str]:
    numbers, times = _numbers(of), _times(of)
    ordering = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    equality = st.sampled_from(["=", "<>"])
    texts, enums = _names(of, "text"), _names(of, "enum")
    word = st.sampled_from([*texts, *enums, ":word", *map(_quoted, TEXTS)])
    enum = st.sampled_from([*enums, *map(_quoted, WORDS), ":word"])
    return st.one_of(
        st.sampled_from([*_names(of, "boolean"), ":yes", "true", "false"]),
        st.builds(lambda left, sign, right: f"{left} {sign} {right}", numbers, ordering, numbers),
        st.builds(lambda left, sign, right: f"{left} {sign} {right}", times, ordering, times),
        st.builds(lambda left, sign, right: f"{left} {sign} {right}", st.sampled_from(texts), equality, word),
        st.builds(lambda left, sign, right: f"{left} {sign} {right}", st.sampled_from(enums), equality, enum),
        st.builds(lambda left, low, high: f"{left} between {low} and {high}", times, times, times),
        st.builds(lambda left, negated: f"{left} {negated}in :words", st.sampled_from([*texts, *enums]), st.sampled_from(["", "not "])),
        st.builds(lambda left, right: f"{left} in ('a', {right})", st.sampled_from(enums), st.sampled_from(["'c'", ":word"])),
        st.builds(lambda left, right: f"{left} in (0, {right})", numbers, st.sampled_from(["1", ":days", "2.5"])),
        st.builds(
            lambda name, negated: f"{name} is {negated}null",
            st.sampled_from([one.name for one in of.columns]),
            st.sampled_from(["", "not "]),
        ),
    )


def conditions(of: Kind) -> st.SearchStrategy[Condition]:
    texts = st.recursive(
        _leaf(of),
        lambda inner: st.one_of(
            st.builds(lambda left, word, right: f"({left}) {word} ({right})", inner, st.sampled_from(["and", "or"]), inner),
            st.builds(lambda left, word, right: f"{left} {word} not {right}", inner, st.sampled_from(["and", "or"]), inner),
            st.builds(lambda one: f"not ({one})", inner),
        ),
        max_leaves=4,
    )
    return st.builds(condition, texts)


CONDITIONS = {one.name: conditions(one) for one in (PEOPLE, EVENTS)}
LEFT, RIGHT = PEOPLE.name, EVENTS.name


def _pairs(*choices: tuple[tuple[str, str], ...]) -> st.SearchStrategy[tuple[KeyPair, ...]]:
    return st.sampled_from([tuple(KeyPair(left=left, right=right) for left, right in choice) for choice in choices])


_WHERE = st.none() | CONDITIONS[LEFT]
_OTHER = st.none() | CONDITIONS[RIGHT]
_ON = _pairs((("id", "who"),), (("id", "who"), ("grade", "part")), (("quit", "day"),), (("grade", "part"),), (("ok", "done"), ("n", "n")))
_DATED = st.sampled_from(["hired", "seen"])
ASSERTIONS: tuple[st.SearchStrategy[Assertion], ...] = (
    st.builds(Every, table=st.just(LEFT), where=_WHERE, holds=CONDITIONS[LEFT], at=st.just(AT)),
    st.builds(NoneOf, table=st.just(LEFT), where=_WHERE, holds=CONDITIONS[LEFT], at=st.just(AT)),
    st.builds(
        Coverage,
        table=st.just(LEFT),
        where=_WHERE,
        other=st.just(RIGHT),
        on=_ON,
        matching=_OTHER,
        target=st.sampled_from([ParameterName("half"), 1, 0.3]),
        at=st.just(AT),
    ),
    st.builds(
        Exists,
        table=st.just(LEFT),
        where=_WHERE,
        dated=st.none() | _DATED,
        at_least=st.sampled_from([1, 2, ParameterName("days")]),
        at=st.just(AT),
    ),
    st.builds(
        Recent,
        table=st.just(LEFT),
        where=_WHERE,
        dated=_DATED,
        within_days=st.sampled_from([0, 1, 400, ParameterName("days")]),
        at=st.just(AT),
    ),
    st.builds(
        Regular,
        table=st.just(LEFT),
        where=_WHERE,
        dated=_DATED,
        max_gap_days=st.sampled_from([1, 181, 182, 363, ParameterName("days")]),
        at=st.just(AT),
    ),
    st.builds(
        Within,
        table=st.just(LEFT),
        where=_WHERE,
        start=st.sampled_from(["hired", "seen"]),
        end=st.sampled_from(["told", "quit"]),
        limit=st.sampled_from([ParameterName("days"), ParameterName("much"), 0, 24]),
        unit=st.sampled_from(["minutes", "hours", "days"]),
        percentile=st.none() | st.sampled_from([0.5, 1.0]),
        earlier=st.sampled_from(["unknown", "pass", "fail"]),
        at=st.just(AT),
    ),
    st.builds(
        Match,
        table=st.just(LEFT),
        where=_WHERE,
        other=st.just(RIGHT),
        other_where=_OTHER,
        on=_ON,
        sides=st.sampled_from(["both", "left"]),
        at=st.just(AT),
    ),
    st.builds(
        Distinct,
        table=st.just(LEFT),
        where=_WHERE,
        columns=st.sampled_from([("id", "boss"), ("grade", "rank"), ("id", "grade"), ("hired", "quit"), ("seen", "told")]),
        at=st.just(AT),
    ),
)


def _losses(of: Kind, rows: int) -> st.SearchStrategy[list[Loss]]:
    counted = st.builds(lost, st.sampled_from([1, 2, 0, None]))
    kept = st.builds(lost, left_out=st.just(True))
    kinds = [counted, kept]
    if rows:
        names = st.none() | st.sampled_from([one.name for one in of.columns])
        cells = st.builds(lost, st.sampled_from([1, 1, 0]), names, st.integers(0, rows - 1))
        kinds = [cells, cells, counted, kept]
    return st.lists(st.one_of(kinds), max_size=2)


_ROWS = {of.name: st.fixed_dictionaries({one.name: _VALUES[one.type] for one in of.columns}) for of in (PEOPLE, EVENTS)}


@st.composite
def tables(draw: st.DrawFn, of: Kind, organisation: str) -> Table | None:
    """A table with its obstacles; sometimes none at all."""
    shape = draw(st.sampled_from(["clean"] * 6 + ["stated"] * 4 + ["odd"] * 8 + ["missing", "failed"]))
    if shape == "missing":
        return None
    rows = draw(st.lists(_ROWS[of.name], min_size=draw(st.sampled_from([0, 1, 1, 2, 3])), max_size=4))
    population = len(rows) if shape == "stated" else draw(st.none() | st.integers(0, 6)) if shape == "odd" else None
    return table(
        of,
        *rows,
        organisation=organisation,
        population=population,
        losses=draw(_losses(of, len(rows))) if shape == "odd" else (),
        failures=(lost(None),) if shape == "failed" else (),
        stale=shape == "odd" and draw(st.booleans()),
        gap=shape == "odd" and draw(st.booleans()),
    )


@st.composite
def assertions(draw: st.DrawFn) -> Assertion:
    """One of the nine kinds, or two of them together."""
    index = draw(st.integers(0, len(ASSERTIONS)))
    if index < len(ASSERTIONS):
        return draw(ASSERTIONS[index])
    return AllOf(parts=(draw(st.one_of(ASSERTIONS)), draw(st.one_of(ASSERTIONS))), at=AT)


def _control(index: int, assertion: Assertion) -> Control:
    parts: Sequence[Assertion] = assertion.parts if isinstance(assertion, AllOf) else (assertion,)
    reads = {RIGHT for part in parts if isinstance(part, Coverage | Match)} | {LEFT}
    return control(assertion, *sorted(reads), id_=f"1.{index}-01")


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[Control], dict[str, EffectivePolicy], dict[str, EvidenceSet]]:
    controls = [_control(index, draw(assertions())) for index in range(1)]
    policies: dict[str, EffectivePolicy] = {}
    evidence: dict[str, EvidenceSet] = {}
    for organisation in ("mihon", "見本"):
        as_of = draw(st.sampled_from([date(2026, 3, 31), date(2025, 9, 30), date(2026, 4, 1), date(2025, 3, 31), date(2025, 4, 1)]))
        days, words = draw(st.sampled_from([0, 1, 365])), draw(st.sampled_from([("a", "b"), (), ("c",)]))
        bound = [effective(one, days=days, words=words, half=draw(st.sampled_from([0.5, 1.0]))) for one in controls]
        policies[organisation] = adopted(*bound, as_of=as_of)
        found = [draw(tables(of, organisation)) for of in (PEOPLE, EVENTS)]
        by_kind = {one.kind.name: one for one in found if one is not None}
        evidence[organisation] = EvidenceSet(organisation=organisation, fiscal_year=2025, tables=by_kind, losses=(), digest="")
    return controls, policies, evidence


Run = tuple[list[Control], dict[str, EffectivePolicy], dict[str, EvidenceSet]]


def _both(run: Run) -> tuple[tuple[Judgement, ...], tuple[Judgement, ...]]:
    controls, policies, evidence = run
    compiled = compile_controls(controls, KINDS)
    return evaluate(compiled, policies, evidence, backend="duckdb"), evaluate(compiled, policies, evidence, backend="reference")


@pytest.fixture(autouse=True, scope="module")
def _one_connection() -> Iterator[None]:
    """Thousands of examples on one connection; that it is locked is proved in tests/engine/test_duckdb.py."""
    with duckdb.connect(":memory:", config=dict(SETTINGS)) as shared, pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", lambda *_, **__: shared.cursor())
        patch.setattr(Session, "lock", lambda _: None)
        yield


ORDINARY = settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
SHORT = settings(ORDINARY, max_examples=400, phases=[Phase.generate], report_multiple_bugs=False)


def agree(run: Run) -> None:
    by_duckdb, by_reference = _both(run)
    assert by_duckdb == by_reference
    failed = {name for name, one in run[2].items() if any(each.failures for each in one.tables.values())}
    assert all(one.status != Status.ERROR or one.organisation in failed for one in by_reference), "a generated control crashed"


@ORDINARY
@given(runs())
def test_duckdb_agrees_with_the_reference(run: Run) -> None:
    agree(run)


def _or_for_and(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = lowering.Lowering.truth

    def wrong(self: lowering.Lowering, node: Node | None) -> exp.Expr:
        return truth(self, Or(node.left, node.right) if isinstance(node, And) else node)

    monkeypatch.setattr(lowering.Lowering, "truth", wrong)


def _two_valued_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(tree: exp.Expr) -> exp.Expr:
        return exp.Not(this=trees.parens(exp.Coalesce(this=tree, expressions=[exp.false()])))

    monkeypatch.setattr(trees, "negated", wrong)


def _moments_for_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "typed", lambda tree, name: tree if name == "DATE" else exp.Cast(this=tree, to=exp.DataType.build(name)))


@pytest.mark.parametrize("plant", [_or_for_and, _two_valued_not, _moments_for_days])
def test_a_planted_error_is_noticed(plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        SHORT(given(runs())(agree))()
