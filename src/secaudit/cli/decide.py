"""`--fail-on`: whether what was found is good enough (contract §4).

* `policy` means what each policy's `gate:` says; the drop is measured against the fiscal year before in the record.

Never here: judging controls.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from secaudit.errors import UsageError
from secaudit.model.finding import Finding
from secaudit.model.policy import Gate
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Text

RULES = ("none", "error", "required", "any", "policy")


def minimum(rule: str) -> Fraction | None:
    """Return the score of a rule `score<N`, None for a named rule; raises `UsageError` for anything else."""
    if rule in RULES:
        return None
    number = rule.removeprefix("score<")
    try:
        if rule.startswith("score<"):
            return Fraction(number)
    except (ValueError, ZeroDivisionError):
        pass
    raise UsageError(
        Text(ja=f"--fail-on に `{rule}` は使えない", en=f"--fail-on does not know `{rule}`"),
        hint=Text(ja=f"{', '.join(RULES)}, score<80 のどれか", en=f"one of {', '.join(RULES)}, score<80"),
    )


def good_enough(
    assessments: Sequence[Assessment],
    rule: str,
    *,
    gates: Mapping[str, Gate | None],
    before: Mapping[tuple[str, int], Fraction | None],
) -> bool:
    """Return whether every assessment meets the rule.

    `gates` is by policy id; `before` holds the recorded score by policy id and fiscal year.
    """
    return all(_meets(assessment, rule, gates, before) for assessment in assessments)


def _meets(assessment: Assessment, rule: str, gates: Mapping[str, Gate | None], before: Mapping[tuple[str, int], Fraction | None]) -> bool:
    if rule == "policy":
        gate = gates[assessment.policy_id]
        if gate is None:
            raise UsageError(
                Text(ja=f"ポリシー {assessment.policy_id} に gate がない", en=f"policy {assessment.policy_id} has no gate"),
                hint=Text(ja="gate: {fail_on: required} のように書いてください", en="write one, such as gate: {fail_on: required}"),
            )
        return _passes_gate(assessment, gate, before)
    limit = minimum(rule)
    if limit is not None:
        return assessment.score.overall is not None and assessment.score.overall >= limit
    return not any(_stops(finding, rule) for finding in assessment.findings)


def _passes_gate(assessment: Assessment, gate: Gate, before: Mapping[tuple[str, int], Fraction | None]) -> bool:
    overall = assessment.score.overall
    if gate.fail_on == "policy" or not _meets(assessment, gate.fail_on, {}, {}):
        return False
    if gate.minimum_score is not None and (overall is None or overall < gate.minimum_score):
        return False
    last = before.get((assessment.policy_id, assessment.fiscal_year - 1))
    return gate.maximum_drop is None or last is None or (overall is not None and last - overall <= gate.maximum_drop)


def _stops(finding: Finding, rule: str) -> bool:
    if rule == "none" or finding.status in (Status.PASS, Status.NOT_APPLICABLE):
        return False
    if rule == "error":
        return finding.status is Status.ERROR
    return finding.disposition == "open" and (rule == "any" or finding.level == "required")
