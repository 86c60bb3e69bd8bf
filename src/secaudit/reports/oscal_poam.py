"""A plan of action and milestones in OSCAL 1.2.3: what is not shown to hold, with its remedy.

* fail, unknown and error each make an item with its observation and a risk; a fail has its finding as well.
* The risk of a wholly excepted finding is an approved deviation until the exception ends.
* The identifier of an item stays the same from run to run, as long as policy, year and control do.
* OSCAL forbids a plan without items: a run with nothing to do has one item that says so, with the property `placeholder`.

Never here: deadlines that nobody set.
"""

from collections.abc import Sequence

from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports.escaping import plain
from secaudit.reports.oscal import finding_id, finding_of, observation, observation_id
from secaudit.reports.oscal_parts import Json, document, identify, line, lines, metadata, midnight, props, resources, token
from secaudit.reports.settings import Settings
from secaudit.reports.wording import category, exception_lines, listed


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the plan of action for everything that a run left open or excepted."""
    pairs = [(one, finding) for one in assessments for finding in listed(one, everything=False)]
    body: Json = {"metadata": metadata("secaudit plan of action and milestones", assessments, settings)}
    organisations = list(dict.fromkeys(plain(one.organisation.id).strip() or "-" for one in assessments))
    if len(organisations) == 1:
        body["system-id"] = {"identifier-type": "urn:secaudit:organisation", "id": organisations[0]}
    if pairs:
        body["observations"] = (observation(one, finding, settings) for one, finding in pairs)
        body["risks"] = (_risk(one, finding, settings) for one, finding in pairs)
    failed = [pair for pair in pairs if pair[1].status is Status.FAIL]
    if failed:
        body["findings"] = (finding_of(one, finding, settings) for one, finding in failed)
    items = (_item(one, finding, settings) for one, finding in pairs)
    body["poam-items"] = items if pairs else [_nothing(assessments, settings)]
    if assessments:
        body["back-matter"] = {"resources": resources(assessments)}
    return document("plan-of-action-and-milestones", body, depth=3)


def _nothing(assessments: Sequence[Assessment], settings: Settings) -> Json:
    said = Text(ja="是正を要する所見はない", en="no finding asks for action")
    if not assessments:
        said = Text(ja="評価できたものがない", en="nothing could be assessed")
    title = said.get(settings.lang)
    return {"uuid": identify("poam-item", "nothing"), "title": title, "description": title, "props": props(("placeholder", "true"))}


def _risk(assessment: Assessment, finding: Finding, settings: Settings) -> Json:
    lang = settings.lang
    excepted = finding.disposition == "excepted"
    risk: Json = {
        "uuid": identify("risk", *_item_key(assessment, finding)),
        "title": line(f"{finding.control} {finding.title.get(lang)}"),
        "description": line(finding.reason.get(lang)),
        "statement": line(finding.reason.get(lang)),
        "props": props(("severity", finding.severity), ("level", finding.level)),
        "status": "deviation-approved" if excepted else "open",
    }
    if excepted and finding.exceptions:
        risk["deadline"] = midnight(min(grant.expires for grant in finding.exceptions))
    risk["remediations"] = [
        {
            "uuid": identify("remediation", *_item_key(assessment, finding)),
            "lifecycle": "recommendation",
            "title": Text(ja="対応", en="remedy").get(lang),
            "description": line(finding.remedy.get(lang)),
        }
    ]
    risk["related-observations"] = [{"observation-uuid": observation_id(assessment, finding)}]
    return risk


def _item(assessment: Assessment, finding: Finding, settings: Settings) -> Json:
    said = [finding.reason.get(settings.lang), *exception_lines(finding, settings.lang)]
    item: Json = {
        "uuid": identify("poam-item", *_item_key(assessment, finding)),
        "title": line(f"{finding.control} {finding.title.get(settings.lang)}"),
        "description": lines(said),
        "props": props(
            ("assessment", category(assessment)),
            ("control-id", token(finding.control)),
            ("status", finding.status.value),
            ("disposition", finding.disposition),
            ("fingerprint", finding.fingerprint),
        ),
        "related-observations": [{"observation-uuid": observation_id(assessment, finding)}],
        "related-risks": [{"risk-uuid": identify("risk", *_item_key(assessment, finding))}],
    }
    if finding.status is Status.FAIL:
        item["related-findings"] = [{"finding-uuid": finding_id(assessment, finding)}]
    return item


def _item_key(assessment: Assessment, finding: Finding) -> tuple[str, ...]:
    return (assessment.policy_id, str(assessment.fiscal_year), finding.control, finding.fingerprint)
