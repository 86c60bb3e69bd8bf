"""Names beside subjects, only where they are asked for (`--show-names`).

* Without that option no name leaves the evidence room; the history never gets one.
* A name stands in a column marked personal beside the single key of its kind, such as a staff number.

Never here: deciding whether names may be shown (`cli`).
"""

import dataclasses
from collections.abc import Mapping

from secaudit.model.evidence import EvidenceSet, Table
from secaudit.model.finding import Finding
from secaudit.model.outcome import Outcome
from secaudit.model.run import Assessment
from secaudit.model.text import Text


def with_names(assessment: Assessment, evidence: EvidenceSet) -> Assessment:
    """Return the assessment with the name of each subject that has one added to its reason."""
    names: dict[str, str] = {}
    for table in evidence.tables.values():
        names.update(_names(table))
    findings = tuple(_named(finding, names) for finding in assessment.findings)
    return dataclasses.replace(assessment, findings=findings)


def _names(table: Table) -> Mapping[str, str]:
    columns = [column.name for column in table.kind.columns]
    personal = [column.name for column in table.kind.columns if column.personal and column.type == "text"]
    if len(table.kind.keys) != 1 or not personal:
        return {}
    key, name = columns.index(table.kind.keys[0]), columns.index(personal[0])
    return {str(row[key]): str(row[name]) for row in table.rows if row[key] is not None and row[name] is not None}


def _named(finding: Finding, names: Mapping[str, str]) -> Finding:
    return dataclasses.replace(finding, outcomes=tuple(_told(outcome, names) for outcome in finding.outcomes))


def _told(outcome: Outcome, names: Mapping[str, str]) -> Outcome:
    name = names.get(outcome.subject)
    if name is None:
        return outcome
    reason = Text(ja=f"{outcome.reason.ja}（氏名 {name}）", en=f"{outcome.reason.en} (name {name})")
    return dataclasses.replace(outcome, reason=reason)
