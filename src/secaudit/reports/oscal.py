"""Assessment-results in OSCAL 1.2.3: one result per assessment, one observation per finding.

* A finding of OSCAL knows only satisfied and not-satisfied. It is made for a pass that data decided and for a fail. Unknown, error,
  not applicable, and a pass that rests on people's answers are an observation without a finding; their status is a property.
* Evidence files stand in the back matter with their SHA-256; an observation points at those where its subjects stand.

Never here: turning an unknown into a state.
"""

from collections.abc import Sequence

from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports.figures import exact, measured_text
from secaudit.reports.oscal_parts import (
    NO_DAY,
    Json,
    catalogue_id,
    document,
    file_id,
    identify,
    key,
    line,
    lines,
    metadata,
    midnight,
    policy_id,
    props,
    resources,
    token,
)
from secaudit.reports.settings import Settings
from secaudit.reports.wording import category, digests, exception_lines, heading, outcome_line

_STATES = {Status.PASS: "satisfied", Status.FAIL: "not-satisfied"}
_ASSESSMENT_PLAN = identify("assessment-plan")


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the assessment-results of a run."""
    plan = {
        "uuid": _ASSESSMENT_PLAN,
        "title": "assessment plan",
        "description": "The policies and catalogues below are the plan; there is no document of OSCAL's own kind.",
        "citation": {"text": "policies and catalogues of controls named in this document"},
    }
    body: Json = {
        "metadata": metadata("secaudit assessment results", assessments, settings),
        "import-ap": {"href": f"#{_ASSESSMENT_PLAN}"},
        "results": (_result(one, settings) for one in assessments) if assessments else [_nothing()],
        "back-matter": {"resources": [plan, *resources(assessments)]},
    }
    return document("assessment-results", body, depth=5)


def _nothing() -> Json:
    return {
        "uuid": identify("result", "nothing"),
        "title": "nothing could be assessed",
        "description": "No assessment could be made; the errors of the run say why. The date means nothing.",
        "start": midnight(NO_DAY),
        "props": props(("could-not-look", "true")),
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
    }


def _result(assessment: Assessment, settings: Settings) -> Json:
    counts = assessment.score.counts
    controls: Json = {"include-controls": [{"control-id": token(finding.control)} for finding in assessment.findings]}
    result: Json = {
        "uuid": identify("result", *key(assessment)),
        "title": line(heading(assessment, settings.lang)),
        "description": line(heading(assessment, settings.lang)),
        "start": midnight(assessment.as_of),
        "props": props(
            ("assessment", category(assessment)),
            ("organisation", assessment.organisation.id),
            *digests(assessment),
            ("score", exact(assessment.score.overall)),
            ("could-not-look", str(assessment.could_not_look).lower()),
            ("losses", str(len(assessment.losses))),
            *((f"count-{status.value}", str(count)) for status, count in counts.items()),
        ),
        "links": [
            {"href": f"#{policy_id(assessment)}", "rel": "reference", "text": "policy"},
            {"href": f"#{catalogue_id(assessment)}", "rel": "reference", "text": "catalogue"},
        ],
        "reviewed-controls": {"control-selections": [controls if assessment.findings else {"include-all": {}}]},
    }
    if assessment.findings:
        result["observations"] = (observation(assessment, finding, settings) for finding in assessment.findings)
    stated = [finding for finding in assessment.findings if has_state(finding)]
    if stated:
        result["findings"] = (finding_of(assessment, finding, settings) for finding in stated)
    return result


def has_state(finding: Finding) -> bool:
    """Whether OSCAL has a state for it: looked at, and not by asking people alone whether all is well."""
    return finding.status is Status.FAIL or (finding.status is Status.PASS and finding.by_data)


def observation(assessment: Assessment, finding: Finding, settings: Settings) -> Json:
    """Return what was seen of one control."""
    lang = settings.lang
    said = [finding.reason.get(lang), measured_text(finding.measured, lang), *(note.get(lang) for note in finding.notes)]
    made: Json = {
        "uuid": observation_id(assessment, finding),
        "title": line(f"{finding.control} {finding.title.get(lang)}"),
        "description": lines([text for text in said if text]),
        "props": props(
            ("control-id", token(finding.control)),
            ("status", finding.status.value),
            ("disposition", finding.disposition),
            ("clause", finding.clause),
            ("level", finding.level),
            ("severity", finding.severity),
            ("decided-by", "data" if finding.by_data else "people"),
            ("fingerprint", finding.fingerprint),
            *((f"subjects-{status.value}", str(count)) for status, count in finding.counts.items()),
        ),
        "methods": ["EXAMINE" if finding.by_data else "INTERVIEW"],
        "types": ["control-objective"],
        "collected": midnight(assessment.as_of),
    }
    evidence = _evidence(assessment, finding, settings)
    if evidence:
        made["relevant-evidence"] = evidence
    return made


def _evidence(assessment: Assessment, finding: Finding, settings: Settings) -> list[Json]:
    known = {file.path for file in assessment.evidence_files}
    found: list[Json] = []
    for outcome in finding.outcomes[: settings.samples]:
        made: Json = {"description": line(outcome_line(outcome, finding, settings.lang))}
        if outcome.location is not None and outcome.location.path in known:
            made = {"href": f"#{file_id(assessment, outcome.location.path)}", **made}
        made["props"] = props(("status", outcome.status.value), ("subject", outcome.subject))
        found.append(made)
    rest = len(finding.outcomes) - settings.samples
    if rest > 0:
        found.append({"description": Text(ja=f"ほか{rest}件", en=f"and {rest} more").get(settings.lang)})
    return found


def finding_of(assessment: Assessment, finding: Finding, settings: Settings) -> Json:
    """Return the finding of a control that has a state."""
    made: Json = {
        "uuid": finding_id(assessment, finding),
        "title": line(f"{finding.control} {finding.title.get(settings.lang)}"),
        "description": line(finding.reason.get(settings.lang)),
        "target": {
            "type": "objective-id",
            "target-id": f"{token(finding.control)}_obj",
            "status": {"state": _STATES[finding.status], "reason": finding.status.value},
        },
        "related-observations": [{"observation-uuid": observation_id(assessment, finding)}],
    }
    exceptions = exception_lines(finding, settings.lang)
    if exceptions:
        made["remarks"] = lines(exceptions)
    return made


def observation_id(assessment: Assessment, finding: Finding) -> str:
    """Return the UUID of what was seen of a control in one assessment."""
    return identify("observation", *key(assessment), finding.control)


def finding_id(assessment: Assessment, finding: Finding) -> str:
    """Return the UUID of a finding in one assessment."""
    return identify("finding", *key(assessment), finding.control)
