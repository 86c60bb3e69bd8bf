"""`--fail-on`: every rule on both sides of its limit, exact."""

from fractions import Fraction

import pytest

from secaudit.cli.decide import good_enough, minimum
from secaudit.errors import UsageError
from secaudit.model.control import Level
from secaudit.model.finding import Disposition
from secaudit.model.policy import Gate
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from tests import builders

F, U, E, P, N = Status.FAIL, Status.UNKNOWN, Status.ERROR, Status.PASS, Status.NOT_APPLICABLE
EIGHTY = Fraction(80)
BELOW = Fraction(80) - Fraction(1, 10**12)


def _assessment(
    status: Status = P, level: Level = "required", disposition: Disposition | None = None, overall: Fraction | None = EIGHTY
) -> Assessment:
    return builders.assessment(
        builders.finding(status, level=level, disposition=disposition), score=builders.score(overall=overall), fiscal_year=2025
    )


def _says(rule: str, assessment: Assessment) -> bool:
    return good_enough([assessment], rule, gates={}, before={})


@pytest.mark.parametrize("status", [F, U, E, P, N])
def test_none_never_stops(status: Status) -> None:
    assert _says("none", _assessment(status))


@pytest.mark.parametrize(("status", "good"), [(F, True), (U, True), (E, False), (P, True), (N, True)])
def test_error_stops_at_errors(status: Status, good: bool) -> None:
    assert _says("error", _assessment(status)) is good


@pytest.mark.parametrize(("status", "good"), [(F, False), (U, False), (E, False), (P, True), (N, True)])
def test_required_stops_at_any_open_required_control_that_is_not_pass(status: Status, good: bool) -> None:
    assert _says("required", _assessment(status)) is good
    assert _says("required", _assessment(status, level="recommended")) is True
    assert _says("any", _assessment(status, level="recommended")) is good


def test_what_an_exception_carries_does_not_stop() -> None:
    assert _says("required", _assessment(F, disposition="excepted"))
    assert _says("any", _assessment(F, disposition="excepted"))


@pytest.mark.parametrize(("overall", "good"), [(EIGHTY, True), (BELOW, False), (None, False)])
def test_scores_are_compared_exactly_and_no_score_is_not_good(overall: Fraction | None, good: bool) -> None:
    assert _says("score<80", _assessment(overall=overall)) is good


@pytest.mark.parametrize("rule", ["score<", "score<x", "score>80", "score<1/0", "sometimes", ""])
def test_unknown_rules_are_refused(rule: str) -> None:
    with pytest.raises(UsageError):
        minimum(rule)


def test_the_gate_of_a_policy() -> None:
    def passes(assessment: Assessment, gate: Gate | None, last: Fraction | None = None) -> bool:
        return good_enough([assessment], "policy", gates={"mihon": gate}, before={("mihon", 2024): last})

    plain = Gate(fail_on="required", minimum_score=None, maximum_drop=None)
    assert passes(_assessment(), plain)
    assert not passes(_assessment(F), plain)
    least = Gate(fail_on="none", minimum_score=EIGHTY, maximum_drop=None)
    assert passes(_assessment(F), least)
    assert not passes(_assessment(overall=BELOW), least)
    assert not passes(_assessment(overall=None), least)
    drop = Gate(fail_on="none", minimum_score=None, maximum_drop=Fraction(2))
    assert passes(_assessment(), drop, None)
    assert passes(_assessment(), drop, Fraction(82))
    assert not passes(_assessment(overall=BELOW), drop, Fraction(82))
    assert not passes(_assessment(overall=None), drop, Fraction(82))
    score = Gate(fail_on="score<80", minimum_score=None, maximum_drop=None)
    assert passes(_assessment(), score)
    assert not passes(_assessment(overall=BELOW), score)
    with pytest.raises(UsageError):
        passes(_assessment(), None)


def test_one_bad_assessment_spoils_the_run() -> None:
    assert not good_enough([_assessment(), _assessment(F)], "required", gates={}, before={})
