import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secaudit.findings.score import score, worth
from secaudit.model.finding import Finding
from secaudit.model.outcome import Measured
from secaudit.model.status import Status
from tests.builders import finding, ratio

FRACTIONS = st.fractions(min_value=-1, max_value=2, max_denominator=1000)
MEASURES = st.none() | st.builds(
    Measured,
    value=st.none() | FRACTIONS,
    target=st.none() | FRACTIONS,
    numerator=st.none(),
    denominator=st.none(),
    unit=st.sampled_from(["ratio", "days"]),
)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    status, measured = draw(st.sampled_from(Status)), draw(MEASURES)
    return finding(
        status,
        control=f"{draw(st.integers(1, 4))}.1-01",
        weight=draw(st.integers(0, 5)),
        measured=measured,
        worth=worth(status, measured),
        by_data=draw(st.booleans()),
    )


MANY = st.lists(findings(), max_size=12)


@given(st.sampled_from(Status), MEASURES)
def test_a_control_is_worth_all_only_if_it_passes(status: Status, measured: Measured | None) -> None:
    said = worth(status, measured)
    assert 0 <= said <= 1
    assert (said == 1) == (status is Status.PASS)
    assert said == 0 or status in (Status.PASS, Status.FAIL)


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        (None, Fraction(0)),
        (ratio(1, 2, Fraction(3, 4)), Fraction(2, 3)),
        (ratio(0, 5), Fraction(0)),
        (ratio(0, 0), Fraction(0)),
        (ratio(1, 2, None), Fraction(0)),
        (ratio(1, 1), Fraction(0)),  # the ratio is reached, so another part of the control fails
        (ratio(0, 1, Fraction(0)), Fraction(0)),
        (Measured(value=Fraction(30), target=Fraction(90), numerator=None, denominator=None, unit="days"), Fraction(0)),
    ],
)
def test_only_a_ratio_that_falls_short_is_worth_a_part(measured: Measured | None, said: Fraction) -> None:
    assert worth(Status.FAIL, measured) == said
    assert worth(Status.UNKNOWN, measured) == worth(Status.ERROR, measured) == worth(Status.NOT_APPLICABLE, measured) == 0


def test_weights_worths_and_shares_add_up_as_the_contract_says() -> None:
    said = score(
        [
            finding(Status.PASS, control="1.1-01", weight=3),
            finding(Status.FAIL, control="1.1-02", weight=3, worth=Fraction(1, 2), disposition="excepted"),
            finding(Status.PASS, control="2.1-01", weight=1, by_data=False),
            finding(Status.UNKNOWN, control="10.1-01", weight=1),
            finding(Status.ERROR, control="10.1-02", weight=1),
            finding(Status.NOT_APPLICABLE, control="9.1-01", weight=3),
        ]
    )
    assert said.overall == Fraction(100 * 11, 2 * 9)  # 3 + 1.5 + 1 of 9
    assert said.chapters == {"1": 75, "2": 100, "9": None, "10": 0}
    assert list(said.chapters) == ["1", "2", "9", "10"]
    assert said.evidence_coverage == Fraction(7, 9)
    assert said.machine_share == Fraction(6, 9)
    assert [said.counts[status] for status in Status] == [2, 1, 1, 1, 1]
    assert said.excepted == 1


@pytest.mark.parametrize("nothing", [[], [finding(Status.NOT_APPLICABLE)], [finding(Status.PASS, weight=0)]])
def test_without_weight_there_is_no_score(nothing: list[Finding]) -> None:
    said = score(nothing)
    assert (said.overall, said.evidence_coverage, said.machine_share) == (None, None, None)
    assert set(said.chapters.values()) <= {None}


@given(MANY)
def test_scores_stay_within_their_bounds(many: list[Finding]) -> None:
    said = score(many)
    for points in (said.overall, *said.chapters.values()):
        assert points is None or 0 <= points <= 100
    assert (said.overall is None) == (said.evidence_coverage is None) == (said.machine_share is None)
    if said.evidence_coverage is not None and said.machine_share is not None:
        assert 0 <= said.machine_share <= said.evidence_coverage <= 1
    assert sum(said.counts.values()) == len(many)


@given(MANY, st.data())
def test_finding_a_pass_where_nothing_was_known_never_lowers_the_score(many: list[Finding], data: st.DataObject) -> None:
    unknown = [index for index, item in enumerate(many) if item.status is Status.UNKNOWN]
    if not unknown:
        return
    index = data.draw(st.sampled_from(unknown))
    better = [*many]
    better[index] = dataclasses.replace(many[index], status=Status.PASS, worth=worth(Status.PASS, many[index].measured))
    before, after = score(many).overall, score(better).overall
    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before


@given(MANY)
def test_the_order_of_findings_does_not_matter(many: list[Finding]) -> None:
    assert score(many) == score([*reversed(many)])


@given(MANY, st.data())
def test_an_exception_changes_no_figure_but_the_count_of_exceptions(many: list[Finding], data: st.DataObject) -> None:
    excepted = [
        dataclasses.replace(item, disposition="excepted") if item.status is Status.FAIL and data.draw(st.booleans()) else item
        for item in many
    ]
    assert dataclasses.replace(score(excepted), excepted=0) == score(many)
