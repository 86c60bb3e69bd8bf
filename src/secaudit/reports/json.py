"""Assessments as JSON, `secaudit/assessments/v1` (contract §9).

* Same assessments, same bytes: keys in a fixed order, no clock, no path of a machine.

Never here: rounding up.
"""

import json
from collections.abc import Mapping, Sequence

from secaudit.model.evidence import Loss
from secaudit.model.finding import Finding, Score
from secaudit.model.location import Location
from secaudit.model.outcome import Measured, Outcome
from secaudit.model.policy import BoundParameter
from secaudit.model.run import Assessment, PlanLine
from secaudit.model.text import Text
from secaudit.reports.basis import basis_json
from secaudit.reports.figures import exact, number, tenth
from secaudit.reports.law import law_json

SCHEMA = "secaudit/assessments/v1"


def render(assessments: Sequence[Assessment], *, samples: int, exit_zero: bool = False) -> bytes:
    """Return the JSON of a run; at most `samples` outcomes a finding are listed, all are counted."""
    document: dict[str, object] = {"schema": SCHEMA}
    if exit_zero:
        document["exit_zero"] = True
    document["assessments"] = [_assessment(assessment, samples) for assessment in assessments]
    # A lone surrogate of evidence becomes \udxxx, which is how JSON writes it.
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8", "backslashreplace")


def _assessment(assessment: Assessment, samples: int) -> Mapping[str, object]:
    organisation = assessment.organisation
    asked = {} if assessment.law is None else {"law": law_json(assessment.law)}
    return {
        "organisation": {"id": organisation.id, "name": text(organisation.name), "type": organisation.type, "code": organisation.code},
        "fiscal_year": assessment.fiscal_year,
        "as_of": assessment.as_of.isoformat(),
        "catalogue": {"edition": assessment.edition, "digest": assessment.catalogue_digest},
        "policy": {"id": assessment.policy_id, "digest": assessment.policy_digest},
        "evidence": {
            "digest": assessment.evidence_digest,
            "files": [
                {"kind": file.kind, "path": file.path, "sha256": file.sha256, "rows": file.rows} for file in assessment.evidence_files
            ],
        },
        "score": _score(assessment.score),
        "findings": [_finding(finding, samples) for finding in assessment.findings],
        "plan": [plan_line(line) for line in assessment.plan_lines],
        "losses": [_loss(loss) for loss in assessment.losses],
        **asked,
        "could_not_look": assessment.could_not_look,
        "tool": {"name": "secaudit", "version": assessment.tool_version},
    }


def text(value: Text) -> Mapping[str, str]:
    """Write a text in both languages."""
    return {"ja": value.ja, "en": value.en}


def location(value: Location | None) -> Mapping[str, object] | None:
    """Write a location with the parts that it has."""
    if value is None:
        return None
    parts = {"path": value.path, "sheet": value.sheet, "row": value.row, "column": value.column, "line": value.line}
    return {name: part for name, part in parts.items() if part is not None}


def _score(score: Score) -> Mapping[str, object]:
    return {
        "overall": tenth(score.overall),
        "exact": exact(score.overall),
        "chapters": {chapter: tenth(value) for chapter, value in score.chapters.items()},
        "evidence_coverage": number(score.evidence_coverage),
        "machine_share": number(score.machine_share),
        "counts": {status.value: count for status, count in score.counts.items()},
        "excepted": score.excepted,
    }


def _finding(finding: Finding, samples: int) -> Mapping[str, object]:
    return {
        "control": finding.control,
        "name": finding.name,
        "clause": finding.clause,
        "level": finding.level,
        "severity": finding.severity,
        "title": text(finding.title),
        "status": finding.status.value,
        "disposition": finding.disposition,
        "measured": _measured(finding.measured),
        "reason": text(finding.reason),
        "subjects": {
            "counts": {status.value: count for status, count in finding.counts.items()},
            "excepted": list(finding.excepted_subjects),
            "samples": [_outcome(outcome) for outcome in finding.outcomes[:samples]],
        },
        "parameters": {name: _parameter(value) for name, value in sorted(finding.parameters.items())},
        "weight": finding.weight,
        "worth": exact(finding.worth),
        "basis": basis_json(finding.basis),
        "decided_by": "data" if finding.by_data else "people",
        "exceptions": [
            {
                "subjects": list(grant.subjects),
                "reason": grant.reason,
                "approved_by": grant.approved_by,
                "expires": grant.expires.isoformat(),
                "location": location(grant.at),
            }
            for grant in finding.exceptions
        ],
        "notes": [text(note) for note in finding.notes],
        "fingerprint": finding.fingerprint,
        "remedy": text(finding.remedy),
    }


def _measured(measured: Measured | None) -> Mapping[str, object] | None:
    if measured is None:
        return None
    return {
        "value": number(measured.value),
        "target": number(measured.target),
        "numerator": measured.numerator,
        "denominator": measured.denominator,
        "unit": measured.unit,
    }


def _outcome(outcome: Outcome) -> Mapping[str, object]:
    return {
        "subject": outcome.subject,
        "status": outcome.status.value,
        "reason": text(outcome.reason),
        "location": location(outcome.location),
    }


def _parameter(parameter: BoundParameter) -> Mapping[str, object]:
    value = list(parameter.value) if isinstance(parameter.value, tuple) else parameter.value
    return {"value": value, "origin": parameter.origin, "weaker": parameter.weaker, "location": location(parameter.at)}


def plan_line(line: PlanLine) -> Mapping[str, object]:
    """Write one line of a plan."""
    return {
        "commitment": line.commitment,
        "title": text(line.title),
        "security": line.security,
        "what": line.what,
        "row": line.row,
        "fiscal_year": line.fiscal_year,
        "promised": line.promised,
        "unclear": list(line.unclear),
        "shown": None if line.shown is None else text(line.shown),
        "status": line.status.value,
        "statements": list(line.statements),
    }


def _loss(loss: Loss) -> Mapping[str, object]:
    return {
        "code": loss.code,
        "why": text(loss.why),
        "rows": loss.rows,
        "column": loss.column,
        "left_out": loss.left_out,
        "location": location(loss.at),
    }
