"""How far a law is met: per field, the share of its required controls that pass.

* Only required controls that apply count; an excepted failure counts as open, like any failure.
* So does a control that the policy leaves out by its own choice: the law knows of no such choice.
* Who is exempt is said as a condition; whether it holds is for the organisation to say.

Never here: which fields a law has (`controls/frameworks`), rounding.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from secaudit.model.control import Control
from secaudit.model.finding import Finding
from secaudit.model.guideline import FieldReadiness, Framework, FrameworkEntry, OpenControl, Readiness
from secaudit.model.run import Assessment
from secaudit.model.status import Status


def readiness(assessment: Assessment, controls: Iterable[Control], framework: Framework, day: date) -> Readiness:
    """Return how far the fields that are in force on `day` are met, with the days left counted from the as-of date."""
    law = {control.id: control.law for control in controls}
    fields = [entry for entry in framework.entries if entry.in_force is not None and entry.in_force <= day]
    kind = assessment.organisation.type
    return Readiness(
        day=day,
        framework=framework,
        fields=tuple(_field(entry, assessment, law) for entry in fields),
        exempt=tuple(one for one in framework.exempt if kind in one.types),
    )


def _field(entry: FrameworkEntry, assessment: Assessment, law: Mapping[str, tuple[str, ...]]) -> FieldReadiness:
    own = [finding for finding in assessment.findings if entry.number in law.get(finding.control, ()) and _counts(finding)]
    left = tuple(
        OpenControl(control=finding.control, title=finding.title, status=finding.status)
        for finding in own
        if finding.status is not Status.PASS
    )
    in_force = entry.in_force or assessment.as_of
    return FieldReadiness(
        entry=entry, days_left=(in_force - assessment.as_of).days, required=len(own), passing=len(own) - len(left), open=left
    )


def _counts(finding: Finding) -> bool:
    return finding.level == "required" and (finding.left_out or finding.status is not Status.NOT_APPLICABLE)
