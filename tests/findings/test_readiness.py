import dataclasses
from datetime import date
from fractions import Fraction
from pathlib import Path

from secaudit.catalog.guideline.load import load_guideline
from secaudit.findings.readiness import readiness
from secaudit.model.control import Control
from secaudit.model.finding import Finding
from secaudit.model.status import Status
from tests.builders import assessment, control, finding

LAW = load_guideline(Path(__file__).parents[2] / "controls").frameworks["ordinance-80"]
DAY = date(2027, 7, 1)


def under(number: str, *law: str) -> Control:
    return dataclasses.replace(control(number), law=law)


def found(number: str, status: Status, level: str = "required", disposition: str = "open") -> Finding:
    return dataclasses.replace(finding(status), control=number, level=level, disposition=disposition)  # type: ignore[arg-type]  # words of the model


def test_only_required_controls_that_apply_count() -> None:
    controls = [under(f"6.1.1-0{number}", "省令80号-5") for number in range(1, 6)] + [under("9.3-01", "省令80号-8", "自治法244条の6")]
    findings = (
        found("6.1.1-01", Status.PASS),
        found("6.1.1-02", Status.UNKNOWN),
        found("6.1.1-03", Status.FAIL, disposition="excepted"),
        found("6.1.1-04", Status.FAIL, level="recommended"),
        found("6.1.1-05", Status.NOT_APPLICABLE),
        found("9.3-01", Status.PASS),
    )
    made = dataclasses.replace(assessment(), findings=findings, as_of=date(2026, 3, 31))
    told = readiness(made, controls, LAW, DAY)
    fields = {one.entry.number: one for one in told.fields}
    assert len(fields) == 9
    technical = fields["省令80号-5"]
    assert (technical.required, technical.passing, technical.share) == (3, 1, Fraction(1, 3))
    assert [(one.control, one.status) for one in technical.open] == [("6.1.1-02", Status.UNKNOWN), ("6.1.1-03", Status.FAIL)]
    assert technical.days_left == 457
    assert fields["省令80号-8"].share == 1
    assert fields["自治法244条の6"].days_left == 1
    assert fields["省令80号-1"].share is None


def test_what_the_policy_leaves_out_is_open_for_the_law() -> None:
    chosen = dataclasses.replace(found("6.1.1-01", Status.NOT_APPLICABLE), left_out=True)
    made = dataclasses.replace(assessment(), findings=(chosen,))
    fields = {one.entry.number: one for one in readiness(made, [under("6.1.1-01", "省令80号-5")], LAW, DAY).fields}
    assert (fields["省令80号-5"].required, fields["省令80号-5"].passing) == (1, 0)


def test_a_field_counts_from_the_day_it_is_in_force() -> None:
    told = readiness(assessment(), [], LAW, date(2026, 4, 1))
    assert [one.entry.number for one in told.fields] == ["自治法244条の6"]


def test_who_may_be_exempt_is_said_and_not_decided() -> None:
    town = assessment()
    joint = dataclasses.replace(town, organisation=dataclasses.replace(town.organisation, type="association"))
    assert readiness(town, [], LAW, DAY).exempt == ()
    (condition,) = readiness(joint, [], LAW, DAY).exempt
    assert "LGWAN" in condition.text.en
    assert len(readiness(joint, [], LAW, DAY).fields) == 9
