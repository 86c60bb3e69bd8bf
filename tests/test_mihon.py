"""The demo town and its bad twin: every finding equals what the generator's own arithmetic expects."""

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from secaudit.catalog.load import load
from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.pipeline.run import Request, assess
from secaudit.pipeline.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
TOWN = [(year, ROOT / "policies" / "mihon.yaml", ROOT / "evidence" / "mihon", "mihon-expected.json") for year in (2022, 2023, 2024, 2025)]
NEWEST = (2025, ROOT / "tests" / "evidence" / "mihon-newest.yaml", ROOT / "evidence" / "mihon", "mihon-newest-expected.json")
"""The evidence of FY2025 under the newest edition, with everything that can be adopted."""
TWIN = (2025, ROOT / "tests" / "evidence" / "mihon-bad.yaml", ROOT / "tests" / "evidence" / "mihon-bad", "mihon-bad-expected.json")


@cache
def _assess(year: int, policy: Path, folder: Path) -> Assessment:
    request = Request(policy=policy, fiscal_year=year, as_of=date(year + 1, 3, 31), manifest=folder / f"FY{year}" / "manifest.yaml")
    run = assess(Workspace(root=ROOT, controls=ROOT / "controls"), [request])
    assert not run.errors
    return run.assessments[0]


def _failing(finding: Finding) -> list[str]:
    """Return the failing subjects; `(2/7)` stands for a part of `all_of` that has no rows to name."""
    return sorted({o.subject for o in finding.outcomes if o.status is Status.FAIL and not o.subject.startswith("(")})


@pytest.mark.parametrize(("year", "policy", "folder", "expected"), [*TOWN, NEWEST, TWIN])
def test_findings_are_those_of_an_independent_computation(year: int, policy: Path, folder: Path, expected: str) -> None:
    wanted: Mapping[str, Any] = json.loads((ROOT / "tests" / "evidence" / expected).read_text("utf-8"))["years"][str(year)]
    assessment = _assess(year, policy, folder)
    found = {finding.control: finding for finding in assessment.findings}
    assert found.keys() == wanted["findings"].keys()
    for control, want in wanted["findings"].items():
        finding = found[control]
        assert (control, finding.status.value, finding.disposition) == (control, want["status"], want["disposition"])
        if want["failing"] and finding.by_data:
            assert (control, _failing(finding)) == (control, want["failing"])
        _compare_figures(finding, want["figures"])
    assert assessment.score.overall == Fraction(wanted["score"])
    assert {status.value: count for status, count in assessment.score.counts.items()} == wanted["counts"]
    assert assessment.score.excepted == wanted["excepted"]


def _compare_figures(finding: Finding, figures: Mapping[str, int | None]) -> None:
    measured = finding.measured
    if not figures or finding.status is Status.NOT_APPLICABLE:
        return
    if measured is None:  # a register stated to be empty has nothing to measure
        assert figures.get("rows") == 0, finding.control
        return
    if "denominator" in figures:
        assert (finding.control, measured.numerator, measured.denominator) == (
            finding.control,
            figures["numerator"],
            figures["denominator"],
        )
    if "days" in figures:
        wanted = None if figures["days"] is None else Fraction(figures["days"])
        assert (finding.control, measured.value) == (finding.control, wanted)


def test_the_story_is_told() -> None:
    attendance = []
    for year, policy, folder, _ in TOWN:
        (finding,) = [f for f in _assess(year, policy, folder).findings if f.control == "5.2.2-02"]
        assert finding.measured is not None
        assert finding.measured.value is not None
        attendance.append(round(float(finding.measured.value) * 100, 1))
    assert attendance == [84.0, 91.0, 97.0, 99.4]


def test_the_network_leaked_for_one_year_and_the_line_is_named() -> None:
    found = [next(one for one in _assess(year, policy, folder).findings if one.control == "3.1-04") for year, policy, folder, _ in TOWN]
    assert [finding.status for finding in found] == [Status.UNKNOWN, Status.UNKNOWN, Status.FAIL, Status.PASS]
    (leak,) = [outcome for outcome in found[2].outcomes if outcome.status is Status.FAIL]
    assert leak.reason is not None
    assert "only with a forged source" in leak.reason.en
    assert "ip filter 2090 pass 10.10.99.0/24 10.10.0.0/16 tcp * ssh,3389" in leak.reason.en
    assert leak.location is not None
    assert leak.location.path == "evidence/mihon/network/FY2024/rt-kikan-01.txt"


def _statuses(year: int, policy: Path, folder: Path, _: str) -> Mapping[str, Finding]:
    return {finding.control: finding for finding in _assess(year, policy, folder).findings}


def test_every_control_fails_in_the_bad_twin_and_only_answers_of_other_network_models_do_not_apply() -> None:
    controls = {control.id: control for control in load(ROOT / "controls", with_cases=False).controls}
    for control, finding in _statuses(*TWIN).items():
        if finding.status is Status.NOT_APPLICABLE:
            assert "beta-prime" not in controls[control].models, control
            assert controls[control].evidence == ("answers",), control
        else:
            assert (control, finding.status) == (control, Status.FAIL)


def test_every_control_that_data_decides_passes_in_some_year() -> None:
    runs = [_statuses(*run) for run in (*TOWN, NEWEST)]
    twin = _statuses(*TWIN).items()
    decided = {control for control, finding in twin if finding.by_data and finding.status is not Status.NOT_APPLICABLE}
    assert [control for control in sorted(decided) if Status.PASS not in {run[control].status for run in runs}] == []
