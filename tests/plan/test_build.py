from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.model.control import Value
from secaudit.model.policy import Commitment, Plan
from secaudit.model.run import PlanLine
from secaudit.model.status import Status
from secaudit.plan.build import DASHES, build
from tests.builders import (
    STATEMENT_COLUMNS,
    commitment,
    effective_control,
    effective_policy,
    evidence_set,
    indicator,
    plan,
    plan_row,
    policy,
    statement_row,
    table,
)


def lines(
    *commitments: Commitment, rows: tuple[tuple[Value, ...], ...] = (), year: int = 2025, of: Plan | None = None, as_of: date | None = None
) -> tuple[PlanLine, ...]:
    effective = effective_policy(effective_control(), of=policy(plan=of, commitments=commitments), fiscal_year=year, as_of=as_of)
    return build(effective, evidence_set(table("published_statements", STATEMENT_COLUMNS, rows), fiscal_year=year))


ONE = commitment(rows=(plan_row("研修", {2025: "実施"}),))
TWO = commitment(rows=(plan_row("研修", {2025: "実施"}), plan_row("訓練", {2025: "検討"})))


def test_a_measure_nobody_reports_on_is_unknown() -> None:
    (line,) = lines(ONE)
    assert (line.status, line.promised, line.shown, line.statements) == (Status.UNKNOWN, "実施", None, ())


def test_without_any_published_file_nothing_is_shown() -> None:
    (line,) = build(effective_policy(of=policy(commitments=(ONE,))), evidence_set())
    assert line.status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("shows", "status"),
    [("met", Status.PASS), ("not_met", Status.FAIL), ("unclear", Status.UNKNOWN), ("measured", Status.UNKNOWN), (None, Status.UNKNOWN)],
)
def test_a_statement_of_the_row_shows_what_it_says(shows: str | None, status: Status) -> None:
    (line,) = lines(ONE, rows=(statement_row(row="研修", shows=shows),))
    assert (line.status, line.statements) == (status, ("s01",))
    assert line.shown is not None
    assert (line.shown.ja, line.shown.en) == ("実施した", "was held")


def test_several_statements_fold_to_the_worst_and_are_all_named() -> None:
    (line,) = lines(ONE, rows=(statement_row(), statement_row(statement="s02", shows="not_met", claim_ja=None, claim_en=None)))
    assert (line.status, line.statements) == (Status.FAIL, ("s01", "s02"))
    assert line.shown is not None
    assert line.shown.ja == "実施した / "


@pytest.mark.parametrize(
    ("speaks_from", "speaks_to", "heard"),
    [
        (date(2025, 4, 1), date(2026, 3, 31), True),
        (date(2026, 3, 31), date(2026, 3, 31), True),
        (datetime(2026, 3, 31, 9), datetime(2026, 3, 31, 10), True),  # noqa: DTZ001 - evidence is in local time
        (date(2025, 4, 1), date(2026, 3, 30), False),
        (date(2026, 4, 1), date(2027, 3, 31), False),
        (None, date(2026, 3, 31), False),
        (date(2025, 4, 1), None, False),
        ("2025-04-01", date(2026, 3, 31), False),
    ],
)
def test_only_a_period_that_contains_the_as_of_date_speaks(speaks_from: Value, speaks_to: Value, heard: bool) -> None:
    (line,) = lines(ONE, rows=(statement_row(speaks_from=speaks_from, speaks_to=speaks_to),))
    assert line.status is (Status.PASS if heard else Status.UNKNOWN)


def test_a_statement_about_other_measures_says_nothing_here() -> None:
    (line,) = lines(ONE, rows=(statement_row(commitments="III-20, IV-1"),))
    assert line.status is Status.UNKNOWN
    (line,) = lines(ONE, rows=(statement_row(commitments=None),))
    assert line.status is Status.UNKNOWN
    (line,) = lines(ONE, rows=(statement_row(commitments="IV-1 , III-2"),))
    assert line.status is Status.PASS


def test_a_statement_about_the_whole_of_several_rows_proves_no_single_row() -> None:
    first, second, whole = lines(TWO, rows=(statement_row(),))
    assert [line.status for line in (first, second, whole)] == [Status.UNKNOWN, Status.UNKNOWN, Status.PASS]
    assert (whole.row, whole.promised, whole.statements) == ("", None, ("s01",))


def test_a_statement_of_one_row_leaves_the_other_unknown() -> None:
    assert [line.status for line in lines(TWO, rows=(statement_row(row="訓練"),))] == [Status.UNKNOWN, Status.PASS]


def test_a_statement_that_names_a_row_the_plan_lacks_is_not_dropped() -> None:
    first, second, astray = lines(TWO, rows=(statement_row(row="訓錬", shows="not_met"),))
    assert [line.status for line in (first, second)] == [Status.UNKNOWN, Status.UNKNOWN]
    assert (astray.row, astray.status, astray.statements) == ("訓錬", Status.FAIL, ("s01",))


@given(st.text(alphabet=sorted(DASHES), min_size=1, max_size=3), st.sampled_from(["", " ", "　"]))
def test_a_printed_dash_promises_nothing(dash: str, space: str) -> None:
    (line,) = lines(commitment(rows=(plan_row("研修", {2025: f"{space}{dash}{space}"}),)))
    assert line.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("stage", ["実施", " ", "―実施"])
def test_anything_else_that_is_printed_is_a_promise(stage: str) -> None:
    (line,) = lines(commitment(rows=(plan_row("研修", {2025: stage}),)))
    assert line.status is Status.UNKNOWN


def test_a_stage_that_cannot_be_read_for_sure_is_never_guessed() -> None:
    (line,) = lines(commitment(rows=(plan_row("研修", {}, {2025: ("実施", "")}),)))
    assert (line.status, line.promised, line.unclear) == (Status.UNKNOWN, None, ("実施", ""))


@pytest.mark.parametrize(("year", "count"), [(2020, 0), (2021, 1), (2025, 1), (2026, 0)])
def test_a_measure_without_print_for_the_year_still_stands_while_the_plan_runs(year: int, count: int) -> None:
    bare = commitment(rows=(plan_row("研修", {2019: "実施"}),))
    found = lines(bare, year=year, of=plan(2021, 2025))
    assert len(found) == count
    assert all((line.status, line.row, line.promised, line.shown) == (Status.UNKNOWN, "", None, None) for line in found)


def test_without_a_plan_a_measure_without_print_has_no_line() -> None:
    assert lines(commitment()) == ()


def test_a_whole_statement_of_a_measure_without_rows_is_its_line() -> None:
    (line,) = lines(commitment(), rows=(statement_row(),), of=plan())
    assert (line.status, line.row, line.what) == (Status.PASS, "", "stage")


@pytest.mark.parametrize(
    ("target", "baseline", "value", "status"),
    [
        (84, {}, 84, Status.PASS),
        (84, {}, 83, Status.FAIL),
        (84, {2019: 50}, 83.9, Status.FAIL),
        (0, {}, 0, Status.PASS),
        (0, {}, 1, Status.FAIL),
        (0, {2019: 10}, 1, Status.FAIL),
        (5, {2019: 10}, 5, Status.PASS),
        (5, {2019: 10}, 6, Status.UNKNOWN),  # is it to fall to 5, or to stay above 5?
        (5, {2019: 10}, 4, Status.UNKNOWN),
        (5, {2019: "10件"}, 6, Status.PASS),
        (84, {}, None, Status.UNKNOWN),
        ("全職員", {}, 84, Status.UNKNOWN),
    ],
)
def test_a_measured_value_is_held_against_the_target(
    target: float | str, baseline: dict[int, int | float | str], value: float | None, status: Status
) -> None:
    rate = commitment(indicators=(indicator(baseline=baseline, targets={2025: target}),))
    (line,) = lines(rate, rows=(statement_row(indicator="受講率", shows="measured", value=value, unit="%"),))
    assert (line.status, line.what, line.row, line.promised) == (
        status,
        "indicator",
        "受講率",
        target if isinstance(target, str) else f"{target}%",
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "status"),
    [("%", "人", Status.UNKNOWN), ("%", None, Status.PASS), (None, "人", Status.PASS), ("%", "%", Status.PASS)],
)
def test_a_value_in_another_unit_proves_nothing(ours: str | None, theirs: str | None, status: Status) -> None:
    rate = commitment(indicators=(indicator(unit=ours, targets={2025: 84}),))
    (line,) = lines(rate, rows=(statement_row(indicator="受講率", shows="measured", value=200, unit=theirs),))
    assert line.status is status


def test_a_value_of_the_only_indicator_need_not_name_it_and_is_told_once() -> None:
    rate = commitment(indicators=(indicator(targets={2025: 84}),))
    (line,) = lines(rate, rows=(statement_row(shows="measured", value=90),))
    assert line.status is Status.PASS


def test_a_value_of_one_row_is_not_the_indicator_of_the_measure() -> None:
    both = commitment(rows=(plan_row("研修", {2025: "実施"}),), indicators=(indicator(targets={2025: 84}),))
    row, rate = lines(both, rows=(statement_row(row="研修", shows="measured", value=90),))
    assert (row.status, rate.status) == (Status.UNKNOWN, Status.UNKNOWN)


def test_of_two_indicators_a_value_that_names_neither_gets_its_own_line() -> None:
    two = commitment(indicators=(indicator(targets={2025: 84}), indicator("実施率", targets={2025: 84})))
    first, second, own = lines(two, rows=(statement_row(shows="measured", value=90),))
    assert [line.status for line in (first, second, own)] == [Status.UNKNOWN] * 3
    assert own.statements == ("s01",)


def test_a_word_about_an_indicator_counts_as_said() -> None:
    rate = commitment(indicators=(indicator(targets={2025: 84}),))
    (line,) = lines(rate, rows=(statement_row(indicator="受講率", shows="not_met"),))
    assert line.status is Status.FAIL


@pytest.mark.parametrize(
    ("targets", "shown"),
    [
        ({}, "基準値 84%"),
        ({2020: 50}, "基準値 84%"),
        ({2028: 100, 2027: 90}, "基準値 84%（2027年度の目標90%に届かない）"),
        ({2027: 80}, "基準値 84%（2027年度の目標は80%）"),
        ({2027: "全職員"}, "基準値 84%（2027年度の目標は全職員）"),
    ],
)
def test_a_baseline_promises_nothing_and_says_how_far_the_next_target_is(targets: dict[int, int | float | str], shown: str) -> None:
    (line,) = lines(commitment(indicators=(indicator(baseline={2025: 84}, targets=targets),)))
    assert (line.status, line.promised) == (Status.NOT_APPLICABLE, None)
    assert line.shown is not None
    assert line.shown.ja == shown


def test_a_value_in_a_year_without_target_is_told_beside_the_next_target() -> None:
    rate = commitment(indicators=(indicator(targets={2027: 90}),))
    (line,) = lines(rate, rows=(statement_row(indicator="受講率", shows="measured", value=70),))
    assert line.status is Status.NOT_APPLICABLE
    assert line.shown is not None
    assert line.shown.en == "was held (short of the target of 90% printed for FY2027)"


def test_an_indicator_without_figures_has_no_line() -> None:
    assert lines(commitment(indicators=(indicator(),))) == ()


def test_lines_keep_the_order_of_the_plan() -> None:
    found = lines(commitment("B", rows=(plan_row("一", {2025: "x"}), plan_row("二", {2025: "x"}))), commitment("A"), ONE, of=plan())
    assert [(line.commitment, line.row) for line in found] == [("B", "一"), ("B", "二"), ("A", ""), ("III-2", "研修")]


STATEMENTS = st.lists(
    st.builds(
        lambda **values: values,
        shows=st.sampled_from(["met", "not_met", "unclear", "measured"]),
        row=st.sampled_from([None, "研修", "訓練", "無い行"]),
        indicator=st.sampled_from([None, "受講率", "無い指標"]),
        value=st.none() | st.integers(0, 100),
    ),
    max_size=5,
)


@given(STATEMENTS)
def test_no_statement_is_dropped_and_none_is_proved_by_silence(said: list[dict[str, Value]]) -> None:
    whole = commitment(
        rows=(plan_row("研修", {2025: "実施"}), plan_row("訓練", {2025: "—"})), indicators=(indicator(targets={2025: 84, 2027: 90}),)
    )
    found = lines(whole, rows=tuple(statement_row(statement=f"s{n}", **values) for n, values in enumerate(said)), of=plan())
    assert {name for line in found for name in line.statements} == {f"s{n}" for n in range(len(said))}
    assert all(line.statements for line in found if line.status in (Status.PASS, Status.FAIL))
