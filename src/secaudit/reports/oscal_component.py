"""A component definition in OSCAL 1.2.3: secaudit as a component of type `validation`, with what it checks and with which values.

* One control implementation per policy and edition; its parameters are those that bound the run, with the policy's own values.

Never here: results; a definition says what is checked, not what was found.
"""

from collections.abc import Sequence

from secaudit.model.control import ParameterValue
from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.reports.escaping import plain
from secaudit.reports.oscal_parts import Json, catalogue_id, document, identify, line, metadata, policy_id, props, resources, token
from secaudit.reports.settings import Settings


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the definition of what a run checked."""
    checked = {(one.policy_id, one.policy_digest, one.edition, one.catalogue_digest): one for one in assessments}
    component: Json = {
        "uuid": identify("component", "secaudit"),
        "type": "validation",
        "title": "secaudit",
        "description": "Judges controls of the guideline for information security policies of local governments on evidence files.",
    }
    versions = sorted({one.tool_version for one in assessments})
    if versions:
        component["props"] = props(*(("version", version) for version in versions))
    implementations = [_implementation(one, settings) for one in checked.values() if one.findings]
    if implementations:
        component["control-implementations"] = implementations
    body: Json = {"metadata": metadata("secaudit component definition", assessments, settings), "components": [component]}
    if assessments:
        body["back-matter"] = {"resources": resources(assessments)}
    return document("component-definition", body, depth=7)


def _implementation(assessment: Assessment, settings: Settings) -> Json:
    key = (policy_id(assessment), catalogue_id(assessment))
    return {
        "uuid": identify("implementation", *key),
        "source": f"#{catalogue_id(assessment)}",
        "description": line(f"policy {assessment.policy_id}, edition {assessment.edition}"),
        "props": props(("policy", assessment.policy_id), ("policy-digest", assessment.policy_digest)),
        "implemented-requirements": [_requirement(finding, key, settings) for finding in assessment.findings],
    }


def _requirement(finding: Finding, key: tuple[str, ...], settings: Settings) -> Json:
    made: Json = {
        "uuid": identify("requirement", *key, finding.control),
        "control-id": token(finding.control),
        "description": line(finding.title.get(settings.lang)),
        "props": props(("rule", finding.name), ("clause", finding.clause), ("level", finding.level), ("severity", finding.severity)),
    }
    parameters = [
        {"param-id": f"{token(finding.control)}_{token(name).removeprefix('lg-')}", "values": values}
        for name, bound in sorted(finding.parameters.items())
        if (values := _values(bound.value))
    ]
    if parameters:
        made["set-parameters"] = parameters
    return made


def _values(value: ParameterValue) -> list[str]:
    words = value if isinstance(value, tuple) else (str(value).lower() if isinstance(value, bool) else str(value),)
    return [word for word in (plain(word).strip() for word in words) if word]
