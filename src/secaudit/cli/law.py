"""`--law`: readiness for a law on a day, added to a run that was assessed and recorded.

Never here: counting (`findings.readiness`).
"""

import dataclasses
from datetime import date

from secaudit.catalog.guideline.load import load_guideline
from secaudit.catalog.guideline.mapping import LAW
from secaudit.errors import UsageError
from secaudit.findings.readiness import readiness
from secaudit.model.guideline import Framework
from secaudit.model.text import Text
from secaudit.pipeline.run import Run
from secaudit.pipeline.workspace import Workspace


def law_on(place: Workspace, day: date) -> Framework:
    """Return the law; raises `UsageError` if nothing of it is in force on `day`."""
    framework = load_guideline(place.guideline, base=place.guideline.parent).frameworks[LAW]
    days = sorted({entry.in_force for entry in framework.entries if entry.in_force is not None})
    if day < days[0]:
        listed = ", ".join(one.isoformat() for one in days)
        raise UsageError(
            Text(ja=f"{day.isoformat()} に効力のある定めがない", en=f"nothing is in force on {day.isoformat()}"),
            hint=Text(ja=f"施行の日: {listed}", en=f"days of coming into force: {listed}"),
        )
    return framework


def with_law(run: Run, framework: Framework, day: date) -> Run:
    """Return the run with the readiness of each assessment."""
    told = (
        dataclasses.replace(assessment, law=readiness(assessment, [bound.control for bound in effective.controls], framework, day))
        for assessment, effective in zip(run.assessments, run.effective, strict=True)
    )
    return dataclasses.replace(run, assessments=tuple(told))
