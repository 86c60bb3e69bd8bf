"""The score (contract §10): the only arithmetic a reader will argue about.

* `overall = 100 × Σ weight × worth ÷ Σ weight` over the controls that apply; exact fractions throughout.
* `unknown` and `error` are worth 0. An excepted failure counts like any failure.
* With no applicable weight there is no score (None), never 100.

Never here: rounding; reports round down when they print.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from secaudit.model.finding import Finding, Score
from secaudit.model.outcome import Measured
from secaudit.model.status import SEVERITY_ORDER, Status

DEFAULT_WEIGHTS: Mapping[str, int] = {"required": 3, "recommended": 1}


def worth(status: Status, measured: Measured | None) -> Fraction:
    """Return 0…1: 1 for a pass, measured ÷ target for a ratio that falls short of its target, else 0."""
    if status is Status.PASS:
        return Fraction(1)
    if status is Status.FAIL and measured is not None and measured.unit == "ratio":
        value, target = measured.value, measured.target
        # A ratio that reaches its target is not why the control fails: another part of an `all_of` is, and that is worth nothing.
        if value is not None and target is not None and 0 <= value < target:
            return value / target
    return Fraction(0)


def score(findings: Sequence[Finding]) -> Score:
    """Add up the findings of one assessment."""
    applicable = [finding for finding in findings if finding.status is not Status.NOT_APPLICABLE]
    decided = [finding for finding in applicable if finding.status in (Status.PASS, Status.FAIL)]
    chapters = sorted({finding.chapter for finding in findings}, key=lambda chapter: (len(chapter), chapter))
    return Score(
        overall=_points(applicable),
        chapters={chapter: _points([f for f in applicable if f.chapter == chapter]) for chapter in chapters},
        evidence_coverage=_share(decided, applicable),
        machine_share=_share([finding for finding in decided if finding.by_data], applicable),
        counts={status: sum(finding.status is status for finding in findings) for status in SEVERITY_ORDER},
        excepted=sum(finding.disposition == "excepted" for finding in findings),
    )


def _points(findings: Sequence[Finding]) -> Fraction | None:
    total = sum(finding.weight for finding in findings)
    if not total:
        return None
    return 100 * sum((finding.weight * finding.worth for finding in findings), start=Fraction(0)) / total


def _share(part: Iterable[Finding], whole: Sequence[Finding]) -> Fraction | None:
    total = sum(finding.weight for finding in whole)
    return Fraction(sum(finding.weight for finding in part), total) if total else None
