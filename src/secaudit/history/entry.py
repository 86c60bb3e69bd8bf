"""What an entry of the history holds, in canonical JSON.

* Digests of catalogue, policy, evidence and tool say what was judged; findings and score say what came out.
* Names of people and cells of evidence never enter the record.

Never here: the chain (`chain`), the store (`sqlite`).
"""

from collections.abc import Mapping
from fractions import Fraction

from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.wire.canonical import dumps

FORMAT = "secaudit/history/v1"


def exact(value: Fraction | None) -> str | None:
    """Write a fraction exactly, as `n/d`."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def payload(assessment: Assessment, *, recorded_at: str, recorded_by: str) -> str:
    """Return the canonical JSON of one assessment. `recorded_at` is ISO 8601 with offset, `recorded_by` a role."""
    score = assessment.score
    return dumps(
        {
            "format": FORMAT,
            "organisation": assessment.organisation.id,
            "policy": assessment.policy_id,
            "fiscal_year": assessment.fiscal_year,
            "as_of": assessment.as_of.isoformat(),
            "edition": assessment.edition,
            "digests": digests(assessment),
            "tool_version": assessment.tool_version,
            "recorded_at": recorded_at,
            "recorded_by": recorded_by,
            "score": {
                "overall": exact(score.overall),
                "chapters": {chapter: exact(value) for chapter, value in score.chapters.items()},
                "evidence_coverage": exact(score.evidence_coverage),
                "machine_share": exact(score.machine_share),
                "counts": {status.value: count for status, count in score.counts.items()},
                "excepted": score.excepted,
            },
            "findings": [_finding(finding) for finding in assessment.findings],
        }
    )


def digests(assessment: Assessment) -> Mapping[str, str]:
    """Return the digests that, with the as-of date, identify what was judged."""
    return {
        "catalogue": assessment.catalogue_digest,
        "policy": assessment.policy_digest,
        "evidence": assessment.evidence_digest,
        "tool": assessment.tool_version,
    }


def _finding(finding: Finding) -> Mapping[str, object]:
    measured = finding.measured
    return {
        "control": finding.control,
        "status": finding.status.value,
        "disposition": finding.disposition,
        "level": finding.level,
        "chapter": finding.chapter,
        "weight": finding.weight,
        "worth": exact(finding.worth),
        "by_data": finding.by_data,
        "fingerprint": finding.fingerprint,
        "counts": {status.value: count for status, count in finding.counts.items() if count},
        "measured": None if measured is None else {"value": exact(measured.value), "target": exact(measured.target), "unit": measured.unit},
    }
